"""Formats of cells: what makes 1300 stand as 01300, 7.1 as 7.10, 0.5 as 50% and 45000 as a day.

A format changes digits, never signs that only please the eye: spaces between thousands, currencies, colours.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "dd/mm/yyyy", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 44: "#,##0.00", 43: "#,##0.00", 42: "#,##0",
    41: "#,##0", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
}  # fmt: skip
"""The formats that files name by number only."""

_DECORATION = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_EXACT = Decimal("1e-9")


@dataclass(frozen=True)
class NumberFormat:
    """How a number is shown, or which parts of a date."""

    kind: Literal["number", "date"]
    integers: int = 1
    least_decimals: int = 0
    most_decimals: int = 0
    percent: bool = False
    day: bool = False
    month: bool = False
    year: bool = False
    clock: bool = False


@lru_cache(maxsize=1_024)
def number_format(code: str) -> NumberFormat | None:
    """Return what a format code does, or None where the plain value says as much."""
    section = _DECORATION.sub("", code).partition(";")[0].lower()
    if "general" in section or "@" in section:
        return None
    if re.search(r"[dyhs]|m", section):
        clock = bool(re.search(r"[hs]", section))
        dated = bool(re.search(r"[dy]", section)) or not clock
        return NumberFormat(
            "date", day="d" in section, month=dated and "m" in section, year="y" in section, clock=clock
        )
    if not re.search(r"[0#?]", section) or re.search(r"[e/]|,(?=[^0#?]*$)", section):
        return None
    whole, _, decimals = section.partition(".")
    return NumberFormat(
        "number",
        integers=whole.count("0"),
        least_decimals=decimals.count("0"),
        most_decimals=sum(decimals.count(sign) for sign in "0#?"),
        percent="%" in section,
    )


def general_text(value: float) -> str:
    """Return a number as it stands in a cell without format: fifteen digits, never as a power of ten."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def shown_number(value: float, shape: NumberFormat) -> tuple[str, bool]:
    """Return a number as its format shows it, and whether that hides decimals."""
    exact = Decimal(format(value, ".15g")) * (100 if shape.percent else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-shape.most_decimals), ROUND_HALF_UP)
    text = format(abs(rounded), "f")
    whole, _, decimals = text.partition(".")
    while len(decimals) > shape.least_decimals and decimals.endswith("0"):
        decimals = decimals[:-1]
    sign = "-" if rounded < 0 else ""
    shown = sign + whole.zfill(shape.integers) + ("." + decimals if decimals else "")
    return shown + ("%" if shape.percent else ""), abs(exact - rounded) > _EXACT * max(1, abs(exact))


def shown_date(value: datetime.date, shape: NumberFormat | None) -> str:
    """Return a date with the parts its format shows, the biggest first."""
    if shape is not None and shape.kind == "date":
        if shape.year and not shape.day and not shape.clock:
            return f"{value.year:04}-{value.month:02}" if shape.month else f"{value.year:04}"
        if not shape.clock and isinstance(value, datetime.datetime):
            return value.date().isoformat()
    if isinstance(value, datetime.datetime):
        value = _to_seconds(value)
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return value.isoformat()


def _to_seconds(moment: datetime.datetime) -> datetime.datetime:
    """Return a moment without the fractions that day numbers bring along."""
    if moment.microsecond >= 999_000 or 0 < moment.microsecond < 1_000:
        return (moment + datetime.timedelta(milliseconds=1)).replace(microsecond=0)
    return moment
