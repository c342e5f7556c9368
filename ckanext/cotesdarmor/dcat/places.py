"""Rectangles around collectivités for the feed, measured once per layer of outlines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ckanext.cotesdarmor import instance
from ckanext.cotesdarmor.core.dcat import bounding_boxes
from ckanext.cotesdarmor.core.outlines import load_outlines
from ckanext.cotesdarmor.core.territory import Collectivite, Kind

LAYERS = {Kind.COMMUNE: "communes", Kind.EPCI: "epci", Kind.DEPARTEMENT: "departement"}


def bounding_box(collectivite: Collectivite) -> str:
    """The rectangle around a collectivité as WKT, or an empty text when the instance has no outline of it."""
    path = instance.current().territory_folder / f"{LAYERS[collectivite.kind]}.geojson"
    if not path.exists():
        return ""
    return _boxes(path, path.stat().st_mtime).get(collectivite.insee or collectivite.siren, "")


@lru_cache(maxsize=8)
def _boxes(path: Path, _written: float) -> Mapping[str, str]:
    return bounding_boxes(load_outlines(path))
