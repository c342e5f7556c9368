"""The schemas the portal knows: look them up, resolve a reference, recognise a table by its header.

The bundled files live in `schemas/<owner>/<name>/<version>/`, whole (`schema.json`) or as what differs from
the version after (`changes.json`, see `versions`). Names, types, constraints and enumerations are those of
the official schemas; titles, descriptions and examples are ours. Their key `x-portal` holds what the official
file does not say: label, EU theme and frequency, fields that date a row.
"""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .versions import BrokenChanges, rebuild

BUNDLED = Path(__file__).parent / "schemas"
OFFICIAL_URL = "https://schema.data.gouv.fr/schemas/{id}/{version}/schema.json"
DETECTION_THRESHOLD = 0.5
"""Below this a header shares too little with a schema: a table of another kind, not a candidate."""

THEMES = frozenset({
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN",
})
FREQUENCIES = frozenset({
    "ANNUAL", "ANNUAL_2", "ANNUAL_3", "BIENNIAL", "BIMONTHLY", "CONT", "DAILY", "IRREG", "MONTHLY", "NEVER",
    "QUARTERLY", "TRIENNIAL", "WEEKLY",
})

_ID = re.compile(r"[\w.-]+/[\w.-]+")
_VERSION = re.compile(r"\d+(\.\d+)*")
_REFERENCE = re.compile(r"(?P<id>[\w.-]+/[\w.-]+?)(?:[@\s]+v?(?P<version>\d+(?:\.\d+)*|latest))?")
_URL = re.compile(
    r"https?://schema\.data\.gouv\.fr(?:/schemas)?/(?P<id>[\w.-]+/[\w.-]+)"
    r"(?:/v?(?P<version>\d+(?:\.\d+)*|latest))?(?:/[\w.-]+\.(?:json|ya?ml))?/?(?:[?#].*)?"
)


