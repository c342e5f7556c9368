"""The local checks on blocks of rows: each distinct combination of cells once, duplicates by their hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

import polars as pl

from .. import local
from ..catalogue import Schema
from ..local import Facts, rules
from ..report import Issue
from ..table import Table
from ..tally import Tally
from .blocks import Head, blocks


class LocalScan:
    """What the local checks have seen of a file so far."""

    def __init__(
        self, table: Table, schema: Schema, facts: Facts, positions: Mapping[str, int], most_rows: int | None
    ) -> None:
        self._table = table
        self._facts = facts
        self._positions = positions
        self._tally = Tally(most_rows)
        self._groups = [
            (check, group)
            for check, fields in local.applicable(schema, self._positions)
            if check.needs is None or getattr(facts, check.needs) is not None
            for group in ([fields] if check.together else [(name,) for name in fields])
        ]
        key = local.natural_key(schema)
        if key is not None and not all(name in self._positions for name in key.required.intersection(key.fields)):
            key = None
        self._key = key
        self._hashes: list[pl.Series] = []

    def look(self, frame: pl.DataFrame) -> None:
        """Check the rows of a block, and remember their keys in short."""
        for check, group in self._groups:
            cells = {name: self._cell(name) for name in group}
            distinct = frame.lazy().select(**cells).unique().collect()
            found = check.rule(_lists(distinct, group), group, self._facts)
            odd = distinct[[index for _, index in found]]
            if odd.height:
                rows = frame.lazy().select("line", **cells).join(odd.lazy(), on=list(group), how="semi").collect()
                rows = rows.sort("line")
                again = check.rule(_lists(rows, group), group, self._facts)
                self._count(again, rows["line"].to_list())
        if self._key is not None:
            self._hashes.append(frame.select(key=self._hash())["key"])

    def look_again(self, file: BinaryIO, head: Head) -> None:
        """Read the file once more where some of its keys seem to come twice."""
        if self._key is None or not self._hashes:
            return
        hashes = pl.concat(self._hashes)
        if hashes.n_unique() == len(hashes):
            return
        twice = hashes.filter(hashes.is_duplicated()).unique().implode()
        names = self._key.fields
        cells = {name: self._cell(name) for name in names}
        parts = [
            block.frame.lazy().filter(self._hash().is_in(twice)).select("line", **cells).collect()
            for block in blocks(file, head)
        ]
        rows = pl.concat(parts)
        lines = rows["line"].to_list()
        self._count(rules.duplicate(_lists(rows, names), self._key, lines), lines)

    def issues(self) -> tuple[Issue, ...]:
        """Return what was odd."""
        return self._tally.issues()

    def _count(self, found: rules.Found, lines: list[int]) -> None:
        local.count(self._tally, found, replace(self._table, lines=lines), self._positions)

    def _cell(self, name: str) -> pl.Expr:
        position = self._positions.get(name)
        return pl.lit("") if position is None else pl.col(str(position)).str.strip_chars()

    def _hash(self) -> pl.Expr:
        assert self._key is not None
        return pl.struct(**{name: self._cell(name) for name in self._key.fields}).hash()


def _lists(frame: pl.DataFrame, names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: frame[name].to_list() for name in names}
