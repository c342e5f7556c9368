"""The day it is for those whom the portal serves."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def today() -> datetime.date:
    """Return the day in France, where the server's clock may say another."""
    return datetime.datetime.now(PARIS).date()
