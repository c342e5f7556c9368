"""Equal findings counted together, in memory that does not grow with the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .report import MAX_VALUES, OTHER_VALUES, Issue, excerpt

FIRST_ROWS = 20


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
        value = None if issue.value is None else excerpt(issue.value)
        key = (issue.code, issue.column or issue.field, value)
        group = self._groups.get(key)
        if group is None:
            group = self._open(key, issue, value)
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
        """Start the group of a new value, or return the one that gathers values beyond the limit."""
        code, column, _ = key
        known = self._values.get((code, column), 0)
        if known < MAX_VALUES:
            self._values[code, column] = known + 1
            group = _Group(replace(issue, value=value))
        else:
            # The key cannot meet a real value: excerpts are shorter than this one.
            key = (code, column, OTHER_VALUES * 10)
            if key in self._groups:
                return self._groups[key]
            group = _Group(replace(issue, value=OTHER_VALUES, correction=None))
        self._groups[key] = group
        return group
