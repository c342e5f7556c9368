"""Texts to values of a type, exactly as frictionless 5.21 casts them, without loading it.

Importing frictionless takes longer than checking a hundred thousand rows, so the common types are read here
and the library is asked only for rare ones. Tests hold each reader to the library's answer.
"""

from __future__ import annotations

import datetime
import json
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

ValueReader = Callable[[Any], Any]
"""Takes a text or a bound of the descriptor; returns its value, or None when it is not of the type."""

CellReader = Callable[[str | None], tuple[Any, tuple[str, ...]]]
"""Takes a cell; returns its value and the names of what it breaks: `type`, or constraints."""

_LENGTHS = ("minLength", "maxLength")
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_BOUNDED = ("required", *_BOUNDS, "enum")
CONSTRAINTS_OF: Mapping[str, tuple[str, ...]] = {
    "string": ("required", *_LENGTHS, "pattern", "enum"),
    "integer": _BOUNDED,
    "number": _BOUNDED,
    "date": _BOUNDED,
    "datetime": _BOUNDED,
    "time": _BOUNDED,
    "year": _BOUNDED,
    "yearmonth": _BOUNDED,
    "boolean": ("required", "enum"),
    "geopoint": ("required", "enum"),
    "geojson": ("required", "enum"),
    "duration": ("required", "enum"),
    "any": ("required", "enum"),
    "array": ("required", *_LENGTHS, "enum"),
    "object": ("required", *_LENGTHS, "enum"),
    "list": ("required", *_LENGTHS),
}
"""Constraints each type knows; others in a descriptor are mistakes there, and ignored."""

_STANDARD = "https://datapackage.org/profiles/2.0/tableschema.json"
"""The version of the standard that knows exclusive bounds."""

_AROUND_A_NUMBER = re.compile(r"((^[^-\d]*)|(\D*$))")


def cell_reader(described: Mapping[str, Any], missing_values: tuple[str, ...]) -> CellReader:
    """Return the reader of the cells of one field.

    Args:
        described: the field's entry in the descriptor.
        missing_values: words that stand for an empty cell in this field.
    """
    kind = kind_of(described)
    build = _READERS.get(kind)
    if build is None or (kind == "string" and format_of(described) in {"binary", "wkt"}):
        return _library_reader(described, missing_values)
    read = build(described)
    missing = frozenset(missing_values)
    constraints = _constraints(described, read)

    def reader(cell: str | None) -> tuple[Any, tuple[str, ...]]:
        value = None if cell is None or cell in missing else cell
        if value is not None:
            value = read(value)
            if value is None:
                return None, ("type",)
        return value, tuple(name for name, holds in constraints if not holds(value))

    return reader


def kind_of(described: Mapping[str, Any]) -> str:
    """Return the type of a field; a string when the descriptor names none."""
    return str(described.get("type") or "string")


def format_of(described: Mapping[str, Any]) -> str:
    """Return the format of a field without the prefix of the standard's first drafts."""
    return str(described.get("format") or "default").removeprefix("fmt:")


