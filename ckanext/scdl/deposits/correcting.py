"""What an editor sees of a file that could be put right, and the check that begins again with what was accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ckan import model

from .. import config, repair, storage
from ..core.excerpt import faulty_lines
from ..core.report import Report
from ..model import Deposit
from ..model.deposit import FIRST_IN_QUEUE, now
from .checking import child_place
from .examining import known_of, publisher_name

# Somebody waits for it before a page: less time than a correction may take.
LIMITS = replace(repair.LIMITS, cpu_seconds=30, wall_seconds=30.0)
NOTHING: dict[str, Any] = {"table": None, "proposal": None}


def preview(deposit: Deposit) -> dict[str, Any]:
    """Return the rows of a deposit and what could be corrected in it, read anew from its bytes; nothing is stored.

    Returns:
        state: `ready`; `large` where looking at it takes more than a page may, `busy` where no place is free, `none`
        where there is no table to show; table and proposal as `repair.preview` gives them.
    """
    report = Report.from_dict(deposit.report) if deposit.report else None
    if report is None or report.status == "refused" or deposit.served is None:
        return {"state": "none", **NOTHING}
    if (deposit.served_size or 0) > config.preview_bytes():
        return {"state": "large", **NOTHING}
    path, organization_id = storage.store().path(deposit.served), deposit.organization_id
    schema, proposes = (deposit.schema, deposit.version), deposit.corrected is None and deposit.schema is not None
    facts, name = known_of(organization_id), publisher_name(organization_id)
    model.Session.rollback()  # no transaction stays open while the file is read
    if not path.exists():
        return {"state": "none", **NOTHING}
    with child_place() as free:
        if not free:
            return {"state": "busy", **NOTHING}
        found = repair.preview(
            path, schema, facts, faulty_lines(report), publisher_name=name, proposes=proposes,
            schemas_folder=config.schemas_folder(), limits=LIMITS,
        )  # fmt: skip
    return {"state": "ready" if found["table"] else "large", **found}


def check_again(deposit: Deposit, choice: dict[str, Any] | None) -> None:
    """Queue a deposit once more, to be checked with the corrections that were accepted, or as it was sent.

    The transaction, which holds the deposit, ends here. Who accepts corrections looks after the publication as well.
    """
    before = deposit.corrected
    deposit.choice, deposit.corrected, deposit.corrected_size, deposit.corrections = choice, None, None, None
    deposit.fix_sure = deposit.publish = False
    deposit.state, deposit.message, deposit.lease_until = "queued", "", now() + FIRST_IN_QUEUE
    model.Session.commit()
    if before:
        storage.forget_bytes(before)
