"""The verdict on one file: read it, choose its schema, check its header, its cells and its rows.

The verdict is frictionless' on the table as read, with `fieldsMatch: partial`, plus the custom checks of
the schema. Its rules on types and constraints, and what it says about rows (short, long, blank, unique,
keys), are repeated here by column, because that is many times faster and keeps the lines of the original
file; tests compare the two.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from . import local, messages
from .catalogue import Catalogue, InvalidCatalogue, Schema, SchemaNotFound
from .checks.readers import kind_of
from .checks.structure import doubled_labels, header_issues, reading_issues
from .local import Facts
from .loose_schema import loose_schema
from .notices import typed_cells
from .plan import Plan, make_plan, primary_key
from .reader import MAX_BYTES, read
from .report import Issue, Report, bounded, refused
from .rows import check_rows
from .table import Refused, Table
from .tally import FIRST_ROWS, Tally

log = logging.getLogger(__name__)

FAST_FROM_CELLS = 100_000
"""Cells from which that pays for a table which was read already."""

FAST_FROM = 2_000_000
"""Bytes from which it pays to load what reads large tables."""


def check(
    source: Table | Path | bytes | BinaryIO,
    catalogue: Catalogue,
    schema_ref: str | None = None,
    version: str | None = None,
    *,
    all_places: bool = False,
    facts: Facts | None = None,
) -> Report:
    """Return the report on a file.

    Args:
        source: a table already read, the path of a file, its bytes, or the file opened at its start.
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
        nearest = error.known_versions[-3:] if error.known_versions else tuple(each.id for each in catalogue.all())[:3]
        return messages.spelled(refused(code, nearest=nearest))
    facts = facts or Facts()
    if not isinstance(source, Table):
        report = _in_blocks(source, catalogue, schema, version, all_places, facts)
        if report is not None:
            return report
    try:
        table = source if isinstance(source, Table) else read(_whole(source), known_labels(catalogue))
    except Refused as refusal:
        place = {"line": refusal.line, "address": refusal.address}
        return messages.spelled(refused(refusal.code, **place, reading=refusal.reading))
    chosen = _chosen(catalogue, table, schema, version)
    if isinstance(chosen, Report):
        return messages.spelled(bounded(replace(chosen, rows=len(table.rows), issues=_structure(table))))
    report = check_table(table, chosen.schema, chosen.names, all_places=all_places)
    return _finished(_with_local(report, table, chosen, facts, all_places), chosen, all_places)


def check_table(
    table: Table, schema: Schema, names: Mapping[int, str] | None = None, *, all_places: bool = False
) -> Report:
    """Return the report on a table against one schema, without sentences.

    Args:
        table: what was read.
        schema: what it follows.
        names: the field that a column is, by position; those labelled by the name of a field when None.
        all_places: name every row of every issue.
    """
    if doubled := doubled_labels(table):
        return _report(table, schema, len(table.rows), (*reading_issues(table), *doubled))
    if names is None:
        known = set(schema.field_names)
        names = {position: label for position, label in enumerate(table.labels) if label in known}
    plan = make_plan(schema, table, names)
    tally = _tallied(table, plan, None if all_places else FIRST_ROWS)
    return _report(table, schema, len(table.rows), (*_above_rows(table, schema, plan), *tally.issues()))


def _structure(table: Table) -> tuple[Issue, ...]:
    """Return what is wrong with a table whatever it is about: its header, and rows of another length."""
    if doubled := doubled_labels(table):
        return (*reading_issues(table), *doubled)
    try:
        schema = loose_schema({"fields": [{"name": label, "type": "any"} for label in table.labels]})
    except InvalidCatalogue:  # a column without a name, or more of them than a schema has
        return tuple(reading_issues(table))
    return check_table(table, schema).issues


def _tallied(table: Table, plan: Plan, most_rows: int | None) -> Tally:
    """Check the rows of a table, by columns where they are many."""
    tally = Tally(most_rows)
    if len(table.rows) * len(table.labels) >= FAST_FROM_CELLS:
        try:
            from .fast import pieces, scan

            scan.scan_table(table, plan, tally)
            return tally
        except ImportError:
            log.warning("polars cannot be imported: large tables are checked slowly")
        except pieces.OutOfReach:
            tally = Tally(most_rows)
    check_rows(table, plan, tally)
    return tally


def _in_blocks(
    source: Path | bytes | BinaryIO,
    catalogue: Catalogue,
    schema: Schema | None,
    version: str | None,
    all_places: bool,
    facts: Facts,
) -> Report | None:
    """Return the report on a large plain file, read in pieces; None when it has to be read with more care."""
    with _opened(source) as file:
        if _size(file) < FAST_FROM:
            return None
        try:
            from .fast import blocks, odd, pieces, scan
        except ImportError:
            log.warning("polars cannot be imported: large files are checked slowly")
            return None
        if _size(file) > blocks.MAX_BYTES:
            return None
        try:
            head = blocks.open_head(file, known_labels(catalogue), windows=True)
            chosen = _chosen(catalogue, head.table, schema, version)
            if isinstance(chosen, Report):
                return None
            plan = make_plan(chosen.schema, head.table, chosen.names)
            most_rows = None if all_places else FIRST_ROWS
            tally = Tally(most_rows)
            local_scan = odd.LocalScan(head.table, chosen.schema, facts, chosen.positions, most_rows)
            rows, blank_lines = scan.scan(file, head, plan, tally, local_scan)
        except pieces.OutOfReach:
            return None
    table = replace(head.table, blank_lines=blank_lines)
    report = _report(table, chosen.schema, rows, (*_above_rows(table, chosen.schema, plan), *tally.issues()))
    not_done = local.not_done(chosen.schema, facts, chosen.positions)
    report = replace(report, issues=report.issues + local_scan.issues(), not_done=not_done)
    return _finished(report, chosen, all_places)


