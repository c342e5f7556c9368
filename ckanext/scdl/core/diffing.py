"""Two files to their difference: both are read, and the schema they follow is found."""

from __future__ import annotations

from typing import Any

from . import messages
from .catalogue import Catalogue, Schema, SchemaNotFound
from .diff import Diff, diff
from .engine import known_labels
from .reader import read
from .report import Report, refused
from .table import Refused, Table


def compare(old: bytes, new: bytes, catalogue: Catalogue, schema_ref: str | None = None) -> Diff | Report:
    """Return the difference between two files, or the report that says which cannot be read and why.

    Args:
        old: bytes of the file before.
        new: bytes of the file after.
        catalogue: the schemas to choose from.
        schema_ref: what both follow; recognised from the new file when None, and not needed.
    """
    tables: list[Table] = []
    for data in (old, new):
        try:
            tables.append(read(data, known_labels(catalogue)))
        except Refused as refusal:
            place = {"line": refusal.line, "address": refusal.address}
            return messages.spelled(refused(refusal.code, **place, reading=refusal.reading))
    try:
        schema = _schema(catalogue, tables[1], schema_ref)
    except SchemaNotFound:
        return messages.spelled(refused("schema-not-found"))
    if schema is None:
        return diff(*tables)
    before, after = (catalogue.detector.match(schema, table.labels) for table in tables)
    return diff(*tables, schema, (before, after))


def answered(old: bytes, new: bytes, catalogue: Catalogue, schema_ref: str | None) -> dict[str, Any]:
    """Return `compare`'s answer as JSON values."""
    found = compare(old, new, catalogue, schema_ref)
    return {"report" if isinstance(found, Report) else "diff": found.to_dict()}


def _schema(catalogue: Catalogue, table: Table, schema_ref: str | None) -> Schema | None:
    if schema_ref is not None:
        return catalogue.resolve(schema_ref)
    best = next(iter(catalogue.detect(table.labels, table.rows)), None)
    return None if best is None else best.schema
