"""What a replacement changes: rows added, removed and changed against the file that is published."""

from __future__ import annotations

from typing import Any

from ckan import model

from .. import config, repair, storage
from ..core.diff import Diff
from ..core.target import Ambiguous
from ..model import AcceptedFile, Deposit
from .targeting import Removed, place

COMPARED = ("valid", "invalid")


def difference(deposit: Deposit) -> dict[str, Any] | None:
    """Compare a checked deposit with the file that it would replace; None where it replaces none, or no table.

    Ends the running transaction, for the comparison takes seconds.

    Returns:
        added, removed, changed and same: numbers of rows; added_columns, removed_columns: labels; key: fields by which
        rows are told apart, none where they are compared whole.
    """
    served, schema, status = deposit.served, deposit.schema, deposit.status
    try:
        target = place(deposit)
    except (Ambiguous, Removed):
        return None
    finally:
        model.Session.rollback()
    current = AcceptedFile.current_of(target.resource_id) if target.kind == "replace" and target.resource_id else None
    if current is None or status not in COMPARED or served is None or current.sha256 == served:
        return None
    before, after = (storage.store().path(sha256) for sha256 in (current.sha256, served))
    model.Session.rollback()
    if not before.exists():
        return None
    found = repair.diff(before, after, schema, schemas_folder=config.schemas_folder())
    return counts(found) if isinstance(found, Diff) else None


def counts(found: Diff) -> dict[str, Any]:
    """Return the numbers of rows, and the columns, by which two files differ."""
    return {
        "added": len(found.added),
        "removed": len(found.removed),
        "changed": len(found.changed),
        "same": found.same,
        "added_columns": list(found.added_columns),
        "removed_columns": list(found.removed_columns),
        "key": list(found.key),
    }
