"""Values that may not come back: unique columns and primary keys, as frictionless judges them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from .base import WRONG


def repeated(cells: Sequence[Any]) -> Iterator[int]:
    """Yield the rows whose value an earlier row already has; empty and wrong cells are no values."""
    seen: set[Hashable] = set()
    for index, cell in enumerate(cells):
        if cell is None or cell is WRONG:
            continue
        key = _hashable(cell)
        if key in seen:
            yield index
        seen.add(key)


def key_faults(columns: Sequence[Sequence[Any]]) -> Iterator[tuple[int, str]]:
    """Yield rows without a primary key or with one that an earlier row already has."""
    seen: set[Hashable] = set()
    for index, cells in enumerate(zip(*columns, strict=True)):
        # A cell of wrong type counts as absent in a key: so does the reference.
        key = tuple(None if cell is WRONG else _hashable(cell) for cell in cells)
        if all(cell is None for cell in key):
            yield index, "primary-key-empty"
        elif key in seen:
            yield index, "primary-key"
        seen.add(key)


def _hashable(cell: Any) -> Hashable:
    return repr(cell) if isinstance(cell, (list, dict, set)) else cell
