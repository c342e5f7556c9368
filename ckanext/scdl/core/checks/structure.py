"""Findings about the header: columns that are missing, doubled, unnamed, unknown or out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..catalogue import normalise_label
from ..report import Issue, excerpt
from ..table import Table, column_letter


def doubled_labels(table: Table) -> tuple[Issue, ...]:
    """Return one issue per label that names several columns: frictionless then checks no row at all."""
    places: dict[str, list[int]] = {}
    for position, label in enumerate(table.labels):
        places.setdefault(label, []).append(position)
    rows = _header_rows(table)
    return tuple(
        Issue(
            code="duplicate-label" if label else "unnamed-columns",
            official="error",
            label=excerpt(label),
            column=column_letter(positions[1]),
            count=1,
            rows=rows,
            expected=tuple(column_letter(position) for position in positions[:20]),
        )
        for label, positions in places.items()
        if len(positions) > 1
    )


def header_issues(table: Table, fields: Sequence[Mapping[str, Any]], primary_key: Sequence[str]) -> Iterator[Issue]:
    """Yield what is wrong between the labels of the file and the fields of the schema."""
    names = [str(each["name"]) for each in fields]
    present = set(table.labels)
    rows = _header_rows(table)
    unknown = {normalise_label(label): label for label in table.labels if label and label not in names}
    if not present & set(names):
        yield Issue(code="unmatched-header", official="unmatched-header", rows=rows, expected=tuple(names[:40]))
    for each, name in zip(fields, names, strict=True):
        if name in present:
            continue
        required = bool((each.get("constraints") or {}).get("required")) or name in primary_key
        yield Issue(
            code="missing-label" if required else "missing-optional-label",
            level="error" if required else "info",
            official="missing-label" if required else None,
            field=name,
            label=excerpt(unknown[normalise_label(name)]) if normalise_label(name) in unknown else None,
            rows=rows,
            expected=name,
        )
    wanted = {normalise_label(name): name for name in names}
    for position, label in enumerate(table.labels):
        if label in names:
            continue
        meant = wanted.get(normalise_label(label))
        yield Issue(
            code="extra-label" if label else "blank-label",
            level="warning",
            label=excerpt(label),
            column=column_letter(position),
            rows=rows,
            correction=meant if meant not in present else None,
        )
    if present == set(names) and list(table.labels) != names:
        yield Issue(code="label-order", level="info", rows=rows, expected=tuple(names[:40]))


def reading_issues(table: Table) -> Iterator[Issue]:
    """Yield what was put right while reading and the national validator would stumble over."""
    for code in table.reading.assumed:
        level = "info" if code == "sheet" else "warning"
        yield Issue(code=code, level=level, rows=_header_rows(table) if code == "title-lines" else ())
    if table.blank_lines:
        yield Issue(code="blank-lines", level="warning", count=len(table.blank_lines), rows=table.blank_lines[:20])
    yield from table.notices
    if not table.rows:
        yield Issue(code="no-data", level="warning", rows=_header_rows(table))


def _header_rows(table: Table) -> tuple[int, ...]:
    return () if table.reading.header_line is None else (table.reading.header_line,)
