"""One pass over the rows of a table in plain Python: any width of row, any type, any check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .checks.base import Finding, RowCheck
from .checks.keys import Keys, Repeated
from .plan import Plan, PlannedColumn
from .report import Issue
from .table import Table
from .tally import Tally


def check_rows(table: Table, plan: Plan, tally: Tally) -> None:
    """Report what is wrong below the header of a table."""
    _Rows(table, plan, tally).check()


class _Rows:
    """The cells of a table, read column by column and kept where a rule compares them."""

    def __init__(self, table: Table, plan: Plan, tally: Tally) -> None:
        self._table = table
        self._plan = plan
        self._tally = tally
        self._cast: dict[str, list[Any]] = {}

    def check(self) -> None:
        plan = self._plan
        compared = {column for check in plan.checks for column in check.columns} | set(plan.key)
        blank = self._blank_rows()
        for name, column in plan.columns.items():
            cast = self._cells(column, blank)
            if name in compared or column.unique:
                self._cast[name] = cast
        self._widths(blank)
        self._keys()
        for check in plan.checks:
            self._row_check(check)

    def _blank_rows(self) -> frozenset[int]:
        """Return the rows where every cell counts as missing, such as a row of "NA"."""
        missing = self._plan.missing_by_position
        if missing is None:
            return frozenset()
        blank = frozenset(
            index
            for index, row in enumerate(self._table.rows)
            if all(cell in words for cell, words in zip(row, missing, strict=False))
        )
        for index in sorted(blank):
            self._tally.add(Issue(code="blank-row", official="blank-row"), self._table.lines[index])
        return blank

    def _cells(self, column: PlannedColumn, blank: frozenset[int]) -> list[Any]:
        """Report the faults of one column and return its cast cells."""
        cast: list[Any] = []
        position, reader, lines = column.position, column.reader, self._table.lines
        for index, row in enumerate(self._table.rows):
            cell = row[position] if position < len(row) else None
            verdict = reader(cell)
            cast.append(verdict.value)
            if verdict.faults and index not in blank:
                for fault in verdict.faults:
                    self._plan.note_fault(self._tally, column.name, fault, cell or "", (lines[index],))
        return cast

    def _widths(self, blank: frozenset[int]) -> None:
        """Report the cells that a row has too few or too many."""
        labels = self._plan.labels
        for index, row in enumerate(self._table.rows):
            if len(row) == len(labels) or index in blank:
                continue
            line = self._table.lines[index]
            for position in range(len(row), len(labels)):
                self._tally.add(self._missing_cell(position), line)
            for position in range(len(labels), len(row)):
                self._tally.add(
                    Issue(
                        code="extra-cell",
                        official="extra-cell",
                        column=self._table.letter(position),
                        value=row[position],
                    ),
                    line,
                )

    def _missing_cell(self, position: int) -> Issue:
        named = (name for name, column in self._plan.columns.items() if column.position == position)
        return Issue(
            code="missing-cell",
            official="missing-cell",
            field=next(named, None),
            label=self._plan.labels[position],
            column=self._table.letter(position),
        )

    def _keys(self) -> None:
        lines = self._table.lines
        for name, column in self._plan.columns.items():
            if column.unique:
                for index in Repeated().indexes(self._cast[name]):
                    self._plan.note_repeated(self._tally, name, self._text(name, index), lines[index])
        key = self._plan.key
        if key:
            for index, code in Keys().faults([self._cast[name] for name in key]):
                texts = [self._text(name, index) for name in key]
                self._plan.note_key(self._tally, code, texts, lines[index])

    def _row_check(self, check: RowCheck) -> None:
        """Apply a custom check once per distinct tuple of cells."""
        nothing: list[Any] = [None] * len(self._table.rows)
        answers: dict[Any, Finding | None] = {}
        cells: Iterable[tuple[Any, ...]] = zip(
            *(self._cast.get(column, nothing) for column in check.columns), strict=True
        )
        for index, values in enumerate(cells):
            try:
                finding = answers[values]
            except KeyError:
                finding = answers[values] = check.rule(values)
            except TypeError:  # a list or an object in a cell cannot be remembered
                finding = check.rule(values)
            if finding:
                text = self._text(check.place, index) if check.place in self._cast else None
                self._plan.note_finding(self._tally, check, finding, text, (self._table.lines[index],))

    def _text(self, name: str | None, index: int) -> str:
        """Return a cell as it stands in the file."""
        row = self._table.rows[index]
        position = self._plan.columns[name].position if name in self._plan.columns else len(row)
        return row[position] if position < len(row) else ""
