"""Plain text, and JSON with its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .gathering import PLACE, Gathered

_LEAST_NUMBER = 10**8
"""A number with fewer than nine digits leads to nobody."""

_MOST_KEYS = 10_000


def read_text(data: bytes, into: Gathered) -> None:
    """Gather the lines of a text in whatever encoding."""
    into.begin("line")
    for number, line in enumerate(_decoded(data).splitlines(), 1):
        into.add(line, number)


def read_json(data: bytes, into: Gathered) -> None:
    """Gather the texts of JSON by the names of their fields; the features of GeoJSON are counted."""
    try:
        document = json.loads(_decoded(data))
    except (ValueError, RecursionError):
        # Several documents below one another, a depth that nobody needs, or none at all: its signs can be searched.
        read_text(data, into)
        return
    head, items = document, []
    if isinstance(document, list):
        head, items = None, document
    elif isinstance(document, dict) and isinstance(document.get("features"), list):
        head, items = {name: value for name, value in document.items() if name != "features"}, document["features"]
    into.begin("item" if items else "")
    if isinstance(head, dict) and items:
        into.add("", name=PLACE)
    keys: set[str] = set()
    for place, part in enumerate([head, *items]):
        for name, text in _texts(part):
            if text:
                into.add(text, place, name)
            if name not in keys and len(keys) < _MOST_KEYS:
                keys.add(name)
                into.add(name)


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts in a document, each with the name of its field, and once more the names; no stack grows."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, dict):
            yield from ((key, "") for key in value)
            waiting.extend(reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((name, each) for each in reversed(value))
        elif isinstance(value, int) and value >= _LEAST_NUMBER:
            yield name, str(value)


def _decoded(data: bytes) -> str:
    """Return the text of bytes, whatever they are."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
