"""The report as JSON, for programs; its keys are those of report.schema.json."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .base import Checked


def as_json(checked: Sequence[Checked]) -> str:
    """Return one object for one file, a list for several."""
    plain = [each.report.to_dict() for each in checked]
    return json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False, indent=2) + "\n"
