"""Columns that say the same in every row, because one collectivité publishes the file: its SIRET and its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..data_files import read_yaml
from ..schema import Schema
from .base import Publisher
from .cells import Rewritten


def constant_of(schema: Schema, name: str, publisher: Publisher) -> str | None:
    """Return what a field about the publisher holds in every row; None for any other field."""
    entry = _columns().get(schema.id) or {}
    if name in entry.get("siret", ()):
        return publisher.siret
    if name in entry.get("name", ()):
        return publisher.name
    return None


def filled_in(cells: Sequence[str], constant: str) -> Iterator[tuple[int, Rewritten]]:
    """Yield the empty cells of a column that names nobody but the publisher, with what they should hold."""
    if set(cells) <= {"", constant}:
        change = Rewritten(constant, "publisher", "sure")
        yield from ((index, change) for index, cell in enumerate(cells) if not cell)


@cache
def _columns() -> dict[str, Any]:
    return read_yaml(Path(__file__).parent / "publisher.yaml")
