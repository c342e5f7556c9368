"""A change log carried out on the table it was made for, and taken back from the corrected one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..report import Reading
from ..table import Table
from .model import Change, Proposal
from .proposing import columns_of


class Unfit(ValueError):
    """A change log was made for another file; `reason` is labels, rows, columns, line or cell, and where."""

    def __init__(self, reason: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column


def apply(table: Table, log: Proposal) -> Table:
    """Return the corrected table: every change of the log made, and nothing else.

    Raises:
        Unfit: the log names rows, columns or cells that the table does not have.
    """
    _require_fit(table, log)
    columns = [list(cells) for cells in columns_of(table)]
    index_of = {line: index for index, line in enumerate(table.lines)}
    sources = {column.field: column.source for column in log.columns if column.field and column.source is not None}
    for change in _all_changes(log):
        source = sources.get(change.field)
        if source is None or not 0 <= source < len(columns):
            raise Unfit("columns", column=change.field)
        cells = columns[source]
        for line in change.lines:
            index = index_of.get(line)
            if index is None:
                raise Unfit("line", line, change.field)
            if cells[index] != change.before:
                raise Unfit("cell", line, change.field)
            cells[index] = change.after
    return _laid_out(table, log, columns)


def revert(corrected: Table, log: Proposal) -> list[list[str]]:
    """Return the rows of the original table, cell by cell, from the corrected one and its log.

    Columns that the editor left out are empty in it; the log says which.
    """
    width = len(log.columns)
    cells: list[Sequence[str]] = [[""] * len(corrected.rows) for _ in log.labels]
    index_of = {line: index for index, line in enumerate(log.lines)}
    now = columns_of(replace(corrected, labels=corrected.labels[:width]))
    sources = {}
    for position, column in enumerate(log.columns):
        if column.source is not None:
            cells[column.source] = list(now[position])
            sources[column.field] = column.source
    for change in _all_changes(log):
        column_cells = cells[sources[change.field]]
        assert isinstance(column_cells, list)
        for line in change.lines:
            column_cells[index_of[line]] = change.before
    rows = [list(row) for row in zip(*cells, strict=True)] if log.labels else []
    for row, after in zip(rows, corrected.rows, strict=True):
        row.extend(after[width:])
    for line, count in log.short_rows:
        del rows[index_of[line]][count:]
    return rows


def _require_fit(table: Table, log: Proposal) -> None:
    if table.labels != log.labels:
        raise Unfit("labels")
    if list(table.lines) != log.lines:
        raise Unfit("rows")
    sources = [column.source for column in log.columns if column.source is not None]
    if len(set(sources)) < len(sources) or not all(0 <= source < len(table.labels) for source in sources):
        raise Unfit("columns")


def _all_changes(log: Proposal) -> Iterable[Change]:
    """Yield the changes and the answers to questions, which are changes that a person made."""
    yield from log.changes
    for asked in log.questions:
        if asked.answer is not None:
            yield Change(asked.field, asked.column, asked.value, asked.answer, "answer", "sure", asked.lines)


def _laid_out(table: Table, log: Proposal, columns: Sequence[Sequence[str]]) -> Table:
    count, width = len(table.rows), len(table.labels)
    out = [[column.constant] * count if column.source is None else columns[column.source] for column in log.columns]
    rows = [list(row) for row in zip(*out, strict=True)]
    for row, before in zip(rows, table.rows, strict=False):
        if len(before) > width:
            row.extend(before[width:])
    return Table(
        labels=tuple(column.label for column in log.columns),
        rows=rows,
        lines=list(table.lines),
        blank_lines=(),
        reading=Reading(format="csv", encoding="utf-8", separator=",", header_line=1),
    )
