"""Outlines drawn as SVG."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import ckanext.cotesdarmor
from ckanext.cotesdarmor.core.outlines import Outline, frame_around, load_outlines, svg_map
from ckanext.cotesdarmor.core.territory import TerritoryError

FOLDER = Path(ckanext.cotesdarmor.__file__).parent / "instances" / "cotes-darmor" / "territory"
WEST = Outline("1", "West", ((((-3.0, 48.0), (-2.5, 48.0), (-2.5, 48.5), (-3.0, 48.5), (-3.0, 48.0)),),))
EAST = Outline("2", "East", ((((-2.5, 48.0), (-2.0, 48.0), (-2.0, 48.5), (-2.5, 48.5), (-2.5, 48.0)),),))
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def points(path: str) -> list[list[tuple[float, float]]]:
    """The absolute points of a path, one list per ring, as a browser reads them."""
    rings = []
    for ring in path.split("z")[:-1]:
        numbers = [float(number) for number in NUMBER.findall(ring)]
        (x, y), places = numbers[:2], [tuple(numbers[:2])]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = round(x + dx, 3), round(y + dy, 3)
            places.append((x, y))
        rings.append(places)
    return rings


def feature(geometry: dict, **properties: str) -> str:
    """A layer of one feature."""
    one = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [one]})


def test_map_has_the_asked_width():
    """The height follows from the latitudes, north is up and west is left."""
    drawing = svg_map([WEST, EAST], width=500)
    assert drawing.width == 500
    assert drawing.view_box == f"0 0 500 {drawing.height:g}"
    (west,), (east,) = (points(shape.path) for shape in drawing.shapes)
    assert max(x for x, _ in west) == min(x for x, _ in east)
    assert west[0][1] > west[2][1]


def test_shape_is_not_stretched():
    """At this latitude, a degree of longitude is two thirds of a degree of latitude."""
    (ring,) = points(svg_map([WEST], width=1000).shapes[0].path)
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    high = max(y for _, y in ring) - min(y for _, y in ring)
    assert wide / high == pytest.approx(0.665, abs=0.005)


def test_all_points_lie_in_the_drawing():
    """With a margin, so that strokes at the edge are not cut."""
    drawing = svg_map(load_outlines(FOLDER / "communes.geojson"), width=800)
    for shape in drawing.shapes:
        for ring in points(shape.path):
            assert all(1 < x < drawing.width - 1 and 1 < y < drawing.height - 1 for x, y in ring)


def test_neighbours_share_rounded_points():
    """Rounding happens before points become relative, so errors do not add up along a border."""
    drawing = svg_map(load_outlines(FOLDER / "communes.geojson"))
    seen: dict[tuple[float, float], int] = {}
    for shape in drawing.shapes:
        for place in {place for ring in points(shape.path) for place in ring}:
            seen[place] = seen.get(place, 0) + 1
    assert sum(count > 1 for count in seen.values()) > 0.6 * len(seen)


def test_layers_share_a_frame():
    """The border of a part falls on the border of the whole."""
    frame = frame_around([WEST, EAST], width=300)
    (west,) = points(svg_map([WEST], frame=frame).shapes[0].path)
    assert west == points(svg_map([WEST, EAST], width=300).shapes[0].path)[0]


def test_label_stands_in_the_middle():
    """The label of a square is its centre."""
    drawing = svg_map([WEST], width=100)
    shape = drawing.shapes[0]
    assert shape.label_x == pytest.approx(50, abs=0.1)
    assert shape.label_y == pytest.approx(drawing.height / 2, abs=0.5)


def test_islands_and_holes_are_rings_of_one_path():
    """A commune with an island is one link, not two."""
    hole = ((-2.9, 48.1), (-2.8, 48.1), (-2.8, 48.2), (-2.9, 48.1))
    outline = Outline("3", "Both", ((WEST.polygons[0][0], hole), EAST.polygons[0]))
    assert svg_map([outline]).shapes[0].path.count("z") == 3


def test_islet_smaller_than_a_unit_is_a_dot():
    """A shape that rounds to one point stays a valid path with a place for its label."""
    islet = Outline(
        "4", "Islet", ((((-2.71, 48.21), (-2.71, 48.210001), (-2.710001, 48.21), (-2.71, 48.21)),),)
    )
    shape = svg_map([WEST, islet]).shapes[1]
    assert shape.path.startswith("M")
    assert shape.path.endswith("l0 0z")
    assert shape.label_x > 0


def test_map_of_all_communes_is_light():
    """344 paths in less than 150 kB, of numbers and three commands only."""
    drawing = svg_map(load_outlines(FOLDER / "communes.geojson"))
    assert len(drawing.shapes) == 344
    assert sum(len(shape.path) for shape in drawing.shapes) < 150_000
    assert not re.search(r"[^Mlz0-9. -]", "".join(shape.path for shape in drawing.shapes))


def test_polygon_and_multipolygon_are_read(tmp_path):
    """GeoJSON has two ways of writing one polygon."""
    ring = [list(point) for point in WEST.polygons[0][0]]
    path = tmp_path / "layer.geojson"
    path.write_text(feature({"type": "Polygon", "coordinates": [ring]}, code="1", name="West"))
    once = load_outlines(path)
    path.write_text(feature({"type": "MultiPolygon", "coordinates": [[ring]]}, code="1", name="West"))
    assert load_outlines(path) == once == (WEST,)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"features": []}',
        feature({"type": "Point", "coordinates": [1, 2]}, code="1", name="Point"),
        feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, code="1", name="Line"),
        feature({"type": "Polygon", "coordinates": []}, code="1", name="Nothing"),
        feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, code="1"),
    ],
)
def test_wrong_layer_is_refused(tmp_path, content):
    """Whatever the file holds, the message names it and says how to build it again."""
    path = tmp_path / "layer.geojson"
    path.write_text(content)
    with pytest.raises(TerritoryError, match="layer.geojson.*build_territory"):
        load_outlines(path)


def test_missing_layer_is_refused(tmp_path):
    """An empty folder is the first state of a new instance."""
    with pytest.raises(TerritoryError, match="missing"):
        load_outlines(tmp_path / "communes.geojson")
