"""One mixin for each CKAN interface that the plugin implements."""

from __future__ import annotations

from .resources import Resources
from .tables import Tables

__all__ = ["Resources", "Tables"]
