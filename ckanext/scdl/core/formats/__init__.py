"""The forms in which a check leaves the command: one writer each, from checked files to a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .base import Checked
from .frictionless import as_frictionless
from .plain import as_json
from .spreadsheet import as_csv
from .text import as_text
from .validata import as_validata

__all__ = ["NAME_EVERY_PLACE", "WRITERS", "Checked"]

WRITERS: Mapping[str, Callable[[Sequence[Checked]], str]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
    "frictionless": as_frictionless,
    "validata": as_validata,
}
"""Each takes the files of one call, at least one, and returns what goes to standard output."""

NAME_EVERY_PLACE = frozenset({"frictionless", "validata"})
"""Forms that list places one by one, so that the check must name them all."""
