"""Telephone numbers and opening hours, by the libraries that know their rules, loaded on first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base import Finding, RowCheck, column_check

REGION = "FR"
"""Numbers without a country code are read as dialled in France."""


def phone_number(params: Mapping[str, Any]) -> RowCheck:
    """Check that a number can be dialled in France: ordinary, short, or with a country code."""

    def rule(cell: Any) -> Finding | None:
        return None if _can_be_dialled(str(cell)) else Finding("phone-number")

    return column_check(params["column"], rule)


def opening_hours(params: Mapping[str, Any]) -> RowCheck:
    """Check that hours are written as OpenStreetMap writes them."""

    def rule(cell: Any) -> Finding | None:
        import opening_hours as grammar

        return None if grammar.validate(str(cell)) else Finding("opening-hours", "Mo-Fr 08:30-12:00")

    return column_check(params["column"], rule)


def _can_be_dialled(text: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) or phonenumbers.is_valid_short_number_for_region(number, REGION)
