"""The verdict on one file: read it, choose its schema, check its header, its cells and its rows.

The verdict is frictionless' on the table as read, with `fieldsMatch: partial`, plus the custom checks of
the schema. Its cell readers decide on types and constraints; what it says about rows (short, long, blank,
unique, keys) is repeated here by column, because that is many times faster and keeps the lines of the
original file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import local, messages
from .catalogue import Catalogue, Schema, SchemaNotFound, normalise_label
from .checks import build_checks
from .checks.base import Finding, RowCheck
from .checks.cells import ColumnReader
from .checks.keys import key_faults, repeated
from .checks.structure import doubled_labels, header_issues, reading_issues
from .local import Facts
from .reader import read
from .report import Issue, Report, bounded, refused
from .table import Refused, Table, column_letter
from .tally import FIRST_ROWS, Tally


def check(
    source: Table | Path | bytes,
    catalogue: Catalogue,
    schema_ref: str | None = None,
    version: str | None = None,
    *,
    all_places: bool = False,
    facts: Facts | None = None,
) -> Report:
    """Return the report on a file.

    Args:
        source: a table already read, the path of a file, or its bytes.
        catalogue: the schemas to choose from.
        schema_ref: what the file is said to follow; recognised from the header when None.
        version: a version of that schema; the latest when None.
        all_places: name every row of every issue, and let the report grow with the file.
        facts: what the local checks compare the file with.
    """
    try:
        schema = _named(catalogue, schema_ref, version)
    except SchemaNotFound as error:
        code = "version-unknown" if error.known_versions else "schema-not-found"
        nearest = (
            error.known_versions[-3:]
            if error.known_versions
            else tuple(each.id for each in catalogue.all())[:3]
        )
        return messages.spelled(refused(code, nearest=nearest))
    try:
        table = source if isinstance(source, Table) else read(source, known_labels(catalogue))
    except Refused as refusal:
        return messages.spelled(refused(refusal.code, line=refusal.line, reading=refusal.reading))
    confidence = 1.0
    if schema is None:
        candidates = catalogue.detect(table.labels)
        if not candidates:
            return messages.spelled(
                refused(
                    "schema-unknown", nearest=nearest_schemas(catalogue, table.labels), reading=table.reading
                )
            )
        schema, confidence = candidates[0].schema, candidates[0].confidence
        if version is not None:
            return check(table, catalogue, schema.id, version, all_places=all_places, facts=facts)
    report = check_table(table, schema, all_places=all_places)
    report = _with_local(report, table, schema, facts or Facts(), all_places)
    report = messages.spelled(replace(report, confidence=confidence))
    return report if all_places else messages.spelled(bounded(report))


def check_table(table: Table, schema: Schema, *, all_places: bool = False) -> Report:
    """Return the report on a table against one schema, without sentences."""
    issues = list(reading_issues(table))
    doubled = doubled_labels(table)
    if doubled:
        issues.extend(doubled)
    else:
        fields = schema.descriptor["fields"]
        issues.extend(header_issues(table, fields, _primary_key(schema)))
        tally = Tally(None if all_places else 20)
        _Rows(table, schema, tally).check()
        issues.extend(tally.issues())
    invalid = any(issue.level == "error" for issue in issues)
    return Report(
        status="invalid" if invalid else "valid",
        schema=schema.id,
        version=schema.version,
        confidence=1.0,
        rows=len(table.rows),
        reading=table.reading,
        issues=tuple(issues),
    )


def _with_local(report: Report, table: Table, schema: Schema, facts: Facts, all_places: bool) -> Report:
    """Add what the local checks find, which leaves the verdict as it is."""
    if len(set(table.labels)) < len(table.labels):
        return report  # which of the columns is meant cannot be told
    odd = local.check(table, schema, facts, most_rows=None if all_places else FIRST_ROWS)
    return replace(report, issues=report.issues + odd, not_done=local.not_done(table, schema, facts))


@lru_cache(maxsize=4)
def known_labels(catalogue: Catalogue) -> frozenset[str]:
    """Return the names of all columns of a catalogue, to find headers by."""
    return catalogue.label_keys()


def nearest_schemas(catalogue: Catalogue, labels: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the three schemas that share most columns with a header."""
    present = {normalise_label(label) for label in labels}

    def distance(schema: Schema) -> tuple[int, str]:
        return (-len(present & {normalise_label(name) for name in schema.field_names}), schema.id)

    return tuple(schema.id for schema in sorted(catalogue.all(), key=distance)[:3])


def _named(catalogue: Catalogue, schema_ref: str | None, version: str | None) -> Schema | None:
    if schema_ref is None:
        return None
    schema = catalogue.resolve(schema_ref)
    return schema if version is None else catalogue.get(schema.id, version)


def _primary_key(schema: Schema) -> tuple[str, ...]:
    key = schema.descriptor.get("primaryKey") or ()
    return (key,) if isinstance(key, str) else tuple(key)


def frictionless_fields(schema: Schema) -> Mapping[str, Any]:
    """Return frictionless' fields by name, from the parts of the descriptor that concern a table alone."""
    from frictionless import Schema as TableSchema

    described = schema.to_descriptor()
    kept = {key: described[key] for key in ("fields", "missingValues", "primaryKey") if key in described}
    built = TableSchema.from_descriptor({**kept, "fieldsMatch": "partial"})
    return {field.name: field for field in built.fields}


