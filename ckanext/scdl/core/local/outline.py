"""Whether a point lies in a territory: rings, looked up by bands of latitude so that many points cost little."""

from __future__ import annotations

import math
from collections.abc import Iterable

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of each corner; the last one is joined to the first."""

NEAR_KM = 1.0
"""Outlines are drawn roughly and a jetty stands outside: a point this close to an edge counts as inside."""

_BANDS = 256
_KM_PER_DEGREE = 111.2

_Edge = tuple[float, float, float, float]


class Outline:
    """Rings of one or several polygons; holes are rings too, since crossings are counted."""

    def __init__(self, rings: Iterable[Ring]) -> None:
        edges = [
            (*start, *end)
            for ring in rings
            for start, end in zip(ring, (*ring[1:], ring[0]), strict=True)
            if start != end
        ]
        if not edges:
            raise ValueError("an outline has edges")
        self._west = min(min(edge[0], edge[2]) for edge in edges)
        self._east = max(max(edge[0], edge[2]) for edge in edges)
        self._south = min(min(edge[1], edge[3]) for edge in edges)
        self._north = max(max(edge[1], edge[3]) for edge in edges)
        self._step = (self._north - self._south) / _BANDS or 1.0
        self._bands: list[list[_Edge]] = [[] for _ in range(_BANDS + 1)]
        for edge in edges:
            low, high = sorted((edge[1], edge[3]))
            for band in range(self._band(low), self._band(high) + 1):
                self._bands[band].append(edge)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Tell whether a point is inside, or so close to the edge that it may be."""
        if not (math.isfinite(longitude) and math.isfinite(latitude)):
            return False
        margin = NEAR_KM / _KM_PER_DEGREE
        wide = margin / max(math.cos(math.radians(latitude)), 0.01)
        if not (
            self._south - margin <= latitude <= self._north + margin
            and self._west - wide <= longitude <= self._east + wide
        ):
            return False
        return self._crosses(longitude, latitude) or self._is_near(longitude, latitude, margin)

    def _crosses(self, longitude: float, latitude: float) -> bool:
        """Count the edges east of a point: an odd number means inside."""
        if not self._south <= latitude <= self._north:
            return False
        inside = False
        for start_x, start_y, end_x, end_y in self._bands[self._band(latitude)]:
            if (start_y > latitude) != (end_y > latitude):
                crossing = start_x + (latitude - start_y) / (end_y - start_y) * (end_x - start_x)
                inside ^= longitude < crossing
        return inside

    def _is_near(self, longitude: float, latitude: float, margin: float) -> bool:
        scale = math.cos(math.radians(latitude))
        west, east = longitude - margin / scale, longitude + margin / scale
        for band in range(self._band(latitude - margin), self._band(latitude + margin) + 1):
            for edge in self._bands[band]:
                if (edge[0] < west and edge[2] < west) or (edge[0] > east and edge[2] > east):
                    continue
                if _distance(longitude, latitude, edge, scale) <= margin:
                    return True
        return False

    def _band(self, latitude: float) -> int:
        return min(max(int((latitude - self._south) / self._step), 0), _BANDS)


def _distance(longitude: float, latitude: float, edge: _Edge, scale: float) -> float:
    """Distance from a point to an edge, in degrees of latitude."""
    start_x, start_y = (edge[0] - longitude) * scale, edge[1] - latitude
    along_x, along_y = (edge[2] - edge[0]) * scale, edge[3] - edge[1]
    length = along_x**2 + along_y**2
    part = min(max(-(start_x * along_x + start_y * along_y) / length, 0.0), 1.0)
    return math.hypot(start_x + part * along_x, start_y + part * along_y)
