"""Which places of a map are named on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .outlines import SvgShape


def landmarks(
    shapes: Iterable[SvgShape], populations: Mapping[str, int], count: int = 8, spacing: float = 110
) -> tuple[SvgShape, ...]:
    """The most populated places, far enough from one another for their names not to touch."""
    chosen: list[SvgShape] = []
    for shape in sorted(shapes, key=lambda one: (-populations.get(one.code, 0), one.code)):
        if len(chosen) == count:
            break
        # Names are wide and low: what stands above may be nearer than what stands beside.
        if all(
            abs(shape.label_x - one.label_x) > spacing or abs(shape.label_y - one.label_y) > spacing / 2.5
            for one in chosen
        ):
            chosen.append(shape)
    return tuple(chosen)
