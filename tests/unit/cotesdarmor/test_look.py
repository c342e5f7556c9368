"""The names on the map, and the instance's colours and logo."""

from __future__ import annotations

from xml.etree import ElementTree

from ckanext.cotesdarmor.core.appearance import logo, style_sheet
from ckanext.cotesdarmor.core.outlines import SvgMap, SvgShape
from ckanext.cotesdarmor.core.places import landmarks


def _place(code: str, x: float, y: float) -> SvgShape:
    return SvgShape(code, f"Commune {code}", "M0 0l10 0 0 10z", x, y)


def test_most_populated_place_is_named_first():
    """Of two places that stand too near to each other, the larger one keeps its name."""
    near = [_place("1", 100, 100), _place("2", 150, 110), _place("3", 600, 100)]
    assert [one.code for one in landmarks(near, {"1": 10, "2": 500, "3": 20})] == ["2", "3"]


def test_places_above_each_other_may_be_nearer():
    """A name is wider than it is high."""
    assert len(landmarks([_place("1", 100, 100), _place("2", 100, 150)], {}, spacing=100)) == 2
    assert len(landmarks([_place("1", 100, 100), _place("2", 150, 100)], {}, spacing=100)) == 1


def test_no_more_names_than_asked():
    """A map stays legible."""
    assert len(landmarks([_place(str(n), n * 200, 0) for n in range(9)], {}, count=4)) == 4


def test_colours_become_custom_properties():
    """Every colour of the instance can be used by the style sheets, under the name of its key."""
    assert "  --portal-primary-dark: #003a57;\n" in style_sheet(
        {"primary_dark": "#003a57", "text": "#000000"}
    )


def test_logo_is_drawn_inside_its_square():
    """The silhouette of a wide territory and of a high one fit; the picture is well-formed."""
    for width, height in ((64, 20), (20, 64)):
        drawn = logo(SvgMap(width, height, (_place("22", 1, 1),)), {"primary": "#00537a"})
        assert ElementTree.fromstring(drawn).get("viewBox") == "0 0 64 64"
        assert "#00537a" in drawn
