"""What a publisher writes for the schema of a file, turned into one versioned address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.scdl.core.catalogue import Catalogue, SchemaNotFound

# A version names what a file was checked against for ever; `latest` does not.
_OFFICIAL = re.compile(
    r"https?://schema\.data\.gouv\.fr/schemas/"
    r"(?P<id>[\w.-]+/[\w.-]+)/v?(?P<version>\d+(?:\.\d+)*)/(?P<file>[\w.-]+)"
)


class UnknownSchema(LookupError):
    """A reference names no schema: which one, and what could be written instead."""

    def __init__(self, reference: str, known: tuple[str, ...], known_versions: tuple[str, ...] = ()) -> None:
        super().__init__(reference, known, known_versions)
        self.reference = reference
        self.known = known
        self.known_versions = known_versions


@dataclass(frozen=True, slots=True)
class SchemaReference:
    """One version of a schema: `owner/name`, version, and the address that data.gouv.fr knows it by."""

    id: str
    version: str
    url: str
    title: str = ""


def versioned_schema(reference: str, catalogue: Catalogue) -> SchemaReference:
    """Find the schema that an id, `owner/name@version` or an official address means.

    An official address with a version is kept as it is even when the portal does not hold that schema.

    Raises:
        UnknownSchema: with the ids that are known, or the versions when only the version is wrong.
    """
    text = reference.strip()
    try:
        schema = catalogue.resolve(text)
    except SchemaNotFound as error:
        found = _OFFICIAL.fullmatch(text)
        if found is None:
            known = tuple(each.id for each in catalogue.all())
            raise UnknownSchema(text, known, error.known_versions) from None
        url = "https" + text[text.index(":") :]
        return SchemaReference(found["id"], found["version"], url)
    return SchemaReference(schema.id, schema.version, schema.url, schema.title)
