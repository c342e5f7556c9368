"""The bytes of a plain CSV file as frames of text, each with the lines its rows start on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import polars as pl

from ..delimited import MAX_CELL, MAX_LINE
from ..reader import read
from ..report import Reading
from ..table import MAX_COLUMNS, Refused, Table, is_blank
from .pieces import WINDOWS, OutOfReach, Piece, Signs, pieces

HEAD = 1 << 17
"""Bytes from which encoding, separator and header are known."""

MAX_BYTES = 500_000_000
"""More than the careful reader takes, since memory does not grow with it."""

_ROWS = 50_000
"""Rows of a table that are looked at together."""

_PLAIN_READING = frozenset({"title-lines"})
"""What may be assumed about a file that is read here; anything else is for the careful reader."""


@dataclass(frozen=True)
class Head:
    """The beginning of a file as the careful reader sees it, and where its data begin."""

    table: Table
    offset: int
    line: int

    @property
    def reading(self) -> Reading:
        """Return how the bytes are read."""
        return self.table.reading


@dataclass(frozen=True)
class Block:
    """Some rows.

    Attributes:
        frame: columns "0", "1", … of text without null, and the line of each row in "line".
        blank_lines: lines of the rows that were left out.
        lines: how many lines of the file all this takes.
        odd: pattern of what has to be looked for in the cells of text; None when there can be nothing odd.
    """

    frame: pl.DataFrame
    blank_lines: tuple[int, ...]
    lines: int
    odd: str | None
    _distinct: dict[tuple[int, ...], frozenset[Any]] = field(default_factory=dict)

    def distinct(self, *positions: int) -> frozenset[Any]:
        """Return the different texts of a column, or the different combinations in several as tuples."""
        if positions not in self._distinct:
            names = [str(position) for position in positions]
            several = len(names) > 1
            found = self.frame.select(names).unique().rows() if several else self.frame[names[0]].unique().to_list()
            self._distinct[positions] = frozenset(found)
        return self._distinct[positions]


def open_head(file: BinaryIO, known_labels: frozenset[str], *, windows: bool = False) -> Head:
    """Read the beginning of a file.

    Args:
        file: its bytes, which can be read again.
        known_labels: names of columns of all schemas.
        windows: whether Windows text is welcome as well as UTF-8.

    Raises:
        OutOfReach: something about it asks for the careful reader.
    """
    file.seek(0)
    data = file.read(HEAD)
    end = _last_end(data)
    data = data[:end]
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        raise OutOfReach
    try:
        table = read(data, known_labels)
    except Refused as refusal:
        raise OutOfReach from refusal
    reading = table.reading
    in_windows = windows and reading.encoding == WINDOWS
    plain = reading.format == "csv" and (in_windows or reading.encoding in {"utf-8", "utf-8-sig"})
    if table.notices or table.first_column:
        raise OutOfReach
    assumed = _PLAIN_READING | {"encoding"} if in_windows else _PLAIN_READING
    if not plain or not assumed.issuperset(reading.assumed) or reading.header_line is None:
        raise OutOfReach
    labels = table.labels
    if not 2 <= len(labels) <= MAX_COLUMNS or not all(labels) or len(set(labels)) < len(labels):
        raise OutOfReach
    encoding = WINDOWS if in_windows else "utf-8"
    lines = list(io.StringIO(data.decode(WINDOWS if in_windows else "utf-8-sig"), newline=""))
    start = reading.header_line - 1
    header = csv.reader(lines[start:], delimiter=str(reading.separator))
    cells = next(header)
    if len(cells) != len(labels) or len(str(reading.separator)) != 1 or not str(reading.separator).isascii():
        raise OutOfReach
    before = lines[: start + header.line_num]
    mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return Head(table, mark + sum(len(line.encode(encoding)) for line in before), len(before) + 1)


def blocks(file: BinaryIO, head: Head) -> Iterator[Block]:
    """Yield the rows below the header in pieces.

    Raises:
        OutOfReach: a piece is not proven to be what the careful reader would make of it.
    """
    line = head.line
    separator = str(head.reading.separator)
    for piece in pieces(file, head.offset, head.reading.encoding == WINDOWS):
        block = _block(piece, separator, len(head.table.labels), line)
        line += block.lines
        # Their bytes are cells by now, and room for the next.
        del piece
        yield block


def rows_at(
    file: BinaryIO, head: Head, first: int, lines: Collection[int], most: int
) -> tuple[list[tuple[int, list[str]]], bool]:
    """Return the first rows and those that start on some lines, up to `most`, and whether the file has no others.

    Raises:
        OutOfReach: as `blocks`.
    """
    wanted, found, seen = pl.Series(sorted(lines), dtype=pl.Int64), [], 0
    for block in blocks(file, head):
        place = pl.int_range(pl.len(), dtype=pl.Int64) + seen
        picked = block.frame.filter((place < first) | pl.col("line").is_in(wanted.implode()))
        found.extend((line, cells) for *cells, line in picked.iter_rows())
        seen += block.frame.height
        if len(found) > most:
            break
    return found[:most], len(found) == seen


def table_blocks(table: Table) -> Iterator[Block]:
    """Yield the rows of a table that was read already, whatever its cells hold: its notices were taken then.

    Raises:
        OutOfReach: a row is longer or shorter than the header.
    """
    width = len(table.labels)
    if any(len(row) != width for row in table.rows):
        raise OutOfReach
    for start in range(0, len(table.rows), _ROWS):
        rows = table.rows[start : start + _ROWS]
        columns = zip(*rows, strict=True)
        frame = pl.DataFrame([pl.Series(str(place), cells, pl.String) for place, cells in enumerate(columns)])
        lines = pl.Series("line", table.lines[start : start + _ROWS], dtype=pl.Int64)
        yield Block(frame.with_columns(lines), (), len(rows), None)


def _last_end(data: bytes) -> int:
    """Return the end of the last whole record, found by the evenness of quotes before a line end."""
    end = data.rfind(b"\n") + 1
    quotes = data.count(b'"', 0, end)
    while quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    if end == 0:
        raise OutOfReach
    return end


def _block(piece: Piece, separator: str, width: int, line: int) -> Block:
    frame = _parsed(piece.data, separator, width)
    rows = frame.height
    inner_lines = piece.signs.newlines - rows if piece.signs.quotes else 0
    inside = _inside(frame, piece.signs, inner_lines)
    size = pl.all().str.len_bytes()
    cells, longest = frame.select(total=pl.sum_horizontal(size.sum()), longest=pl.max_horizontal(size.max())).row(0)
    # Every row of fewer cells, and every blank line, would leave bytes missing in this sum; a row of more
    # cells was refused above. So where the sum is right, all rows are.
    expected = (cells or 0) + width * rows + piece.signs.returns + piece.signs.quotes
    if expected - sum(inside.get('"', ())) - sum(inside.get("\r", ())) != len(piece.data):
        raise OutOfReach
    if (longest or 0) > min(MAX_CELL, MAX_LINE // (2 * width)):
        raise OutOfReach
    broken = [str(position) for position, count in enumerate(inside.get("\n", ())) if count]
    # What looks like rows inside a cell may be two quotes far apart that were never closed.
    if broken and _any(frame.select(broken), pl.all().str.contains(_inner_line(separator))):
        raise OutOfReach
    return _numbered(frame, broken, line, piece.odd)


def _parsed(data: bytes, separator: str, width: int) -> pl.DataFrame:
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=separator,
            schema={str(position): pl.String for position in range(width)},
            quote_char='"',
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
            raise_if_empty=False,
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise OutOfReach from error
    # It comes in small parts, which many operations would join again each time.
    return frame.rechunk()


def _inside(frame: pl.DataFrame, signs: Signs, inner_lines: int) -> dict[str, tuple[int, ...]]:
    """Count in each column the signs that stand inside cells; those are left out that cannot."""
    wanted = {'"': signs.double_quotes, "\n": inner_lines, "\r": inner_lines and signs.returns}
    as_numbers = pl.all().cast(pl.Binary).cast(pl.List(pl.UInt8)).explode()
    return {
        sign: frame.lazy().select((as_numbers == ord(sign)).sum()).collect().row(0)
        for sign, count in wanted.items()
        if count
    }


def _any(frame: pl.DataFrame, tested: pl.Expr) -> bool:
    """Tell whether a test of each cell holds anywhere."""
    return bool(frame.lazy().select(pl.any_horizontal(tested.any())).collect().item())


def _inner_line(separator: str) -> str:
    """Return the pattern of a separator on a line that begins and ends inside one cell."""
    sign = re.escape(separator)
    return rf"\n[^\n]*{sign}[^\n]*\n"


def _numbered(frame: pl.DataFrame, broken: list[str], line: int, odd: str | None) -> Block:
    """Give each row its line, and leave out rows that hold nothing a person would see.

    Args:
        frame: the cells.
        broken: columns with line ends in their cells.
        line: where the first row stands.
        odd: what is to be looked for in the cells.
    """
    line_of = pl.int_range(pl.len(), dtype=pl.Int64) + line
    inner_lines = 0
    if broken:
        inside = pl.sum_horizontal(pl.col(broken).str.count_matches("\n", literal=True)).cast(pl.Int64)
        line_of = line_of + inside.cum_sum().shift(1, fill_value=0)
        inner_lines = frame.select(inside.sum()).item()
    numbered = frame.with_columns(line_of.alias("line"))
    blank = _blank_rows(frame)
    blank_lines = tuple(numbered["line"].gather(blank))
    if blank:
        numbered = numbered.filter(~pl.col("line").is_in(blank_lines))
    return Block(numbered, blank_lines, frame.height + inner_lines, odd)


def _blank_rows(frame: pl.DataFrame) -> list[int]:
    first = frame["0"]
    # All that Python takes for spaces is below or above what other texts begin with; few texts are left then.
    suspects = ((first < "!") | (first > "\x7f")).arg_true()
    blank = first.gather(suspects).str.strip_chars(_SPACES) == ""
    return [row for row in suspects.filter(blank) if is_blank(frame.row(row))]


_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What Python takes for spaces; other libraries know fewer."""
