"""A table as it stands in a file: cells as text, each with the line and the column a person sees."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .catalogue import normalise_label
from .report import Issue, Reading

MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000
HEADER_SEARCH = 30
"""Filled lines among which the header is looked for, below the titles people write above a table."""

EXAMPLE_MARKS = {"fr": "Exemple (ligne ignorée)", "en": "Example (row left out)"}
"""Begins the row of examples that a template has below its header, by language; such a row is no data."""

_LONGEST_LABEL = 200
"""Characters above which no name of a column is looked for; texts below a header are often longer."""

Record = tuple[int, list[str]]
"""Line of the original file where a record starts, and its cells."""

Score = Callable[[Sequence[str]], float]
"""How well the labels of a header fit what is looked for; zero when not at all."""

Kinds = Mapping[tuple[int, str], Sequence[int]]
"""Lines of the cells of a workbook that are no text, by position of the column and "number", "date",
"time", "boolean" or "error"."""


class Refused(Exception):
    """The bytes cannot be read as one table; says why by a stable code, and where."""

    def __init__(
        self,
        code: str,
        line: int | None = None,
        reading: Reading | None = None,
        address: str | None = None,
    ) -> None:
        super().__init__(code, line)
        self.code = code
        self.line = line
        self.reading = reading or Reading()
        self.address = address


@dataclass(frozen=True)
class Table:
    """Header and rows of one table; `lines[i]` is where `rows[i]` starts in the file.

    `first_column` counts the empty columns on the left that were left out. `notices` are warnings about the
    file as it is, none of which changes the official verdict. `kinds` tells the cells of a workbook that are
    numbers, dates and the like. `above` holds the filled lines over the header, and a
    template's row of examples below it.
    """

    labels: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    blank_lines: tuple[int, ...]
    reading: Reading
    notices: tuple[Issue, ...] = ()
    first_column: int = 0
    kinds: Kinds = field(default_factory=dict)
    above: tuple[tuple[str, ...], ...] = ()

    def letter(self, position: int) -> str:
        """Return the letter a spreadsheet program shows above a column."""
        return column_letter(position + self.first_column)


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
    return len({normalise_label(cell) for cell in cells if len(cell) <= _LONGEST_LABEL} & known_labels)


def find_header(records: Sequence[Record], known_labels: frozenset[str]) -> int | None:
    """Return the position of the record that names the columns, or None when nothing is filled.

    Known names settle it. Without any, it is the first record that fills about as many cells as the widest.
    """
    filled: list[int] = []
    for position, (_, cells) in enumerate(records):
        if not is_blank(cells):
            filled.append(position)
            if len(filled) == HEADER_SEARCH:
                break
    if not filled:
        return None
    best = max(filled, key=lambda position: (known_share(records[position][1], known_labels), -position))
    if known_share(records[best][1], known_labels) >= 2:
        return best
    widths = {position: sum(1 for cell in records[position][1] if cell.strip()) for position in filled}
    return next(position for position in filled if widths[position] * 2 >= max(widths.values()))


def is_blank(cells: Iterable[str]) -> bool:
    """Tell whether a record holds nothing a person would see."""
    for cell in cells:  # noqa: SIM110 - a generator costs three times as much, on each of a million rows
        if cell and not cell.isspace():
            return False
    return True


def is_example(cells: Iterable[str]) -> bool:
    """Tell whether a row is the one of examples that a template comes with."""
    return next((cell for cell in cells if cell), "").lstrip().startswith(tuple(EXAMPLE_MARKS.values()))


def build(
    records: Sequence[Record],
    known_labels: frozenset[str],
    reading: Reading,
    notices: Sequence[Issue] = (),
    kinds: Kinds | None = None,
) -> Table:
    """Return the table that starts at its header, without blank rows and blank columns at its edges.

    Args:
        records: all records of the file.
        known_labels: names of columns of all schemas, as `normalise_label` writes them.
        reading: how the records were read.
        notices: what reading them brought to light, with letters of columns.
        kinds: cells that are no text, by the position of their column in `records`.
    """
    header = find_header(records, known_labels)
    if header is None:
        raise Refused("empty", reading=reading)
    header_line, cells = records[header]
    labels = [cell.strip().strip("\ufeff") for cell in cells]
    body = records[header + 1 :]
    example = body[0][1] if body and is_example(body[0][1]) else None
    if example is not None:
        body = body[1:]
    first, width = _edges(labels, body)
    if width - first > MAX_COLUMNS:
        raise Refused("too-many-columns", header_line, reading)
    rows: list[list[str]] = []
    lines: list[int] = []
    blanks: list[int] = []
    dropped = len(labels) > width
    for line, cells in body:
        if is_blank(cells):
            blanks.append(line)
            continue
        if len(cells) > width and is_blank(cells[width:]):
            cells = cells[:width]
            dropped = True
        rows.append(cells[first:] if first else cells)
        lines.append(line)
    if (width - first) * len(rows) > MAX_CELLS:
        raise Refused("too-many-cells", reading=reading)
    while blanks and (not lines or blanks[-1] > lines[-1]):
        blanks.pop()
    assumed = list(reading.assumed)
    above = tuple(tuple(cells) for _, cells in records[:header] if not is_blank(cells))
    if above:
        assumed.append("title-lines")
    if example is not None:
        assumed.append("example-row")
        above = (*above, tuple(example))
    if dropped:
        assumed.append("blank-columns")
    if first:
        assumed.append("blank-columns-left")
    return Table(
        labels=tuple(labels[first:width]),
        rows=rows,
        lines=lines,
        blank_lines=tuple(blanks),
        reading=replace(reading, header_line=header_line, assumed=tuple(assumed)),
        notices=tuple(notices),
        first_column=first,
        kinds=_shifted(kinds or {}, first, width, header_line),
        above=above,
    )


def _edges(labels: Sequence[str], body: Sequence[Record]) -> tuple[int, int]:
    """Return the first column and the end of the columns, between those that hold nothing at all."""
    named = [position for position, label in enumerate(labels) if label] or [0]
    first, last, width = named[0], named[-1] + 1, len(labels)
    if first or last < width:
        for _, cells in body:
            while last < width and len(cells) > last and not is_blank(cells[last:width]):
                last += 1
            first = next((position for position, cell in enumerate(cells[:first]) if cell.strip()), first)
            if not first and last == width:
                break
    return first, last


def _shifted(kinds: Kinds, first: int, width: int, header_line: int) -> Kinds:
    """Return the kinds of the cells below the header, by position in the table."""
    below = {
        (position - first, kind): array("I", (line for line in lines if line > header_line))
        for (position, kind), lines in kinds.items()
        if first <= position < width
    }
    return {key: lines for key, lines in below.items() if lines}
