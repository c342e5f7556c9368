"""One reader for each kind of file that is no table; a file that is not what it seems is read as plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..kinds import Kind
from . import archive, geopackage, markup, plain
from .gathering import Full, Gathered

Reader = Callable[[bytes, Gathered], None]

MAX_BYTES = 200_000_000


def _pdf(data: bytes, into: Gathered) -> None:
    from . import pdf  # imported here: its library takes a moment, and few files need it

    pdf.read(data, into)


def _image(_data: bytes, into: Gathered) -> None:
    into.miss("unread-image")


def _unknown(_data: bytes, into: Gathered) -> None:
    into.miss("unread-kind")


OFFICE = frozenset({"ODT", "DOCX", "PPTX"})

READERS: Mapping[str, Reader] = {
    "PDF": _pdf,
    "JSON": plain.read_json,
    "GeoJSON": plain.read_json,
    "ICS": plain.read_text,
    "XML": markup.read_xml,
    "GML": markup.read_xml,
    "KML": markup.read_xml,
    "GPX": markup.read_xml,
    **dict.fromkeys(OFFICE, markup.read_office),
    "PNG": _image,
    "JPEG": _image,
    "TIFF": _image,
    "GPKG": geopackage.read,
    "Parquet": _unknown,
}
"""Readers by format; an archive reads its files with them."""

ARCHIVES = frozenset({"ZIP", "KMZ"})


def gather(kind: Kind, data: bytes) -> Gathered:
    """Return the texts of a document, and what could not be read of it.

    Args:
        kind: what it is.
        data: its bytes, all of them.
    """
    into = Gathered()
    try:
        if len(data) > MAX_BYTES:
            raise Full
        if kind.format in ARCHIVES:
            archive.read(data, into, READERS)
        else:
            READERS[kind.format](data, into)
    except Full:
        into.miss("unread-rest")
    return into
