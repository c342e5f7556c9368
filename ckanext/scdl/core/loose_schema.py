"""A Table Schema that somebody brings along: a file of theirs, a draft, one that is not in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .catalogue import InvalidCatalogue, Schema, build_schema
from .report import Reading
from .table import Table

_OFFICIAL = re.compile(r"https?://schema\.data\.gouv\.fr/schemas/([\w.-]+/[\w.-]+)/v?(\d+(?:\.\d+)*)/[\w.-]+\.json")
_OWNER = "fichier"


def loose_schema(descriptor: Mapping[str, Any]) -> Schema:
    """Return the schema of a descriptor, under its official id and version when its own address tells them.

    Raises:
        InvalidCatalogue: it has no fields, or fields without names of their own.
    """
    fields = descriptor.get("fields")
    if isinstance(fields, list) and not all(_is_field(each) for each in fields):
        raise InvalidCatalogue(str(descriptor.get("name") or "schema"), "has a field that is no description of one")
    ident, version = _identity(descriptor)
    title = str(descriptor.get("title") or ident)
    portal = descriptor.get("x-portal") or {"label": {"fr": title, "en": title}, "theme": "GOVE", "frequency": "IRREG"}
    return build_schema(ident, version, {**descriptor, "x-portal": portal})


def tried(schema: Schema) -> Schema:
    """Return a schema once it is sure that a table can be checked with it.

    Raises:
        InvalidCatalogue: a type, a constraint, a key or a check in it means nothing.
    """
    from frictionless import FrictionlessException  # heavy, and hardly ever needed

    from .engine import check_table

    table = Table(schema.field_names, [], [], (), Reading())
    try:
        check_table(table, schema)
    except (FrictionlessException, re.error, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidCatalogue(schema.reference, f"cannot be applied ({error})") from error
    return schema


def _is_field(described: Any) -> bool:
    return (
        isinstance(described, Mapping)
        and isinstance(described.get("name"), str)
        and isinstance(described.get("constraints") or {}, Mapping)
    )


def _identity(descriptor: Mapping[str, Any]) -> tuple[str, str]:
    for key in ("path", "homepage"):
        found = _OFFICIAL.fullmatch(str(descriptor.get(key)))
        if found:
            return found[1], found[2]
    name = re.sub(r"[^\w.-]+", "-", str(descriptor.get("name") or "schema")).strip("-") or "schema"
    version = re.fullmatch(r"v?(\d+(?:\.\d+)*).*", str(descriptor.get("version")))
    return f"{_OWNER}/{name}", version[1] if version else "0"