@contextmanager
def _opened(source: Path | bytes | BinaryIO) -> Iterator[BinaryIO]:
    """Give the bytes as a file, and leave a file that was open at its start."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source
        if source.seekable():
            source.seek(0)


def _size(file: BinaryIO) -> int:
    """Return the size of a file that can be read twice, else nothing."""
    return file.seek(0, io.SEEK_END) if file.seekable() else 0


def _whole(source: Path | bytes | BinaryIO) -> Path | bytes:
    return source if isinstance(source, (Path, bytes)) else source.read(MAX_BYTES + 1)


@dataclass(frozen=True)
class _Choice:
    """What a table is checked against.

    Attributes:
        schema: one version of a schema.
        confidence: how sure that is, from 0 to 1.
        names: the field that a column is, by position, under whatever label.
        better: an older version that fits better.
    """

    schema: Schema
    confidence: float
    names: Mapping[int, str]
    better: str | None = None

    @property
    def positions(self) -> dict[str, int]:
        """Return where the fields stand."""
        return {name: position for position, name in self.names.items()}


def _chosen(catalogue: Catalogue, table: Table, schema: Schema | None, version: str | None) -> _Choice | Report:
    """Return what to check a table against, or the refusal to choose."""
    detector = catalogue.detector
    if schema is None:
        best = next(iter(catalogue.detect(table.labels, table.rows)), None)
        if best is None:
            nearest = tuple(each.id for each in catalogue.nearest(table.labels))
            return refused("schema-unknown", nearest=nearest, reading=table.reading)
        try:
            schema = catalogue.get(best.schema.id, version)
        except SchemaNotFound as error:
            return refused("version-unknown", nearest=error.known_versions[-3:])
        confidence = best.confidence if version is None else 1.0
    else:
        latest = catalogue.get(schema.id)
        best = detector.fit(schema, table.labels, table.rows) if version is None and schema is latest else None
        confidence = 1.0
    better = best.version_hint if best is not None and version is None else None
    return _Choice(schema, confidence, detector.match(schema, table.labels), better)


def _above_rows(table: Table, schema: Schema, plan: Plan) -> tuple[Issue, ...]:
    fields = schema.descriptor["fields"]
    names = {column.position: name for name, column in plan.columns.items()}
    types = {column.position: kind_of(column.described) for column in plan.columns.values()}
    return (
        *reading_issues(table),
        *header_issues(table, fields, primary_key(schema), names),
        *plan.header_issues,
        *typed_cells(table, types),
    )


def _report(table: Table, schema: Schema, rows: int, issues: tuple[Issue, ...]) -> Report:
    return Report(
        status="invalid" if any(issue.level == "error" for issue in issues) else "valid",
        schema=schema.id,
        version=schema.version,
        confidence=1.0,
        rows=rows,
        reading=table.reading,
        issues=issues,
    )


def _finished(report: Report, chosen: _Choice, all_places: bool) -> Report:
    """Return a report in a fixed order, within its size, and with its sentences."""
    if chosen.better is not None:
        hint = Issue(code="older-version", level="info", value=chosen.schema.version, expected=chosen.better)
        report = replace(report, issues=(*report.issues, hint))
    ordered = sorted(
        report.issues,
        key=lambda issue: (issue.code, issue.column or "", issue.rows[:1], issue.value or "", str(issue.expected)),
    )
    report = replace(report, confidence=chosen.confidence, issues=tuple(ordered))
    spelled = messages.spelled(report)
    return spelled if all_places else messages.spelled(bounded(spelled))


def _with_local(report: Report, table: Table, chosen: _Choice, facts: Facts, all_places: bool) -> Report:
    """Add what the local checks find, which leaves the verdict as it is."""
    if len(set(table.labels)) < len(table.labels):
        return report  # which of the columns is meant cannot be told
    schema, at = chosen.schema, chosen.positions
    odd = local.check(table, schema, facts, at, most_rows=None if all_places else FIRST_ROWS)
    return replace(report, issues=report.issues + odd, not_done=local.not_done(schema, facts, at))


@lru_cache(maxsize=4)
def known_labels(catalogue: Catalogue) -> frozenset[str]:
    """Return the names of all columns of a catalogue, to find headers by."""
    return catalogue.label_keys()


def _named(catalogue: Catalogue, schema_ref: str | None, version: str | None) -> Schema | None:
    if schema_ref is None:
        return None
    schema = catalogue.resolve(schema_ref)
    return schema if version is None else catalogue.get(schema.id, version)
