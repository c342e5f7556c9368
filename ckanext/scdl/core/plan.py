"""What has to be checked in a table of given labels against a schema, before any row is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalogue import Schema
from .checks import asked_checks, build_checks
from .checks.base import Finding, RowCheck
from .checks.cells import ColumnReader, Fault
from .checks.readers import missing_values_of
from .checks.structure import header_rows
from .report import Issue
from .table import Table
from .tally import Tally


@dataclass(frozen=True)
class PlannedColumn:
    """A column of the file that a field of the schema describes."""

    name: str
    position: int
    letter: str
    label: str
    described: Mapping[str, Any]
    missing: frozenset[str]
    reader: ColumnReader

    @property
    def unique(self) -> bool:
        """Whether a value may stand in it only once."""
        return bool((self.described.get("constraints") or {}).get("unique"))


@dataclass(frozen=True)
class Plan:
    """Everything a pass over the rows applies."""

    labels: tuple[str, ...]
    columns: Mapping[str, PlannedColumn]
    """By the name of the field, whatever the file calls it."""
    checks: tuple[RowCheck, ...]
    key: tuple[str, ...]
    missing_by_position: tuple[frozenset[str], ...] | None
    """Words for missing, per column, when a row of such words counts as blank; None when only "" does."""
    header_issues: tuple[Issue, ...]

    def note_fault(self, tally: Tally, name: str, fault: Fault, text: str, rows: Sequence[int], count: int = 1) -> None:
        """Count places where one cell of a column breaks a rule of its field."""
        column = self.columns[name]
        tally.record(
            fault.code,
            column.letter,
            text,
            rows,
            count,
            lambda: Issue(
                code=fault.code,
                level=fault.level,
                official=fault.official,
                field=name,
                label=column.label,
                column=column.letter,
                value=text,
                expected=fault.expected,
                correction=fault.correction,
            ),
        )

    def note_finding(
        self, tally: Tally, check: RowCheck, finding: Finding, text: str | None, rows: Sequence[int], count: int = 1
    ) -> None:
        """Count places where a row breaks a custom check; `text` is the cell that carries the finding."""
        column = self.columns.get(check.place) if check.place else None
        place = column.letter if column else check.place
        # A schema may ask for one check several times on a column, with other columns in it each time.
        rule = f"{place} {finding.expected}"
        tally.record(
            finding.code,
            rule,
            text,
            rows,
            count,
            lambda: Issue(
                code=finding.code,
                level=finding.level,
                official=finding.official,
                field=check.place,
                label=column.label if column else None,
                column=place if column else None,
                value=text,
                expected=finding.expected,
            ),
        )

    def note_repeated(self, tally: Tally, name: str, text: str, row: int) -> None:
        """Count a value that an earlier row of a unique column has."""
        column = self.columns[name]
        issue = Issue("unique", "error", "unique-error", name, column.label, column.letter, text)
        tally.record("unique", column.letter, text, (row,), 1, lambda: issue)

    def note_key(self, tally: Tally, code: str, texts: Sequence[str], row: int) -> None:
        """Count a row without a primary key, or with one that an earlier row has."""
        issue = Issue(code, "error", "primary-key", value=" / ".join(texts), expected=self.key)
        tally.record(code, None, issue.value, (row,), 1, lambda: issue)


def make_plan(schema: Schema, table: Table, names: Mapping[int, str]) -> Plan:
    """Return what to check in a table whose labels are all different.

    Args:
        schema: what it follows.
        table: its header; the rows are not looked at.
        names: the field that a column is, by position, under whatever label.
    """
    descriptor = schema.descriptor
    by_name = {str(each["name"]): each for each in descriptor["fields"]}
    columns = {name: _planned(by_name[name], position, table, descriptor) for position, name in names.items()}
    asked, unknown = build_checks(asked_checks(descriptor))
    checks: list[RowCheck] = []
    issues: list[Issue] = []
    for check in asked:
        header = check.header(columns.keys())
        if isinstance(header, Finding):
            rows = header_rows(table)
            issues.append(
                Issue(header.code, official="custom-check", field=check.place, rows=rows, expected=header.expected)
            )
        elif header:
            checks.append(check)
    issues.extend(Issue(code="unknown-check", level="info", value=name) for name in unknown)
    key = primary_key(schema)
    return Plan(
        labels=table.labels,
        columns=columns,
        checks=tuple(checks),
        key=key if all(name in columns for name in key) else (),
        missing_by_position=_missing_by_position(len(table.labels), columns),
        header_issues=tuple(issues),
    )


def primary_key(schema: Schema) -> tuple[str, ...]:
    """Return the fields of the primary key, which a descriptor writes as a list or as one name."""
    key = schema.descriptor.get("primaryKey") or ()
    return (key,) if isinstance(key, str) else tuple(key)


def _planned(described: Mapping[str, Any], position: int, table: Table, descriptor: Mapping[str, Any]) -> PlannedColumn:
    missing = missing_values_of(described, descriptor)
    return PlannedColumn(
        name=str(described["name"]),
        position=position,
        letter=table.letter(position),
        label=table.labels[position],
        described=described,
        missing=frozenset(missing),
        reader=ColumnReader(described, missing),
    )


def _missing_by_position(width: int, columns: Mapping[str, PlannedColumn]) -> tuple[frozenset[str], ...] | None:
    at = {column.position: column.missing for column in columns.values()}
    # Where the schema has no such column, frictionless only takes the empty text for missing.
    words = tuple(at.get(position, frozenset({""})) for position in range(width))
    # Rows without any text were left out by the reader already.
    return None if all(each <= {""} for each in words) else words
