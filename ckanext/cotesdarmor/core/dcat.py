"""What the feed says of a dataset beyond its stored fields: addresses, labels and shapes, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .outlines import Outline
from .vocabularies import Term, vocabulary

IANA = "https://www.iana.org/assignments/media-types/"
LICENCE_BY_DEFAULT = "notspecified"


@dataclass(frozen=True, slots=True)
class FileType:
    """How a feed names the form of a file: addresses of the European file type and of IANA's media type."""

    format: str
    media_type: str


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Whom to ask about a dataset."""

    name: str
    email: str


def contact_of(dataset: Mapping[str, Any], organization: Mapping[str, Any]) -> ContactPoint | None:
    """Whom to ask: what the dataset says, and the organisation's mailbox where it names none.

    A name that stands on the dataset alone stays with the organisation's mailbox: a service of that body.
    """
    name, email = _text(dataset, "contact_name"), _text(dataset, "contact_email")
    title = _text(organization, "title")
    if email:
        return ContactPoint(name or title or email, email)
    shared = _text(organization, "contact_email")
    if not shared:
        return ContactPoint(name, "") if name else None
    return ContactPoint(name or _text(organization, "contact_name") or title or shared, shared)


def _text(record: Mapping[str, Any], field: str) -> str:
    return str(record.get(field) or "").strip()


def licence_of(dataset: Mapping[str, Any]) -> Term | None:
    """The licence of a dataset, or nothing when it has none that can be named by an address."""
    term = vocabulary("license").find(str(dataset.get("license_id") or LICENCE_BY_DEFAULT))
    return term if term and term.uri else None


def file_type_of(resource: Mapping[str, Any]) -> FileType | None:
    """The form of a file by what its field `format` says; nothing for a word that no vocabulary knows."""
    term = vocabulary("file_type").of_format(str(resource.get("format") or ""))
    if term is None:
        return None
    media_type = str(term.facts.get("media_type") or "")
    return FileType(term.uri, IANA + media_type if media_type else "")


def schema_of(resource: Mapping[str, Any]) -> str:
    """The one address of the schema that a file follows, or an empty text."""
    url = str(resource.get("schema") or "")
    return url if url.startswith("https://") else ""


def day_of_data(dataset: Mapping[str, Any]) -> str:
    """The day of the data: what the publisher says, else the day of the newest file.

    A change of the metadata alone must not look like new data.
    """
    if dataset.get("modified"):
        return str(dataset["modified"])[:10]
    days = [day_of_file(resource) for resource in dataset.get("resources") or ()]
    return max(days, default="") or day_of_publication(dataset)


def day_of_file(resource: Mapping[str, Any]) -> str:
    """The day on which the bytes or the link of a resource last changed."""
    return str(resource.get("last_modified") or resource.get("created") or "")[:10]


def day_of_publication(dataset: Mapping[str, Any]) -> str:
    """The day on which the data first appeared."""
    return str(dataset.get("issued") or dataset.get("metadata_created") or "")[:10]


def bounding_boxes(outlines: Iterable[Outline]) -> dict[str, str]:
    """The rectangle around each outline, by its code, as WKT in longitude and latitude."""
    return {outline.code: _rectangle(outline) for outline in outlines}


def _rectangle(outline: Outline) -> str:
    points = [point for polygon in outline.polygons for point in polygon[0]]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{x:.5f} {y:.5f}' for x, y in corners)}))"
