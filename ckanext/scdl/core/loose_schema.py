"""A Table Schema that somebody brings along: a file of theirs, a draft, one that is not in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .catalogue import Schema, build_schema

_OFFICIAL = re.compile(r"https?://schema\.data\.gouv\.fr/schemas/([\w.-]+/[\w.-]+)/v?(\d+(?:\.\d+)*)/[\w.-]+\.json")
_OWNER = "fichier"


def loose_schema(descriptor: Mapping[str, Any]) -> Schema:
    """Return the schema of a descriptor, under its official id and version when its own address tells them.

    Raises:
        InvalidCatalogue: it has no fields, or fields without names of their own.
    """
    ident, version = _identity(descriptor)
    title = str(descriptor.get("title") or ident)
    portal = descriptor.get("x-portal") or {"label": {"fr": title, "en": title}, "theme": "GOVE", "frequency": "IRREG"}
    return build_schema(ident, version, {**descriptor, "x-portal": portal})


def _identity(descriptor: Mapping[str, Any]) -> tuple[str, str]:
    for key in ("path", "homepage"):
        found = _OFFICIAL.fullmatch(str(descriptor.get(key)))
        if found:
            return found[1], found[2]
    name = re.sub(r"[^\w.-]+", "-", str(descriptor.get("name") or "schema")).strip("-") or "schema"
    version = re.fullmatch(r"v?(\d+(?:\.\d+)*).*", str(descriptor.get("version")))
    return f"{_OWNER}/{name}", version[1] if version else "0"
