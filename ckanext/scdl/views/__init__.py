"""Pages of the deposits."""

from __future__ import annotations

from .deposit import scdl

__all__ = ["scdl"]
