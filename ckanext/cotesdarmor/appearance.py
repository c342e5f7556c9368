"""The files that give the pages the instance's look, made from its folder and kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from . import instance
from .core import appearance as core
from .core.outlines import load_outlines, svg_map

OUTLINE = "departement.geojson"


def files() -> Mapping[str, tuple[str, str]]:
    """Media type and text of each file by its name."""
    own = instance.current()
    outline = own.territory_folder / OUTLINE
    return _files(outline, instance.newest([outline]), tuple(sorted(own.colours.items())))


@lru_cache(maxsize=4)
def _files(
    outline: Path, _written: float, colours: tuple[tuple[str, str], ...]
) -> Mapping[str, tuple[str, str]]:
    drawn = svg_map(load_outlines(outline), width=64)
    return {
        "theme.css": ("text/css", core.style_sheet(dict(colours))),
        "logo.svg": ("image/svg+xml", core.logo(drawn, dict(colours))),
    }