class _Rows:
    """One pass over the rows of a table, column by column."""

    def __init__(self, table: Table, schema: Schema, tally: Tally) -> None:
        self._table = table
        self._schema = schema
        self._tally = tally
        self._labels = table.labels
        self._columns = {label: column_letter(position) for position, label in enumerate(table.labels)}
        self._cast: dict[str, list[Any]] = {}

    def check(self) -> None:
        described = {str(each["name"]): each for each in self._schema.descriptor["fields"]}
        fields = frictionless_fields(self._schema)
        checks, unknown = build_checks(self._schema.descriptor.get("custom_checks") or ())
        compared = {column for check in checks for column in check.columns} | set(_primary_key(self._schema))
        compared |= {
            name for name, each in described.items() if (each.get("constraints") or {}).get("unique")
        }
        blank = self._blank_rows(described)
        for position, name in enumerate(self._labels):
            if name in fields:
                cast = self._cells(name, position, ColumnReader(fields[name], described[name]), blank)
                self._cast[name] = cast if name in compared else []
        self._widths(blank)
        self._keys(described)
        for check in checks:
            self._row_check(check)
        for name in unknown:
            self._tally.add(Issue(code="unknown-check", level="info", value=name))

    def _blank_rows(self, described: Mapping[str, Mapping[str, Any]]) -> frozenset[int]:
        """Return the rows where every cell counts as missing, such as a row of "NA"."""
        usual = self._schema.descriptor.get("missingValues", [""])
        if set(usual) <= {""}:
            # Rows without any text were left out by the reader.
            return frozenset()
        # Where the schema has no such column, frictionless only takes the empty text for missing.
        missing = [
            frozenset(described[label].get("missingValues", usual)) if label in described else frozenset({""})
            for label in self._labels
        ]
        blank = frozenset(
            index
            for index, row in enumerate(self._table.rows)
            if all(cell in words for cell, words in zip(row, missing, strict=False))
        )
        for index in sorted(blank):
            self._tally.add(Issue(code="blank-row", official="blank-row"), self._table.lines[index])
        return blank

    def _cells(self, name: str, position: int, reader: ColumnReader, blank: frozenset[int]) -> list[Any]:
        """Report the faults of one column and return its cast cells."""
        cast: list[Any] = []
        for index, row in enumerate(self._table.rows):
            cell = row[position] if position < len(row) else None
            verdict = reader(cell)
            cast.append(verdict.value)
            if verdict.faults and index not in blank:
                for fault in verdict.faults:
                    self._add(
                        fault.code, fault.official, name, cell or "", index, fault.expected, fault.correction
                    )
        return cast

    def _widths(self, blank: frozenset[int]) -> None:
        """Report the cells that a row has too few or too many."""
        width = len(self._labels)
        for index, row in enumerate(self._table.rows):
            if len(row) == width or index in blank:
                continue
            line = self._table.lines[index]
            for label in self._labels[len(row) :]:
                field = label if label in self._cast else None
                self._tally.add(
                    Issue(
                        code="missing-cell",
                        official="missing-cell",
                        field=field,
                        label=label,
                        column=self._columns[label],
                    ),
                    line,
                )
            for position in range(width, len(row)):
                self._tally.add(
                    Issue(
                        code="extra-cell",
                        official="extra-cell",
                        column=column_letter(position),
                        value=row[position],
                    ),
                    line,
                )

    def _keys(self, described: Mapping[str, Mapping[str, Any]]) -> None:
        for name, cast in self._cast.items():
            if (described[name].get("constraints") or {}).get("unique"):
                for index in repeated(cast):
                    self._add("unique", "unique-error", name, self._text(name, index), index)
        key = _primary_key(self._schema)
        if key and all(name in self._cast for name in key):
            for index, code in key_faults([self._cast[name] for name in key]):
                self._add(
                    code, "primary-key", None, " / ".join(self._text(name, index) for name in key), index, key
                )

    def _row_check(self, check: RowCheck) -> None:
        """Apply a custom check once per distinct tuple of cells."""
        header = check.header(self._cast.keys())
        if isinstance(header, Finding):
            header_rows = self._table.reading.header_line
            issue = Issue(
                code=header.code, official="custom-check", field=check.place, expected=header.expected
            )
            self._tally.add(issue, header_rows)
            return
        if not header:
            return
        nothing: list[Any] = [None] * len(self._table.rows)
        answers: dict[Any, Finding | None] = {}
        cells: Iterable[tuple[Any, ...]] = zip(
            *(self._cast.get(column, nothing) for column in check.columns), strict=True
        )
        for index, values in enumerate(cells):
            try:
                finding = answers[values]
            except KeyError:
                finding = answers[values] = check.rule(values)
            except TypeError:  # a list or an object in a cell cannot be remembered
                finding = check.rule(values)
            if finding:
                value = self._text(check.place, index) if check.place in self._cast else None
                self._add(finding.code, "custom-check", check.place, value, index, finding.expected)

    def _text(self, name: str | None, index: int) -> str:
        """Return a cell as it stands in the file."""
        row = self._table.rows[index]
        position = self._labels.index(name) if name is not None else len(row)
        return row[position] if position < len(row) else ""

    def _add(
        self,
        code: str,
        official: str,
        name: str | None,
        value: str | None,
        index: int,
        expected: str | tuple[str, ...] | None = None,
        correction: str | None = None,
    ) -> None:
        place = self._columns.get(name) if name else None
        if self._tally.again(code, place or name, value, self._table.lines[index]):
            return
        issue = Issue(
            code=code,
            official=official,
            field=name,
            label=name if name in self._columns else None,
            column=place,
            value=value,
            expected=expected,
            correction=correction,
        )
        self._tally.add(issue, self._table.lines[index])
