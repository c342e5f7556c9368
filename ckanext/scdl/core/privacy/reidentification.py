"""How easily a row that stands for a person can be told from all others, and what would make it harder.

A class is the rows that share all quasi-identifiers: what neighbours and colleagues know of somebody. k is
the size of the smallest class; the rows of a class under 5 count as exposed. Cells are kept as numbers, so a
million rows take some tens of megabytes.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any

SMALLEST_CLASS = 5
SINGLED_OUT = 0.05
MOST_COLUMNS = 6
MOST_VALUES = 100_000
_MANY_ROWS = 200_000
_LEAST_ROWS = 5
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_AGE = re.compile(r"\d{1,3}")
_COMMUNE = re.compile(r"\d{5}|2[AB]\d{3}")

QUASI_IDENTIFIERS = (
    "birth-date", "birth-year", "age", "place", "profession", "school", "nationality", "family", "birth-place",
    "sex", "civility",
)  # fmt: skip
"""Roles of columns by which somebody is known, in the order in which it helps most to write less of them."""


class Codes:
    """The cells of a column as numbers."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.rows = array("I")

    def extend(self, cells: Iterable[str]) -> None:
        """Take the cells of a block; what comes after MOST_VALUES different ones counts as one value."""
        texts = self.texts
        for cell in cells:
            code = texts.get(cell)
            if code is None:
                code = len(texts)
                if code < MOST_VALUES:
                    texts[cell] = code
            self.rows.append(code)

    def generalised(self, role: str) -> Codes:
        """Return the column written with less: ten years, a département, or nothing at all."""
        shorter = _GENERALISATIONS.get(role, _nothing)
        texts: dict[str, int] = {}
        new = {code: texts.setdefault(shorter(text), len(texts)) for text, code in self.texts.items()}
        other = len(texts)
        less = Codes()
        less.texts = texts
        less.rows = array("I", (new.get(code, other) for code in self.rows))
        return less


def measure(columns: Mapping[int, tuple[str, Codes]]) -> dict[str, Any] | None:
    """Return what the quasi-identifiers of a table give away; None where there are too few.

    Args:
        columns: role and codes of each quasi-identifier, by position.

    Returns:
        `k`, `rows`, `exposed` (share of rows in classes under 5), `columns` (positions), `singling` (the fewest
        columns that single out more than a twentieth of the rows, None where none do) and `generalisations`:
        for each `columns`, `k` and `exposed` if those were written with less.
    """
    chosen = dict(sorted(columns.items(), key=lambda item: QUASI_IDENTIFIERS.index(item[1][0]))[:MOST_COLUMNS])
    codes = {position: each for position, (_, each) in chosen.items()}
    rows = len(next(iter(codes.values())).rows) if codes else 0
    if len(codes) < 2 or rows < _LEAST_ROWS:
        return None
    k, exposed = _classes(codes.values())
    return {
        "k": k,
        "rows": rows,
        "exposed": exposed,
        "columns": sorted(codes),
        "singling": _singling(codes, rows),
        "generalisations": _generalisations(chosen, codes),
    }


def _classes(columns: Iterable[Codes]) -> tuple[int, float]:
    """Return the size of the smallest class and the share of rows in small ones."""
    sizes = Counter(_sizes(columns).values())
    exposed = sum(size * number for size, number in sizes.items() if size < SMALLEST_CLASS)
    return min(sizes), round(exposed / sum(size * number for size, number in sizes.items()), 4)


def _sizes(columns: Iterable[Codes]) -> Counter[int]:
    keys: Iterable[int] | None = None
    for column in columns:
        width = len(column.texts) + 1
        pairs = None if keys is None else zip(keys, column.rows, strict=True)
        keys = column.rows if pairs is None else [key * width + code for key, code in pairs]
    return Counter(keys or ())


def _singling(codes: Mapping[int, Codes], rows: int) -> list[int] | None:
    most = 2 if rows > _MANY_ROWS else 3
    for number in range(1, min(most, len(codes)) + 1):
        found = []
        for positions in combinations(sorted(codes), number):
            alone = sum(1 for size in _sizes(codes[each] for each in positions).values() if size == 1)
            found.append((alone / rows, positions))
        share, positions = max(found, key=lambda each: each[0])
        if share > SINGLED_OUT:
            return list(positions)
    return None


def _generalisations(chosen: Mapping[int, tuple[str, Codes]], codes: Mapping[int, Codes]) -> list[dict[str, Any]]:
    """Measure what two columns written with less would change, one by one and together."""
    first = list(chosen)[:2]
    less = {position: codes[position].generalised(chosen[position][0]) for position in first}
    told = []
    for positions in ([first[0]], [first[1]], first):
        k, exposed = _classes({**codes, **{each: less[each] for each in positions}}.values())
        roles = [chosen[each][0] for each in positions]
        told.append({"columns": positions, "roles": roles, "k": k, "exposed": exposed})
    return told


def _decade(text: str) -> str:
    year, age = _YEAR.search(text), _AGE.search(text)
    if year:
        return year[0][:3]
    return str(int(age[0]) // 10) if age else ""


def _departement(text: str) -> str:
    code = _COMMUNE.fullmatch(text.strip())
    return "" if code is None else code[0][: 3 if code[0].startswith(("97", "98")) else 2]


def _nothing(_text: str) -> str:
    return ""


_GENERALISATIONS: Mapping[str, Callable[[str], str]] = {
    "birth-date": _decade,
    "birth-year": _decade,
    "age": _decade,
    "place": _departement,
}
