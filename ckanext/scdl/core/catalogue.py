"""The schemas the portal knows: look them up, resolve a reference, recognise a table by its header.

The bundled files live in `schemas/<owner>/<name>/<version>/`, whole (`schema.json`) or as what differs from
the version after (`changes.json`, see `versions`). Names, types, constraints and enumerations are those of
the official schemas; titles, descriptions and examples are ours. Their key `x-portal` holds what the official
file does not say: label, EU theme and frequency, fields that date a row.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from .detection import Candidate, Detector
from .headings import aliases, keys
from .schema import (
    Field,
    InvalidCatalogue,
    Schema,
    build_schema,
    normalise_label,
    official_schema,
    require,
    version_key,
)
from .versions import BrokenChanges, rebuild

__all__ = [
    "Candidate", "Catalogue", "Field", "InvalidCatalogue", "Schema", "SchemaNotFound",
    "build_schema", "normalise_label", "version_key",
]  # fmt: skip

log = logging.getLogger(__name__)

BUNDLED = Path(__file__).parent / "schemas"
INDEX = "catalogue.json"
"""What `schemas sync` writes beside the official files: titles and addresses."""

_REFERENCE = re.compile(r"(?P<id>[\w.-]+/[\w.-]+?)(?:[@\s]+v?(?P<version>\d+(?:\.\d+)*|latest))?")
_URL = re.compile(
    r"https?://schema\.data\.gouv\.fr(?:/schemas)?/(?P<id>[\w.-]+/[\w.-]+)"
    r"(?:/v?(?P<version>\d+(?:\.\d+)*|latest))?(?:/[\w.-]+\.(?:json|ya?ml))?/?(?:[?#].*)?"
)


class SchemaNotFound(LookupError):
    """Nothing answers to a reference; says which one, and which versions of the schema are known."""

    def __init__(self, reference: str, version: str | None = None, known_versions: tuple[str, ...] = ()) -> None:
        super().__init__(reference, version, known_versions)
        self.reference = reference
        self.version = version
        self.known_versions = known_versions


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

    @staticmethod
    def load(folder: Path | None) -> Catalogue:
        """Return the bundled schemas, and over them the official files that `schemas sync` put into a folder.

        It is read again when the folder was replaced; a folder that was never filled adds nothing.
        """
        if folder is None:
            return _bundled()
        try:
            stamp = (folder / INDEX).stat().st_mtime_ns
        except OSError:
            return _bundled()
        return _loaded(folder, stamp)

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
        names = {name for versions in self._by_id.values() for each in versions.values() for name in each.field_names}
        others = {name for ident in self._by_id for each in aliases(ident).values() for name in each}
        short = {normalise_label(name) for name in names} | {key for name in others for key in keys(name)[:1]}
        return frozenset(key for key in short if len(key) > 2)

    @cached_property
    def detector(self) -> Detector:
        """What looks tables up among these schemas, built when first asked for."""
        return Detector(list(versions.values()) for versions in self._by_id.values())

    def detect(self, labels: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> tuple[Candidate, ...]:
        """Return the schemas a table may follow, best first; none for a table of another kind.

        Args:
            labels: its header.
            rows: its first rows, which tell near schemas and versions apart.
        """
        return self.detector.detect(labels, rows)

    def nearest(self, labels: Sequence[str], count: int = 3) -> tuple[Schema, ...]:
        """Return the schemas that share most with a header, also when none fits."""
        found = [each.schema for each in self.detector.detect(labels, threshold=0.0, least=1)]
        return tuple(dict.fromkeys([*found, *self.all()]))[:count]


@cache
def _bundled() -> Catalogue:
    return Catalogue.from_folder(BUNDLED)


@lru_cache(maxsize=4)
def _loaded(folder: Path, stamp: int) -> Catalogue:
    """Read a synced folder; the stamp is there to be remembered by."""
    bundled = _bundled()
    schemas = {
        (latest.id.casefold(), version): bundled.get(latest.id, version)
        for latest in bundled.all()
        for version in bundled.versions(latest.id)
    }
    for ident, family in _json(str(folder), folder / INDEX).get("schemas", {}).items():
        like = bundled.get(ident) if bundled.versions(ident) else None
        for version, told in family["versions"].items():
            try:
                descriptor = _json(f"{ident}@{version}", folder / ident / version / "schema.json")
                schemas[ident.casefold(), version] = official_schema(
                    ident, version, descriptor, title=family["title"], url=told["url"], like=like
                )
            except (InvalidCatalogue, OSError) as error:
                log.warning("official schema %s@%s left aside: %s", ident, version, error)
    return Catalogue(schemas.values())


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
    require(entry, isinstance(read, dict), "is not an object")
    return read
