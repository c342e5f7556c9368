"""Corrections that would bring a contradiction to light, and are asked instead of made.

A date that becomes readable may lie before the one it should follow; two codes written differently may become the
same. Who corrects such a cell has to look at the row: the file never gets an error that it did not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..checks.base import RowCheck
from ..plan import Plan
from .cells import Rewritten

Cells = Mapping[str, Sequence[str]]
Changed = Mapping[str, dict[int, Rewritten]]
Refused = dict[tuple[str, str, str], set[int]]
"""Indexes of rows, by field, text and what it would have become."""


def refused(plan: Plan, cells: Cells, changed: Changed) -> Refused:
    """Take back the changes that would break a rule of their row or make a key come twice; return them."""
    found: Refused = {}
    relations = [check for check in plan.checks if len(check.columns) > 1]
    while True:
        broken = [place for check in relations for place in _broken(plan, check, cells, changed)]
        broken.extend(_repeated(plan, cells, changed))
        if not broken:
            return found
        for name, index in broken:
            change = changed[name].pop(index, None)
            if change is not None:
                found.setdefault((name, cells[name][index], change.after), set()).add(index)


def _broken(plan: Plan, check: RowCheck, cells: Cells, changed: Changed) -> Iterable[tuple[str, int]]:
    """Yield the changed cells of the rows that a rule accepts as they are and would not accept as they become."""
    names = [name for name in check.columns if name in plan.columns]
    touched = sorted(set().union(*(changed.get(name, {}) for name in names)))
    answers: dict[tuple[str, ...], Any] = {}

    def finding(texts: tuple[str, ...]) -> Any:
        if texts not in answers:
            values = {name: plan.columns[name].reader(text).value for name, text in zip(names, texts, strict=True)}
            answers[texts] = check.rule(tuple(values.get(name) for name in check.columns))
        return answers[texts]

    for index in touched:
        after = tuple(
            changed[name][index].after if index in changed.get(name, {}) else cells[name][index] for name in names
        )
        broken = finding(after)
        if broken is not None and broken != finding(tuple(cells[name][index] for name in names)):
            yield from ((name, index) for name in names if index in changed.get(name, {}))


def _repeated(plan: Plan, cells: Cells, changed: Changed) -> Iterable[tuple[str, int]]:
    """Yield the changed cells by which a value or a key comes twice."""
    keys = [(name,) for name, column in plan.columns.items() if column.unique]
    keys += [plan.key] if plan.key else []
    for key in keys:
        touched = set().union(*(changed.get(name, {}) for name in key))
        if not touched:
            continue
        values = list(zip(*(_cast(plan, name, cells[name], changed.get(name, {})) for name in key), strict=True))
        often = Counter(values)
        for index in sorted(touched):
            if often[values[index]] > 1:
                yield from ((name, index) for name in key if index in changed.get(name, {}))


def _cast(plan: Plan, name: str, cells: Sequence[str], changes: Mapping[int, Rewritten]) -> list[str]:
    """Return the values of a column as texts, so that they can be compared whatever their type."""
    reader = plan.columns[name].reader
    return [repr(reader(changes[index].after if index in changes else cell).value) for index, cell in enumerate(cells)]
