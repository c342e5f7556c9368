"""Zip archives of strangers: what is inside, after a preflight that bombs do not pass."""

from __future__ import annotations

import io
import zipfile
import zlib

from .table import Refused

MAX_ENTRIES = 2_000
MAX_DECLARED = 200_000_000
MAX_RATIO = 100
RATIO_FROM = 10_000_000
"""Small archives may shrink a lot honestly; the ratio counts above this size only."""

DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    KeyError,
    OSError,
    zlib.error,
)
"""What the zip module raises on bytes that are no sound archive."""

_PART = 1 << 20
_OTHER_CONTENTS = (
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "document"),
    ("ppt/presentation.xml", "document"),
    ("Index/Document.iwa", "numbers-workbook"),
    ("Index.zip", "numbers-workbook"),
)


def workbook_kind(data: bytes) -> str:
    """Return "xlsx" or "ods" for an archive that holds such a workbook.

    Raises:
        Refused: the archive is damaged, a bomb, encrypted, or holds something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            preflight(archive, entries)
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" in names:
                return "xlsx"
            for name, code in _OTHER_CONTENTS:
                if name in names:
                    raise Refused(code)
            if "content.xml" in names:
                return _ods(archive, names)
    except DAMAGES as error:
        raise Refused("damaged") from error
    raise Refused("archive")


def preflight(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what inflates beyond all measure, by what it declares and by what really comes out.

    Raises:
        Refused: it does, or is protected by a password.
    """
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_DECLARED:
        raise Refused("zip-bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password")
    total, packed = 0, max(sum(entry.compress_size for entry in entries), 1)
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(_PART):
                total += len(chunk)
                if total > MAX_DECLARED or (total > RATIO_FROM and total > MAX_RATIO * packed):
                    raise Refused("zip-bomb")


def _ods(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Tell a spreadsheet from a text document, and a protected one from an open one."""
    kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    if b"spreadsheet" not in kind:
        raise Refused("not-a-table")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Refused("password")
    return "ods"
