"""What a check of one file says, as values that travel as JSON or CSV and come back unchanged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Status = Literal["valid", "invalid", "refused"]
Level = Literal["error", "warning", "info"]

MAX_BYTES = 500_000
"""A report stays under this size whatever the file, as it is stored and as it is written."""

_RESPELLED = 20_000
"""What sentences may grow by when they are written anew."""

MAX_VALUES = 200
"""Distinct values kept for one column and rule; the others share one group."""

MAX_EXCERPT = 80
"""Characters of a cell or label that a report quotes."""

OTHER_VALUES = "autres valeurs"
"""Value of the group that stands for all values beyond the limit."""

CSV_COLUMNS = (
    "level",
    "code",
    "official",
    "column",
    "label",
    "field",
    "value",
    "count",
    "rows",
    "expected",
    "correction",
    "message",
)

_LEVELS = {"error": 0, "warning": 1, "info": 2}


def excerpt(text: str) -> str:
    """Shorten a text of a stranger to what a report may quote."""
    return text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 1] + "…"


@dataclass(frozen=True)
class Reading:
    """How the bytes became a table, so that a person can disagree with what was assumed."""

    format: str = ""
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a file could not be checked at all."""

    code: str
    message: str = ""
    line: int | None = None
    nearest: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True)
class Issue:
    """All places where one column breaks one rule with one value.

    `rows` are lines of the original file (rows of the sheet for a spreadsheet): the first ones,
    while `count` counts them all. `expected` is what the rule wants: a bound, a list of values,
    the names of other columns.
    """

    code: str
    level: Level = "error"
    official: str | None = None
    field: str | None = None
    label: str | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1
    rows: tuple[int, ...] = ()
    expected: str | tuple[str, ...] | None = None
    correction: str | None = None
    message: str = ""

    @property
    def groups_other_values(self) -> bool:
        """Whether this stands for several values that were too many to list."""
        return self.value == OTHER_VALUES and self.count > 1


