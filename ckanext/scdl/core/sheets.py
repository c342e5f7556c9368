"""One sheet of a workbook as its reader found it, before the table in it is looked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .report import Issue, excerpt
from .table import MAX_CELLS, MAX_COLUMNS, Record, Refused, column_letter

FAR_COLUMN = 4 * MAX_COLUMNS
FAR_ROWS = 50_000
"""Blank rows above a cell that make it a stray one, not part of the table."""


@dataclass(frozen=True)
class Place:
    """Something noticed about a cell, a row or a column of a sheet."""

    code: str
    line: int | None = None
    column: int | None = None
    value: str | None = None


@dataclass
class Sheet:
    """Cells of a sheet as text, with what was noticed about them."""

    name: str
    hidden: bool = False
    records: list[Record] = field(default_factory=list)
    kinds: dict[tuple[int, str], array[int]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    def is_kind(self, column: int, kind: str, line: int) -> None:
        """Keep that a cell is no text."""
        lines = self.kinds.get((column, kind))
        if lines is None:
            lines = self.kinds[column, kind] = array("I")
        lines.append(line)


def address(line: int, column: int) -> str:
    """Return the name of a cell, such as B12."""
    return f"{column_letter(column)}{line}"


def corner(reference: str) -> tuple[int, int]:
    """Return line and column of the first cell of a range, the first cell of all when it cannot be read."""
    letters = reference.partition(":")[0].rstrip("0123456789")
    digits = reference.partition(":")[0][len(letters) :]
    if not (letters.isascii() and letters.isalpha() and digits) or len(letters) > 3 or len(digits) > 9:
        return 1, 0
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits), column - 1


class Bounds:
    """Watches where cells hold something, and refuses what is too far or too much."""

    def __init__(self) -> None:
        self.cells = 0
        self.height = 0
        self.width = 0

    def hold(self, line: int, column: int, count: int = 1) -> None:
        """Take note of a cell that holds something.

        Raises:
            Refused: it is far from all others, or there are too many.
        """
        self.cells += count
        if column >= FAR_COLUMN or (self.height and line > self.height + FAR_ROWS):
            raise Refused("far-cell", line, address=address(line, column))
        self.height = max(self.height, line)
        self.width = max(self.width, column + 1)
        if self.cells > MAX_CELLS or self.height * self.width > MAX_CELLS:
            raise Refused("too-many-cells", line)


def sheet_notices(sheet: Sheet, header: Record) -> Iterator[Issue]:
    """Yield what was noticed at or below the header, counted by column."""
    header_line, labels = header
    groups: dict[tuple[str, int | None, str | None], tuple[str | None, list[int], list[int]]] = {}
    for place in sheet.places:
        if place.line is not None and place.line < header_line:
            continue
        apart = place.value if place.code in _BY_VALUE else None
        group = groups.setdefault((place.code, place.column, apart), (place.value, [], [0]))
        group[2][0] += 1
        if place.line is not None:
            group[1].append(place.line)
    for (code, column, _), (value, lines, count) in groups.items():
        yield Issue(
            code=code,
            level="warning",
            label=_label(labels, column),
            column=None if column is None else column_letter(column),
            value=None if value is None else excerpt(value),
            count=count[0],
            rows=tuple(lines),
        )


_BY_VALUE = frozenset({"error-value", "digits-lost", "merged-cells", "hidden-sheet"})


def _label(labels: Sequence[str], column: int | None) -> str | None:
    if column is None or column >= len(labels):
        return None
    return excerpt(labels[column].strip()) or None
