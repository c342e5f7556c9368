"""The verdict on one file: read it, choose its schema, check its header, its cells and its rows.

The verdict is frictionless' on the table as read, with `fieldsMatch: partial`, plus the custom checks of
the schema. Its rules on types and constraints, and what it says about rows (short, long, blank, unique,
keys), are repeated here by column, because that is many times faster and keeps the lines of the original
file; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from . import local, messages
from .catalogue import Catalogue, Schema, SchemaNotFound, normalise_label
from .checks.structure import doubled_labels, header_issues, reading_issues
from .local import Facts
from .plan import make_plan, primary_key
from .reader import read
from .report import Report, bounded, refused
from .rows import check_rows
from .table import Refused, Table
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
        facts = {"line": refusal.line, "reading": refusal.reading, "address": refusal.address}
        return messages.spelled(refused(refusal.code, **facts))
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
        issues.extend(header_issues(table, fields, primary_key(schema)))
        plan = make_plan(schema, table.labels, table.reading.header_line)
        issues.extend(plan.header_issues)
        tally = Tally(None if all_places else FIRST_ROWS)
        check_rows(table, plan, tally)
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
