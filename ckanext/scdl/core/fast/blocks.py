"""The bytes of a plain CSV file as frames of text, each with the lines its rows start on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from ..delimited import MAX_CELL, MAX_LINE
from ..reader import read
from ..report import Reading
from ..table import MAX_COLUMNS, Refused, Table, is_blank

HEAD = 1 << 18
"""Bytes from which encoding, separator and header are known."""

BLOCK = 16 << 20
"""Bytes that are read at a time; memory grows with it and not with the file."""

MAX_BYTES = 500_000_000
"""More than the careful reader takes, since memory does not grow with it."""

_OPEN_LINES = 10_000
"""Lines after which a quote that is still open is not looked after any more."""

_PLAIN_READING = frozenset({"title-lines"})
"""What may be assumed about a file that is read here; anything else is for the careful reader."""


class OutOfReach(Exception):
    """The file is not plain enough to be read in pieces; nothing is said about it."""


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
    """Some rows: columns "0", "1", … of text without null, and the line of each row in "line"."""

    frame: pl.DataFrame
    blank_lines: tuple[int, ...]
    lines: int


def open_head(file: BinaryIO, known_labels: frozenset[str]) -> Head:
    """Read the beginning of a file.

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
    plain = reading.format == "csv" and reading.encoding in {"utf-8", "utf-8-sig"}
    if table.notices or table.first_column:
        raise OutOfReach
    if not plain or not _PLAIN_READING.issuperset(reading.assumed) or reading.header_line is None:
        raise OutOfReach
    labels = table.labels
    if not 2 <= len(labels) <= MAX_COLUMNS or not all(labels) or len(set(labels)) < len(labels):
        raise OutOfReach
    lines = data.decode("utf-8-sig").splitlines(keepends=True) if data.isascii() else _lines(data)
    start = reading.header_line - 1
    header = csv.reader(lines[start:], delimiter=str(reading.separator))
    cells = next(header)
    if len(cells) != len(labels) or len(str(reading.separator)) != 1 or not str(reading.separator).isascii():
        raise OutOfReach
    before = lines[: start + header.line_num]
    mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return Head(table, mark + sum(len(line.encode()) for line in before), len(before) + 1)


def blocks(file: BinaryIO, head: Head) -> Iterator[Block]:
    """Yield the rows below the header in pieces.

    Raises:
        OutOfReach: a piece is not proven to be what the careful reader would make of it.
    """
    line = head.line
    separator = str(head.reading.separator)
    for data, quotes in _pieces(file, head.offset):
        block = _block(data, quotes, separator, len(head.table.labels), line)
        yield block
        line += block.lines


def _lines(data: bytes) -> list[str]:
    return list(io.StringIO(data.decode("utf-8-sig"), newline=""))


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


def _pieces(file: BinaryIO, offset: int) -> Iterator[tuple[bytes, int]]:
    """Yield bytes that end with a record, the last ones without blank lines, and the number of their quotes."""
    size = file.seek(0, io.SEEK_END)
    while offset < size:
        # The end of a line is looked for first, so that the bytes are read once and never copied.
        file.seek(offset + BLOCK)
        end = offset + BLOCK + len(file.readline(MAX_LINE)) if offset + BLOCK < size else size
        file.seek(offset)
        data = file.read(end - offset)
        quotes = _count(data, b'"')
        if quotes % 2:
            data += _to_even(file)
            quotes = _count(data, b'"')
        offset += len(data)
        if offset >= size:
            data = data.rstrip(b"\r\n") + b"\n"
        if data != b"\n":
            yield data, quotes


def _count(data: bytes, sign: bytes) -> int:
    """Count a sign; to look for one that is absent is far cheaper than to count it."""
    return len(data) - len(data.translate(None, sign)) if sign in data else 0


def _to_even(file: BinaryIO) -> bytes:
    """Return the lines up to where an open quote is closed."""
    lines: list[bytes] = []
    for line in iter(lambda: file.readline(MAX_LINE), b""):
        lines.append(line)
        if line.count(b'"') % 2:
            return b"".join(lines)
        if len(lines) > _OPEN_LINES:
            break
    raise OutOfReach


def _block(data: bytes, quotes: int, separator: str, width: int, line: int) -> Block:
    returns = _count(data, b"\r")
    if b"\x00" in data or (returns and returns != data.count(b"\r\n")):
        raise OutOfReach
    names = [str(position) for position in range(width)]
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=separator,
            schema=dict.fromkeys(names, pl.String),
            quote_char='"',
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
            raise_if_empty=False,
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise OutOfReach from error
    # Every row of fewer cells, and every blank line, would leave bytes missing in this sum; a row of more
    # cells was refused above. So where the sum is right, all rows are.
    rows = frame.height
    expected = int(frame.lazy().select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).collect().item() or 0)
    expected += width * rows + returns
    inner_lines = 0
    if quotes:
        inner_lines = _count(data, b"\n") - rows
        expected += quotes
        # Each search through the cells costs as much as half the parsing: most files need none.
        expected -= _inside(frame, '"') if b'""' in data else 0
        expected -= _inside(frame, "\r") if returns and inner_lines else 0
    if expected != len(data):
        raise OutOfReach
    if inner_lines:
        # What looks like rows inside a cell may be two quotes far apart that were never closed.
        swallowed = pl.any_horizontal(pl.all().str.contains(_inner_line(separator)).any())
        if frame.lazy().select(swallowed).collect().item():
            raise OutOfReach
    return _numbered(frame, inner_lines, line)


def _inside(frame: pl.DataFrame, sign: str) -> int:
    """Count a sign in the cells."""
    counted = frame.lazy().select(pl.sum_horizontal(pl.all().str.count_matches(sign, literal=True).sum()))
    return int(counted.collect().item() or 0)


def _inner_line(separator: str) -> str:
    """Return the pattern of a separator on a line that begins and ends inside one cell."""
    sign = re.escape(separator)
    return rf"\n[^\n]*{sign}[^\n]*\n"


def _numbered(frame: pl.DataFrame, inner_lines: int, line: int) -> Block:
    """Give each row its line, and leave out rows that hold nothing a person would see."""
    longest = frame.lazy().select(pl.max_horizontal(pl.all().str.len_bytes().max())).collect().item()
    if longest is not None and longest > min(MAX_CELL, MAX_LINE // (2 * frame.width)):
        raise OutOfReach
    line_of = pl.int_range(pl.len(), dtype=pl.Int64) + line
    if inner_lines:
        inside = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))
        line_of = line_of + inside.cum_sum().shift(1, fill_value=0).cast(pl.Int64)
    lines = frame.height + inner_lines
    numbered = frame.with_columns(line_of.alias("line"))
    blank = _blank_lines(numbered)
    if blank:
        numbered = numbered.filter(~pl.col("line").is_in(blank))
    return Block(numbered, tuple(blank), lines)


def _blank_lines(numbered: pl.DataFrame) -> list[int]:
    suspects = numbered.filter(pl.col("0").str.strip_chars(_SPACES) == "")
    return [row[-1] for row in suspects.iter_rows() if is_blank(row[:-1])] if suspects.height else []


_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What Python takes for spaces; other libraries know fewer."""
