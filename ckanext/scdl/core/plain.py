"""The proof that a CSV file is a plain grid, which a faster reader may then cut without looking.

Plain means: UTF-8, one separator, no quote, the header on the first line, every line with as many
separators, no blank row, nothing that `reader.read` would leave out or put right. A row then stands on the
line after the one before, and `read` returns the same cells. The proof counts bytes and costs a few
hundredths of a second on a file of 50 MB.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .decoding import once
from .delimited import MAX_CELL, SAMPLE_LINES, find_separator
from .notices import traces
from .reader import MAX_BYTES, other_kind
from .table import MAX_CELLS, MAX_COLUMNS, find_header

_ALL_BYTES = bytes(range(256))
_CONTROLS = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_BLANKS = rb" \t\x80-\x8a\x9a\x9f\xa0\xa8\xa9\xaf\xc2\xe1\xe2\xe3"
"""Every byte of every blank of Unicode: a row of these and separators may be blank."""

_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class PlainCsv:
    """Where the grid stands in the bytes; row i, counted from zero, is on line i + 2.

    `data[start:end]` holds the header and the rows and ends with the last row's last cell. `spotless` says
    that no cell can give a notice: there is nothing to look for in the text.
    """

    separator: str
    labels: tuple[str, ...]
    rows: int
    start: int
    end: int
    newline: str
    encoding: str
    spotless: bool


def plain_csv(data: bytes, known_labels: frozenset[str] = frozenset()) -> PlainCsv | None:
    """Return the grid of a file that is proven to be plain, or None when `read` must look at it."""
    start = 3 if data.startswith(codecs.BOM_UTF8) else 0
    if len(data) > MAX_BYTES or other_kind(data) or b'"' in data:
        return None
    if len(data.translate(None, _CONTROLS)) != len(data):
        return None
    newline = _newline(data)
    end = len(data.rstrip(b"\r\n"))
    if newline is None or end <= start or _has_long_line(data, start, end):
        return None
    lines = _head(data, start, end)
    if len(lines) < 1:
        return None
    separator, skipped = find_separator(lines, known_labels)
    records = [(number, line[:-1].split(separator)) for number, line in enumerate(lines, start=1)]
    labels = tuple(label.strip().strip("\ufeff") for label in records[0][1])
    if skipped or not 2 <= len(labels) <= MAX_COLUMNS or not all(labels) or not separator.isascii():
        return None
    if find_header(records, known_labels) != 0:
        return None
    body = data[start:end]
    rows = _rectangle(body, separator.encode(), len(labels))
    if rows is None or rows * len(labels) > MAX_CELLS or _has_blank_row(body, separator):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if once(text, "utf-8").assumed:
        return None
    return PlainCsv(
        separator=separator,
        labels=labels,
        rows=rows - 1,
        start=start,
        end=end,
        newline=newline,
        encoding="utf-8-sig" if start else "utf-8",
        spotless=not _spotted(text, separator),
    )


def _newline(data: bytes) -> str | None:
    """Return the one kind of line end in a file."""
    returns = data.count(b"\r")
    if not returns:
        return "\n"
    pairs = data.count(b"\r\n")
    return "\r\n" if returns == pairs == data.count(b"\n") else None


def _has_long_line(data: bytes, start: int, end: int) -> bool:
    """Tell whether a line may be longer than a cell may be; looks at one byte in many."""
    step = MAX_CELL // 2
    return any(data.find(b"\n", place, place + step) < 0 for place in range(start, end - step, step))


def _head(data: bytes, start: int, end: int) -> list[str]:
    """Return the first lines, as many as tell separator and header, or none."""
    part = data[start : min(end, start + _SAMPLE_BYTES)]
    if start + _SAMPLE_BYTES < end:
        part = part[: part.rfind(b"\n")]
        if part.count(b"\n") < SAMPLE_LINES:
            return []
    try:
        return [line + "\n" for line in part.decode("utf-8").replace("\r\n", "\n").split("\n")]
    except UnicodeDecodeError:
        return []


def _has_blank_row(body: bytes, separator: str) -> bool:
    pattern = rb"\n[" + re.escape(separator.encode()) + _BLANKS + rb"]*\r?(?:\n|\Z)"
    return re.search(pattern, body) is not None


def _rectangle(body: bytes, separator: bytes, columns: int) -> int | None:
    """Return the number of lines if each has the same number of separators."""
    others = _ALL_BYTES.translate(None, separator + b"\n")
    skeleton = body.translate(None, others)
    rows = skeleton.count(b"\n") + 1
    return rows if skeleton + b"\n" == (separator * (columns - 1) + b"\n") * rows else None


def _spotted(text: str, separator: str) -> bool:
    """Tell whether a cell may give a notice."""
    joined = text.replace(separator, "\x00").replace("\r\n", "\x00").replace("\n", "\x00")
    return bool(traces("\x00" + joined))
