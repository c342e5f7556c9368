"""Values that may not come back: unique columns and primary keys, as frictionless judges them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from .base import WRONG


class Repeated:
    """Tells which cells of a column repeat an earlier one, over any number of pieces of the column."""

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()

    def indexes(self, cells: Iterable[Any]) -> Iterator[int]:
        """Yield the places in this piece of repeated values; empty and wrong cells are no values."""
        for index, cell in enumerate(cells):
            if cell is None or cell is WRONG:
                continue
            key = _hashable(cell)
            if key in self._seen:
                yield index
            self._seen.add(key)


class Keys:
    """Tells which rows have no primary key or an earlier one, over any number of pieces of the table."""

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()

    def faults(self, columns: Sequence[Iterable[Any]]) -> Iterator[tuple[int, str]]:
        """Yield the places in this piece and the codes of what is wrong there."""
        for index, cells in enumerate(zip(*columns, strict=True)):
            # A cell of wrong type counts as absent in a key: so does the reference.
            key = tuple(None if cell is WRONG else _hashable(cell) for cell in cells)
            if all(cell is None for cell in key):
                yield index, "primary-key-empty"
            elif key in self._seen:
                yield index, "primary-key"
            self._seen.add(key)


def _hashable(cell: Any) -> Hashable:
    return repr(cell) if isinstance(cell, (list, dict, set)) else cell
