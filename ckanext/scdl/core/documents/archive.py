"""Archives: the names of their files, and the files themselves, but no archive within the archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from ..archive import DAMAGES, preflight
from ..kinds import HEAD, kind_of
from ..table import Refused
from .gathering import Gathered
from .markup import why_unread
from .plain import read_text

MOST_FILES = 200
"""Files of an archive that are opened; the names of all are looked at."""

_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".ods"})
_TEXTS = frozenset({".txt", ".dbf", ".md", ".html", ".htm", ".log", ".rtf", ".vcf", ".eml", ".svg", ".yaml", ".yml"})
_OF_MAPS = frozenset({".shp", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qmd", ".qpj", ".qml", ".sld"})
"""Outlines and settings, in which nobody writes."""

_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!")


def read(data: bytes, into: Gathered, readers: Mapping[str, Callable[[bytes, Gathered], None]]) -> None:
    """Gather the names of an archive's files, then what they hold.

    Args:
        data: the archive.
        into: takes it.
        readers: by format of a file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Not by `is_dir`, which wants a name to have letters.
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            preflight(archive, entries)
            into.begin("")
            for entry in entries:
                into.add(_words(entry.filename))
            for number, entry in enumerate(entries):
                into.open(entry.filename)
                if number < MOST_FILES:
                    _read_file(entry.filename, archive.read(entry), into, readers)
                else:
                    into.miss("unread-rest")
    except DAMAGES:
        into.miss("unread-damaged")
    except Refused as error:
        into.miss(why_unread(error))
    finally:
        into.open("")


def _read_file(
    name: str, data: bytes, into: Gathered, readers: Mapping[str, Callable[[bytes, Gathered], None]]
) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    kind = kind_of(name, data[:HEAD])
    if suffix in _OF_MAPS or not data:
        return
    if suffix in _TABLES:
        into.table(data)
    elif kind and kind.format in readers:
        readers[kind.format](data, into)
    elif kind or data.startswith(_ARCHIVES):
        into.miss("unread-archive")
    elif suffix in _TEXTS:
        read_text(data, into)
    else:
        into.miss("unread-kind")


def _words(name: str) -> str:
    """Return the name of a file as words: DUPONT_Marie.pdf names somebody."""
    return name.replace("_", " ")
