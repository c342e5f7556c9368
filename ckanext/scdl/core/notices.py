"""Warnings about a file as it is, which the checks of its cells do not see; none changes the verdict.

Characters that people do not see, text whose encoding went wrong before, cells that a spreadsheet program
would run as formulas, and numbers of a workbook where a text is expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from .decoding import TWICE
from .report import Issue, excerpt
from .table import Table
from .tally import Tally

_JOINT = "\x00"
"""Stands between cells while all are searched at once; no text that was read holds it."""

_FORMULA = ("=", "@", "\t", "\r")

_ASCII_CONTROLS = "".join(map(chr, (*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)))
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"

_TRACES: Mapping[str, tuple[str, ...]] = {
    "control-characters": (*_ASCII_CONTROLS, *map(chr, range(0x80, 0xA0))),
    "line-separators": ("\u2028", "\u2029"),
    "direction-marks": tuple(_DIRECTIONS),
    "unseen-characters": ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"),
    "replacement-characters": ("\ufffd",),
    "mojibake-cell": ("Ã", "Â", "â€", "â‚¬", "Å“", "Å’", "Å¸"),
    "formula-like": tuple(_JOINT + sign for sign in _FORMULA),
}
"""What to look for in all cells at once; most files hold none of it, and searching costs next to nothing."""


def with_text_notices(table: Table) -> Table:
    """Return the table with what its characters give reason to warn about."""
    wanted = traces(_JOINT.join(chain(("",), table.labels, chain.from_iterable(table.rows))))
    if not wanted:
        return table
    tally = Tally(None)
    header_line = table.reading.header_line or 1
    for line, cells in chain([(header_line, list(table.labels))], zip(table.lines, table.rows, strict=True)):
        joined = _JOINT + _JOINT.join(cells)
        for code in traces(joined, wanted):
            for position, cell in enumerate(cells):
                if _has(cell, code):
                    _count(tally, table, code, position, cell, line)
    return replace(table, notices=(*table.notices, *tally.issues()))


def traces(joined: str, wanted: Iterable[str] = tuple(_TRACES)) -> tuple[str, ...]:
    """Return the codes of what cells, each after a NUL, may hold."""
    plain = joined.isascii()
    return tuple(
        code for code in wanted if any(sign in joined for sign in _TRACES[code] if not plain or sign.isascii())
    )


def typed_cells(table: Table, types: Mapping[int, str]) -> Iterator[Issue]:
    """Yield a warning for each column whose workbook cells are of another type than the schema's.

    Args:
        table: a table read from a workbook.
        types: type of the field that a column is, by position.
    """
    for (position, kind), lines in table.kinds.items():
        wanted = types.get(position)
        if kind == "number" and wanted in _TEXTS:
            code = "number-in-text"
        elif kind in ("date", "time") and wanted is not None:
            code = "date-cell"
        else:
            continue
        first = table.lines.index(lines[0]) if lines[0] in table.lines else None
        cells = table.rows[first] if first is not None else []
        yield Issue(
            code=code,
            level="warning",
            label=excerpt(table.labels[position]),
            column=table.letter(position),
            value=excerpt(cells[position]) if position < len(cells) else None,
            count=len(lines),
            rows=tuple(lines),
        )


_TEXTS = frozenset({"string", "date", "datetime", "time", "array", "geopoint", "any"})


def _has(cell: str, code: str) -> bool:
    if code == "formula-like":
        return cell.startswith(_FORMULA)
    return bool(TWICE.search(cell)) if code == "mojibake-cell" else any(sign in cell for sign in _TRACES[code])


def _count(tally: Tally, table: Table, code: str, position: int, cell: str, line: int) -> None:
    column = table.letter(position)

    def described() -> Issue:
        label = table.labels[position] if position < len(table.labels) else ""
        return Issue(code=code, level="warning", label=excerpt(label), column=column, value=excerpt(cell))

    tally.record(code, column, cell, (line,), 1, described)
