"""What a page shows of a file that could be put right: its first rows and its faulty ones, and what is proposed.

All of it is bounded: a page never holds more than a person reads, whatever the file holds.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..catalogue import Catalogue, SchemaNotFound
from ..engine import FAST_FROM, known_labels
from ..local import Facts
from ..reader import MAX_BYTES, read
from ..report import Report
from ..table import Refused, Table
from . import told
from .fixing import Wishes, proposed
from .model import Change, Proposal, Question

log = logging.getLogger(__name__)

FIRST_ROWS = 20
MOST_ROWS = 300
MOST_CELLS = 20_000
LONGEST_CELL = 200
MOST_CHANGES = 400
MOST_OF_GROUP = 50
MOST_QUESTIONS = 50
MOST_CHOICES = 20
MOST_LINES = 20
LAYOUT_RULES = ("heading", "order", "publisher", "optional-column")
"""Corrections of columns, which are taken or left as a whole."""


def preview(
    source: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts, *, lines: Collection[int], proposes: bool
) -> dict[str, Any]:
    """Return what a page shows of a file, as JSON values.

    Args:
        source: the file, open at its start.
        catalogue: the schemas to choose from.
        wishes: which schema it follows.
        facts: what is known besides the file.
        lines: where its faulty rows stand.
        proposes: whether corrections are proposed.

    Returns:
        table: None or labels, letters, rows (line and cells) and whole (whether these are all rows); proposal: None
        or what `_told` gives.
    """
    try:
        table = _excerpt(source, known_labels(catalogue), frozenset(lines))
    except Refused:
        return {"table": None, "proposal": None}
    source.seek(0)
    return {
        "table": table,
        "proposal": _proposal(source, catalogue, wishes, facts) if proposes else None,
    }


def _excerpt(source: BinaryIO, known: frozenset[str], faulty: frozenset[int]) -> dict[str, Any]:
    """Return the first rows of a file and the faulty ones, up to what a page holds."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size >= FAST_FROM and (found := _from_large(source, known, faulty)):
        table, rows, whole = found
    else:
        source.seek(0)
        table = read(source.read(MAX_BYTES + 1), known)
        wanted = [index for index, line in enumerate(table.lines) if index < FIRST_ROWS or line in faulty]
        rows = [(table.lines[index], table.rows[index]) for index in wanted[: _most(table)]]
        whole = len(rows) == len(table.rows)
    return {
        "labels": [_clipped(label) for label in table.labels],
        "letters": [table.letter(position) for position in range(len(table.labels))],
        "rows": [[line, [_clipped(cell) for cell in cells]] for line, cells in rows],
        "whole": whole,
    }


def _from_large(
    source: BinaryIO, known: frozenset[str], faulty: frozenset[int]
) -> tuple[Table, Sequence[tuple[int, Sequence[str]]], bool] | None:
    """Return the head of a large plain file, the rows to show, and whether these are all; it is not held in memory."""
    try:
        from ..fast import blocks
    except ImportError:
        log.warning("polars cannot be imported: large files are shown slowly")
        return None
    try:
        head = blocks.open_head(source, known, windows=True)
        return head.table, *blocks.rows_at(source, head, FIRST_ROWS, faulty, _most(head.table))
    except blocks.OutOfReach:
        return None


def _most(table: Table) -> int:
    """Return how many rows of a table are shown."""
    return min(MOST_ROWS, max(MOST_CELLS // max(len(table.labels), 1), 1))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _proposal(source: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts) -> dict[str, Any] | None:
    try:
        with Path("proposed.csv").open("w+b") as scratch:
            found = proposed(source, scratch, catalogue, wishes, facts)
    except (Refused, SchemaNotFound):
        return None
    return None if isinstance(found, Report) else _told(found[1])


def _told(log: Proposal) -> dict[str, Any]:
    """Return a proposal as a person chooses from it.

    Returns:
        cells: how many change; layout: sentences; rules: of LAYOUT_RULES those that it uses, with their titles; groups
        of field, column, rule, title, count, changes and rest (how many cells are not listed); questions.
    """
    used = {column.rule for column in log.columns if column.rule} | ({"order"} if log.is_reordered else set())
    listed = log.questions[:MOST_QUESTIONS]
    return {
        "cells": log.cells,
        "layout": told.layout(log),
        "rules": [{"rule": rule, "title": told.RULES.get(rule, rule)} for rule in LAYOUT_RULES if rule in used],
        "groups": _groups(log.changes),
        "questions": [_asked(each) for each in listed if len(each.value) <= LONGEST_CELL],
        "unasked": len(log.questions) - len(listed),
    }


def _groups(changes: Iterable[Change]) -> list[dict[str, Any]]:
    families: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        families.setdefault((change.field, change.rule), []).append(change)
    left, groups = MOST_CHANGES, []
    for (name, rule), family in families.items():
        family.sort(key=lambda each: -len(each.lines))
        listed = [each for each in family if len(each.before) <= LONGEST_CELL][: min(MOST_OF_GROUP, left)]
        left -= len(listed)
        count = sum(len(each.lines) for each in family)
        groups.append(
            {
                "field": name,
                "column": family[0].column,
                "rule": rule,
                "title": told.RULES.get(rule, rule),
                "count": count,
                "sure": all(each.confidence == "sure" for each in family),
                "changes": [_change(each) for each in listed],
                "rest": count - sum(len(each.lines) for each in listed),
            }
        )
    return groups


def _change(change: Change) -> dict[str, Any]:
    return {
        "before": change.before,
        "after": _clipped(change.after),
        "confidence": change.confidence,
        "count": len(change.lines),
        "lines": list(change.lines[:MOST_LINES]),
    }


def _asked(question: Question) -> dict[str, Any]:
    return {
        "field": question.field,
        "column": question.column,
        "value": question.value,
        "rule": question.rule,
        "title": told.QUESTIONS.get(question.rule, question.rule),
        "choices": [choice for choice in question.choices if len(choice) <= LONGEST_CELL][:MOST_CHOICES],
        "count": len(question.lines),
        "lines": list(question.lines[:MOST_LINES]),
    }