class SchemaNotFound(LookupError):
    """Nothing answers to a reference; says which one, and which versions of the schema are known."""

    def __init__(
        self, reference: str, version: str | None = None, known_versions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(reference, version, known_versions)
        self.reference = reference
        self.version = version
        self.known_versions = known_versions


class InvalidCatalogue(ValueError):
    """An entry of the catalogue cannot be used; says which one and why."""

    def __init__(self, entry: str, reason: str) -> None:
        super().__init__(f"{entry}: {reason}")
        self.entry = entry
        self.reason = reason


@dataclass(frozen=True)
class Field:
    """One column that a schema describes."""

    name: str
    type: str
    format: str
    title: str
    description: str
    example: str
    required: bool
    constraints: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Schema:
    """One version of a schema, with what the portal proposes for datasets that follow it."""

    id: str
    version: str
    title: str
    description: str
    url: str
    fields: tuple[Field, ...]
    theme: str
    frequency: str
    period_fields: tuple[str, ...]
    labels: Mapping[str, str] = field(hash=False, repr=False)
    descriptor: Mapping[str, Any] = field(hash=False, repr=False)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the columns in the official order."""
        return tuple(each.name for each in self.fields)

    @property
    def required_names(self) -> tuple[str, ...]:
        """Return the names of the columns that every row must fill."""
        return tuple(each.name for each in self.fields if each.required)

    @property
    def reference(self) -> str:
        """Return the short form that `Catalogue.resolve` reads back: `owner/name@version`."""
        return f"{self.id}@{self.version}"

    def label(self, lang: str) -> str:
        """Return the short name of the schema in a language, in French when there is none."""
        return self.labels.get(lang.partition("_")[0].lower(), self.labels["fr"])

    def to_descriptor(self) -> dict[str, Any]:
        """Return a Table Schema of its own to the caller, who may change it."""
        return copy.deepcopy(dict(self.descriptor))


@dataclass(frozen=True)
class Candidate:
    """A schema that a header may follow, and how well."""

    schema: Schema
    confidence: float
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


class Catalogue:
    """A checked, unchanging set of schemas."""

    def __init__(self, schemas: Iterable[Schema]) -> None:
        by_id: dict[str, dict[str, Schema]] = {}
        for schema in schemas:
            versions = by_id.setdefault(schema.id.casefold(), {})
            if schema.version in versions:
                raise InvalidCatalogue(schema.reference, "appears twice")
            versions[schema.version] = schema
        if not by_id:
            raise InvalidCatalogue("catalogue", "holds no schema")
        self._by_id = {
            ident: dict(sorted(versions.items(), key=lambda item: version_key(item[0])))
            for ident, versions in sorted(by_id.items())
        }

    @classmethod
    def from_folder(cls, folder: Path) -> Catalogue:
        """Read every `<owner>/<name>/<version>/schema.json` under a folder."""
        return cls(_read(folder))

    @staticmethod
    def bundled() -> Catalogue:
        """Return the schemas that come with the package, read once per process."""
        return _bundled()

    def all(self) -> tuple[Schema, ...]:
        """Return the latest version of each schema, sorted by id."""
        return tuple(list(versions.values())[-1] for versions in self._by_id.values())

    def versions(self, ident: str) -> tuple[str, ...]:
        """Return the known versions of a schema, oldest first; none when the schema is unknown."""
        return tuple(self._by_id.get(ident.casefold(), ()))

    def get(self, ident: str, version: str | None = None) -> Schema:
        """Return a schema by its id, in its latest version unless one is asked for."""
        versions = self._by_id.get(ident.casefold())
        if versions is None:
            raise SchemaNotFound(ident, version)
        if version is None:
            return list(versions.values())[-1]
        if version not in versions:
            raise SchemaNotFound(ident, version, tuple(versions))
        return versions[version]

    def resolve(self, reference: str) -> Schema:
        """Return the schema that is named: by an id, `id@version`, `id version` or an official address."""
        text = reference.strip()
        found = _URL.fullmatch(text) or _REFERENCE.fullmatch(text)
        if found is None:
            raise SchemaNotFound(reference)
        version = found["version"]
        return self.get(found["id"], None if version == "latest" else version)

    def label_keys(self) -> frozenset[str]:
        """Return the names of all columns as `normalise_label` writes them, to find headers by.

        Those of one or two signs ("x", "id") are left out: rows of data hold them as well.
        """
        keys = {normalise_label(name) for schema in self.all() for name in schema.field_names}
        return frozenset(key for key in keys if len(key) > 2)

    def detect(self, labels: Sequence[str]) -> tuple[Candidate, ...]:
        """Return the schemas a header may follow, best first; none for a table of another kind."""
        found = (_compare(schema, labels) for schema in self.all())
        kept = [candidate for candidate in found if candidate.confidence >= DETECTION_THRESHOLD]
        return tuple(sorted(kept, key=lambda candidate: (-candidate.confidence, candidate.schema.id)))


def version_key(version: str) -> tuple[int, ...]:
    """Return what to sort versions by, so that 2.10 comes after 2.9."""
    return tuple(int(part) for part in version.split("."))


def normalise_label(label: str) -> str:
    """Return a column label without case, accents, spaces and punctuation, to compare it with others."""
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def _compare(schema: Schema, labels: Sequence[str]) -> Candidate:
    """Measure what a header and a schema have in common, as twice the shared columns over both lengths."""
    wanted = {normalise_label(name): name for name in schema.field_names}
    seen: set[str] = set()
    extra: list[str] = []
    filled = [label for label in labels if normalise_label(label)]
    for label in filled:
        key = normalise_label(label)
        if key in wanted and key not in seen:
            seen.add(key)
        else:
            extra.append(label)
    return Candidate(
        schema=schema,
        confidence=round(2 * len(seen) / (len(wanted) + len(filled)), 4),
        matched=tuple(name for key, name in wanted.items() if key in seen),
        missing=tuple(name for key, name in wanted.items() if key not in seen),
        extra=tuple(extra),
    )


@cache
def _bundled() -> Catalogue:
    return Catalogue.from_folder(BUNDLED)


def _read(folder: Path) -> Iterator[Schema]:
    for path in sorted(folder.glob("*/*")):
        if path.is_dir():
            ident = f"{path.parent.name}/{path.name}"
            for version, descriptor in _descriptors(ident, path).items():
                yield build_schema(ident, version, descriptor)


def _descriptors(ident: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Return every version of a schema whole, newest first: older ones start from the one after them."""
    built: dict[str, dict[str, Any]] = {}
    changes: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*/*.json")):
        version = path.parent.name
        if path.name == "schema.json":
            built[version] = _json(f"{ident}@{version}", path)
        elif path.name == "changes.json":
            changes[version] = _json(f"{ident}@{version}", path)
    while changes:
        ready = [version for version, each in changes.items() if each.get("newer") in built]
        if not ready:
            raise InvalidCatalogue(f"{ident}@{min(changes)}", "starts from a version that is not there")
        for version in ready:
            told = changes.pop(version)
            try:
                built[version] = rebuild(built[told["newer"]], version, told)
            except BrokenChanges as error:
                raise InvalidCatalogue(f"{ident}@{version}", error.reason) from error
    return built


def _json(entry: str, path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidCatalogue(entry, f"is not JSON text ({error})") from error
    _require(entry, isinstance(read, dict), "is not an object")
    return read


def build_schema(ident: str, version: str, descriptor: Mapping[str, Any]) -> Schema:
    """Check a descriptor and return its schema; the version in the address wins over the one in the file."""
    entry = f"{ident}@{version}"
    _require(entry, bool(_ID.fullmatch(ident)), "its id is not owner/name")
    _require(entry, bool(_VERSION.fullmatch(version)), "its version is not made of numbers and dots")
    names = _names(entry, descriptor)
    portal = descriptor.get("x-portal") or {}
    labels, theme, frequency = portal.get("label") or {}, portal.get("theme"), portal.get("frequency")
    period_fields = tuple(portal.get("period_fields") or ())
    _require(entry, bool(labels.get("fr") and labels.get("en")), "x-portal.label lacks French or English")
    _require(entry, theme in THEMES, f"x-portal.theme {theme!r} is not an EU theme")
    _require(entry, frequency in FREQUENCIES, f"x-portal.frequency {frequency!r} is not an EU frequency")
    _require(entry, set(period_fields) <= names, "x-portal.period_fields names a field that does not exist")
    return Schema(
        id=ident,
        version=version,
        title=descriptor.get("title") or labels["fr"],
        description=descriptor.get("description") or "",
        url=_address(ident, version, descriptor),
        fields=tuple(_field(each) for each in descriptor["fields"]),
        theme=theme,
        frequency=frequency,
        period_fields=period_fields,
        labels=MappingProxyType(dict(labels)),
        descriptor=MappingProxyType(copy.deepcopy(dict(descriptor))),
    )


def _address(ident: str, version: str, descriptor: Mapping[str, Any]) -> str:
    """Return the official address, where a few schemas have a file name of their own."""
    usual = OFFICIAL_URL.format(id=ident, version=version)
    said = descriptor.get("path")
    return said if isinstance(said, str) and said.rpartition("/")[0] == usual.rpartition("/")[0] else usual


def _names(entry: str, descriptor: Mapping[str, Any]) -> set[str]:
    """Return the names of the fields once it is sure that they can be told apart."""
    _require(entry, isinstance(descriptor, Mapping), "is not an object")
    fields = descriptor.get("fields")
    _require(entry, isinstance(fields, list) and bool(fields), "has no fields")
    named = all(isinstance(each, Mapping) and each.get("name") for each in fields)
    _require(entry, named, "has a field without name")
    names = {each["name"] for each in fields}
    distinct = {normalise_label(name) for name in names}
    _require(entry, len(distinct) == len(fields), "has two fields of one name")
    return names


def _field(described: Mapping[str, Any]) -> Field:
    constraints = dict(described.get("constraints") or {})
    return Field(
        name=described["name"],
        type=described.get("type") or "string",
        format=described.get("format") or "default",
        title=described.get("title") or described["name"],
        description=described.get("description") or "",
        # Older official files write `examples` and mean one example.
        example=str(described.get("example") or described.get("examples") or ""),
        required=bool(constraints.get("required")),
        constraints=MappingProxyType(constraints),
    )


def _require(entry: str, holds: bool, reason: str) -> None:
    if not holds:
        raise InvalidCatalogue(entry, reason)
