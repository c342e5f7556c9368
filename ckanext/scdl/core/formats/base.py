"""What every writer is given."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..report import Report


@dataclass(frozen=True)
class Checked:
    """A file by its name, what was found in it, when, and how long that took."""

    name: str
    report: Report
    when: datetime.datetime | None = None
    seconds: float = 0.0
