"""One mixin for each CKAN interface that the plugin implements."""

from __future__ import annotations

from .forks import Forks
from .resources import Resources
from .tables import Tables

__all__ = ["Forks", "Resources", "Tables"]
