"""All that a file holds: its table, what stands above it, other sheets; in blocks of bounded size."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from ..engine import FAST_FROM
from ..reader import MAX_BYTES, read_sheets
from ..sheets import Place, Sheet
from ..table import MAX_CELLS, MAX_COLUMNS, Record, Refused, column_letter, find_header, is_blank, known_share
from .columns import Cells

log = logging.getLogger(__name__)

HEAD_ROWS = 100
BLOCK_ROWS = 20_000
"""Rows of a table in memory that are turned into columns at a time."""


@dataclass(frozen=True)
class Block:
    """Some rows as columns of text, and the line where each row starts."""

    columns: Sequence[Cells]
    lines: Sequence[int]


@dataclass
class Part:
    """A table with what stands around it.

    Attributes:
        labels: names of the columns, as they stand there.
        header_line: their line.
        above: lines above the header.
        blocks: the rows; they can be taken once.
        head: the first rows, to recognise a schema by.
        number: number of the sheet; None for the one that would be published.
        sheet: what its reader noticed.
    """

    labels: Sequence[str]
    header_line: int
    above: Sequence[Record]
    blocks: Iterator[Block]
    head: Sequence[Sequence[str]]
    number: int | None = None
    sheet: Sheet = field(default_factory=lambda: Sheet(""))

    def letter(self, position: int) -> str:
        """Return the letter of a column."""
        return column_letter(position)


class NotPlain(Exception):
    """A large file turned out to need the careful reader; what was found by then is worth nothing."""


def parts_of(file: BinaryIO, known_labels: frozenset[str], *, in_blocks: bool) -> list[Part]:
    """Return the parts of a file, the one that would be published first.

    Args:
        file: any bytes, opened where one may go back to their start.
        known_labels: names of columns of all schemas, to tell headers by.
        in_blocks: whether a large plain text may be read in pieces, which ends with NotPlain where it is not plain.

    Raises:
        Refused: nothing in it can be read as a table.
        NotPlain: also while blocks are taken.
    """
    if in_blocks and file.seek(0, io.SEEK_END) >= FAST_FROM and (part := _large(file, known_labels)):
        return [part]
    file.seek(0)
    return _careful(file.read(MAX_BYTES + 1), known_labels)


def _large(file: BinaryIO, known_labels: frozenset[str]) -> Part | None:
    """Return a large plain text as a part whose blocks are read when they are taken, None where polars is absent."""
    try:
        from ..fast import blocks, quiet
    except ImportError:
        log.warning("polars cannot be imported: large files are read slowly")
        return None
    if file.seek(0, io.SEEK_END) > blocks.MAX_BYTES:
        return None
    try:
        head = blocks.open_head(file, known_labels)
    except blocks.OutOfReach:
        return None
    header_line = head.reading.header_line or 1
    file.seek(0)
    above = [(line, [file.readline().decode("utf-8-sig")]) for line in range(1, header_line)]

    def taken() -> Iterator[Block]:
        try:
            for block in blocks.blocks(file, head):
                yield Block(quiet.cells(block.frame), block.frame["line"].to_list())
        except blocks.OutOfReach as error:
            raise NotPlain from error

    return Part(head.table.labels, header_line, above, taken(), head.table.rows[:HEAD_ROWS])


def _careful(data: bytes, known_labels: frozenset[str]) -> list[Part]:
    parts: list[Part] = []
    unread: list[Part] = []
    refusal: Refused | None = None
    for number, (sheet, refused) in enumerate(read_sheets(data, known_labels), 1):
        if refused is not None:
            refusal = refusal or refused
            sheet = Sheet(sheet.name, sheet.hidden, places=[Place("unread-sheet")])
            unread.append(Part((), 1, (), iter(()), (), number, sheet))
        header = find_header(sheet.records, known_labels) if refused is None else None
        if header is not None:
            parts.append(_part(sheet, header, number))
    if not parts:
        raise refusal or Refused("empty")
    main = max(parts, key=lambda part: (known_share(part.labels, known_labels), not part.sheet.hidden))
    main.number = None
    return [*sorted(parts, key=lambda part: part.number or 0), *unread]


def _part(sheet: Sheet, header: int, number: int) -> Part:
    line, labels = sheet.records[header]
    body = sheet.records[header + 1 :]
    width = max((len(cells) for _, cells in body), default=0)
    if max(width, len(labels)) > MAX_COLUMNS:
        raise Refused("too-many-columns", line)
    if width * len(body) > MAX_CELLS:
        raise Refused("too-many-cells")
    labels = [*labels, *[""] * (width - len(labels))]
    head = [cells for _, cells in body[:HEAD_ROWS]]
    return Part(labels, line, sheet.records[:header], _blocks(body, len(labels)), head, number, sheet)


def _blocks(body: Sequence[Record], width: int) -> Iterator[Block]:
    for start in range(0, len(body), BLOCK_ROWS):
        rows = [(line, cells) for line, cells in body[start : start + BLOCK_ROWS] if not is_blank(cells)]
        columns = [[cells[position] if position < len(cells) else "" for _, cells in rows] for position in range(width)]
        if rows:
            yield Block([Cells.of(cells) for cells in columns], [line for line, _ in rows])
