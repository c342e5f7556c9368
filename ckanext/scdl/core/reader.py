"""Any file a collectivité may hand over, to one table; its name is never trusted, its first bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .archive import workbook_kind
from .delimited import read_text
from .notices import with_text_notices
from .report import Reading
from .sheets import Sheet
from .spreadsheet import every_sheet, read_sheet
from .table import Record, Refused, Score, Table, build

MAX_BYTES = 100_000_000

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OLE2_STREAMS = (("EncryptedPackage", "password"), ("WordDocument", "document"), ("PowerPoint Document", "document"))

_OTHER_KINDS = (
    (b"\x09\x00\x04\x00", "old-workbook"),
    (b"\x09\x02\x06\x00", "old-workbook"),
    (b"\x09\x04\x06\x00", "old-workbook"),
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
_TABLES_IN_MARKUP = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "xml-workbook"),
    (b"opendocument.spreadsheet", "xml-workbook"),
    (b"<table", "html-table"),
)
_MARKUP = (
    (b"<!doctype html", "web-page"),
    (b"<html", "web-page"),
    (b"<?xml", "not-a-table"),
    (b"<", "not-a-table"),
)


def read(source: bytes | Path, known_labels: frozenset[str] = frozenset(), score: Score | None = None) -> Table:
    """Return the table in a file.

    Args:
        source: the bytes, or where they are.
        known_labels: names of columns of all schemas, as `normalise_label` writes them; they tell the
            header from titles, the right separator from wrong ones, and the right sheet among several.
        score: how well labels fit what is looked for, to choose among sheets; known labels when None.

    Raises:
        Refused: the bytes hold no table that can be read whole.
    """
    data = _filled(source if isinstance(source, bytes) else _bytes(source))
    if kind := _workbook(data):
        chosen = read_sheet(data, kind, known_labels, score)
        table = build(chosen.records, known_labels, chosen.reading, chosen.notices, chosen.kinds)
    else:
        records, reading = _text(data, known_labels)
        table = build(records, known_labels, reading)
    return with_text_notices(table)


def read_sheets(data: bytes, known_labels: frozenset[str] = frozenset()) -> Iterator[tuple[Sheet, Refused | None]]:
    """Yield all that a file holds, also what is not taken for the table: each sheet, or why it cannot be read.

    A text is one sheet without name.

    Raises:
        Refused: the bytes are no table at all.
    """
    if kind := _workbook(_filled(data)):
        yield from every_sheet(data, kind)
    else:
        yield Sheet("", records=_text(data, known_labels)[0]), None


def _filled(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise Refused("too-big")
    if not data.strip(b" \t\r\n;,|\xef\xbb\xbf"):
        raise Refused("empty")
    return data


def _text(data: bytes, known_labels: frozenset[str]) -> tuple[list[Record], Reading]:
    if code := other_kind(data):
        raise Refused(code)
    return read_text(data, known_labels)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _workbook(data: bytes) -> str | None:
    """Return which kind of workbook the bytes are, if any."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return workbook_kind(data)
    if not data.startswith(_OLE2):
        return None
    for name, code in _OLE2_STREAMS:
        if name.encode("utf-16-le") in data:
            raise Refused(code)
    return "xls"


def other_kind(data: bytes) -> str | None:
    """Return what bytes are that are neither text of a table nor a workbook, by their first ones."""
    for mark, code in _OTHER_KINDS:
        if data.startswith(mark):
            return code
    head = data[:4_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<"):
        for mark, code in _TABLES_IN_MARKUP:
            if mark in head:
                return code
    for mark, code in _MARKUP:
        if head.startswith(mark):
            return code
    return "json" if head[:1] in (b"{", b"[") else None
