"""Bytes of a delimited text file to records; nothing is guessed that a person could not check.

UTF-8 and UTF-16 are proven by their form. What is neither is taken for Windows-1252, the encoding of French
spreadsheet programs, and the reading says so. Known to be missing: UTF-16 without BOM, Latin-9, mixed encodings.
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
    skipped, separator = 0, None
    if lines and (directive := _DIRECTIVE.fullmatch(lines[0])):
        skipped, separator = 1, directive[1]
    if separator is None:
        separator = detect_separator(lines, known_labels)
    reading = Reading(format="csv", encoding=encoding, separator=separator)
    assumed = ("encoding",) if encoding == "cp1252" else ()
    try:
        records = list(parse(lines, separator, skipped))
    except Refused as refusal:
        raise Refused(refusal.code, refusal.line, reading) from refusal
    return records, Reading(format="csv", encoding=encoding, separator=separator, assumed=assumed)


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
    """Return the separator whose header names most known columns, else the one that cuts lines most evenly."""

    def merit(separator: str) -> tuple[int, float, int]:
        records: list[Record] = []
        try:
            for record in parse(lines[: SAMPLE_RECORDS * 4], separator, complete=False):
                if not is_blank(record[1]):
                    records.append(record)
                if len(records) >= SAMPLE_RECORDS:
                    break
        except Refused:
            return (-1, 0.0, 0)
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

    Raises:
        Refused: a cell is too long, a row far too wide, or a quote is never closed.
    """
    body = iter(lines[skipped:])

    def with_end() -> Iterator[str]:
        last = ""
        for last in body:
            yield last
        if complete:
            if last and not last.endswith(("\n", "\r")):
                yield "\n" if _open_line(last) else ""
            yield _END

    # The csv module joins chunks of one line only inside quotes, so the end mark is its own record unless a quote is open.
    reader = csv.reader(_joined(with_end()), delimiter=separator)
    start = skipped + 1
    ended = False
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise Refused("cell-too-long", start) from error
        if complete and cells == [_END]:
            ended = True
            break
        if len(cells) > MAX_COLUMNS * 4:
            raise Refused("too-many-columns", start)
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Refused("cell-too-long", start)
        if complete and _END in cells[-1:][0] if cells else False:
            raise Refused("unbalanced-quote", start)
        yield start, cells
        start = skipped + reader.line_num + 1
    if complete and not ended:
        raise Refused("unbalanced-quote", start)
