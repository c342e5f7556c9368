"""Row by row what a deposit would change, for a person who is about to replace a file."""

from __future__ import annotations

from typing import Any

from ckan import model

from .. import config, repair, storage
from ..core.diff import Diff
from ..model import AcceptedFile, Deposit
from .checking import child_place
from .comparing import COMPARED, counts

MOST_ROWS = 100
"""Rows of each kind that a page shows."""


def differences(deposit: Deposit, resource_id: str) -> dict[str, Any] | None:
    """Compare a deposit with the file of a resource, row by row, as far as a page shows it; None where one cannot.

    Ends the running transaction. Nothing is kept.

    Returns:
        counts as `difference` gives them; columns; added and removed: line and cells; changed: key, line, and column,
        text before and text after of each cell that differs.
    """
    served, schema, current = deposit.served, deposit.schema, AcceptedFile.current_of(resource_id)
    sizes = (deposit.served_size or 0, current.size if current else 0)
    if current is None or served is None or deposit.status not in COMPARED or sum(sizes) > config.check_at_once_bytes():
        return None
    before, after = (storage.store().path(sha256) for sha256 in (current.sha256, served))
    model.Session.rollback()
    with child_place() as free:
        if not free or not before.exists() or not after.exists():
            return None
        found = repair.diff(before, after, schema, schemas_folder=config.schemas_folder())
    if not isinstance(found, Diff):
        return None
    return {
        "counts": counts(found),
        "columns": list(found.columns),
        "added": [[row.line, list(row.cells)] for row in found.added[:MOST_ROWS]],
        "removed": [[row.line, list(row.cells)] for row in found.removed[:MOST_ROWS]],
        "changed": [
            {"key": list(row.key), "line": row.new_line, "cells": [list(cell) for cell in row.cells]}
            for row in found.changed[:MOST_ROWS]
        ],
    }
