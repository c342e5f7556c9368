"""Positions: inside France, and longitude before latitude."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .base import Finding, RowCheck, column_check

FRANCE = (
    (-5.14, 9.56, 41.33, 51.09),
    (-61.82, -61.0, 15.83, 16.52),
    (-61.24, -60.8, 14.38, 14.89),
    (-54.61, -51.63, 2.11, 5.76),
    (55.21, 55.85, -21.4, -20.87),
    (45.01, 45.31, -13.01, -12.63),
)
"""West, east, south and north of the hexagon with Corsica and of the five overseas départements."""


def french_coordinates(params: Mapping[str, Any]) -> RowCheck:
    """Check that a point lies in France, and tell a swapped pair from a foreign place."""

    def rule(cell: Any) -> Finding | None:
        if not isinstance(cell, tuple) or len(cell) != 2:
            return Finding("gps-outside")
        longitude, latitude = cell
        if _in_france(longitude, latitude):
            return None
        return Finding("gps-swapped" if _in_france(latitude, longitude) else "gps-outside")

    return column_check(params["column"], rule)


def _in_france(longitude: Decimal, latitude: Decimal) -> bool:
    return any(west <= longitude <= east and south <= latitude <= north for west, east, south, north in FRANCE)
