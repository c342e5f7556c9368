"""The instance and the territory that this portal serves, read once and again when their files change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from . import config
from .core.instance import Instance, load_instance
from .core.outlines import Frame, SvgMap, frame_around, load_outlines, svg_map
from .core.territory import REGISTER_FILE, Territory, load_territory


def current() -> Instance:
    """The instance that the setting `ckanext.cotesdarmor.instance` names."""
    folder = config.instance_folder()
    return _instance(folder, newest(folder.glob("*.yaml"), folder.glob("pages/*.md")))


def territory() -> Territory:
    """The register of the instance."""
    folder = current().territory_folder
    return _territory(folder, newest([folder / REGISTER_FILE]))


def drawing(layer: str) -> SvgMap:
    """The map of a layer of outlines (`communes`, `epci`); all layers share one frame."""
    folder = current().territory_folder
    return _drawing(folder, layer, newest(folder.glob("*.geojson")))


def newest(*groups: Iterable[Path]) -> float:
    """When the youngest of some files was written; 0 when none is there, which their reader then reports."""
    paths = [path for group in groups for path in group]
    return max((path.stat().st_mtime for path in paths if path.exists()), default=0.0)


@lru_cache(maxsize=4)
def _instance(folder: Path, _written: float) -> Instance:
    return load_instance(folder)


@lru_cache(maxsize=4)
def _territory(folder: Path, _written: float) -> Territory:
    return load_territory(folder)


@lru_cache(maxsize=4)
def _frame(folder: Path, _written: float) -> Frame:
    return frame_around(load_outlines(folder / "communes.geojson"))


@lru_cache(maxsize=8)
def _drawing(folder: Path, layer: str, written: float) -> SvgMap:
    return svg_map(load_outlines(folder / f"{layer}.geojson"), frame=_frame(folder, written))
