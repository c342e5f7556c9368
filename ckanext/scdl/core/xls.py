"""What calamine does not tell of an XLS sheet: formats, hidden parts, comments and errors.

The file is a small file system (compound file) with one stream of records (BIFF8). Only the records that
matter are looked at, and none is trusted further than its length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .number_formats import BUILT_IN, NumberFormat, number_format
from .xlsx import SheetFacts

_END_OF_CHAIN = 0xFFFFFFFA
_STREAMS = ("Workbook", "Book")
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

_BOF, _EOF, _BOUNDSHEET, _FORMAT, _XF = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_ROW, _COLINFO, _NOTE, _BOOLERR, _FORMULA = 0x0208, 0x007D, 0x001C, 0x0205, 0x0006
_NUMBER, _RK, _MULRK = 0x0203, 0x027E, 0x00BD
_BIFF8 = 0x0600


def facts_of(data: bytes) -> dict[str, SheetFacts]:
    """Return the facts of the sheets by name; none where the file is older or bent, and values tell all."""
    try:
        return _facts(_workbook_stream(data))
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


def _workbook_stream(data: bytes) -> bytes:
    """Return the stream of records out of the compound file."""
    sector = 1 << min(data[30], 12)
    mini_sector = 1 << min(data[32], 9)
    count, directory, _, cutoff, mini_first, _ = struct.unpack_from("<6I", data, 44)
    table_first = struct.unpack_from("<109I", data, 76)
    places = [place for place in table_first[: min(count, 109)] if place < _END_OF_CHAIN]
    following, most = struct.unpack_from("<2I", data, 68)
    for _ in range(min(most, len(data) // sector)):
        if following >= _END_OF_CHAIN:
            break
        more = struct.unpack_from(f"<{sector // 4}I", data, (following + 1) * sector)
        places.extend(place for place in more[:-1] if place < _END_OF_CHAIN)
        following = more[-1]
    table: list[int] = []
    for place in places[: len(data) // sector + 1]:
        table.extend(struct.unpack_from(f"<{sector // 4}I", data, (place + 1) * sector))

    def chain(start: int) -> bytes:
        parts: list[bytes] = []
        while start < len(table) and len(parts) * sector <= len(data):
            parts.append(data[(start + 1) * sector : (start + 2) * sector])
            start = table[start]
        return b"".join(parts)

    entries = chain(directory)
    root_start = struct.unpack_from("<I", entries, 116)[0]
    for place in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, place + 64)[0]
        name = entries[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le")
        if name not in _STREAMS:
            continue
        start, size = struct.unpack_from("<2I", entries, place + 116)
        if size >= cutoff:
            return chain(start)[:size]
        small, small_table = chain(root_start), chain(mini_first)
        parts: list[bytes] = []
        while start < len(small_table) // 4 and len(parts) * mini_sector < size:
            parts.append(small[start * mini_sector : (start + 1) * mini_sector])
            start = struct.unpack_from("<I", small_table, start * 4)[0]
        return b"".join(parts)[:size]
    return b""


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records from a place to the end of its part."""
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
        if kind == _EOF:
            return
        position += 4 + length


def _facts(stream: bytes) -> dict[str, SheetFacts]:
    custom: dict[int, str] = {}
    used: list[int] = []
    sheets: list[tuple[str, int]] = []
    for kind, body in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", body)[0] != _BIFF8:
            return {}
        if kind == _FORMAT:
            custom[struct.unpack_from("<H", body)[0]] = _string(body[4:], struct.unpack_from("<H", body, 2)[0])
        elif kind == _XF:
            used.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET:
            sheets.append((_string(body[7:], body[6]), struct.unpack_from("<I", body)[0]))
    shapes = [number_format(custom.get(key) or BUILT_IN.get(key, "General")) for key in used]
    return {name: _sheet(stream, place, name, shapes) for name, place in sheets}


def _string(body: bytes, length: int) -> str:
    """Return a text after its length: a byte of flags, then one or two bytes for each character."""
    if body[0] & 1:
        return body[1 : 1 + 2 * length].decode("utf-16-le")
    return body[1 : 1 + length].decode("latin-1")


def _sheet(stream: bytes, place: int, name: str, shapes: list[NumberFormat | None]) -> SheetFacts:
    facts = SheetFacts(name)

    def shaped(row: int, column: int, style: int) -> None:
        shape = shapes[style] if style < len(shapes) else None
        if shape is not None:
            facts.formats[row + 1, column] = shape

    for kind, body in _records(stream, place):
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<3H", body)
            shaped(row, column, style)
            if kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
                facts.errors[row + 1, column] = _ERRORS.get(body[8], "#N/A")
        elif kind == _MULRK:
            row, first = struct.unpack_from("<2H", body)
            for step in range((len(body) - 6) // 6):
                shaped(row, first + step, struct.unpack_from("<H", body, 4 + 6 * step)[0])
        elif kind == _BOOLERR and body[7]:
            row, column = struct.unpack_from("<2H", body)
            facts.errors[row + 1, column] = _ERRORS.get(body[6], "#N/A")
        elif kind == _ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
            facts.hidden_lines.append(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<2H", body)
            facts.hidden_columns.extend(range(first, min(last, 255) + 1))
        elif kind == _NOTE:
            row, column = struct.unpack_from("<2H", body)
            facts.comments.append((row + 1, column))
    return facts
