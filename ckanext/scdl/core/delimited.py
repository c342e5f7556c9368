"""Text of a delimited file to records, each with the line of the file where it starts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from .decoding import decode
from .report import Reading
from .table import MAX_COLUMNS, Record, Refused, find_header, is_blank, known_share

MAX_LINE = 1_000_000
MAX_LINES = 5_000_000
MAX_CELL = 100_000
"""Characters of one cell: a quote left open soon swallows more than any honest cell holds."""

SEPARATORS = (",", ";", "\t", "|")
"""A comma stands first among equals: it is what the official schemas ask for."""
SAMPLE_RECORDS = 60
SAMPLE_LINES = 4 * SAMPLE_RECORDS

_DIRECTIVE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NO_SEPARATOR = re.compile(r"[\w\s\"'’,;|]")
_IN_TEXTS = re.compile(r"[().\-/&°+*%€]")
"""Signs that stand in texts as often as between cells: only the names of columns tell."""
_QUOTED_LINE = re.compile(r'"((?:[^"]|"")*)"[ \t]*(\r?\n?)')
_END = "\x00"
"""Stands after the last line; a file that holds the character itself is refused before."""


def read_text(data: bytes, known_labels: frozenset[str]) -> tuple[list[Record], Reading]:
    """Return all records of a CSV or TSV file with how it was read."""
    if data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") > MAX_LINES:
        raise Refused("too-many-lines")
    decoded = decode(data)
    reading = Reading(format="csv", encoding=decoded.encoding, assumed=decoded.assumed)
    try:
        lines = split_lines(decoded.text)
        separator, skipped = find_separator(lines, known_labels)
        assumed = (*decoded.assumed, "separator-line") if skipped else decoded.assumed
        if '"' in decoded.text and (bare := _without_quotes_round_lines(lines, separator, known_labels)):
            lines, separator = bare
            assumed = (*assumed, "quoted-lines")
        reading = Reading(format="csv", encoding=decoded.encoding, separator=separator, assumed=assumed)
        if '"' in decoded.text:
            return list(parse(lines, separator, skipped)), reading
        return _plain(lines, separator, skipped), reading
    except Refused as refusal:
        raise Refused(refusal.code, refusal.line, reading) from refusal


def split_lines(text: str) -> list[str]:
    """Return the physical lines with their ends, of which a file may mix several kinds.

    Raises:
        Refused: a line is too long to be one.
    """
    if "\r" in text:
        lines = list(io.StringIO(text, newline=""))
    else:
        lines = [line + "\n" for line in text.split("\n")]
        last = lines.pop()[:-1]
        if last:
            lines.append(last)
    if lines and max(map(len, lines)) > MAX_LINE:
        raise Refused("line-too-long", next(n for n, line in enumerate(lines, 1) if len(line) > MAX_LINE))
    return lines


def find_separator(lines: list[str], known_labels: frozenset[str]) -> tuple[str, int]:
    """Return the character between cells and the number of lines at the top that only tell it."""
    skipped = 0
    directive = _DIRECTIVE.fullmatch(lines[0]) if lines else None
    if directive:
        skipped = 1
        named = directive[1]
        if len(lines) == 1 or named in lines[1]:
            return named, skipped
    sample = lines[skipped : skipped + SAMPLE_LINES]
    merits = {separator: _merit(sample, separator, known_labels) for separator in SEPARATORS}
    best = max(SEPARATORS, key=merits.__getitem__)
    if merits[best][0] < 2 and merits[best][1] < 1.0:
        # None of the usual ones makes a table: any other sign that stands in every line may.
        for other in _unusual(sample):
            merit = _merit(sample, other, known_labels)
            if merit[0] >= 2 or not _IN_TEXTS.match(other):
                merits[other] = merit
        best = max(merits, key=merits.__getitem__)
    return best, skipped


def _without_quotes_round_lines(
    lines: list[str], separator: str, known_labels: frozenset[str]
) -> tuple[list[str], str] | None:
    """Return lines that a program took for single cells as the rows they were, with their separator; None if none was.

    It happens to a file of semicolons that is opened where commas are expected, and saved again.
    """
    sample = lines[:SAMPLE_LINES]
    bare = [_bare(line) for line in sample]
    if bare == sample:
        return None
    other, _ = find_separator(bare, known_labels)
    merit = _merit(bare, other, known_labels)
    if merit[0] < 2 or merit <= _merit(sample, separator, known_labels):
        return None
    return [_bare(line) for line in lines], other


def _bare(line: str) -> str:
    """Return a line that is one quoted cell without the quotes round it."""
    quoted = _QUOTED_LINE.fullmatch(line)
    return quoted[1].replace('""', '"') + quoted[2] if quoted else line


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
    widths: set[int] = set()
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
        spanned = reader.line_num + skipped - start
        if len(cells) > 4 * MAX_COLUMNS:
            raise Refused("too-many-columns", start)
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Refused(_swallowing(spanned), start)
        if spanned > 1 and any(_swallows(cell, separator, widths) for cell in cells):
            raise Refused("unbalanced-quote", start)
        widths.add(len(cells))
        yield start, cells
        start = skipped + reader.line_num + 1


def _plain(lines: list[str], separator: str, skipped: int) -> list[Record]:
    """Return the records of a file without quotes, where each line is one."""
    records: list[Record] = []
    most = 4 * MAX_COLUMNS
    for number, line in enumerate(lines[skipped:], start=skipped + 1):
        line = line.rstrip("\r\n")
        cells = line.split(separator) if line else []
        if len(cells) > most:
            raise Refused("too-many-columns", number)
        if len(line) > MAX_CELL and any(len(cell) > MAX_CELL for cell in cells):
            raise Refused("cell-too-long", number)
        records.append((number, cells))
    return records


def _merit(sample: list[str], separator: str, known_labels: frozenset[str]) -> tuple[int, float, int]:
    """Return how many known columns a separator brings to light, how evenly it cuts, into how many."""
    records: list[Record] = []
    try:
        for record in parse(sample, separator, complete=False):
            if not is_blank(record[1]):
                records.append(record)
            if len(records) >= SAMPLE_RECORDS:
                break
    except Refused as refusal:
        # A separator that makes far too many columns is still the one the file is written with, and so is
        # the one that cut the rows before a stray quote.
        if refusal.code == "too-many-columns":
            return (0, 1.0, MAX_COLUMNS)
    header = find_header(records, known_labels)
    if header is None:
        return (0, 0.0, 0)
    cells = records[header][1]
    same = sum(1 for _, other in records if len(other) == len(cells))
    evenness = same / len(records) if len(cells) > 1 else 0.0
    return (known_share(cells, known_labels), round(evenness, 1), len(cells))


def _unusual(sample: list[str]) -> list[str]:
    """Return the signs that stand equally often in the first filled lines."""
    filled = [line for line in sample if line.strip()][:5]
    if len(filled) < 2:
        return []
    signs = {sign for sign in filled[-1] if not _NO_SEPARATOR.match(sign)}
    return sorted(sign for sign in signs if len({line.count(sign) for line in filled[-2:]}) == 1)


def _swallowing(lines: int) -> str:
    """Tell a long text from a quote that was left open."""
    return "unbalanced-quote" if lines > 20 else "cell-too-long"


def _swallows(cell: str, separator: str, widths: set[int]) -> bool:
    """Tell a cell that holds whole rows of the table, because two quotes far apart were never closed."""
    if "\n" not in cell and "\r" not in cell:
        return False
    cuts = [line.count(separator) for line in io.StringIO(cell, newline=None)][1:-1]
    if not cuts or min(cuts) != max(cuts) or (widths and cuts[0] + 1 not in widths):
        return False
    return cuts[0] >= (3 if len(cuts) == 1 else 2 if len(cuts) < 6 else 1)
