"""One mixin for each CKAN interface that the plugin implements."""

from __future__ import annotations

from .declaration import Declaration, point_to_licenses
from .facets import Facets
from .guards import Guards
from .instance import name_portal, point_to_territory
from .search import Search
from .translation import Translation

__all__ = [
    "Declaration",
    "Facets",
    "Guards",
    "Search",
    "Translation",
    "name_portal",
    "point_to_licenses",
    "point_to_territory",
]
