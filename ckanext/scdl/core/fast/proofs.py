"""Expressions that prove many cells or rows right at once; what they do not prove is judged one by one.

A proof may be narrow, never wrong: it says nothing about a cell that it does not understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from ..checks.base import RowCheck
from ..checks.readers import PLAIN_ADDRESS, format_of, kind_of
from ..plan import PlannedColumn

_NOTHING = pl.lit(False)
_SAFE_BOUND = 10**15
_DECIMAL = r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SURE_DAY = r"^([0-9]{3}[1-9]|[1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"

_KEYED = {"siren": 9, "siret": 14}
"""Relations of one column with itself, and the number of digits."""

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": " \t"}
_PLAIN_ESCAPES = frozenset(".-/()+*?[]{}^$|\\'\"#&~:;,@!%=<>_ ")
_UNLIKE = ("{,", "++", "*+", "?+", "}+")
"""Written alike in both languages and meaning something else."""
_FLAWED_CLASS = ("[[", "&&", "--", "~~", "[:")


def filled(column: PlannedColumn) -> pl.Expr:
    """Return what tells cells that hold something from those that count as empty."""
    cell = pl.col(str(column.position))
    words = column.missing - {""}
    return (cell != "") & ~cell.is_in(sorted(words)) if words else cell != ""


def is_missing(column: PlannedColumn) -> pl.Expr:
    """Return what tells the cells that stand for nothing."""
    cell = pl.col(str(column.position))
    return cell == "" if column.missing == {""} else cell.is_in(sorted(column.missing))


def cell_proof(column: PlannedColumn) -> pl.Expr | None:
    """Return what proves cells of a column free of faults and warnings; None where nothing can."""
    described = column.described
    constraints = described.get("constraints") or {}
    value = _VALUE_PROOFS.get(kind_of(described), lambda column, constraints: None)(column, constraints)
    if value is None or "enum" in constraints:
        return None
    return value if constraints.get("required") else value | is_missing(column)


def text_proof(column: PlannedColumn, checks: Sequence[RowCheck]) -> pl.Expr | None:
    """Return what proves texts of a column right, its own checks included; for distinct texts, as it may cost more."""
    value = _day(column) if kind_of(column.described) == "date" else cell_proof(column)
    lengths = [_KEYED.get(check.relation or "") for check in checks]
    if value is None or None in lengths:
        return None
    keyed = [is_missing(column) | _keys_hold(column, length) for length in lengths if length]
    return pl.all_horizontal(value, *keyed)


def proves_plain(column: PlannedColumn) -> bool:
    """Tell whether what is proven of a cell leaves it no room for a sign that deserves a notice."""
    kind = kind_of(column.described)
    return kind in {"integer", "number"} or (kind == "string" and format_of(column.described) == "uri")


def whole_numbers(columns: Mapping[str, PlannedColumn]) -> dict[str, pl.Expr]:
    """Return the columns that the proofs look at besides the cells: whole numbers, null where a cell is none."""
    numbers = [column for column in columns.values() if _is_whole(column)]
    return {_whole(column): pl.col(str(column.position)).cast(pl.Int64, strict=False) for column in numbers}


def row_proof(check: RowCheck, columns: Mapping[str, PlannedColumn]) -> pl.Expr:
    """Return what proves that rows keep a rule over several columns."""
    present = [columns[name] for name in check.columns if name in columns]
    if check.relation is None or not present:
        return _NOTHING
    complete = len(present) == len(check.columns)
    if check.relation == "one-of":
        texts = [column for column in present if _is_free_text(column)]
        return pl.any_horizontal([filled(column) for column in texts]) if texts else _NOTHING
    if not complete:
        return _NOTHING
    some = [filled(column) for column in present]
    if check.relation == "cohesive":
        return pl.all_horizontal(some) | pl.all_horizontal([is_missing(column) for column in present])
    idle = pl.any_horizontal([is_missing(column) for column in present])
    whole = [_whole_number(column) for column in present]
    if check.relation == "sum":
        if any(number is None for number in whole):
            return idle
        total, *parts = whole
        return idle | (total == pl.sum_horizontal(parts, ignore_nulls=False)).fill_null(False)
    left, right = present
    if all(_is_day(column) for column in present):
        one, other = pl.col(str(left.position)), pl.col(str(right.position))
        days = one.str.contains(_DAY) & other.str.contains(_DAY)
        return idle | (days & _compared(one, other, check.relation))
    if any(number is None for number in whole):
        return idle
    return idle | _compared(whole[0], whole[1], check.relation).fill_null(False)


def rust_pattern(pattern: str) -> str | None:
    """Return a pattern that only matches what Python's matches, plainly; None when it cannot be sure.

    Digits, letters and spaces are narrowed to ASCII, and the end is the end of the cell.
    """
    if "(?" in pattern.replace("(?:", "") or any(mark in pattern for mark in _UNLIKE):
        return None
    out: list[str] = []
    in_class = negated = False
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            escape = pattern[position + 1 : position + 2]
            if escape in _CLASSES and not negated:
                out.append(_CLASSES[escape] if in_class else f"[{_CLASSES[escape]}]")
            elif escape and escape in _PLAIN_ESCAPES:
                out.append(re.escape(escape))
            else:
                return None
            position += 2
            continue
        if in_class:
            if any(pattern.startswith(mark, position) for mark in _FLAWED_CLASS) or char == "[":
                return None
            in_class = char != "]"
        elif char == "[":
            in_class, negated = True, pattern.startswith("^", position + 1)
            if pattern.startswith("]", position + (2 if negated else 1)):
                return None
        out.append(char)
        position += 1
    return None if in_class else f"^{''.join(out)}$"


def _string(column: PlannedColumn, constraints: Mapping[str, Any]) -> pl.Expr | None:
    form = format_of(column.described)
    if form not in {"default", "uri"}:
        return None
    cell = pl.col(str(column.position))
    parts = [~is_missing(column)]
    if form == "uri":
        parts.append(cell.str.contains(PLAIN_ADDRESS))
    if "pattern" in constraints:
        pattern = rust_pattern(str(constraints["pattern"]))
        if pattern is None or not _compiles(pattern):
            return None
        parts.append(cell.str.contains(f"^(?:{pattern})"))
        if not pattern.isascii() or re.search(r"(?<!\\)\.|\[\^|\|", pattern):
            # Then digits of other scripts and a line end may get through, which deserve a warning.
            parts.append(~cell.str.contains(r"[\pN&&[^0-9]]") & ~cell.str.ends_with("\n"))
    if "minLength" in constraints:
        parts.append(cell.str.len_chars() >= constraints["minLength"])
    if "maxLength" in constraints:
        parts.append(cell.str.len_chars() <= constraints["maxLength"])
    return pl.all_horizontal(parts)


@lru_cache(maxsize=256)
def _compiles(pattern: str) -> bool:
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.PolarsError:
        return False
    return True


def _integer(column: PlannedColumn, constraints: Mapping[str, Any]) -> pl.Expr | None:
    number = _whole_number(column)
    return None if number is None else _within(number.is_not_null() & ~is_missing(column), number, constraints)


def _number(column: PlannedColumn, constraints: Mapping[str, Any]) -> pl.Expr | None:
    if not {"groupChar", "decimalChar", "bareNumber"}.isdisjoint(column.described):
        return None
    cell = pl.col(str(column.position))
    number = cell.cast(pl.Float64, strict=False)
    return _within(cell.str.contains(_DECIMAL) & ~is_missing(column), number, constraints)


def _within(proof: pl.Expr, number: pl.Expr, constraints: Mapping[str, Any]) -> pl.Expr | None:
    for name, value in constraints.items():
        if name not in _BOUNDS:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _SAFE_BOUND:
            return None
        proof = proof & getattr(number, _BOUNDS[name])(value).fill_null(False)
    return proof


_BOUNDS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
_VALUE_PROOFS = {"string": _string, "integer": _integer, "number": _number}


def _day(column: PlannedColumn) -> pl.Expr | None:
    constraints = column.described.get("constraints") or {}
    if not _is_day(column) or not {"required", "unique"}.issuperset(constraints):
        return None
    day = pl.col(str(column.position)).str.contains(_SURE_DAY)
    return day if constraints.get("required") else day | is_missing(column)


def _keys_hold(column: PlannedColumn, length: int) -> pl.Expr:
    """Return what proves the sums that the digits of a SIREN or SIRET carry, and that they are not all zeros."""
    cell = pl.col(str(column.position))
    number = cell.cast(pl.Int64, strict=False)
    sums = [_luhn_sum(number // 10 ** (length - 9), 9), _luhn_sum(number, length)]
    plain = cell.str.contains(f"^[0-9]{{{length}}}$") & (number > 0)
    return (plain & pl.all_horizontal([each % 10 == 0 for each in sums])).fill_null(False)


def _luhn_sum(number: pl.Expr, length: int) -> pl.Expr:
    digits = [number // 10**place % 10 for place in range(length)]
    doubled = [digit * 2 - 9 * (digit > 4).cast(pl.Int64) for digit in digits[1::2]]
    return pl.sum_horizontal(*digits[::2], *doubled)


def _whole_number(column: PlannedColumn) -> pl.Expr | None:
    """Return the cells as whole numbers, null where they are not plainly one; None for other types."""
    return pl.col(_whole(column)) if _is_whole(column) else None


def _whole(column: PlannedColumn) -> str:
    return f"whole {column.position}"


def _is_whole(column: PlannedColumn) -> bool:
    plain = kind_of(column.described) in {"integer", "number"} and not column.described.get("floatNumber")
    return plain and {"groupChar", "decimalChar", "bareNumber"}.isdisjoint(column.described)


def _is_day(column: PlannedColumn) -> bool:
    return kind_of(column.described) == "date" and format_of(column.described) in {"default", "%Y-%m-%d"}


def _is_free_text(column: PlannedColumn) -> bool:
    return kind_of(column.described) == "string" and format_of(column.described) == "default"


def _compared(left: pl.Expr, right: pl.Expr, sign: str) -> pl.Expr:
    names = {">": "gt", ">=": "ge", "==": "eq", "<=": "le", "<": "lt"}
    compared: pl.Expr = getattr(left, names[sign])(right)
    return compared
