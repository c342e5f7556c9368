"""Bytes of a delimited text file to records; nothing is guessed that a person could not check.

UTF-8 and UTF-16 are proven by their form. What is neither is taken for Windows-1252, the encoding of French
spreadsheet programs, and the reading says so. Known to be missing: UTF-16 without BOM, Latin-9, mixed
encodings.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from .report import Reading
from .table import MAX_COLUMNS, Record, Refused, find_header, is_blank, known_share

MAX_LINE = 1_000_000
MAX_CELL = 100_000
"""Characters of one cell: a quote left open soon swallows more than any honest cell holds."""

SEPARATORS = (";", ",", "\t", "|")
SAMPLE_RECORDS = 60

_DIRECTIVE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_END = "\x00"
"""Stands after the last line; a file that holds the character itself is refused before."""

_UTF16_BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def read_text(data: bytes, known_labels: frozenset[str]) -> tuple[list[Record], Reading]:
    """Return all records of a CSV or TSV file with how it was read."""
    text, encoding = decode(data)
    lines = list(io.StringIO(text, newline=""))
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise Refused("line-too-long", number)
    directive = _DIRECTIVE.fullmatch(lines[0]) if lines else None
    skipped = 1 if directive else 0
    separator = directive[1] if directive else detect_separator(lines, known_labels)
    assumed = ("encoding",) if encoding == "cp1252" else ()
    reading = Reading(format="csv", encoding=encoding, separator=separator, assumed=assumed)
    try:
        return list(parse(lines, separator, skipped)), reading
    except Refused as refusal:
        raise Refused(refusal.code, refusal.line, reading) from refusal


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding, strictly: a character that cannot be is a refusal."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused("utf-32")
    for mark, encoding in _UTF16_BOMS.items():
        if data.startswith(mark):
            text = _strict(data[2:], encoding)
            return _without_nul(text), encoding
    if (position := data.find(b"\x00")) >= 0:
        raise Refused("nul-bytes", _line_at(data, position))
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data[3:], "utf-8"), "utf-8-sig"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strict(data, "cp1252"), "cp1252"


def detect_separator(lines: list[str], known_labels: frozenset[str]) -> str:
    """Return the separator whose header names most known columns, else the one that cuts most evenly."""

    def merit(separator: str) -> tuple[int, float, int]:
        records: list[Record] = []
        try:
            for record in parse(lines[: SAMPLE_RECORDS * 4], separator, complete=False):
                if not is_blank(record[1]):
                    records.append(record)
                if len(records) >= SAMPLE_RECORDS:
                    break
        except Refused as refusal:
            # A separator that makes far too many columns is still the one the file is written with.
            return (0, 1.0, MAX_COLUMNS) if refusal.code == "too-many-columns" else (-1, 0.0, 0)
        header = find_header(records, known_labels)
        if header is None:
            return (0, 0.0, 0)
        cells = records[header][1]
        same = sum(1 for _, other in records[header:] if len(other) == len(cells))
        evenness = same / len(records[header:]) if len(cells) > 1 else 0.0
        return (known_share(cells, known_labels), round(evenness, 1), len(cells))

    # A comma stands first among equals: it is what the official schemas ask for.
    return max((",", *(other for other in SEPARATORS if other != ",")), key=merit)


def parse(lines: list[str], separator: str, skipped: int = 0, *, complete: bool = True) -> Iterator[Record]:
    """Yield records with the line each starts on.

    Args:
        lines: physical lines of the file.
        separator: character between cells.
        skipped: lines at the top that are no data.
        complete: whether the lines reach the end of the file, so that an open quote is a fault.

    Raises:
        Refused: a cell is too long, a row far too wide, or a quote is never closed.
    """
    body = lines[skipped:]
    # The csv module ends a record with each line unless a quote is open: the end mark stands alone or
    # shows that.
    reader = csv.reader([*body, _END] if complete else body, delimiter=separator)
    start = skipped + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(_swallowing(reader.line_num + skipped - start), start) from error
        if complete and cells and cells[-1].endswith(_END):
            if cells != [_END]:
                raise Refused("unbalanced-quote", start)
            return
        if len(cells) > 4 * MAX_COLUMNS:
            raise Refused("too-many-columns", start)
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Refused(_swallowing(reader.line_num + skipped - start), start)
        yield start, cells
        start = skipped + reader.line_num + 1


def _swallowing(lines: int) -> str:
    """Tell a long text from a quote that was left open."""
    return "unbalanced-quote" if lines > 20 else "cell-too-long"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("encoding", _line_at(data, error.start)) from error


def _without_nul(text: str) -> str:
    if (position := text.find("\x00")) >= 0:
        raise Refused("nul-bytes", text.count("\n", 0, position) + 1)
    return text


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
