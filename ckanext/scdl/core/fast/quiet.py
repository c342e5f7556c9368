"""The cells of a block for the privacy scan: only those that may hold something are taken out of the frame."""

from __future__ import annotations

import polars as pl

from ..privacy.cells import ANY_SIEVE
from ..privacy.columns import Cells, sample_step


def cells(frame: pl.DataFrame) -> list[Cells]:
    """Return the columns "0", "1", … of a block; suspect are the cells that the sieve of some detector lets through."""
    names = [name for name in frame.columns if name != "line"]
    column = pl.col(names)
    suspect, filled = pl.collect_all([
        frame.lazy().select(column.str.contains(ANY_SIEVE)),
        frame.lazy().select((column != "").sum()),
    ])  # fmt: skip
    sample = frame.select(names).gather_every(sample_step(frame.height))
    return [_cells(frame[name], suspect[name], filled[name][0], sample[name].to_list()) for name in names]


def _cells(column: pl.Series, suspect: pl.Series, filled: int, sample: list[str]) -> Cells:
    return Cells(
        take=column.to_list,
        suspects=lambda: (column.filter(suspect).to_list(), suspect.arg_true().to_list()),
        filled=filled,
        sample=sample,
    )
