"""Spreadsheet files (XLSX, ODS, XLS) to records: a preflight that bombs do not pass, then calamine.

Known to be missing: number formats, hidden and merged cells, formulas without a stored value, and a far
cell that holds something: calamine then asks for more memory than the sandbox grants, and the child ends
there.
"""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from typing import Any

from .report import Reading
from .table import MAX_CELLS, Record, Refused, find_header, is_blank, known_share

MAX_ENTRIES = 2_000
MAX_DECLARED = 200_000_000
MAX_RATIO = 100
RATIO_FROM = 10_000_000
"""Small archives may shrink a lot honestly; the ratio counts above this size only."""

_PART = 1 << 20
_DAMAGES = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error)


def spreadsheet_kind(data: bytes) -> str:
    """Return "xlsx" or "ods" for a zip archive that holds such a workbook, after the preflight.

    Raises:
        Refused: the archive is damaged, a bomb, encrypted, or holds something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _preflight(archive, entries)
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return "xlsx"
            if "content.xml" in names:
                return _ods(archive, names)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        raise Refused("damaged") from error
    raise Refused("archive")


def read_sheet(data: bytes, kind: str, known_labels: frozenset[str]) -> tuple[list[Record], Reading]:
    """Return the records of the first sheet whose header is known, else of the first with content."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        chosen: tuple[str, list[Record]] | None = None
        filled = 0
        for name in workbook.sheet_names:
            records = _records(workbook.get_sheet_by_name(name))
            if all(is_blank(cells) for _, cells in records):
                continue
            filled += 1
            if chosen is None or _names_columns(records, known_labels) > _names_columns(
                chosen[1], known_labels
            ):
                chosen = (name, records)
    except python_calamine.PasswordError as error:
        raise Refused("password") from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("damaged") from error
    if chosen is None:
        raise Refused("empty", reading=Reading(format=kind))
    assumed = ("sheet",) if filled > 1 else ()
    return chosen[1], Reading(format=kind, sheet=chosen[0], assumed=assumed)


def cell_text(value: Any) -> str:
    """Return what a person reads in a cell: whole numbers without a point, a date as year-month-day."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _records(sheet: Any) -> list[Record]:
    """Return the rows of a sheet as text, without the blank tail that styled cells leave behind."""
    if sheet.total_height * max(sheet.total_width, 1) > MAX_CELLS:
        raise Refused("too-many-cells")
    rows = sheet.to_python(skip_empty_area=False)
    records = [(line, [cell_text(value) for value in cells]) for line, cells in enumerate(rows, start=1)]
    while records and is_blank(records[-1][1]):
        records.pop()
    return records


def _names_columns(records: list[Record], known_labels: frozenset[str]) -> int:
    header = find_header(records, known_labels)
    return 0 if header is None else known_share(records[header][1], known_labels)


def _preflight(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what inflates beyond all measure, by what it declares and by what really comes out."""
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
