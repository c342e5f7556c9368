"""The report in the form of frictionless 5, which ckanext-validation stores and its clients read.

Same keys, our own words. One task for the one table of a file; an error for each place, at most `MAX_ERRORS` of them,
while the counts are those of the whole file. What does not count against the file stands among the warnings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from ..schema import normalise_label
from .base import Checked
from .validata import columns, places

MAX_ERRORS = 1_000
"""As many as frictionless names by itself."""


def as_frictionless(checked: Sequence[Checked]) -> str:
    """Return one object for one file, a list for several."""
    whole = [frictionless(each) for each in checked]
    return json.dumps(whole[0] if len(whole) == 1 else whole, ensure_ascii=False, indent=2) + "\n"


def frictionless(checked: Checked, most_errors: int = MAX_ERRORS) -> dict[str, Any]:
    """Return one report under frictionless' names.

    Args:
        checked: a file and what was found in it.
        most_errors: how many places are named; all are counted.
    """
    report = checked.report
    valid = report.status == "valid"
    errors = [_error(place) for place in islice(places(report), most_errors)]
    warnings = [issue.message for issue in report.issues if issue.level != "error"]
    stats = {
        "errors": report.errors or len(errors), "warnings": len(warnings), "seconds": round(checked.seconds, 3),
    }  # fmt: skip
    task = {
        "name": _slug(checked.name),
        "type": "table",
        "valid": valid,
        "place": checked.name,
        "labels": [],
        "stats": {**stats, "fields": columns(report), "rows": report.rows},
        "warnings": warnings,
        "errors": errors,
    }
    return {"valid": valid, "stats": {"tasks": 1, **stats}, "warnings": [], "errors": [], "tasks": [task]}


def _slug(name: str) -> str:
    """Return a name as the form asks for it: small letters and digits."""
    stem = normalise_label(name.rpartition("/")[2].partition(".")[0])
    return stem.encode("ascii", "ignore").decode() or "table"


def _error(place: dict[str, Any]) -> dict[str, Any]:
    cells = [place["cell"]] if place.get("cell") is not None else []
    return {**place, "description": place["title"], "note": "", "cells": cells}
