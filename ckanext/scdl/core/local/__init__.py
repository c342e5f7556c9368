"""Checks of our own, apart from the official verdict: is the file about who and where it says it is?

They never make a file invalid: `official` is None, the level `warning` or `info`, and every code begins with
`local-`. What each looks at stands in columns.yaml, the natural keys in ../natural_keys.yaml. A check that lacks the
facts it needs is not done, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..catalogue import Schema
from ..data_files import read_yaml
from ..report import Issue
from ..table import Table
from ..tally import FIRST_ROWS, Tally
from . import rules
from .facts import Facts, Territory, UnusableTerritory, read_territory
from .rules import Columns, Found, Key

__all__ = ["NAMES", "Facts", "Territory", "UnusableTerritory", "check", "natural_key", "not_done", "read_territory"]


@dataclass(frozen=True)
class LocalCheck:
    """One check.

    Attributes:
        looks_at: entry of columns.yaml with its fields.
        needs: fact without which it cannot be done.
        together: whether its fields are read as one, or each by itself.
        rule: yields what is odd in some columns.
    """

    looks_at: str
    needs: str | None
    together: bool
    rule: Callable[[Columns, Sequence[str], Facts], Found]


CHECKS: Mapping[str, LocalCheck] = {
    "publisher-siret": LocalCheck("publisher", "publisher", False, rules.publisher),
    "commune": LocalCheck("commune", "communes", False, rules.commune),
    "point": LocalCheck("point", "rings", True, rules.point),
    "future-date": LocalCheck("past", "today", False, rules.past),
    "matiere": LocalCheck("matiere", None, True, rules.matiere),
}
"""The checks that look at cells, by name."""

NAMES = (*CHECKS, "duplicate")
"""Every local check; duplicates are looked for on the natural key."""


def check(
    table: Table,
    schema: Schema,
    facts: Facts,
    positions: Mapping[str, int],
    *,
    most_rows: int | None = FIRST_ROWS,
) -> tuple[Issue, ...]:
    """Return what is odd in a table, equal findings counted together.

    Args:
        table: what was read.
        schema: what the table follows.
        facts: what is known besides the file.
        positions: where fields of the schema stand in the table, under whatever label.
        most_rows: rows that an issue names; all of them when None.
    """
    tally = Tally(most_rows)
    cells: dict[str, list[str]] = {}

    def column(name: str) -> list[str]:
        if name not in cells:
            cells[name] = _column(table, positions.get(name))
        return cells[name]

    for one, fields in applicable(schema, positions):
        if one.needs is None or getattr(facts, one.needs) is not None:
            for group in [fields] if one.together else [(name,) for name in fields]:
                count(tally, one.rule({name: column(name) for name in group}, group, facts), table, positions)
    key = natural_key(schema)
    if key is not None and all(name in positions for name in key.required.intersection(key.fields)):
        found = rules.duplicate({name: column(name) for name in key.fields}, key, table.lines)
        count(tally, found, table, positions)
    return tally.issues()


def not_done(schema: Schema, facts: Facts, positions: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names of the checks that the columns of a table ask for and that lack their facts."""
    asked = [one for one, _ in applicable(schema, positions)]
    return tuple(
        name for name, one in CHECKS.items() if one in asked and one.needs and getattr(facts, one.needs) is None
    )


def natural_key(schema: Schema) -> Key | None:
    """Return what tells the rows of a schema apart, unless the schema itself checks it."""
    described = _yaml("../natural_keys.yaml")
    fields = key_fields(schema)
    official = schema.descriptor.get("primaryKey") or ()
    official = {official} if isinstance(official, str) else set(official)
    unique = {each.name for each in schema.fields if each.constraints.get("unique")}
    if not fields or set(fields) == official or (len(fields) == 1 and fields[0] in unique):
        return None
    return Key(fields, frozenset(schema.required_names), frozenset(described["ignore"]))


def key_fields(schema: Schema) -> tuple[str, ...]:
    """Return the fields of a schema's natural key, none where nothing is known."""
    return tuple(_yaml("../natural_keys.yaml")["keys"].get(schema.id) or ())


def applicable(schema: Schema, positions: Mapping[str, int]) -> list[tuple[LocalCheck, tuple[str, ...]]]:
    """Return the checks that find their columns in a table, with the fields they read."""
    entry = _yaml("columns.yaml").get(schema.id) or {}
    found = []
    for one in CHECKS.values():
        wanted = tuple(entry.get(one.looks_at) or ())
        present = tuple(name for name in wanted if name in positions)
        if present and (present == wanted or not one.together):
            found.append((one, present))
    return found


def _column(table: Table, position: int | None) -> list[str]:
    """Return the cells of a column; empty texts where it or a cell is not there."""
    if position is None:
        return [""] * len(table.rows)
    return [row[position].strip() if position < len(row) else "" for row in table.rows]


def count(tally: Tally, found: Found, table: Table, positions: Mapping[str, int]) -> None:
    issues: dict[rules.Odd, Issue] = {}
    for odd, index in found:
        if odd not in issues:
            position = None if odd.field is None else positions[odd.field]
            issues[odd] = Issue(
                code=odd.code,
                level=odd.level,
                field=odd.field,
                label=None if position is None else table.labels[position],
                column=None if position is None else table.letter(position),
                value=odd.value,
                expected=odd.expected,
            )
        tally.add(issues[odd], table.lines[index])


@cache
def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(Path(__file__).parent / name)
    return loaded
