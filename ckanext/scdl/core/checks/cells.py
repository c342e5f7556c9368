"""Types and constraints of single cells, judged as frictionless does, remembered per distinct value.

What the official verdict accepts although other programs will not read it as meant (`NaN`, `1_000`, digits
of other scripts, a line end after the value) is a warning.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..report import MAX_VALUES, Level
from .base import WRONG
from .readers import cell_reader, format_of, kind_of

CONSTRAINTS = {
    "required": "required",
    "minLength": "min-length",
    "maxLength": "max-length",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive-minimum",
    "exclusiveMaximum": "exclusive-maximum",
    "pattern": "pattern",
    "enum": "enum",
}
"""Constraint of a Table Schema → code of the finding."""

MAX_CHOICES = 40
MAX_REMEMBERED = 50_000
"""Distinct texts of a column whose verdict is kept: memory stays bounded, and few columns have more."""

_DATE_SAMPLE = datetime.date(2024, 3, 31)
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SLASHED_DATE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_SPACING = {ord(char): None for char in " .\u00a0\u202f-"}
_HUGE = re.compile(r"e\+?\d{4}")
_YES_NO = {
    "oui": True,
    "non": False,
    "vrai": True,
    "faux": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}


@dataclass(frozen=True)
class Fault:
    """A rule that a cell breaks, with frictionless' name of the error; None for a remark of our own."""

    code: str
    official: str | None
    expected: str | tuple[str, ...] | None
    correction: str | None
    level: Level = "error"


@dataclass(frozen=True)
class Verdict:
    """What a cell means: its cast value (WRONG when it has none of the type) and what is wrong with it."""

    value: Any
    faults: tuple[Fault, ...]


