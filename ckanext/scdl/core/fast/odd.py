"""The local checks on blocks of rows: each distinct combination of cells once, duplicates by their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import polars as pl

from .. import local
from ..catalogue import Schema
from ..local import Facts, rules
from ..report import Issue
from ..table import Table
from ..tally import Tally
from .blocks import Head, blocks

_MAX_REMEMBERED = 50_000


@dataclass(frozen=True)
class _Group:
    """A check, the fields it reads together, and which of their combinations are odd."""

    check: local.LocalCheck
    fields: tuple[str, ...]
    judged: dict[tuple[str, ...], bool] = field(default_factory=dict)


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
            _Group(check, group)
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
        lazy = frame.lazy()
        queries = [lazy.select(self._places(group)).unique() for group in self._groups]
        if self._key is not None:
            queries.append(lazy.select(self._hash()))
        found = pl.collect_all(queries)
        if self._key is not None:
            self._hashes.append(found.pop().to_series())
        for group, distinct in zip(self._groups, found, strict=True):
            odd = self._odd(group, distinct)
            if odd.height:
                places = lazy.join(odd.lazy(), on=odd.columns, how="semi").select("line", *odd.columns).collect()
                lines, rows = [], []
                for line, *cells in sorted(places.iter_rows()):
                    lines.append(line)
                    rows.append(tuple(cells))
                self._count(self._found(group, rows), lines)

    def _odd(self, group: _Group, distinct: pl.DataFrame) -> pl.DataFrame:
        """Return the combinations of cells that are odd; each is judged once for the whole file."""
        seen = distinct.rows()
        new = [cells for cells in seen if cells not in group.judged]
        if len(group.judged) > _MAX_REMEMBERED:
            group.judged.clear()
            new = seen
        group.judged.update(dict.fromkeys(new, False))
        for _, index in self._found(group, new):
            group.judged[new[index]] = True
        return distinct.filter([group.judged[cells] for cells in seen])

    def _found(self, group: _Group, rows: Sequence[tuple[str, ...]]) -> rules.Found:
        """Return what a check has to say of some combinations of cells."""
        columns = {name: [cells[place].strip() for cells in rows] for place, name in enumerate(group.fields)}
        return group.check.rule(columns, group.fields, self._facts)

    def _places(self, group: _Group) -> list[str]:
        return [str(self._positions[name]) for name in group.fields]

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
