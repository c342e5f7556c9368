"""What a custom check is: a rule over the cast cells of some columns of one row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..report import Level


class _Wrong:
    """Stands for a cell whose type is wrong: neither a value nor empty."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG = _Wrong()


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold; `expected` names other columns or a bound, for the sentence.

    A warning is a remark of our own: the reference accepts the row.
    """

    code: str
    expected: str | tuple[str, ...] | None = None
    level: Level = "error"

    @property
    def official(self) -> str | None:
        """Return the reference's type of error."""
        return "custom-check" if self.level == "error" else None


@dataclass(frozen=True)
class RowCheck:
    """A rule over some columns; the same cells always get the same answer, so answers may be remembered.

    Attributes:
        columns: fields the rule reads, in the order its function takes their cells.
        place: field whose cell carries the finding; None when it belongs to the whole row.
        rule: takes one cast cell per column (None when empty, WRONG when of wrong type).
        header: takes the fields present and returns a finding about the header, which replaces the rule,
            or False when the rule has nothing to look at.
        relation: what a rule asks in one word, or as a comparison sign, for those who can prove it of many
            rows at once; the rule itself decides on the others.
    """

    columns: tuple[str, ...]
    place: str | None
    rule: Callable[[tuple[Any, ...]], Finding | None]
    header: Callable[[Collection[str]], Finding | bool] = lambda present: True
    relation: str | None = None


Factory = Callable[[Mapping[str, Any]], RowCheck]


def is_empty(cell: Any) -> bool:
    """Tell whether the reference treats a cell as empty: nothing there, or of a wrong type."""
    return cell is None or cell is WRONG or cell == ""


def column_check(column: str, rule: Callable[[Any], Finding | None], relation: str | None = None) -> RowCheck:
    """Return a check of one column that skips empty cells and an absent column."""

    def guarded(cells: tuple[Any, ...]) -> Finding | None:
        return None if is_empty(cells[0]) else rule(cells[0])

    return RowCheck((column,), column, guarded, lambda present: column in present, relation)
