"""The forms in which a check leaves the command: one writer each, from checked files to a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .base import Checked
from .plain import as_json
from .text import as_text

__all__ = ["WRITERS", "Checked"]

WRITERS: Mapping[str, Callable[[Sequence[Checked]], str]] = {"text": as_text, "json": as_json}
"""Each takes the files of one call, at least one, and returns what goes to standard output."""