@dataclass(frozen=True)
class Report:
    """The verdict on one file with everything a page, a command or a job shows of it."""

    status: Status
    refusal: Refusal | None = None
    schema: str | None = None
    version: str | None = None
    confidence: float = 0.0
    rows: int = 0
    reading: Reading = field(default_factory=Reading)
    issues: tuple[Issue, ...] = ()
    not_done: tuple[str, ...] = ()
    """Local checks that lacked the facts they need, such as the territory."""

    @property
    def errors(self) -> int:
        """Number of places that make the file invalid."""
        return sum(issue.count for issue in self.issues if issue.level == "error")

    @property
    def warnings(self) -> int:
        """Number of places that deserve a look without making the file invalid."""
        return sum(issue.count for issue in self.issues if issue.level == "warning")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, in the order and under the names of the command's contract."""
        return {
            "status": self.status,
            "refusal": None if self.refusal is None else _plain(self.refusal),
            "schema": self.schema,
            "version": self.version,
            "confidence": self.confidence,
            "rows": self.rows,
            "reading": _plain(self.reading),
            "issues": [_plain(issue) for issue in self.issues],
            "not_done": list(self.not_done),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Report:
        """Rebuild a report from what `to_dict` returned, also after a journey through JSON."""
        refusal = values["refusal"]
        return cls(
            status=values["status"],
            refusal=None if refusal is None else Refusal(**_frozen(refusal)),
            schema=values["schema"],
            version=values["version"],
            confidence=values["confidence"],
            rows=values["rows"],
            reading=Reading(**_frozen(values["reading"])),
            issues=tuple(Issue(**_frozen(issue)) for issue in values["issues"]),
            not_done=tuple(values.get("not_done", ())),  # reports of before have none
        )

    def to_csv(self) -> str:
        """Return one line per issue, for a spreadsheet: semicolons, a BOM, no live formula."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(self.csv_rows())
        return "\ufeff" + text.getvalue()

    def csv_rows(self) -> Iterator[list[str]]:
        """Yield the cells of each line under CSV_COLUMNS; why a file was refused is a line too."""
        if self.refusal is not None:
            told = {**vars(self.refusal), "level": "error", "rows": self.refusal.line, "count": 1}
            yield spreadsheet_cells([told.get(name) for name in CSV_COLUMNS])
        for issue in self.issues:
            values = _plain(issue)
            yield spreadsheet_cells([values[name] for name in CSV_COLUMNS])


def refused(code: str, *, line: int | None = None, **facts: Any) -> Report:
    """Return the report of a file that cannot be checked."""
    nearest = tuple(facts.pop("nearest", ()))
    refusal = Refusal(code=code, line=line, nearest=nearest, address=facts.pop("address", None))
    return Report(status="refused", refusal=refusal, **facts)


def bounded(report: Report) -> Report:
    """Return the report, with fewer values and places named as long as it is too big to store.

    What is folded away still counts: each step groups more values under "autres valeurs". Sentences are measured as
    they are before; those of groups are written anew afterwards.
    """
    for most_values, most_rows in ((MAX_VALUES, 20), (50, 10), (10, 5), (2, 3), (0, 3)):
        issues = _fold(report.issues, most_values, most_rows)
        candidate = replace(report, issues=issues)
        if _size(candidate) <= MAX_BYTES - _RESPELLED:
            return candidate
    return _cut(candidate)


def _fold(issues: Iterable[Issue], most_values: int, most_rows: int) -> tuple[Issue, ...]:
    """Keep the most frequent values of each column and rule, and group the rest."""
    families: dict[tuple[str, str | None, str], list[Issue]] = {}
    for issue in issues:
        families.setdefault((issue.code, issue.column, issue.level), []).append(issue)
    kept: list[Issue] = []
    for family in families.values():
        named = [issue for issue in family if not issue.groups_other_values]
        other = [issue for issue in family if issue.groups_other_values]
        if len(named) > max(most_values, 1):
            named.sort(key=lambda issue: -issue.count)
            named, rest = named[:most_values], named[most_values:]
            other.extend(rest)
        kept.extend(named)
        if other:
            rows = sorted({row for issue in other for row in issue.rows})
            count = sum(issue.count for issue in other)
            kept.append(replace(other[0], value=OTHER_VALUES, count=count, rows=tuple(rows), correction=None))
    kept = [replace(issue, rows=issue.rows[:most_rows]) for issue in kept]
    return tuple(sorted(kept, key=_order))


def _order(issue: Issue) -> tuple[int, int, str, int, str, int]:
    """Errors first, then by column as in the file, then by first row."""
    column = issue.column or ""
    first = issue.rows[0] if issue.rows else 0
    return (_LEVELS[issue.level], len(column), column, int(issue.groups_other_values), issue.code, first)


def _cut(report: Report) -> Report:
    """Drop the last issues of a report that stays too big, and say how many places that hides."""
    size = _size(replace(report, issues=()))
    kept: list[Issue] = []
    for position, issue in enumerate(report.issues):
        size += _written([[_plain(issue)]])
        if size > MAX_BYTES - _RESPELLED:
            hidden = report.issues[position:]
            count = sum(other.count for other in hidden)
            kept.append(Issue(code="more-issues", level=hidden[0].level, count=count))
            break
        kept.append(issue)
    return replace(report, issues=tuple(kept))


def _size(report: Report) -> int:
    """Return the bytes of a report as the command writes it, or of a small one as it is stored.

    Line ends and indentation make it four times as long at most, and writing them takes ten times as long.
    """
    plain = report.to_dict()
    stored = len(json.dumps(plain, ensure_ascii=False).encode())
    return stored if stored * 4 <= MAX_BYTES else _written(plain)


def _written(plain: Any) -> int:
    return len(json.dumps(plain, ensure_ascii=False, indent=2).encode())


def _plain(value: Reading | Refusal | Issue) -> dict[str, Any]:
    """Return a flat dataclass as JSON values."""
    return {name: list(item) if isinstance(item, tuple) else item for name, item in vars(value).items()}


def _frozen(values: Mapping[str, Any]) -> dict[str, Any]:
    """Undo `_plain`."""
    return {name: tuple(item) if isinstance(item, list) else item for name, item in values.items()}


def spreadsheet_cells(values: Iterable[Any]) -> list[str]:
    """Return cells that no spreadsheet program takes for formulas."""
    return [_spreadsheet_cell(value) for value in values]


def _spreadsheet_cell(value: Any) -> str:
    """Return a cell that no spreadsheet program takes for a formula."""
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
