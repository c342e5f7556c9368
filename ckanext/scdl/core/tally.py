"""Equal findings counted together, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .report import MAX_EXCERPT, MAX_VALUES, OTHER_VALUES, Issue, excerpt

FIRST_ROWS = 20

_OTHERS = "…" * (MAX_EXCERPT + 1)
"""Key of the group of other values: longer than any excerpt, so that it meets no real value."""


@dataclass
class _Group:
    issue: Issue
    count: int = 0
    rows: list[int] = field(default_factory=list)


class Tally:
    """Collects places and returns one issue per column, rule and value.

    The places of one column and rule have to come in the order of the file: which values are named and
    which are gathered as others depends on it.
    """

    def __init__(self, most_rows: int | None = FIRST_ROWS) -> None:
        self.most_rows = most_rows
        self._groups: dict[tuple[str, str | None, str | None], _Group] = {}
        self._values: dict[tuple[str, str | None], int] = {}

    def add(self, issue: Issue, row: int | None = None) -> None:
        """Count one place; `issue` describes the finding, its own count and rows are ignored."""
        place = issue.column or issue.field
        self.record(issue.code, place, issue.value, () if row is None else (row,), 1, lambda: issue)

    def record(
        self,
        code: str,
        place: str | None,
        value: str | None,
        rows: Sequence[int],
        count: int,
        describe: Callable[[], Issue],
    ) -> None:
        """Count places of one value.

        Args:
            code: the rule.
            place: letter of the column, or whatever else tells one place of the table from another.
            value: the cell as it stands in the file.
            rows: lines of these places in order, the first ones at least.
            count: how many places there are.
            describe: returns the finding; asked only when the value is new.
        """
        short = value if value is None or len(value) <= MAX_EXCERPT else excerpt(value)
        key = (code, place, short)
        group = self._groups.get(key)
        if group is None and self._values.get((code, place), 0) >= MAX_VALUES:
            group = self._groups.get((code, place, _OTHERS))
        if group is None:
            group = self._open(key, describe(), short)
        group.count += count
        kept = group.rows
        if self.most_rows is None:
            kept.extend(rows)
        elif rows and (len(kept) < self.most_rows or rows[0] < kept[-1]):
            kept.extend(rows)
            kept.sort()
            del kept[self.most_rows :]

    def issues(self) -> tuple[Issue, ...]:
        """Return what was counted so far."""
        return tuple(
            replace(group.issue, count=group.count, rows=tuple(sorted(group.rows))) for group in self._groups.values()
        )

    def _open(self, key: tuple[str, str | None, str | None], issue: Issue, value: str | None) -> _Group:
        """Start the group of a new value, or the one that gathers values beyond the limit."""
        code, place, _ = key
        known = self._values.get((code, place), 0)
        if known < MAX_VALUES:
            self._values[code, place] = known + 1
            group = _Group(replace(issue, value=value))
        else:
            key = (code, place, _OTHERS)
            group = _Group(replace(issue, value=OTHER_VALUES, correction=None))
        self._groups[key] = group
        return group
