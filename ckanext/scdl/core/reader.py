"""Any file a collectivité may hand over, to one table; its name is never trusted, its first bytes are."""

from __future__ import annotations

from pathlib import Path

from .delimited import read_text
from .notices import with_text_notices
from .report import Reading
from .spreadsheet import read_sheet, spreadsheet_kind
from .table import Record, Refused, Table, build

MAX_BYTES = 100_000_000

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OTHER_KINDS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "document"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"PAR1", "not-a-table"),
    (b"SQLite format 3", "not-a-table"),
    (b"\x7fELF", "not-a-table"),
    (b"MZ\x90\x00", "not-a-table"),
)
_MARKUP = (
    (b"<!doctype html", "web-page"),
    (b"<html", "web-page"),
    (b"<?xml", "not-a-table"),
    (b"<", "not-a-table"),
)


def read(source: bytes | Path, known_labels: frozenset[str] = frozenset()) -> Table:
    """Return the table in a file.

    Args:
        source: the bytes, or where they are.
        known_labels: names of columns of all schemas, as `normalise_label` writes them; they tell the
            header from titles, the right separator from wrong ones, and the right sheet among several.

    Raises:
        Refused: the bytes hold no table that can be read whole.
    """
    data = source if isinstance(source, bytes) else _bytes(source)
    if len(data) > MAX_BYTES:
        raise Refused("too-big")
    if not data.strip(b" \t\r\n;,|\xef\xbb\xbf"):
        raise Refused("empty")
    records, reading = _records(data, known_labels)
    return with_text_notices(build(records, known_labels, reading))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _records(data: bytes, known_labels: frozenset[str]) -> tuple[list[Record], Reading]:
    """Choose the reader by what the bytes are."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return read_sheet(data, spreadsheet_kind(data), known_labels)
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("password")
        return read_sheet(data, "xls", known_labels)
    if code := other_kind(data):
        raise Refused(code)
    return read_text(data, known_labels)


def other_kind(data: bytes) -> str | None:
    """Return what bytes are that are neither text of a table nor a workbook, by their first ones."""
    for mark, code in _OTHER_KINDS:
        if data.startswith(mark):
            return code
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, code in _MARKUP:
        if head.startswith(mark):
            return code
    return "json" if head[:1] in (b"{", b"[") else None
