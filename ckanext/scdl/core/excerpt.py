"""Some rows of a file beside what a report says of them, for a page that marks the cells to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .report import Report

_GRAVER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown; `level` and `messages` say what was found there, None and nothing where all is well."""

    text: str
    level: str | None = None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row: its line in the file, what was found about it as a whole, and its cells."""

    line: int
    cells: tuple[Cell, ...]
    messages: tuple[str, ...] = ()

    @property
    def is_faulty(self) -> bool:
        """Whether something was found in it or about it."""
        return bool(self.messages) or any(cell.level for cell in self.cells)


def faulty_lines(report: Report) -> frozenset[int]:
    """Return the lines that a report names."""
    return frozenset(line for issue in report.issues for line in issue.rows)


def marked(table: Mapping[str, Any], report: Report) -> list[Row]:
    """Return the rows of an excerpt with what a report, spelled out, says of each cell.

    Args:
        table: letters and rows (line and cells).
        report: what was found; its places are lines, and letters of columns.
    """
    found: dict[tuple[int, str | None], list[tuple[str, str]]] = {}
    for issue in report.issues:
        for line in issue.rows:
            found.setdefault((line, issue.column), []).append((issue.level, issue.message))
    letters = table["letters"]
    rows = []
    for line, cells in table["rows"]:
        told = [_cell(text, found.get((line, letter), [])) for text, letter in zip(cells, letters, strict=False)]
        rows.append(Row(line, tuple(told), tuple(message for _, message in found.get((line, None), []))))
    return rows


def _cell(text: str, found: list[tuple[str, str]]) -> Cell:
    if not found:
        return Cell(text)
    level = min((level for level, _ in found), key=_GRAVER.__getitem__)
    return Cell(text, level, tuple(message for _, message in found))
