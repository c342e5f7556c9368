"""The bytes of a plain CSV file as frames of text, each with the lines its rows start on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from ..reader import read
from ..report import Reading
from ..table import MAX_COLUMNS, Refused, Table, is_blank

HEAD = 1 << 18
"""Bytes from which encoding, separator and header are known."""

BLOCK = 16 << 20
"""Bytes that are read at a time; memory grows with it and not with the file."""

MAX_BYTES = 500_000_000
MAX_CELL = 100_000

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
    for data in _pieces(file, head.offset):
        newlines = data.count(b"\n") + (0 if data.endswith(b"\n") else 1)
        yield _block(data, newlines, separator, len(head.table.labels), line)
        line += newlines


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


def _pieces(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """Yield bytes that end with a record, and at the end of the file without its blank lines."""
    file.seek(offset)
    rest = held = b""
    while part := file.read(BLOCK):
        data = rest + part if rest else part
        end = _last_end(data)
        if held:
            yield held
        held, rest = data[:end], data[end:]
    held = (held + rest).rstrip(b"\r\n")
    if held.count(b'"') % 2:
        raise OutOfReach
    if held:
        yield held


def _block(data: bytes, newlines: int, separator: str, width: int, line: int) -> Block:
    returns = data.count(b"\r")
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
            rechunk=False,
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise OutOfReach from error
    separators = data.count(separator.encode())
    inside = None
    if b'"' in data:
        counted = frame.lazy().select(
            pl.sum_horizontal(pl.all().str.count_matches(separator, literal=True).sum()).alias("separators"),
            pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).sum()).alias("newlines"),
        )
        held = counted.collect().row(0)
        separators -= held[0]
        if held[1]:
            inside = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))
            newlines -= held[1]
    if frame.height != newlines or separators != (width - 1) * newlines:
        raise OutOfReach
    return _numbered(frame, inside, line)


def _numbered(frame: pl.DataFrame, inside: pl.Expr | None, line: int) -> Block:
    """Give each row its line, and leave out rows that hold nothing a person would see."""
    lengths = frame.lazy().select(pl.max_horizontal(pl.all().str.len_bytes().max())).collect().item()
    if lengths is not None and lengths > MAX_CELL:
        raise OutOfReach
    line_of = pl.int_range(pl.len(), dtype=pl.Int64) + line
    if inside is not None:
        line_of = line_of + inside.cum_sum().shift(1, fill_value=0).cast(pl.Int64)
    numbered = frame.with_columns(line_of.alias("line"))
    blank = _blank_lines(numbered)
    if blank:
        numbered = numbered.filter(~pl.col("line").is_in(blank))
    return Block(numbered, tuple(blank))


def _blank_lines(numbered: pl.DataFrame) -> list[int]:
    suspects = numbered.filter(pl.col("0").str.strip_chars(_SPACES) == "")
    return [row[-1] for row in suspects.iter_rows() if is_blank(row[:-1])] if suspects.height else []


_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What Python takes for spaces; other libraries know fewer."""
