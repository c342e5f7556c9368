"""Findings about the header: columns that are missing, doubled, unnamed, unknown or out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..report import Issue, excerpt
from ..table import Table


def doubled_labels(table: Table) -> tuple[Issue, ...]:
    """Return one issue per label that names several columns: frictionless then checks no row at all."""
    places: dict[str, list[int]] = {}
    for position, label in enumerate(table.labels):
        places.setdefault(label, []).append(position)
    rows = header_rows(table)
    return tuple(
        Issue(
            code="duplicate-label" if label else "unnamed-columns",
            official="error",
            label=excerpt(label),
            column=table.letter(positions[1]),
            count=1,
            rows=rows,
            expected=tuple(table.letter(position) for position in positions[:20]),
        )
        for label, positions in places.items()
        if len(positions) > 1
    )


def header_issues(
    table: Table, fields: Sequence[Mapping[str, Any]], primary_key: Sequence[str], found: Mapping[int, str]
) -> Iterator[Issue]:
    """Yield what is wrong between the labels of the file and the fields of the schema.

    Args:
        table: its header.
        fields: those of the schema.
        primary_key: names of fields that have to be there.
        found: the field that a column is, by position, under whatever label.
    """
    names = [str(each["name"]) for each in fields]
    present = set(table.labels)
    rows = header_rows(table)
    if not present & set(names):
        yield Issue(code="unmatched-header", official="unmatched-header", rows=rows, expected=tuple(names[:40]))
    position_of = {name: position for position, name in found.items()}
    for each, name in zip(fields, names, strict=True):
        if name in present:
            continue
        required = bool((each.get("constraints") or {}).get("required")) or name in primary_key
        absent = Issue(
            code="missing-label" if required else "missing-optional-label",
            level="error" if required else "info",
            official="missing-label" if required else None,
            field=name,
            rows=rows,
            expected=name,
        )
        yield _renamed(absent, table, position_of[name]) if name in position_of else absent
    for position, label in enumerate(table.labels):
        if position not in found:
            yield Issue(
                code="extra-label" if label else "blank-label",
                level="warning",
                label=excerpt(label),
                column=table.letter(position),
                rows=rows,
            )
    if present == set(names) and list(table.labels) != names:
        yield Issue(code="label-order", level="info", rows=rows, expected=tuple(names[:40]))


def _renamed(absent: Issue, table: Table, position: int) -> Issue:
    """Return the absence of a column that is there under another name."""
    return replace(
        absent,
        code="missing-label",
        # The national validator only remarks on a missing column that is optional.
        level="error" if absent.official else "warning",
        label=excerpt(table.labels[position]),
        column=table.letter(position),
        correction=absent.field,
    )


def reading_issues(table: Table) -> Iterator[Issue]:
    """Yield what was put right while reading and the national validator would stumble over."""
    for code in table.reading.assumed:
        level = "info" if code == "sheet" else "warning"
        yield Issue(code=code, level=level, rows=header_rows(table) if code == "title-lines" else ())
    if table.blank_lines:
        yield Issue(code="blank-lines", level="warning", count=len(table.blank_lines), rows=table.blank_lines[:20])
    yield from table.notices
    if not table.rows:
        yield Issue(code="no-data", level="warning", rows=header_rows(table))


def header_rows(table: Table) -> tuple[int, ...]:
    """Return where issues of the header stand."""
    return () if table.reading.header_line is None else (table.reading.header_line,)
