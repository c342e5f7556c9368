"""Rules between the cells of one row, as the national validator applies them.

One difference is meant: columns that go together raise nothing while one of them holds a value of wrong
type, since that value is already reported and the row is not half empty.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from .base import WRONG, Finding, RowCheck, column_check, is_empty

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}
_YEARS = re.compile(r"([0-9]{4})/([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")


def one_of_required(params: Mapping[str, Any]) -> RowCheck:
    """At least one of two columns is filled; the finding belongs to the row."""
    columns = (params["column1"], params["column2"])

    def rule(cells: tuple[Any, ...]) -> Finding | None:
        # Zero counts as nothing here: the reference tests the truth of the value.
        filled = any(not is_empty(cell) and cell for cell in cells)
        return None if filled else Finding("one-of-required", columns)

    def header(present: Collection[str]) -> Finding | bool:
        return True if any(column in present for column in columns) else Finding("one-of-required-columns", columns)

    return RowCheck(columns, None, rule, header, "one-of")


def cohesive_columns(params: Mapping[str, Any]) -> RowCheck:
    """Some columns are filled together or empty together."""
    column, others = params["column"], _names(params["othercolumns"])
    columns = (column, *others)

    def rule(cells: tuple[Any, ...]) -> Finding | None:
        if WRONG in cells:
            return None
        filled = sum(1 for cell in cells if not is_empty(cell))
        return None if filled in (0, len(cells)) else Finding("cohesive-columns", columns)

    def header(present: Collection[str]) -> Finding | bool:
        absent = tuple(name for name in columns if name not in present)
        if absent and len(absent) < len(columns):
            return Finding("cohesive-columns-missing", absent)
        return not absent

    return RowCheck(columns, column, rule, header, "cohesive")


def compare_columns(params: Mapping[str, Any]) -> RowCheck:
    """One column is greater, equal or smaller than another; numbers as numbers, the rest as text."""
    column, other, sign = params["column"], params["column2"], params["op"]
    holds = _OPERATORS[sign]

    def rule(cells: tuple[Any, ...]) -> Finding | None:
        left, right = cells
        if is_empty(left) or is_empty(right):
            return None
        numbers = _number(left), _number(right)
        if None not in numbers:
            comparable = numbers
        elif type(left) is type(right):
            comparable = str(left), str(right)
        else:
            return Finding("compare-columns-kinds", (sign, other))
        return None if holds(*comparable) else Finding("compare-columns", (sign, other))

    return RowCheck((column, other), column, rule, lambda present: column in present and other in present, sign)


def sum_columns(params: Mapping[str, Any]) -> RowCheck:
    """One column is the exact sum of others; a row with an empty cell among them is not looked at."""
    column, parts = params["column"], _names(params["columns"])
    columns = (column, *parts)

    def rule(cells: tuple[Any, ...]) -> Finding | None:
        numbers = [None if is_empty(cell) else _number(cell) for cell in cells]
        if any(number is None for number in numbers):
            return None
        total, *terms = numbers
        return None if sum(terms) == total else Finding("sum-columns", parts)

    return RowCheck(columns, column, rule, lambda present: all(name in present for name in columns), "sum")


def year_interval(params: Mapping[str, Any]) -> RowCheck:
    """A span of years `AAAA/AAAA`, or one year where the schema allows it."""
    year_allowed = str(params.get("allow-year-only", "")).lower() in {"true", "yes"}

    def rule(cell: Any) -> Finding | None:
        text = str(cell)
        if year_allowed and _YEAR.fullmatch(text):
            return None
        years = _YEARS.fullmatch(text)
        if not years:
            return Finding("year-or-interval" if year_allowed else "year-interval")
        if years[1] >= years[2]:
            return Finding("year-interval-order")
        return None

    return column_check(params["column"], rule)


def _names(value: Any) -> tuple[str, ...]:
    """Return a list of columns, which some schemas write as one name."""
    return (value,) if isinstance(value, str) else tuple(value)


def _number(value: Any) -> Decimal | None:
    """Return a value as a number that can be compared; what is no number has no order either."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float, str)):
        return None
    try:
        number = Decimal(str(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None
    return None if number.is_nan() else number
