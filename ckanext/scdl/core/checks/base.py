"""What a custom check is: a rule over the cast cells of some columns of one row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any


class _Wrong:
    """Stands for a cell whose type is wrong: neither a value nor empty."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG = _Wrong()


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold; `expected` names other columns or a bound, for the sentence."""

    code: str
    expected: str | tuple[str, ...] | None = None


@dataclass(frozen=True)
class RowCheck:
    """A rule over some columns; the same cells always get the same answer, so answers may be remembered.

    Attributes:
        columns: fields the rule reads, in the order its function takes their cells.
        place: field whose cell carries the finding; None when it belongs to the whole row.
        rule: takes one cast cell per column (None when empty, WRONG when of wrong type).
        header: takes the fields present and returns a finding about the header, which replaces the rule,
            or False when the rule has nothing to look at.
    """

    columns: tuple[str, ...]
    place: str | None
    rule: Callable[[tuple[Any, ...]], Finding | None]
    header: Callable[[Collection[str]], Finding | bool] = lambda present: True


Factory = Callable[[Mapping[str, Any]], RowCheck]


def is_empty(cell: Any) -> bool:
    """Tell whether the reference treats a cell as empty: nothing there, or of a wrong type."""
    return cell is None or cell is WRONG or cell == ""


def column_check(column: str, rule: Callable[[Any], Finding | None]) -> RowCheck:
    """Return a check of one column that skips empty cells and an absent column."""

    def guarded(cells: tuple[Any, ...]) -> Finding | None:
        return None if is_empty(cells[0]) else rule(cells[0])

    return RowCheck((column,), column, guarded, lambda present: column in present)
