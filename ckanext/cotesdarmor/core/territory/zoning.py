"""Other zonings of the same communes (bassins de vie and the like), read from the tables of INSEE.

INSEE's tables carry title lines above their header, and its workbooks a sheet of documentation beside the
data: the header is the first line that names the wanted columns, wherever it stands. Communes outside the
territory are left aside; the codes of former communes count for the commune they are part of today.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from .errors import UnknownCollectivite, ZoningError
from .register import Territory

MAXIMUM_BYTES = 20 * 1024 * 1024
_MAXIMUM_UNPACKED_BYTES = 200 * 1024 * 1024
_LONGEST_CELL = 10_000
_HEADER_LINES = 50

_Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the table puts a commune, on which line, and where else another line puts it."""

    zone: str
    line: int
    other: _Place | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone, with the INSEE codes of its communes that are in the territory."""

    code: str
    name: str
    communes: tuple[str, ...]


@dataclass(frozen=True)
class Zoning:
    """A zoning of the territory.

    Attributes:
        code: the name of the column that it was read from, such as `BV2022`.
        zones: in the order of their codes.
        without_zone: INSEE codes of the communes of the territory that the table does not name.
        ignored_rows: how many rows were about communes outside the territory.
    """

    code: str
    zones: tuple[Zone, ...]
    without_zone: tuple[str, ...] = ()
    ignored_rows: int = 0

    @cached_property
    def _zone_of(self) -> Mapping[str, Zone]:
        return {commune: zone for zone in self.zones for commune in zone.communes}

    def zone_of(self, commune: str) -> Zone | None:
        """The zone of a commune in force, by its INSEE code."""
        return self._zone_of.get(commune)


def parse_zoning(
    source: Path | bytes,
    filename: str,
    territory: Territory,
    *,
    code_column: str = "BV2022",
    label_column: str = "LIBBV2022",
    commune_column: str = "CODGEO",
) -> Zoning:
    """Read a zoning from a CSV (separated by `;`, `,` or tabs) or an XLSX table with one row per commune.

    Args:
        source: the file, or its bytes.
        filename: its name, which tells the format and appears in messages.
        territory: the register that the communes are looked up in.
        code_column: the column with the code of the zone.
        label_column: the column with its name.
        commune_column: the column with the INSEE code of the commune.

    Raises:
        ZoningError: with the line, when there is one, and what to do.
    """
    content = _bounded(source, filename)
    wanted = (commune_column, code_column, label_column)
    if filename.lower().endswith(".xlsx"):
        rows, header_line = _from_workbook(content, filename, wanted)
    elif filename.lower().endswith((".csv", ".txt", ".tsv")):
        rows, header_line = _from_csv(content, filename, wanted)
    else:
        raise ZoningError(filename, "Only CSV and XLSX tables can be read.", "Save the table as CSV or XLSX.")
    return _zoning(rows, header_line, filename, territory, wanted)


def _bounded(source: Path | bytes, filename: str) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MAXIMUM_BYTES:
        raise ZoningError(
            filename,
            f"The file weighs {size // 1024**2} MB, more than {MAXIMUM_BYTES // 1024**2}.",
            "Keep the sheet with the communes and remove the others.",
        )
    return source if isinstance(source, bytes) else source.read_bytes()


def _from_workbook(content: bytes, filename: str, wanted: tuple[str, ...]) -> tuple[list[_Row], int]:
    damaged = ZoningError(filename, "The workbook cannot be opened.", "Save it again as XLSX, or as CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAXIMUM_UNPACKED_BYTES:
            raise ZoningError(filename, "The workbook is too large once unpacked.", "Save the table as CSV.")
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [(line, [_text(cell) for cell in cells]) for line, cells in enumerate(sheet, start=1)]
            header = _header_index(rows, wanted)
            if header is not None:
                return rows[header:], rows[header][0]
    except (zipfile.BadZipFile, CalamineError):
        raise damaged from None
    raise _no_header(filename, wanted)


def _from_csv(content: bytes, filename: str, wanted: tuple[str, ...]) -> tuple[list[_Row], int]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    for separator in (";", ",", "\t"):
        rows = list(_csv_rows(text, separator, filename))
        header = _header_index(rows, wanted)
        if header is not None:
            return rows[header:], rows[header][0]
    raise _no_header(filename, wanted)


def _csv_rows(text: str, separator: str, filename: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    problem = "A cell is far too long: a quote is probably not closed."
    try:
        for cells in reader:
            # Counted here too: any library may raise the csv module's own limit for the whole process.
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise ZoningError(filename, problem, "Close it.", reader.line_num)
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise ZoningError(filename, problem, "Close it.", reader.line_num) from None


def _header_index(rows: list[_Row], wanted: tuple[str, ...]) -> int | None:
    for index, (_, cells) in enumerate(rows[:_HEADER_LINES]):
        names = {cell.casefold() for cell in cells}
        if all(column.casefold() in names for column in wanted):
            return index
    return None


def _no_header(filename: str, wanted: tuple[str, ...]) -> ZoningError:
    return ZoningError(
        filename,
        f"No line of the table names the columns {', '.join(wanted)}.",
        "Keep INSEE's header line with its short names, or say which columns to read.",
    )


def _zoning(
    rows: list[_Row], header_line: int, filename: str, territory: Territory, wanted: tuple[str, ...]
) -> Zoning:
    names: dict[str, str] = {}
    own_rows: dict[str, _Place] = {}
    rows_of_parts: dict[str, _Place] = {}
    ignored = 0
    for line, (code, zone, name) in _records(rows, wanted):
        try:
            commune = territory.by_insee(code).insee
        except UnknownCollectivite:
            ignored += 1
            continue
        if not zone:
            raise ZoningError(filename, f"The commune {code} has no {wanted[1]}.", "Complete the line.", line)
        if names.setdefault(zone, name) != name:
            problem = f"The zone {zone} is called “{names[zone]}” above and “{name}” here."
            raise ZoningError(filename, problem, "Give it one name.", line)
        places = own_rows if code == commune else rows_of_parts
        place = places.setdefault(commune, _Place(zone, line))
        if places is own_rows and place.zone != zone:
            raise _two_zones(filename, commune, place, _Place(zone, line))
        if place.zone != zone:
            places[commune] = _Place(place.zone, place.line, other=_Place(zone, line))

    for commune, place in rows_of_parts.items():
        # The row of the commune in force settles what its former parts, in several zones, leave open.
        if commune not in own_rows:
            if place.other:
                raise _two_zones(filename, commune, place, place.other)
            own_rows[commune] = place
    if not own_rows:
        advice = "Check that it covers the territory."
        raise ZoningError(filename, "No commune of the territory is in the table.", advice, header_line)
    members: dict[str, list[str]] = {}
    for commune, place in own_rows.items():
        members.setdefault(place.zone, []).append(commune)
    return Zoning(
        code=wanted[1],
        zones=tuple(Zone(zone, names[zone], tuple(sorted(members[zone]))) for zone in sorted(members)),
        without_zone=tuple(one.insee for one in territory.communes if one.insee not in own_rows),
        ignored_rows=ignored,
    )


def _records(rows: list[_Row], wanted: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The three wanted cells of each row below the header; rows without a commune are notes or totals."""
    header = [cell.casefold() for cell in rows[0][1]]
    places = [header.index(column.casefold()) for column in wanted]
    for line, cells in rows[1:]:
        commune, zone, name = (cells[place] if place < len(cells) else "" for place in places)
        if commune:
            yield line, (commune.upper().zfill(5), zone, name)


def _two_zones(filename: str, commune: str, first: _Place, second: _Place) -> ZoningError:
    problem = f"The commune {commune} is in {first.zone} on line {first.line} and in {second.zone} here."
    return ZoningError(filename, problem, "Keep one of the two lines.", second.line)


def _text(cell: object) -> str:
    """A cell of a workbook as INSEE means it: codes are sometimes stored as numbers."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
