"""The local checks themselves: each looks at the columns a schema gives it and yields places with what is odd there.

They look at cells as text and say nothing about a cell whose form the official checks refuse.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..catalogue import normalise_label
from ..data_files import read_yaml
from ..report import Level
from .facts import Facts

Columns = Mapping[str, Sequence[str]]
"""Cells of the fields that are in the file, as text without spaces around."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.DOTALL)
_YEAR = re.compile(r"\d{4}")
_COMMUNE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:[.,]\d+)?")


@dataclass(frozen=True)
class Odd:
    """Something that deserves a look: code, field that carries it, what stands there, what was expected."""

    code: str
    field: str | None
    value: str
    expected: str | None = None
    level: Level = "warning"


@dataclass(frozen=True)
class Key:
    """What tells the rows of a schema apart: a row lacking a required field, or naming none, has no key."""

    fields: tuple[str, ...]
    required: frozenset[str]
    ignored: frozenset[str]


Found = Iterator[tuple[Odd, int]]
"""What is odd, with the index of its row."""


def publisher(columns: Columns, fields: Sequence[str], facts: Facts) -> Found:
    """The file names the collectivité that publishes it."""
    wanted = re.sub(r"\D", "", facts.publisher or "")

    def judge(values: tuple[str, ...]) -> Odd | None:
        digits = re.sub(r"\s", "", values[0])
        if not re.fullmatch(r"[0-9]{14}", digits) or digits[: len(wanted)] == wanted:
            return None
        if digits[:9] == wanted[:9]:
            return Odd("local-publisher-establishment", fields[0], values[0], wanted, "info")
        return Odd("local-publisher-siret", fields[0], values[0], wanted)

    return _by_value(columns, fields, judge)


def commune(columns: Columns, fields: Sequence[str], facts: Facts) -> Found:
    """The commune is one of the territory."""

    def judge(values: tuple[str, ...]) -> Odd | None:
        if not _COMMUNE.fullmatch(values[0]) or facts.territory.holds_commune(values[0]):
            return None
        return Odd("local-commune", fields[0], values[0])

    return _by_value(columns, fields, judge)


def point(columns: Columns, fields: Sequence[str], facts: Facts) -> Found:
    """The point lies in the territory, and not with longitude and latitude the wrong way round."""
    outline = facts.territory.outline()

    def judge(values: tuple[str, ...]) -> Odd | None:
        numbers = _numbers(values)
        if numbers is None or outline.holds(*numbers):
            return None
        code = "local-point-swapped" if outline.holds(numbers[1], numbers[0]) else "local-point"
        return Odd(code, fields[0], ", ".join(values))

    return _by_value(columns, fields, judge)


def past(columns: Columns, fields: Sequence[str], facts: Facts) -> Found:
    """What is written down has happened."""
    assert facts.today is not None
    today = facts.today.isoformat()

    def judge(values: tuple[str, ...]) -> Odd | None:
        text = values[0]
        if _DATE.fullmatch(text):
            # The clock of a sender east of here may be hours ahead: only a whole day is the future.
            late = text[:10] > today and _is_date(text[:10])
        else:
            late = bool(_YEAR.fullmatch(text)) and text > today[:4]
        return Odd("local-future-date", fields[0], text, today) if late else None

    return _by_value(columns, fields, judge)


def matiere(columns: Columns, fields: Sequence[str], facts: Facts) -> Found:
    """Code and name of the nomenclature of acts say the same."""
    names = _nomenclature()
    families = {_plain(name): code for code, name in names.items() if "." not in code}
    codes = {(code[0], _plain(name)): code for code, name in names.items() if "." in code}

    def judge(values: tuple[str, ...]) -> Odd | None:
        code, name = values
        family, _, rest = name.partition("/")
        number = families.get(_plain(family))
        if number is None or not re.fullmatch(r"[0-9]\.[0-9]{1,2}", code):
            return None
        named = codes.get((number, _plain(rest)), code)
        if number == code[0] and named == code:
            return None
        expected = "/".join(names[each] for each in (code[0], code) if each in names)
        return Odd("local-matiere", fields[1], f"{code} – {name}", expected) if expected else None

    return _by_value(columns, fields, judge)


def duplicate(columns: Columns, key: Key, lines: Sequence[int]) -> Found:
    """No row tells what an earlier one told; the later one is odd, and the line of the first is what it meets."""
    fields = key.fields
    first: dict[tuple[str, ...], int] = {}
    rows = list(zip(*(columns[name] for name in fields), strict=True))
    if len(set(rows)) == len(rows):
        return
    needed = [position for position, name in enumerate(fields) if name in key.required]
    place = fields[0] if len(fields) == 1 else None
    for index, values in enumerate(rows):
        if not all(values[position] for position in needed) or key.ignored.intersection(values):
            continue
        earlier = first.setdefault(values, index)
        if earlier != index:
            yield Odd("local-duplicate", place, " / ".join(filter(None, values)), str(lines[earlier])), index


def _by_value(columns: Columns, fields: Sequence[str], judge: Callable[[tuple[str, ...]], Odd | None]) -> Found:
    """Judge each distinct combination of cells once; an empty cell makes a combination say nothing."""
    rows = list(zip(*(columns[name] for name in fields), strict=True))
    odd = {values: found for values in set(rows) if all(values) and (found := judge(values))}
    if odd:
        for index, values in enumerate(rows):
            if values in odd:
                yield odd[values], index


def _numbers(values: tuple[str, ...]) -> tuple[float, float] | None:
    """Return longitude and latitude from two cells, or from one with both."""
    parts = values if len(values) == 2 else tuple(values[0].strip("[]() ").split(","))
    texts = [part.strip() for part in parts]
    if len(texts) != 2 or not all(_NUMBER.fullmatch(text) for text in texts):
        return None
    return float(texts[0].replace(",", ".")), float(texts[1].replace(",", "."))


def _plain(text: str) -> str:
    return normalise_label(text.replace("œ", "oe"))


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@cache
def _nomenclature() -> dict[str, str]:
    loaded: dict[str, Any] = read_yaml(Path(__file__).parent / "matieres.yaml")
    return {str(code): str(name) for code, name in loaded.items()}
