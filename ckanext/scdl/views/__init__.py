"""Pages of the deposits."""

from __future__ import annotations

# They add their pages to the blueprint.
from . import correction, decision, grid, openapi, sending, template, version  # noqa: F401 - imported for that
from .deposit import scdl
from .report import validation

__all__ = ["scdl", "validation"]
