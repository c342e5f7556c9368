"""Equal findings counted together, in memory that does not grow with the file."""

from __future__ import annotations

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
    """Collects places and returns one issue per column, rule and value."""

    def __init__(self, most_rows: int | None = FIRST_ROWS) -> None:
        self._most_rows = most_rows
        self._groups: dict[tuple[str, str | None, str | None], _Group] = {}
        self._values: dict[tuple[str, str | None], int] = {}

    def add(self, issue: Issue, row: int | None = None) -> None:
        """Count one place; `issue` describes the finding, its own count and rows are ignored."""
        place = issue.column or issue.field
        if not self.again(issue.code, place, issue.value, row):
            value = None if issue.value is None else excerpt(issue.value)
            self._count(self._open((issue.code, place, value), issue, value), row)

    def again(self, code: str, place: str | None, value: str | None, row: int | None) -> bool:
        """Count one more place of a finding that is known, without describing it; tell if it was."""
        key = (code, place, value if value is None or len(value) <= MAX_EXCERPT else excerpt(value))
        group = self._groups.get(key)
        if group is None and self._values.get((code, place), 0) >= MAX_VALUES:
            group = self._groups.get((code, place, _OTHERS))
        if group is None:
            return False
        self._count(group, row)
        return True

    def _count(self, group: _Group, row: int | None) -> None:
        group.count += 1
        if row is not None and (self._most_rows is None or len(group.rows) < self._most_rows):
            group.rows.append(row)

    def issues(self) -> tuple[Issue, ...]:
        """Return what was counted so far."""
        return tuple(
            replace(group.issue, count=group.count, rows=tuple(sorted(group.rows)))
            for group in self._groups.values()
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
