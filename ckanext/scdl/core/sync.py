"""What a catalogue in the form of schema.data.gouv.fr offers, and which of its files can be trusted to work with.

`read_catalogue` lists the versions that are Table Schemas; `examine` judges the bytes of one; `patterns_of` gives what
`patterns.judge` must try. Nothing here reads a file or an address: that is done by the ring.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .catalogue import INDEX as INDEX
from .schema import InvalidCatalogue, Schema, official_schema

MAX_CATALOGUE_BYTES = 10 << 20
MAX_SCHEMA_BYTES = 1 << 20
MAX_SCHEMAS = 500
MAX_VERSIONS = 1_500
MAX_PATTERN = 5_000
HEAVY = "pattern-heavy"

_ID = re.compile(r"[A-Za-z0-9_][\w.-]{0,99}/[A-Za-z0-9_][\w.-]{0,99}", re.ASCII)
_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})", re.ASCII)


class Unusable(Exception):
    """A catalogue or one of its entries cannot be used; `code` is stable, `detail` for the operator.

    Codes: not-json, not-a-catalogue, too-many, bad-name, bad-version, bad-address, twice, fields, library,
    pattern-broken, pattern-slow, and those of the transfer: absent, too-big, status and fetch's own.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Entry:
    """One version of a schema that a catalogue offers."""

    id: str
    version: str
    title: str
    url: str
    is_latest: bool

    @property
    def reference(self) -> str:
        """Name it as the catalogue of the portal does."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True)
class Problem:
    """Something that was left out: which entry, a stable code, and a detail for the operator."""

    entry: str
    code: str
    detail: str = ""


def read_catalogue(text: bytes) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Return the Table Schemas that a `schemas.json` offers, all versions, and what is wrong with others.

    Schemas of other kinds (JSON Schema, data packages, documents) are passed over in silence.

    Raises:
        Unusable: the whole is no catalogue.
    """
    read = _json(text)
    offered = read.get("schemas") if isinstance(read, dict) else None
    if not isinstance(offered, list):
        raise Unusable("not-a-catalogue")
    if len(offered) > MAX_SCHEMAS:
        raise Unusable("too-many", str(len(offered)))
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for position, described in enumerate(offered):
        if not isinstance(described, dict):
            problems.append(Problem(f"#{position}", "not-a-catalogue"))
            continue
        if described.get("schema_type") != "tableschema":
            continue
        for found in _versions(described, position):
            if isinstance(found, Problem):
                problems.append(found)
            elif (found.id.casefold(), found.version) in seen:
                problems.append(Problem(found.reference, "twice"))
            else:
                seen.add((found.id.casefold(), found.version))
                entries.append(found)
    if len(entries) > MAX_VERSIONS:
        raise Unusable("too-many", str(len(entries)))
    return tuple(entries), tuple(problems)


def _versions(described: Mapping[str, Any], position: int) -> Iterator[Entry | Problem]:
    ident = described.get("name")
    if not isinstance(ident, str) or not _ID.fullmatch(ident):
        yield Problem(f"#{position}", "bad-name", repr(ident)[:200])
        return
    versions = described.get("versions")
    if not isinstance(versions, list) or not versions:
        yield Problem(ident, "bad-version", "none")
        return
    title = described.get("title")
    for place, each in enumerate(versions):
        said = each.get("version_name") if isinstance(each, dict) else None
        number = _VERSION.fullmatch(said) if isinstance(said, str) else None
        if number is None:
            yield Problem(ident, "bad-version", repr(said)[:100])
            continue
        url = each.get("schema_url")
        if not isinstance(url, str) or not _is_plain_https(url):
            yield Problem(f"{ident}@{number[1]}", "bad-address", repr(url)[:200])
            continue
        yield Entry(
            id=ident,
            version=number[1],
            title=title[:300] if isinstance(title, str) else ident,
            url=url,
            is_latest=place == len(versions) - 1,
        )


def examine(entry: Entry, text: bytes) -> Schema:
    """Return the schema in a published file.

    Raises:
        Unusable: the engine could not work with it; patterns are not tried here.
    """
    if len(text) > MAX_SCHEMA_BYTES:
        raise Unusable("too-big")
    read = _json(text)
    try:
        schema = official_schema(entry.id, entry.version, read, title=entry.title, url=entry.url)
    except InvalidCatalogue as error:
        raise Unusable("fields", error.reason) from error
    _load(schema)
    return schema


def patterns_of(schema: Schema) -> list[tuple[str, str]]:
    """Return every pattern of a schema, those of list items too, each with the example of its field."""
    found = []
    for field, described in zip(schema.fields, schema.descriptor["fields"], strict=True):
        nested = [described.get(key) for key in ("arrayItem", "items")]
        for holder in (described, *nested):
            constraints = holder.get("constraints") if isinstance(holder, Mapping) else None
            pattern = constraints.get("pattern") if isinstance(constraints, Mapping) else None
            if isinstance(pattern, str):
                found.append((pattern, field.example[:200]))
    return found


def pattern_problem(
    entry: str, patterns: Sequence[tuple[str, str]], verdicts: Mapping[str, str | None]
) -> Problem | None:
    """Return what `patterns.judge` found in the patterns of a schema; only "pattern-heavy" lets it in."""
    found: Problem | None = None
    for pattern, _ in patterns:
        if len(pattern) > MAX_PATTERN:
            return Problem(entry, "pattern-slow", f"{len(pattern)} signs")
        said = verdicts.get(pattern)
        if said and (found is None or found.code == HEAVY):
            found = Problem(entry, f"pattern-{said}", pattern[:200])
    return found


def _load(schema: Schema) -> None:
    """Make sure that frictionless, whose verdict is the official one, accepts the schema."""
    from frictionless import FrictionlessException
    from frictionless import Schema as TableSchema

    keys = ("fields", "missingValues", "primaryKey")
    kept = {key: schema.descriptor[key] for key in keys if key in schema.descriptor}
    try:
        TableSchema.from_descriptor(json.loads(json.dumps({**kept, "fieldsMatch": "partial"})))
    except FrictionlessException as error:
        raise Unusable("library", str(error.error.note)[:300]) from error
    except (TypeError, ValueError, AttributeError, KeyError, re.error, RecursionError) as error:
        # The library trusts the shape of what it is given more than a file from outside deserves.
        raise Unusable("library", repr(error)[:300]) from error


def _json(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unusable("not-json", str(error)[:200]) from error


def _is_plain_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and len(url) <= 500
