"""The options of a check that a publisher may set: the harmless part of those that ckanext-validation knows.

That extension hands every option to frictionless, which opens addresses and files, runs checks by name, or passes over
errors. Here an option may describe the file and bound the report; what the file is, the reader finds out by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_CHARACTERS = 1_000

_ENCODING = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{1,39}")


class UnsafeOption(ValueError):
    """An option is none of those that may be set, or has a value it cannot have; `name` says which, empty for all."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def read_options(value: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return options as they are stored, from an object or its JSON.

    Raises:
        UnsafeOption: something else than `KNOWN` is set.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value) if len(value) <= MAX_CHARACTERS else None
        except (ValueError, RecursionError) as error:
            raise UnsafeOption("") from error
    if not isinstance(value, Mapping):
        raise UnsafeOption("")
    return _read(value, KNOWN, "")


def _read(values: Mapping[str, Any], known: Mapping[str, Any], above: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, given in values.items():
        rule = known.get(name) if isinstance(name, str) else None
        place = f"{above}{name}"[:60]
        if isinstance(rule, Mapping) and isinstance(given, Mapping):
            options[name] = _read(given, rule, f"{place}.")
        elif callable(rule) and rule(given):
            options[name] = given
        else:
            raise UnsafeOption(place)
    return options


def _is_encoding(value: Any) -> bool:
    return isinstance(value, str) and bool(_ENCODING.fullmatch(value))


def _is_delimiter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1


def _is_limit(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000


Rule = Callable[[Any], bool]

KNOWN: Mapping[str, Rule | Mapping[str, Rule | Mapping[str, Rule]]] = {
    "encoding": _is_encoding,
    "delimiter": _is_delimiter,
    "dialect": {"delimiter": _is_delimiter, "csv": {"delimiter": _is_delimiter}},
    "limit_errors": _is_limit,
}
