"""Bytes of a text file to text, strictly and whole; nothing is guessed that a person could not check.

UTF-8 and UTF-16 are proven by their form. What is neither is the 8-bit text of a spreadsheet program:
Windows-1252, or Latin-9 where its letters œ and Ÿ or the sign € give it away; Latin-1 differs from
Windows-1252 in no character a table holds. Text of DOS and of old Macs is told by letters that would stand
inside words as quotes and daggers, and is refused: which of the two it is cannot be known.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .table import Refused

_UTF32_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16_BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

_UTF8_FRENCH = re.compile(
    rb"(?:\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xe2\x80[\x90-\xaf]|\xe2\x82\xac)"
)
"""UTF-8 of what French texts use. As Windows text each would be a pair no word holds; an "É" before a closing
quote, which is UTF-8 by accident, is not among them."""

_LATIN9 = re.compile(
    rb"\xa4|[A-Za-z\xc0-\xff][\xbc\xbd]|(?<![0-9])[\xbc\xbd](?=[A-GI-Za-gi-z\xe0-\xff])|[A-Z\xc0-\xde]\xbe(?![0-9])"
)
"""Latin-9 where Latin-1 has a currency sign and quarters: € anywhere, œ and Œ in words, Ÿ after a capital."""

_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
_OTHER_CHARSET = re.compile(
    rb"[A-Za-z][\x82\x83\x87\x88\x8b\x8d-\x90\x98\x9b\x9d]|[a-z]\x8a[a-z]|[\x82\x88\x8e][a-z]{2}"
)
"""é, è, ê and ç of DOS and Mac, which are a low quote, Š, ˆ and ‡ in Windows."""

_TELLING = (
    *(bytes([code]) for code in b"\xc2\xc3\xc5\xa4\xbc\xbd\xbe\x82\x83\x87\x88\x8a\x8b\x8d\x8e\x8f\x90\x98\x9b\x9d"),
    b"\xe2\x80",
    b"\xe2\x82",
)
"""Every match of the three patterns above holds one of these, which are found many times faster."""

_TWICE_TRACES = ("Ã", "Â", "â€", "â‚¬", "Å“", "Å’", "Å¸")
TWICE = re.compile("[ÃÂ][\x80-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â(?:€|‚¬)|Å[“’¸]")
"""What a letter of a French text becomes when UTF-8 is taken for Windows text."""

_SINGLE_BYTES = {
    **{byte: byte for byte in range(256)},
    **{
        ord(bytes([byte]).decode("cp1252")): byte
        for byte in range(0x80, 0xA0)
        if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    },
}


@dataclass(frozen=True)
class Decoded:
    """The text of a file, the name of its encoding, and what was assumed to read it."""

    text: str
    encoding: str
    assumed: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Return the whole text of a file.

    Raises:
        Refused: a byte, or the whole, is in no encoding that can be known for sure; names the line.
    """
    if data.startswith(_UTF32_BOMS):
        raise Refused("utf-32")
    for mark, encoding in _UTF16_BOMS.items():
        if data.startswith(mark):
            return Decoded(_utf16(data[2:], encoding), encoding)
    if b"\x00" in data:
        return _without_mark(data)
    if data.startswith(codecs.BOM_UTF8):
        body = data[3:].removeprefix(codecs.BOM_UTF8)
        try:
            return once(body.decode("utf-8"), "utf-8-sig")
        except UnicodeDecodeError:
            read = _eight_bit(body)
            return Decoded(read.text, read.encoding, ("false-bom", *read.assumed))
    try:
        return once(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _eight_bit(data)


def windows_text(part: bytes) -> str | None:
    """Return some lines of a file that began as Windows text, or None where they could make it anything else."""
    if any(sign in part for sign in _TELLING) and any(
        kind.search(part) for kind in (_UTF8_FRENCH, _LATIN9, _OTHER_CHARSET)
    ):
        return None
    try:
        return part.decode("cp1252")
    except UnicodeDecodeError:
        return None


def line_of(before: str) -> int:
    """Return the line that follows a text, whatever ends its lines."""
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def once(text: str, encoding: str) -> Decoded:
    """Undo an encoding that was applied twice, if that explains every character beyond ASCII."""
    if not text.isascii() and any(trace in text for trace in _TWICE_TRACES) and TWICE.search(text):
        try:
            raw, _ = codecs.charmap_encode(text, "strict", _SINGLE_BYTES)
            return Decoded(raw.decode("utf-8").removeprefix("\ufeff"), encoding, ("mojibake",))
        except UnicodeError:
            pass  # some characters are right as they stand: the wrong ones are left and told by cell
    return Decoded(text, encoding)


def _utf16(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("encoding", line_of(data[: error.start].decode(encoding, "ignore"))) from error
    if (position := text.find("\x00")) >= 0:
        raise Refused("nul-bytes", line_of(text[:position]))
    return text


def _without_mark(data: bytes) -> Decoded:
    """Recognise UTF-16 by the empty half of its characters; any other NUL is damage."""
    half = max(len(data) // 2, 1)
    high, low = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 4 == 0 and max(high, low) == half and high + low >= len(data) * 0.7:
        raise Refused("utf-32")
    for encoding, empty, full in (("utf-16-le", low, high), ("utf-16-be", high, low)):
        if empty * 2 >= half and not full:
            return Decoded(_utf16(data, encoding), encoding, ("utf-16-no-bom",))
    raise Refused("nul-bytes", _byte_line(data, data.index(b"\x00")))


def _eight_bit(data: bytes) -> Decoded:
    """Read text that is not, or not all, UTF-8."""
    if not _UTF8_FRENCH.search(data):
        encoding = _charset(data, data)
        return Decoded(_strict(data, encoding), encoding, (_SAID[encoding],))
    # Lines of both kinds: each is read as what it is. Where one line holds both, each character is.
    lines = data.splitlines(keepends=True)
    whole = [_as_utf8(line) for line in lines]
    rest = b"".join(_UTF8_FRENCH.sub(b" ", line) for line, text in zip(lines, whole, strict=True) if text is None)
    encoding = _charset(rest, data)
    parts: list[str] = []
    for number, (line, text) in enumerate(zip(lines, whole, strict=True), start=1):
        parts.append(_mixed(line, encoding, number) if text is None else text)
    return Decoded("".join(parts), f"utf-8+{encoding}", ("mixed-encodings",))


_SAID = {"cp1252": "encoding", "iso-8859-15": "latin-9"}


def _charset(part: bytes, data: bytes) -> str:
    """Name the 8-bit encoding of a part of a file, or refuse the file.

    Raises:
        Refused: the letters are those of DOS or of an old Mac.
    """
    if not _WINDOWS_ONLY.search(part):
        return "iso-8859-15" if _LATIN9.search(part) else "cp1252"
    if found := _OTHER_CHARSET.search(part):
        raise Refused("old-encoding", _byte_line(data, max(data.find(found[0]), 0)))
    return "cp1252"


def _as_utf8(line: bytes) -> str | None:
    """Return a line that is UTF-8, or None where it is Windows text that looks like it by accident."""
    if line.isascii():
        return line.decode("ascii")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _UTF8_FRENCH.search(line) or max(text) > "\u07ff" else None


def _mixed(line: bytes, encoding: str, number: int) -> str:
    parts: list[str] = []
    end = 0
    for found in _UTF8_FRENCH.finditer(line):
        parts += (_strict(line[end : found.start()], encoding, number), found[0].decode("utf-8"))
        end = found.end()
    return "".join((*parts, _strict(line[end:], encoding, number)))


def _strict(data: bytes, encoding: str, line: int | None = None) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("encoding", line or _byte_line(data, error.start)) from error


def _byte_line(data: bytes, position: int) -> int:
    return line_of(data[:position].decode("latin-1"))
