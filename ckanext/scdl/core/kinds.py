"""Files that are no table and may be published all the same: by their ending, if the content does not contradict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

HEAD = 4_096
"""Bytes from the start of a file that its kind is told by."""

Test = Callable[[bytes], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of file that is no table: its name as a format, its media type, and how it begins."""

    format: str
    mimetype: str
    begins: Test


def _with(*marks: bytes) -> Test:
    return lambda head: head.startswith(marks)


def _json(head: bytes) -> bool:
    return _text(head)[:1] in (b"{", b"[")


def _xml(head: bytes) -> bool:
    text = _text(head)[:200].lower()
    return text.startswith(b"<") and not text.startswith((b"<!doctype html", b"<html"))


def _text(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


_ZIP = _with(b"PK\x03\x04", b"PK\x05\x06")
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."

KINDS = {
    ".pdf": Kind("PDF", "application/pdf", _with(b"%PDF-")),
    ".zip": Kind("ZIP", "application/zip", _ZIP),
    ".geojson": Kind("GeoJSON", "application/geo+json", _json),
    ".json": Kind("JSON", "application/json", _json),
    ".xml": Kind("XML", "application/xml", _xml),
    ".gml": Kind("GML", "application/gml+xml", _xml),
    ".kml": Kind("KML", "application/vnd.google-earth.kml+xml", _xml),
    ".kmz": Kind("KMZ", "application/vnd.google-earth.kmz", _ZIP),
    ".gpx": Kind("GPX", "application/gpx+xml", _xml),
    ".gpkg": Kind("GPKG", "application/geopackage+sqlite3", _with(b"SQLite format 3\x00")),
    ".odt": Kind("ODT", f"{_OPEN}text", _ZIP),
    ".docx": Kind("DOCX", f"{_OFFICE}wordprocessingml.document", _ZIP),
    ".pptx": Kind("PPTX", f"{_OFFICE}presentationml.presentation", _ZIP),
    ".png": Kind("PNG", "image/png", _with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": Kind("JPEG", "image/jpeg", _with(b"\xff\xd8\xff")),
    ".jpeg": Kind("JPEG", "image/jpeg", _with(b"\xff\xd8\xff")),
    ".tif": Kind("TIFF", "image/tiff", _with(b"II*\x00", b"MM\x00*")),
    ".tiff": Kind("TIFF", "image/tiff", _with(b"II*\x00", b"MM\x00*")),
    ".ics": Kind("ICS", "text/calendar", lambda head: _text(head).upper().startswith(b"BEGIN:VCALENDAR")),
    ".parquet": Kind("Parquet", "application/vnd.apache.parquet", _with(b"PAR1")),
}
"""What may be published without being a table; pages and programs are not among these."""


def kind_of(filename: str, head: bytes) -> Kind | None:
    """Return the kind of a file that is no table; None for tables, and for what is not what its name says."""
    kind = KINDS.get(PurePath(filename).suffix.lower())
    return kind if kind and kind.begins(head) else None
