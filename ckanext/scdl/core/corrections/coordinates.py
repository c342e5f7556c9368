"""Longitude and latitude the wrong way round: told by the territory, in which only the exchanged point lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..local import Territory
from ..local.outline import Outline
from .cells import Rewritten

_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?", re.ASCII)
_POINT = re.compile(r"(\[?)\s*([+-]?\d{1,3}(?:\.\d+)?)\s*(,)\s*([+-]?\d{1,3}(?:\.\d+)?)\s*(\]?)", re.ASCII)


def exchanged_pairs(
    longitudes: Sequence[str], latitudes: Sequence[str], territory: Territory
) -> Iterator[tuple[int, str, str]]:
    """Yield the rows whose point lies in the territory only when exchanged, with longitude and latitude put right."""
    outline = territory.outline()
    known: dict[tuple[str, str], bool] = {}
    for index, pair in enumerate(zip(longitudes, latitudes, strict=True)):
        if pair not in known:
            known[pair] = all(_NUMBER.fullmatch(each) for each in pair) and _is_exchanged(outline, *pair)
        if known[pair]:
            yield index, pair[1], pair[0]


def exchanged_points(points: Sequence[str], territory: Territory) -> Iterator[tuple[int, Rewritten]]:
    """Yield the same for a column that holds both in one cell."""
    outline = territory.outline()
    known: dict[str, Rewritten | None] = {}
    for index, text in enumerate(points):
        if text not in known:
            found = _POINT.fullmatch(text.strip())
            wrong = found is not None and _is_exchanged(outline, found[2], found[4])
            known[text] = (
                Rewritten(f"{found[1]}{found[4]},{found[2]}{found[5]}", "coordinates", "sure")
                if found is not None and wrong
                else None
            )
        if change := known[text]:
            yield index, change


def _is_exchanged(outline: Outline, longitude: str, latitude: str) -> bool:
    x, y = float(longitude), float(latitude)
    return not outline.holds(x, y) and outline.holds(y, x)
