"""Outlines of a territory turned into the shapes of an SVG map.

The files are GeoJSON in longitude and latitude. At the size of a département, an equirectangular projection
that narrows longitudes by the cosine of the middle latitude keeps shapes right to the eye. Layers that are
drawn over each other share one `Frame`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .territory.errors import TerritoryError

Point = tuple[float, float]
Ring = tuple[Point, ...]
_REBUILD = "Build the outlines again with scripts/build_territory.py."


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of one collectivité: `code` is an INSEE code, or the SIREN of an EPCI.

    Each polygon is its outer ring, then its holes; the largest polygon comes first.
    """

    code: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """How longitudes and latitudes become the units of a drawing."""

    west: float
    north: float
    narrowing: float
    scale: float
    width: float
    height: float

    def place(self, point: Point) -> Point:
        """The position of a point in the drawing."""
        longitude, latitude = point
        return (longitude - self.west) * self.narrowing * self.scale, (self.north - latitude) * self.scale


@dataclass(frozen=True, slots=True)
class SvgShape:
    """One outline as the `d` of an SVG path, with a point inside its largest part for a label."""

    code: str
    name: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class SvgMap:
    """A drawing: its size and one shape per outline, in the order of the file."""

    width: float
    height: float
    shapes: tuple[SvgShape, ...]

    @property
    def view_box(self) -> str:
        """The value of the attribute `viewBox`."""
        return f"0 0 {_short(self.width)} {_short(self.height)}"


def load_outlines(path: Path) -> tuple[Outline, ...]:
    """Read a layer of outlines.

    Raises:
        TerritoryError: when the file is missing or is not a GeoJSON of polygons with `code` and `name`.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TerritoryError(str(path), "The outlines are missing.", _REBUILD) from None
    except ValueError:
        raise TerritoryError(str(path), "The file is not JSON.", _REBUILD) from None
    try:
        outlines = tuple(_outline(feature) for feature in document["features"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise TerritoryError(
            str(path), "The file is not a GeoJSON of polygons with a code and a name each.", _REBUILD
        ) from None
    if not outlines:
        raise TerritoryError(str(path), "The file holds no outline.", _REBUILD)
    return outlines


def frame_around(outlines: Sequence[Outline], width: float = 1000, margin: float = 4) -> Frame:
    """The frame that holds some outlines, `width` wide, with a margin for the strokes at the edge."""
    points = [point for outline in outlines for polygon in outline.polygons for point in polygon[0]]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * margin) / ((east - west) * narrowing)
    return Frame(
        west=west - margin / scale / narrowing,
        north=north + margin / scale,
        narrowing=narrowing,
        scale=scale,
        width=width,
        height=math.ceil((north - south) * scale + 2 * margin),
    )


def svg_map(
    outlines: Sequence[Outline], width: float = 1000, frame: Frame | None = None, decimals: int = 1
) -> SvgMap:
    """Draw outlines; the caller keeps the result, for it never changes while the files do not.

    Args:
        outlines: the layer to draw.
        width: width of the drawing, when no frame is given.
        frame: the frame of another layer, to draw this one over it.
        decimals: digits after the point; neighbours still share their points, since both round alike.
    """
    frame = frame or frame_around(outlines, width)
    unit = 10**decimals
    return SvgMap(frame.width, frame.height, tuple(_shape(outline, frame, unit) for outline in outlines))


def _outline(feature: dict[str, Any]) -> Outline:
    geometry = feature["geometry"]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(geometry["type"])
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    polygons = tuple(
        tuple(tuple((float(point[0]), float(point[1])) for point in ring) for ring in polygon)
        for polygon in parts
    )
    if not polygons or not all(polygon and all(len(ring) >= 4 for ring in polygon) for polygon in polygons):
        raise ValueError("an outline without points")
    properties = feature["properties"]
    return Outline(str(properties["code"]), str(properties["name"]), polygons)


def _shape(outline: Outline, frame: Frame, unit: int) -> SvgShape:
    path = "".join(_ring_path(ring, frame, unit) for polygon in outline.polygons for ring in polygon)
    label_x, label_y = _middle([frame.place(point) for point in outline.polygons[0][0]])
    return SvgShape(outline.code, outline.name, path, round(label_x, 1), round(label_y, 1))


def _ring_path(ring: Ring, frame: Frame, unit: int) -> str:
    """One closed ring with relative moves; rounding happens before subtracting, so errors never add up."""
    placed = [frame.place(point) for point in ring]
    points = [(round(x * unit), round(y * unit)) for x, y in placed]
    (x, y), path = points[0], f"M{_pair(points[0], unit)}l"
    moves = []
    for next_x, next_y in points[1:-1]:
        if (next_x, next_y) != (x, y):
            moves.append(_pair((next_x - x, next_y - y), unit))
            x, y = next_x, next_y
    if not moves:  # an islet smaller than a unit is left as a dot
        moves.append("0 0")
    joined = moves[0]
    for move in moves[1:]:
        joined += move if move.startswith("-") else f" {move}"
    return f"{path}{joined}z"


def _pair(point: tuple[int, int], unit: int) -> str:
    x, y = (_short(value / unit) for value in point)
    return f"{x}{y}" if y.startswith("-") else f"{x} {y}"


def _short(value: float) -> str:
    """A number as SVG understands it in the fewest characters: `.5`, `-.5`, `12`."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of a ring, or of its points when the ring has no area."""
    area = middle_x = middle_y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area += cross
        middle_x += (x1 + x2) * cross
        middle_y += (y1 + y2) * cross
    if abs(area) < 1e-9:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return middle_x / (3 * area), middle_y / (3 * area)
