"""A table as it stands in a file: cells as text, each with the line and the column a person sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .catalogue import normalise_label
from .report import Reading

MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000
HEADER_SEARCH = 30
"""Filled lines among which the header is looked for, below the titles people write above a table."""

Record = tuple[int, list[str]]
"""Line of the original file where a record starts, and its cells."""


class Refused(Exception):
    """The bytes cannot be read as one table; says why by a stable code, and where."""

    def __init__(self, code: str, line: int | None = None, reading: Reading | None = None) -> None:
        super().__init__(code, line)
        self.code = code
        self.line = line
        self.reading = reading or Reading()


@dataclass(frozen=True)
class Table:
    """Header and rows of one table; `lines[i]` is where `rows[i]` starts in the file."""

    labels: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    blank_lines: tuple[int, ...]
    reading: Reading

    def letter(self, position: int) -> str:
        """Return the letter a spreadsheet program shows above a column."""
        return column_letter(position)


def column_letter(position: int) -> str:
    """Return the letter of a column from its position: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def known_share(cells: Sequence[str], known_labels: frozenset[str]) -> int:
    """Count the cells that are names of columns in some schema."""
    return len({normalise_label(cell) for cell in cells} & known_labels)


def find_header(records: Sequence[Record], known_labels: frozenset[str]) -> int | None:
    """Return the position of the record that names the columns, or None when nothing is filled.

    Known names settle it. Without any, it is the first record that fills about as many cells as the widest.
    """
    filled = [position for position, (_, cells) in enumerate(records) if not is_blank(cells)][:HEADER_SEARCH]
    if not filled:
        return None
    best = max(filled, key=lambda position: (known_share(records[position][1], known_labels), -position))
    if known_share(records[best][1], known_labels) >= 2:
        return best
    widths = {position: sum(1 for cell in records[position][1] if cell.strip()) for position in filled}
    return next(position for position in filled if widths[position] * 2 >= max(widths.values()))


def is_blank(cells: Iterable[str]) -> bool:
    """Tell whether a record holds nothing a person would see."""
    return not any(cell and not cell.isspace() for cell in cells)


def build(records: Sequence[Record], known_labels: frozenset[str], reading: Reading) -> Table:
    """Return the table that starts at its header, without blank rows and blank columns on the right."""
    header = find_header(records, known_labels)
    if header is None:
        raise Refused("empty", reading=reading)
    header_line, cells = records[header]
    labels = [cell.strip() for cell in cells]
    body = records[header + 1 :]
    width = _width(labels, body)
    dropped = any(len(cells) > width for _, cells in body) or len(labels) > width
    if width > MAX_COLUMNS:
        raise Refused("too-many-columns", header_line, reading)
    rows: list[list[str]] = []
    lines: list[int] = []
    blanks: list[int] = []
    for line, cells in body:
        if is_blank(cells):
            blanks.append(line)
            continue
        if len(cells) > width and is_blank(cells[width:]):
            cells = cells[:width]
        rows.append(cells)
        lines.append(line)
    if width * len(rows) > MAX_CELLS:
        raise Refused("too-many-cells", reading=reading)
    while blanks and (not lines or blanks[-1] > lines[-1]):
        blanks.pop()
    assumed = list(reading.assumed)
    if header and any(not is_blank(cells) for _, cells in records[:header]):
        assumed.append("title-lines")
    if dropped:
        assumed.append("blank-columns")
    return Table(
        labels=tuple(labels[:width]),
        rows=rows,
        lines=lines,
        blank_lines=tuple(blanks),
        reading=replace(reading, header_line=header_line, assumed=tuple(assumed)),
    )


def _width(labels: Sequence[str], body: Sequence[Record]) -> int:
    """Return the number of columns: up to the last label or the last unnamed column with content."""
    named = max((position + 1 for position, label in enumerate(labels) if label), default=0)
    width = len(labels)
    while width > named and all(len(cells) < width or not cells[width - 1].strip() for _, cells in body):
        width -= 1
    return width
