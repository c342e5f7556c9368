"""A table and its schema to a proposal: what each cell becomes, what is asked, what the file's columns are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..checks.base import RowCheck
from ..local import applicable
from ..plan import Plan, make_plan
from ..schema import Schema
from ..table import Table
from . import conflicts
from .base import Column, Doubt, Known
from .cells import Rewritten, decide
from .coordinates import exchanged_pairs, exchanged_points
from .layout import lay_out, one_each
from .model import Change, Proposal, Question, Taken, in_order, runs_of
from .publisher import constant_of, filled_in

Changed = dict[str, dict[int, Rewritten]]
"""What cells become, by field and index of the row."""


def propose(
    table: Table,
    schema: Schema,
    names: Mapping[int, str],
    *,
    unsure: Collection[int] = (),
    known: Known | None = None,
    takes: Taken | None = None,
) -> Proposal:
    """Return how a table is put right for a schema.

    Args:
        table: what was read.
        schema: the version of the schema that the corrected file follows.
        names: the field that a column is, by position.
        unsure: positions of headings that several schemas claim.
        known: the publisher and the territory, as far as they are known.
        takes: which corrections are wanted; all of them when None.
    """
    names = one_each(table, names)
    plan = make_plan(schema, table, names)
    return _Proposer(table, schema, plan, known or Known(), takes or Taken()).proposal(names, unsure)


class _Proposer:
    """What is gathered about the cells of one table."""

    def __init__(self, table: Table, schema: Schema, plan: Plan, known: Known, takes: Taken) -> None:
        self._table = table
        self._schema = schema
        self._plan = plan
        self._known = known
        self._takes = takes
        self._changed: Changed = {}
        self._doubts: dict[str, dict[str, Doubt]] = {}
        columns = columns_of(table)
        self._cells = {name: columns[column.position] for name, column in plan.columns.items()}
        self._untouched = blank_rows(table, plan)

    def proposal(self, names: Mapping[int, str], unsure: Collection[int]) -> Proposal:
        table = self._table
        for name in self._cells:
            self._decide(name)
        self._exchange()
        self._fill_in()
        for changes in self._changed.values():
            for index in self._untouched.intersection(changes):
                del changes[index]
        refused = conflicts.refused(self._plan, self._cells, self._changed)
        return Proposal(
            schema=self._schema.id,
            version=self._schema.version,
            reading=table.reading,
            labels=table.labels,
            columns=lay_out(table, self._schema, names, unsure, self._known.publisher, self._takes),
            changes=in_order(self._changes(), self._plan.columns),
            questions=in_order(self._questions(refused), self._plan.columns),
            runs=runs_of(table.lines),
            short_rows=tuple(
                (line, len(row))
                for line, row in zip(table.lines, table.rows, strict=True)
                if len(row) < len(table.labels)
            ),
            blank_lines=table.blank_lines,
            above=table.above,
        )

    def _decide(self, name: str) -> None:
        cells = self._cells[name]
        column = Column(self._plan.columns[name], solo_checks(self._plan, name), set(cells), self._known)
        decisions = decide(column, self._takes)
        rewritten = decisions.rewritten
        if rewritten:
            self._changed[name] = {index: rewritten[cell] for index, cell in enumerate(cells) if cell in rewritten}
        if decisions.doubts:
            self._doubts[name] = decisions.doubts

    def _exchange(self) -> None:
        """Put longitudes and latitudes right that stand in each other's place."""
        territory = self._known.territory
        if not territory.rings or not self._takes("coordinates", "sure"):
            return
        positions = {name: column.position for name, column in self._plan.columns.items()}
        for check, fields in applicable(self._schema, positions):
            if check.looks_at != "point":
                continue
            if len(fields) == 1:
                self._changed.setdefault(fields[0], {}).update(exchanged_points(self._now(fields[0]), territory))
            else:
                longitudes, latitudes = (self._now(name) for name in fields)
                for index, *right in exchanged_pairs(longitudes, latitudes, territory):
                    for name, text in zip(fields, right, strict=True):
                        self._changed.setdefault(name, {})[index] = Rewritten(text, "coordinates", "sure")

    def _fill_in(self) -> None:
        """Give the publisher's own columns their value where they are empty."""
        if not self._takes("publisher", "sure"):
            return
        for name in self._cells:
            constant = constant_of(self._schema, name, self._known.publisher)
            if constant is not None:
                self._changed.setdefault(name, {}).update(filled_in(self._now(name), constant))

    def _now(self, name: str) -> Sequence[str]:
        """Return the cells of a column as they are after what was decided so far."""
        return rewritten_cells(self._cells[name], self._changed.get(name, {}))

    def _changes(self) -> Iterable[Change]:
        for name, changes in self._changed.items():
            column, cells, lines = self._plan.columns[name], self._cells[name], self._table.lines
            groups: dict[tuple[str, Rewritten], list[int]] = {}
            for index, change in sorted(changes.items()):
                groups.setdefault((cells[index], change), []).append(lines[index])
            for (before, change), places in groups.items():
                yield Change(name, column.letter, before, *change, tuple(places))

    def _questions(self, refused: conflicts.Refused) -> Iterable[Question]:
        lines = self._table.lines
        for name, doubts in self._doubts.items():
            column = self._plan.columns[name]
            places: dict[str, list[int]] = {}
            for index, cell in enumerate(self._cells[name]):
                if cell in doubts and index not in self._untouched:
                    places.setdefault(cell, []).append(lines[index])
            for cell, where in places.items():
                yield Question(name, column.letter, cell, doubts[cell].code, doubts[cell].choices, tuple(where))
        for (name, cell, after), indexes in refused.items():
            letter = self._plan.columns[name].letter
            where = [lines[index] for index in sorted(indexes)]
            yield Question(name, letter, cell, "contradiction", (after,), tuple(where))


def columns_of(table: Table) -> list[Sequence[str]]:
    """Return the cells of a table by column; a row that is short is filled up with empty cells."""
    width = len(table.labels)
    if all(len(row) == width for row in table.rows):
        return list(zip(*table.rows, strict=True)) if table.rows else [() for _ in range(width)]
    return [[row[place] if place < len(row) else "" for row in table.rows] for place in range(width)]


def rewritten_cells(cells: Sequence[str], changes: Mapping[int, Rewritten]) -> Sequence[str]:
    """Return the cells of a column after changes."""
    if not changes:
        return cells
    after = list(cells)
    for index, change in changes.items():
        after[index] = change.after
    return after


def solo_checks(plan: Plan, name: str) -> list[RowCheck]:
    """Return the custom checks that look at one field alone."""
    return [check for check in plan.checks if check.columns == (name,)]


def blank_rows(table: Table, plan: Plan) -> frozenset[int]:
    """Return the rows where every cell stands for nothing, which hold nothing to put right."""
    missing: Any = plan.missing_by_position
    if missing is None:
        return frozenset()
    return frozenset(
        index
        for index, row in enumerate(table.rows)
        if all(cell in words for cell, words in zip(row, missing, strict=False))
    )
