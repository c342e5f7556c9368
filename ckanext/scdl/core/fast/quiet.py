"""The cells of a block for the privacy scan: only columns that may hold something are taken out of the frame."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..privacy.cells import ANY_SIEVE
from ..privacy.columns import Cells, sample_step


def cells(frame: pl.DataFrame) -> list[Cells]:
    """Return the columns "0", "1", … of a block; quiet are those in which no sieve lets anything through."""
    names = [name for name in frame.columns if name != "line"]
    column = pl.col(names)
    suspect, filled = (
        frame.lazy().select(column.str.contains(ANY_SIEVE).any()),
        frame.lazy().select((column != "").sum()),
    )
    found, counted = (answer.row(0, named=True) for answer in pl.collect_all([suspect, filled]))
    sample = frame.select(names).gather_every(sample_step(frame.height))
    return [Cells(_taker(frame, name), counted[name], sample[name].to_list(), not found[name]) for name in names]


def _taker(frame: pl.DataFrame, name: str) -> Any:
    return lambda: frame[name].to_list()
