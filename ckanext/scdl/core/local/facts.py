"""What local checks know besides the file: who publishes it, the territory, and the day."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..catalogue import normalise_label
from .outline import Outline, Ring

_COMMUNE = re.compile(r"(\d{2}|2[AB])\d{3}")
_DEPARTEMENT = re.compile(r"\d{2}|2[AB]|97\d")
_CODE_COLUMNS = ("insee", "codeinsee", "inseecom", "codecommune", "codgeo", "com", "code")
_FORMER_COLUMNS = ("formercodes", "communesdeleguees")


class UnusableTerritory(ValueError):
    """A text says nothing about a territory; `reason` is one of the values below, for the caller's sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Territory:
    """The communes of a territory and its outline; either may be unknown.

    `codes` are INSEE codes of communes, or of départements where no commune is known one by one.
    """

    codes: frozenset[str] = frozenset()
    rings: tuple[Ring, ...] = ()

    def holds_commune(self, code: str) -> bool:
        """Tell whether a commune belongs to the territory."""
        return code in self.codes or code[:2] in self.codes or code[:3] in self.codes

    def outline(self) -> Outline:
        """Return what points are compared with; there must be rings."""
        return Outline(self.rings)

    def joined(self, other: Territory) -> Territory:
        """Return what both know, such as a register of communes and an outline of the whole."""
        return Territory(_finest(self.codes | other.codes), self.rings + other.rings)


@dataclass(frozen=True)
class Facts:
    """What is known; a check that needs what is None is listed as not done.

    Attributes:
        publisher: SIRET (or SIREN) of who publishes the file.
        territory: where communes and points are expected.
        today: a date after it is in the future.
    """

    publisher: str | None = None
    territory: Territory = field(default_factory=Territory)
    today: datetime.date | None = None

    @property
    def communes(self) -> frozenset[str] | None:
        """Codes of the territory, None when there are none."""
        return self.territory.codes or None

    @property
    def rings(self) -> tuple[Ring, ...] | None:
        """Outline of the territory, None when there is none."""
        return self.territory.rings or None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, to travel into the sandbox."""
        return {
            "publisher": self.publisher,
            "codes": sorted(self.territory.codes),
            "rings": [list(map(list, ring)) for ring in self.territory.rings],
            "today": None if self.today is None else self.today.isoformat(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Facts:
        """Undo `to_dict`."""
        rings = tuple(tuple((lon, lat) for lon, lat in ring) for ring in values["rings"])
        today = values["today"]
        return cls(
            publisher=values["publisher"],
            territory=Territory(frozenset(values["codes"]), rings),
            today=None if today is None else datetime.date.fromisoformat(today),
        )


def read_territory(text: str) -> Territory:
    """Return the territory in a GeoJSON file (outlines) or a CSV register (codes of communes).

    Raises:
        UnusableTerritory: the text is neither, or names no commune and draws no outline.
    """
    text = text.removeprefix("\ufeff")
    territory = _from_geojson(text) if text.lstrip().startswith("{") else _from_register(text)
    if not territory.codes and not territory.rings:
        raise UnusableTerritory("empty")
    return territory


def _from_geojson(text: str) -> Territory:
    try:
        whole = json.loads(text)
        features = whole["features"] if whole.get("type") == "FeatureCollection" else [whole]
        codes: set[str] = set()
        rings: list[Ring] = []
        for feature in features:
            properties = feature.get("properties") or {}
            codes |= {str(value) for key, value in properties.items() if normalise_label(key) in _CODE_COLUMNS}
            rings.extend(_rings(feature.get("geometry") or feature))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableTerritory("geojson") from error
    return Territory(_finest(codes), tuple(rings))


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for each in geometry["geometries"]:
            yield from _rings(each)
    coordinates = geometry.get("coordinates") or []
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind), [])
    for polygon in polygons:
        for ring in polygon:
            if len(ring) >= 3:
                yield tuple((float(corner[0]), float(corner[1])) for corner in ring)


def _from_register(text: str) -> Territory:
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    labels = [normalise_label(label) for label in rows[0]] if rows else []
    column = next((labels.index(name) for name in _CODE_COLUMNS if name in labels), None)
    if column is None:
        raise UnusableTerritory("register")
    also = [position for position, label in enumerate(labels) if label in _FORMER_COLUMNS]
    codes = {row[column].strip() for row in rows[1:] if len(row) > column}
    if any(_COMMUNE.fullmatch(code) for code in codes):
        # Files go on to name communes that have merged since.
        codes |= {
            code
            for row in rows[1:]
            for position in also
            if len(row) > position
            for code in re.findall(r"\b(?:\d{2}|2[AB])\d{3}\b", row[position])
        }
    return Territory(_finest(codes))


def _finest(codes: set[str] | frozenset[str]) -> frozenset[str]:
    """Keep the communes; a département only where no commune is named."""
    communes = frozenset(code for code in codes if _COMMUNE.fullmatch(code))
    return communes or frozenset(code for code in codes if _DEPARTEMENT.fullmatch(code))