def missing_values_of(described: Mapping[str, Any], descriptor: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words that stand for an empty cell: the field's own, else those of the schema."""
    entries = described.get("missingValues")
    if entries is None:
        entries = descriptor.get("missingValues")
    if entries is None:
        return ("",)
    return tuple(str(each.get("value", "")) if isinstance(each, Mapping) else str(each) for each in entries)


def _constraints(described: Mapping[str, Any], read: ValueReader) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    given = described.get("constraints") or {}
    built: list[tuple[str, Callable[[Any], bool]]] = []
    for name in CONSTRAINTS_OF[kind_of(described)]:
        bound = given.get(name)
        if bound is None:
            continue
        if name == "required":
            if bound:
                built.append((name, lambda value: value is not None))
        elif name in _LENGTHS:
            built.append((name, _length(name, bound)))
        elif name == "pattern":
            built.append((name, _pattern(bound)))
        elif name == "enum":
            built.append((name, _choice([read(choice) for choice in bound])))
        else:
            built.append((name, _bound(_BOUNDS[name], read(bound))))
    return tuple(built)


def _length(name: str, bound: int) -> Callable[[Any], bool]:
    if name == "minLength":
        return lambda value: value is None or len(value) >= bound
    return lambda value: value is None or len(value) <= bound


def _pattern(pattern: str) -> Callable[[Any], bool]:
    # Without a group, as in the reference: an alternative in the pattern is anchored on one side only.
    match = re.compile(f"^{pattern}$").match
    return lambda value: value is None or match(value) is not None


def _choice(choices: list[Any]) -> Callable[[Any], bool]:
    return lambda value: value is None or value in choices


def _bound(compare: Callable[[Any, Any], bool], bound: Any) -> Callable[[Any], bool]:
    # What is not equal to itself is no number and meets no bound.
    return lambda value: value is None or (value == value and bool(compare(value, bound)))  # noqa: PLR0124


def _string(described: Mapping[str, Any]) -> ValueReader:
    form = format_of(described)
    if form == "uri":
        return _uri()
    if form in {"email", "uuid"}:
        import validators

        accepts = getattr(validators, form)
        return lambda cell: cell if isinstance(cell, str) and accepts(cell) else None
    return lambda cell: cell if isinstance(cell, str) else None


PLAIN_ADDRESS = r"^https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(/[A-Za-z0-9._~/-]*)?(\?[A-Za-z0-9._~/=&-]*)?$"
"""Addresses that need no further proof, in a form that other engines of patterns read alike."""
_is_plain_address = re.compile(PLAIN_ADDRESS[1:-1]).fullmatch


def _uri() -> ValueReader:
    return lambda cell: cell if isinstance(cell, str) and (_is_plain_address(cell) or _uri_validator()(cell)) else None


@cache
def _uri_validator() -> Callable[[str], bool]:
    # To import it takes as long as to check a small file, and a large one is proven without it.
    import rfc3986
    import rfc3986.exceptions
    import rfc3986.validators

    validator = rfc3986.validators.Validator()
    validator.require_presence_of("scheme")

    def accepts(cell: str) -> bool:
        try:
            validator.validate(rfc3986.uri_reference(cell))
        except rfc3986.exceptions.ValidationError:
            return False
        return True

    return accepts


def _integer(described: Mapping[str, Any]) -> ValueReader:
    bare = bool(described.get("bareNumber", True))

    def read(cell: Any) -> Any:
        if isinstance(cell, str):
            text = cell.strip()
            try:
                return int(text if bare else _AROUND_A_NUMBER.sub("", text))
            except ValueError:
                return None
        if isinstance(cell, bool):
            return None
        return int(cell) if isinstance(cell, int | float) and cell == int(cell) else None

    return read


def _number(described: Mapping[str, Any]) -> ValueReader:
    bare = bool(described.get("bareNumber", True))
    group, point = str(described.get("groupChar", "")), str(described.get("decimalChar", "."))
    processed = not {"bareNumber", "groupChar", "decimalChar"}.isdisjoint(described)
    make: Callable[[Any], Any] = float if described.get("floatNumber") else Decimal

    def read(cell: Any) -> Any:
        if isinstance(cell, bool):
            return None
        if not isinstance(cell, str):
            return make(str(cell)) if isinstance(cell, float) else cell if isinstance(cell, int) else None
        text = cell.strip()
        if processed:
            text = (text if bare else _AROUND_A_NUMBER.sub("", text)).replace(group, "")
            if point != "." and "." in text:
                return None
            text = text.replace(point, ".")
        try:
            return make(text)
        except (ArithmeticError, ValueError):
            return None

    return read


def _boolean(described: Mapping[str, Any]) -> ValueReader:
    words = dict.fromkeys(described.get("trueValues") or ("true", "True", "TRUE", "1"), True)
    words |= dict.fromkeys(described.get("falseValues") or ("false", "False", "FALSE", "0"), False)
    return lambda cell: cell if isinstance(cell, bool) else words.get(cell) if isinstance(cell, str) else None


def _date(described: Mapping[str, Any]) -> ValueReader:
    form = format_of(described)
    pattern = "%Y-%m-%d" if form == "default" else form
    strptime, from_iso = datetime.datetime.strptime, datetime.date.fromisoformat
    if form == "any":
        return _of_text(lambda cell: _dateutil().parse(cell).date())
    if pattern != "%Y-%m-%d":
        return _of_text(lambda cell: strptime(cell, pattern).date())
    is_iso = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
    # The same days, many times faster where the text is plain.
    return _of_text(lambda cell: from_iso(cell) if is_iso(cell) else strptime(cell, pattern).date())


def _datetime(described: Mapping[str, Any]) -> ValueReader:
    form = format_of(described)
    if form == "default":
        # The library refuses the shorter forms of ISO 8601 by the place of one colon.
        return _of_text(lambda cell: _dateutil().isoparse(cell) if len(cell) >= 19 and cell[16] == ":" else None)
    if form == "any":
        return _of_text(lambda cell: _dateutil().parse(cell))
    # The schema says whether there is a zone.
    return _of_text(lambda cell: datetime.datetime.strptime(cell, form))  # noqa: DTZ007


def _time(described: Mapping[str, Any]) -> ValueReader:
    form = format_of(described)
    if form == "default":
        wanted = re.compile(r".{5}:.{2,}", re.DOTALL).fullmatch
        return _of_text(lambda cell: _dateutil().isoparse(f"2000-01-01T{cell}").timetz() if wanted(cell) else None)
    if form == "any":
        return _of_text(lambda cell: _dateutil().parse(cell).timetz())
    # A time of day has no zone.
    return _of_text(lambda cell: datetime.datetime.strptime(cell, form).timetz())  # noqa: DTZ007


def _of_text(parse: Callable[[str], Any]) -> ValueReader:
    """Return the reader of a moment: None for what is no text, and for what the libraries refuse."""

    def read(cell: Any) -> Any:
        if not isinstance(cell, str):
            return None
        try:
            return parse(cell)
        except (ValueError, OverflowError, TypeError, re.error):
            return None

    return read


def _dateutil() -> Any:
    import dateutil.parser

    return dateutil.parser


def _year(described: Mapping[str, Any]) -> ValueReader:
    def read(cell: Any) -> Any:
        if isinstance(cell, str):
            if len(cell) != 4:
                return None
            try:
                cell = int(cell)
            except ValueError:
                return None
        return cell if isinstance(cell, int) and 0 <= cell <= 9999 else None

    return read


def _geopoint(described: Mapping[str, Any]) -> ValueReader:
    form = format_of(described)

    def read(cell: Any) -> Any:
        try:
            if form == "default":
                longitude, latitude = (part.strip() for part in cell.split(","))
            elif form == "array":
                longitude, latitude = json.loads(cell)
            else:
                point = json.loads(cell)
                if len(point) != 2:
                    return None
                longitude, latitude = point["lon"], point["lat"]
            place = Decimal(longitude), Decimal(latitude)
            return None if abs(place[0]) > 180 or abs(place[1]) > 90 else place
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
            return None

    return read


_READERS: Mapping[str, Callable[[Mapping[str, Any]], ValueReader]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "year": _year,
    "geopoint": _geopoint,
}


def _library_reader(described: Mapping[str, Any], missing_values: tuple[str, ...]) -> CellReader:
    """Return frictionless' own reader of a type that is rare in tables."""
    from frictionless import Schema

    kind = kind_of(described)
    known = ("name", "type", "format", "arrayItem", "delimiter", "itemType")
    field = {key: described[key] for key in known if key in described}
    given = described.get("constraints") or {}
    allowed = CONSTRAINTS_OF.get(kind, ("required",))
    field["constraints"] = {name: given[name] for name in allowed if name in given}
    schema = Schema.from_descriptor({"$schema": _STANDARD, "fields": [field], "missingValues": list(missing_values)})
    read = schema.fields[0].create_cell_reader()

    def reader(cell: str | None) -> tuple[Any, tuple[str, ...]]:
        value, notes = read(cell)
        return value, tuple(notes or ())

    return reader
