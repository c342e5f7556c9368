"""The bytes of a file in pieces that end with a record, and what their signs tell before they are cut into cells.

Signs are counted as numbers, by columns: twenty times faster than Python counts bytes, and a file then needs
no look into its cells for what its bytes do not hold.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from ..decoding import windows_text
from ..delimited import MAX_LINE

WINDOWS = "cp1252"

BLOCK = 12 << 20
"""Bytes that are read at a time; memory grows with it and not with the file."""

_SLICE = 1 << 20
"""Bytes whose signs are counted at a time: they fit into the processor's cache."""

_OPEN_LINES = 10_000
"""Lines after which a quote that is still open is not looked after any more."""

_QUOTE, _RETURN, _NEWLINE, _SPACE = b'"\r\n '

ANYTHING_ODD = (
    r"^[=@\t\r]|[\x01-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}ÃÂ\x{200B}-\x{200F}\x{2028}-\x{202E}"
    r"\x{2060}\x{2066}-\x{2069}\x{FEFF}\x{FFFD}]|â€|â‚¬|Å“|Å’|Å¸"
)
"""What the careful reader has something to say about: formulas, unseen characters, a wrong encoding."""

_ODD_START = r"^[=@\t\r]"
_ODD_BYTES = b"\x7f\x82\x83\xc2\xe2\xef"
"""Without these and without controls a text holds nothing that is odd but a first sign: they are DEL, the ends of
Ã and Â, and the first bytes of all others."""


class OutOfReach(Exception):
    """The file is not plain enough to be read in pieces; nothing is said about it."""


@dataclass(frozen=True)
class Piece:
    """Bytes that end with a record, and how often they hold what matters."""

    data: bytes
    signs: Signs
    odd: str | None
    """Pattern of what has to be looked for in the cells; None when the bytes rule everything out."""


@dataclass(frozen=True)
class Signs:
    """How often some bytes hold each sign, and one right after another."""

    quotes: int
    double_quotes: int
    newlines: int
    controls: int
    """All below the space, the others here as well."""
    returns: int
    line_ends: int
    """Newlines after a return."""

    @classmethod
    def of(cls, data: bytes) -> Signs:
        """Count, in slices that stay in the processor's cache."""
        slices = (_counts(data[start : start + _SLICE + 1]) for start in range(0, len(data), _SLICE))
        return cls(*map(sum, zip(*slices, strict=True)))


def _counts(data: bytes) -> tuple[int, ...]:
    """Count the signs of a slice; a byte beyond its size only tells what follows the last one."""
    signs = pl.Series([data], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
    quotes, newlines = signs == _QUOTE, signs == _NEWLINE
    counted = [quotes, quotes & quotes.shift(-1), newlines, signs < _SPACE]
    # Most files hold no return, and looking for one takes a twentieth of counting them.
    if b"\r" in data:
        returns = signs == _RETURN
        counted += [returns, returns & newlines.shift(-1)]
    return tuple(int(each.head(_SLICE).sum()) for each in counted) + (0,) * (6 - len(counted))


def pieces(file: BinaryIO, offset: int, windows: bool) -> Iterator[Piece]:
    """Yield the bytes from an offset on as UTF-8, the last ones without blank lines.

    Raises:
        OutOfReach: a quote stays open, a line ends as no plain file's does, or there is a byte of no text.
    """
    size = file.seek(0, io.SEEK_END)
    # What is left over comes first: nothing else can be done while the first bytes become cells.
    wanted = max((size - offset) % BLOCK, BLOCK // 4)
    while offset < size:
        # The end of a line is looked for first, so that the bytes are read once and never copied.
        file.seek(offset + wanted)
        end = min(size, offset + wanted + len(file.readline(MAX_LINE)))
        wanted = BLOCK
        file.seek(offset)
        data = file.read(end - offset)
        signs = Signs.of(data)
        if signs.quotes % 2:
            data += _to_even(file)
            signs = Signs.of(data)
        offset += len(data)
        counted = data
        if offset >= size:
            data = _without_blank_end(data)
        if windows:
            data = _as_utf8(data)
        if data is not counted:
            signs = Signs.of(data)
        del counted
        if data != b"\n":
            yield _piece(data, signs)
        # Or these bytes would still be there while the next are read.
        del data


def _without_blank_end(data: bytes) -> bytes:
    """Return bytes that end with one line end, and do not copy those that do already."""
    last = data[-3:].removesuffix(b"\n").removesuffix(b"\r")
    plain = data.endswith(b"\n") and last[-1:] not in {b"\r", b"\n", b""}
    return data if plain else data.rstrip(b"\r\n") + b"\n"


def _as_utf8(data: bytes) -> bytes:
    text = windows_text(data)
    if text is None:
        raise OutOfReach
    return text.encode()


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


def _piece(data: bytes, signs: Signs) -> Piece:
    if b"\x00" in data or signs.returns != signs.line_ends:
        raise OutOfReach
    if signs.controls > signs.newlines + signs.returns or any(byte in data for byte in _ODD_BYTES):
        return Piece(data, signs, ANYTHING_ODD)
    return Piece(data, signs, _ODD_START if signs.returns or b"=" in data or b"@" in data else None)
