"""The different texts of one column of a large file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from .blocks import MAX_BYTES, OutOfReach, blocks, open_head


def distinct(
    file: BinaryIO, known_labels: frozenset[str], position_in: Callable[[Sequence[str]], int | None]
) -> set[str]:
    """Return the different texts of a column; nothing where the file has no such column.

    Args:
        file: its bytes, which can be read again.
        known_labels: names of columns of all schemas.
        position_in: tells by the labels which column is meant.

    Raises:
        OutOfReach: the file is for the careful reader.
    """
    if file.seek(0, 2) > MAX_BYTES:
        raise OutOfReach
    head = open_head(file, known_labels)
    position = position_in(head.table.labels)
    if position is None:
        return set()
    return {cell for block in blocks(file, head) for cell in block.frame[str(position)].unique()}
