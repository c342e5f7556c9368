"""The action of the portal, one module for each subject."""

from __future__ import annotations

from .territory import territory_list, territory_show

__all__ = [
    "territory_list",
    "territory_show",
]
