"""The local checks on blocks of rows: each distinct combination of cells once, duplicates by their hashes."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, BinaryIO

import polars as pl

from .. import local
from ..catalogue import Schema
from ..local import Facts, rules
from ..report import Issue
from ..table import Table
from ..tally import Tally
from .blocks import Block, Head, blocks

_MAX_REMEMBERED = 50_000


@dataclass(frozen=True)
class _Group:
    """A check with the fields it reads together; what of their cells was seen, and what of that is odd."""

    check: local.LocalCheck
    fields: tuple[str, ...]
    seen: set[Any] = field(default_factory=set)
    odd: list[tuple[str, ...]] = field(default_factory=list)


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

    def look(self, block: Block) -> None:
        """Check the rows of a block, and remember their keys in short."""
        for group in self._groups:
            self._judge(group, block)
            if group.odd:
                self._count_odd(group, block.frame)
        if self._key is not None:
            self._hashes.append(block.frame.select(self._hash()).to_series())

    def _judge(self, group: _Group, block: Block) -> None:
        """Apply a check to the combinations of cells that no earlier block had."""
        if len(group.seen) > _MAX_REMEMBERED:
            group.seen.clear()
            group.odd.clear()
        found = block.distinct(*(self._positions[name] for name in group.fields)).difference(group.seen)
        group.seen.update(found)
        new = [(each,) for each in found] if len(group.fields) == 1 else list(found)
        group.odd.extend(new[index] for _, index in self._found(group, new))

    def _found(self, group: _Group, rows: Sequence[tuple[str, ...]]) -> rules.Found:
        """Return what a check has to say of some combinations of cells."""
        columns = {name: [cells[place].strip() for cells in rows] for place, name in enumerate(group.fields)}
        return group.check.rule(columns, group.fields, self._facts)

    def _count_odd(self, group: _Group, frame: pl.DataFrame) -> None:
        """Count the places of odd combinations of cells in a block."""
        cells = [str(self._positions[name]) for name in group.fields]
        wanted = pl.DataFrame(group.odd, dict.fromkeys(cells, pl.String), orient="row")
        places = frame.join(wanted, on=cells, how="semi").select("line", *cells).sort("line")
        self._count(self._found(group, places.select(cells).rows()), places["line"].to_list())

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
        hashes = [self._cell(name).hash(seed) for seed, name in enumerate(self._key.fields)]
        return reduce(operator.xor, hashes).alias("key")


def _lists(frame: pl.DataFrame, names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: frame[name].to_list() for name in names}
