"""Pages of the deposits."""

from __future__ import annotations

from . import correction, decision, grid, openapi, template  # noqa: F401 - they add their pages to the blueprint
from .deposit import scdl
from .report import validation

__all__ = ["scdl", "validation"]
