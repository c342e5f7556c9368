"""Numbers as people write them: decimal commas, spaces between thousands, euros, percentages.

`1,234` is one and a bit or a thousand and more: the column tells, by another value that shows what its comma is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from .base import Answer, Column, Doubt, Rewriter, Rewriting, clean

_UNIT = re.compile(r"\s*(?:€|euros?|eur)(?:\s*(?:ttc|ht))?\.?", re.IGNORECASE)
_UNIT_BEFORE = re.compile(r"€\s*")
_NUMBER = re.compile(r"([+-]?)\s?(\d[\d ,.'’]*|[.,]\d+)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:([ '’.,])\d{3})(?:\1\d{3})*", re.ASCII)
_POINT_BEFORE_ZEROS = re.compile(r"[+-]?[1-9]\d{0,2}\.000", re.ASCII)
_PERCENT = re.compile(r"(.*\S)\s*%")
_WORDS_FOR_NOTHING = frozenset({
    "-", "--", "/", "?", "x", "nc", "nd", "ne rien indiquer", "néant", "neant", "sans objet", "non renseigné",
    "non concerné", "aucun", "aucune", "n/a", "na", "#n/a",
})  # fmt: skip
_RATIO_NAMES = re.compile(r"pourcent|percent|ratio|taux|part")


def number(column: Column) -> Rewriter | None:
    """Write a number without spaces, unit and decimal comma."""
    if column.type not in ("number", "integer"):
        return None
    comma = _what_comma_is(column.clean_texts)
    whole = column.type == "integer"

    def rewrite(text: str) -> Answer:
        text = _without_unit(clean(text))
        if whole and _POINT_BEFORE_ZEROS.fullmatch(text):
            return Doubt("thousands", (text.partition(".")[0], text.replace(".", "")))
        read = _plain(text, comma)
        if isinstance(read, str) and whole:
            read = re.sub(r"\.0*$", "", read)
        return Rewriting(read) if isinstance(read, str) else read

    return rewrite


def percentage(column: Column) -> Rewriter | None:
    """Write a percentage as the ratio that a column of ratios wants: likely where all its numbers are above 1."""
    if column.type != "number" or not _is_ratio(column):
        return None
    numbers = [value for text in column.clean_texts if (value := _value(text.removesuffix("%"))) is not None]
    throughout = bool(numbers) and all(1 < value <= 100 for value in numbers)

    def rewrite(text: str) -> Answer:
        text = clean(text)
        signed = _PERCENT.fullmatch(text)
        value = _value(signed[1] if signed else text)
        if value is None or not 0 <= value <= 100 or (value <= 1 and not signed):
            return None
        ratio = f"{(value / 100).normalize():f}"
        if signed and value < 1:
            return Doubt("percentage", (ratio, f"{value.normalize():f}"))  # half of a hundredth, or half?
        if signed:
            return Rewriting(ratio)
        return Rewriting(ratio, "likely") if throughout else Doubt("percentage", (ratio,))

    return rewrite


def nothing(column: Column) -> Rewriter | None:
    """Ask about words that may mean an empty cell."""
    return lambda text: Doubt("nothing", ("",)) if clean(text).lower() in _WORDS_FOR_NOTHING else None


def _is_ratio(column: Column) -> bool:
    most = column.constraints.get("maximum")
    try:
        return most is not None and Decimal(str(most)) == 1 and bool(_RATIO_NAMES.search(column.plain_name))
    except InvalidOperation:
        return False


def _without_unit(text: str) -> str:
    if before := _UNIT_BEFORE.match(text):
        return text[before.end() :]
    found = _UNIT.search(text)
    return text[: found.start()] if found and found.end() == len(text) else text


def _value(text: str) -> Decimal | None:
    plain = _plain(clean(text), ",")
    return Decimal(plain) if isinstance(plain, str) else None


def _what_comma_is(texts: Iterable[str]) -> str | None:
    """Return "," where commas of a column are decimal signs, "." where they part thousands, None when nothing tells."""
    signs: set[str] = set()
    for text in texts:
        text = _without_unit(text)
        if "," in text and (found := _NUMBER.fullmatch(text)):
            signs.add(_decimal_sign(found[2]) or "")
    signs.discard("")
    return signs.pop() if len(signs) == 1 else None


def _decimal_sign(digits: str) -> str | None:
    """Return which of comma and point must be the decimal sign of a number that holds a comma; None when either may."""
    before, _, after = digits.rpartition(",")
    if "." in after:
        return "."
    if "," in before:
        return None if not _GROUPED.fullmatch(digits) else "."
    if "." in before or " " in before or "'" in before or "’" in before:
        return ","
    if len(after) != 3 or before in ("", "0") or len(before) > 3 or before.startswith("0"):
        return ","
    return None


def _plain(text: str, comma: str | None) -> str | Doubt | None:
    """Return a number with a decimal point and nothing between its thousands, or what to ask about it."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, digits = found[1].replace("+", ""), found[2].strip()
    if "," not in digits and digits.count(".") <= 1:
        return _joined(sign, digits, ".")
    if "," not in digits:
        return _joined(sign, digits, "")
    decimal = _decimal_sign(digits) or comma
    if decimal is None:
        if _GROUPED.fullmatch(digits) is None:
            return None
        return Doubt("thousands", (sign + digits.replace(",", "."), sign + digits.replace(",", "")))
    return _joined(sign, digits, decimal)


def _joined(sign: str, digits: str, decimal: str) -> str | None:
    """Return a number whose decimal sign is known, if its thousands are parted as thousands are."""
    whole, found, rest = digits.rpartition(decimal) if decimal else (digits, "", "")
    if not found:
        whole, rest = digits, ""
    whole = whole.strip()
    if rest and not rest.isdigit():
        return None
    if whole and not whole.isdigit() and _GROUPED.fullmatch(whole) is None:
        return None
    plain = "".join(char for char in whole if char.isdigit()) or "0"
    return f"{sign}{plain}.{rest}" if rest else sign + plain
