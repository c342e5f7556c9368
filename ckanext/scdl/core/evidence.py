"""What the cells of a column say about its being a given field: a guess for detection, never a verdict.

Generous reading asks whether a person meant this kind of value (a French date is a date); strict reading asks
whether the official form is there, and tells versions of one schema apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from .schema import Field, normalise_label

SAMPLE = 50
"""Rows of a table that are looked at: few enough to stand in the first piece of a large file."""
_MAX_CELL = 500

_NUMBER = re.compile(r"[+-]?\d[\d\s.,\u00a0\u202f]*\s?(€|%)?|[+-]?[.,]\d+|\d(?:[.,]\d+)?[eE]\+?\d+")
_STRICT_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|\d{1,2} \w+ \d{4}|[34]\d{4}")
_STRICT_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STRICT_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*")
_YEAR = re.compile(r"[12]\d{3}(\.0)?")
_POINT = re.compile(r"\[?\s*-?\d+([.,]\d+)?\s*[,; ]\s*-?\d+([.,]\d+)?\s*\]?")
_TIME = re.compile(r"\d{1,2}[:hH]\d{0,2}(:\d{2})?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TRUTHS = frozenset({"oui", "non", "true", "false", "vrai", "faux", "0", "1", "o", "n", "yes", "no"})

Judge = Callable[[str], bool]


def share(field: Field, cells: Sequence[str], *, strict: bool = False) -> float | None:
    """Return how many of the filled cells look like the field, from 0 to 1; None when nothing can be said."""
    judge = (_strict if strict else _generous)(field)
    filled = [cell.strip()[:_MAX_CELL] for cell in cells if cell and not cell.isspace()]
    if judge is None or not filled:
        return None
    distinct = {cell: judge(cell) for cell in set(filled)}
    return sum(distinct[cell] for cell in filled) / len(filled)


@lru_cache(maxsize=4_000)
def _generous(field: Field) -> Judge | None:
    options = field.constraints.get("enum")
    if isinstance(options, (list, tuple)) and options:
        allowed = frozenset(normalise_label(str(option)) for option in options)
        return lambda cell: normalise_label(cell) in allowed
    pattern = _pattern(field)
    if pattern is not None:
        # Excel eats leading zeros and adds spaces: digits alone are held against the pattern as well.
        return lambda cell: bool(pattern.match(cell) or pattern.match(re.sub(r"[\s.]", "", cell)))
    match field.type:
        case "integer" | "number":
            return lambda cell: bool(_NUMBER.fullmatch(cell))
        case "date" | "datetime":
            return lambda cell: bool(_DATE.fullmatch(cell))
        case "year":
            return lambda cell: bool(_YEAR.fullmatch(cell))
        case "time":
            return lambda cell: bool(_TIME.fullmatch(cell))
        case "boolean":
            return lambda cell: cell.casefold() in _TRUTHS
        case "geopoint":
            return lambda cell: bool(_POINT.fullmatch(cell))
        case "array" | "list":
            return lambda cell: cell.startswith("[") or "," in cell or ";" in cell
        case "geojson" | "object":
            return lambda cell: cell.startswith("{")
    match field.format:
        case "email":
            return lambda cell: "@" in cell
        case "uri":
            return lambda cell: "://" in cell or cell.startswith("www.")
        case "uuid":
            return lambda cell: bool(_UUID.fullmatch(cell))
    return None


@lru_cache(maxsize=4_000)
def _strict(field: Field) -> Judge | None:
    options = field.constraints.get("enum")
    if isinstance(options, (list, tuple)) and options:
        exact = frozenset(str(option) for option in options)
        return lambda cell: cell in exact
    pattern = _pattern(field)
    if pattern is not None:
        return lambda cell: bool(pattern.match(cell))
    match field.type:
        case "integer":
            return lambda cell: bool(_INTEGER.fullmatch(cell))
        case "number":
            return lambda cell: bool(_STRICT_NUMBER.fullmatch(cell))
        case "date":
            return lambda cell: bool(_STRICT_DATE.fullmatch(cell))
        case "datetime":
            return lambda cell: bool(_STRICT_DATETIME.fullmatch(cell))
        case "array" | "list":
            return lambda cell: cell.startswith("[")
        case "string":
            longest = field.constraints.get("maxLength")
            return (lambda cell: len(cell) <= longest) if isinstance(longest, int) else None
    return _generous(field)


def _pattern(field: Field) -> re.Pattern[str] | None:
    """Return the pattern as frictionless applies it."""
    said = field.constraints.get("pattern")
    if not isinstance(said, str):
        return None
    try:
        return re.compile(f"^{said}$")
    except re.error:
        return None