class ColumnReader:
    """Casts the cells of one column and judges each distinct text once."""

    def __init__(self, described: Mapping[str, Any], missing_values: tuple[str, ...] = ("",)) -> None:
        """Take a field's entry in the descriptor and the words that stand for an empty cell in it."""
        self._read = cell_reader(described, missing_values)
        self._type = kind_of(described)
        self._format = format_of(described)
        self._described = described
        self._constraints: Mapping[str, Any] = described.get("constraints") or {}
        self._lenience = _LENIENCES.get(self._type)
        self._verdicts: dict[str | None, Verdict] = {}
        self._faulty = 0

    def __call__(self, cell: str | None) -> Verdict:
        """Return the verdict on one cell; None stands for a cell that the row does not have."""
        verdict = self._verdicts.get(cell)
        if verdict is None:
            if len(self._verdicts) >= MAX_REMEMBERED:
                self._verdicts.clear()
            verdict = self._verdicts[cell] = self._judge(cell)
        return verdict

    def _judge(self, cell: str | None) -> Verdict:
        value, notes = self._safely(cell)
        if not notes:
            return self._tolerated(value, cell) if self._lenience and value is not None else Verdict(value, ())
        self._faulty += 1
        # Beyond that number a report groups the values and names no correction.
        correction = self._correction(cell) if cell and self._faulty <= MAX_VALUES else None
        if "type" in notes:
            return Verdict(WRONG, (Fault(self._type_code(), "type-error", self._sample(), correction),))
        faults = (
            Fault(CONSTRAINTS[name], "constraint-error", self._expected(name), correction)
            for name in notes
            if name in CONSTRAINTS
        )
        return Verdict(value, tuple(faults))

    def _tolerated(self, value: Any, cell: str | None) -> Verdict:
        """Return a verdict that warns when the value is only right by the letter of the library."""
        assert self._lenience is not None and cell is not None
        accepts, code = self._lenience
        if accepts(cell, self._constraints):
            return Verdict(value, ())
        self._faulty += 1
        correction = self._correction(cell) if self._faulty <= MAX_VALUES else None
        return Verdict(value, (Fault(code, None, self._sample(), correction, "warning"),))

    def _safely(self, cell: str | None) -> tuple[Any, tuple[str, ...]]:
        try:
            return self._read(cell)
        except (ArithmeticError, TypeError, ValueError, RecursionError):
            # A signalling NaN under a bound, a bomb of brackets: the library raises where the type is wrong.
            return None, ("type",)

    def _type_code(self) -> str:
        return f"format-{self._format}" if self._type == "string" else f"type-{self._type}"

    def _sample(self) -> str | tuple[str, ...] | None:
        """Return a value of the right type to show to a person."""
        if self._type == "boolean":
            return tuple(
                str(values[0])
                for key, usual in (("trueValues", ["true"]), ("falseValues", ["false"]))
                if (values := self._described.get(key) or usual)
            )
        if self._type == "date":
            pattern = self._format if self._format.startswith("%") else "%Y-%m-%d"
            return _DATE_SAMPLE.strftime(pattern)
        return self._example()

    def _example(self) -> str | None:
        example = self._described.get("example") or self._described.get("examples")
        return None if example is None or isinstance(example, (dict, list)) else str(example)[:200]

    def _expected(self, constraint: str) -> str | tuple[str, ...] | None:
        bound = self._constraints.get(constraint)
        if bound is None:
            # A list breaks the rule that its items are given.
            bound = ((self._described.get("arrayItem") or {}).get("constraints") or {}).get(constraint)
        if constraint == "enum":
            return tuple(str(choice)[:80] for choice in bound[:MAX_CHOICES])
        if constraint in {"pattern", "required"}:
            return self._example()
        return str(bound)

    def _correction(self, cell: str) -> str | None:
        """Return the same value as the schema wants it, when a small change of writing is enough."""
        for candidate in self._rewritings(cell):
            if candidate and candidate != cell:
                value, notes = self._safely(candidate)
                if value is not None and not notes and self._is_plain(candidate):
                    return candidate
        return None

    def _is_plain(self, cell: str) -> bool:
        return self._lenience is None or self._lenience[0](cell, self._constraints)

    def _rewritings(self, cell: str) -> Iterator[str]:
        text = unicodedata.normalize("NFKC", cell).strip()
        yield text
        if found := _FRENCH_DATE.fullmatch(text):
            yield f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
        if found := _SLASHED_DATE.fullmatch(text):
            yield f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"
        if self._type in {"number", "integer"}:
            bare = re.sub(r"[\s€]", "", text)
            yield bare.replace(",", ".")
            yield re.sub(r"[.,]0+", "", bare)
        if self._type == "boolean" and text.lower() in _YES_NO:
            key, usual = ("trueValues", ["true"]) if _YES_NO[text.lower()] else ("falseValues", ["false"])
            yield str((self._described.get(key) or usual)[0])
        for choice in self._constraints.get("enum") or ():
            if _folded(str(choice)) == _folded(text):
                yield str(choice)
        if self._type == "string" and "pattern" in self._constraints:
            if text.translate(_SPACING).isdigit():
                yield text.translate(_SPACING)
            yield re.sub(r"\s*_\s*", "/", text)


def _folded(text: str) -> str:
    """Return a text without case, accents and spacing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def _is_plain_number(cell: str, constraints: Mapping[str, Any]) -> bool:
    """Tell whether other programs read the same number: ASCII, no underscore, neither NaN nor infinite."""
    if not cell.isascii():
        return not any(char.isdigit() and not char.isascii() for char in cell)
    text = cell.strip().lower()
    return "_" not in text and "n" not in text and not _HUGE.search(text)


def _is_plain_year(cell: str, constraints: Mapping[str, Any]) -> bool:
    return cell.isascii() and cell.isdigit()


def _is_plain_date(cell: str, constraints: Mapping[str, Any]) -> bool:
    return cell.isascii() or not any(char.isdigit() and not char.isascii() for char in cell)


def _is_plain_code(cell: str, constraints: Mapping[str, Any]) -> bool:
    """Tell whether a text that has to follow a pattern does so without a loophole of the pattern's language."""
    if "pattern" not in constraints:
        return True
    return not cell.endswith("\n") and (cell.isascii() or _is_plain_date(cell, constraints))


_LENIENCES: Mapping[str, tuple[Callable[[str, Mapping[str, Any]], bool], str]] = {
    "number": (_is_plain_number, "lenient-number"),
    "integer": (_is_plain_number, "lenient-number"),
    "year": (_is_plain_year, "lenient-year"),
    "date": (_is_plain_date, "lenient-date"),
    "datetime": (_is_plain_date, "lenient-date"),
    "string": (_is_plain_code, "lenient-text"),
}
"""What the reference accepts by accident: a test that tells plain values, and the code of the warning."""
