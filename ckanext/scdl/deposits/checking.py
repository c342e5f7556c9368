"""Check a deposit's bytes in the sandbox, and tell what came out."""

from __future__ import annotations

import logging
import threading

from ckan import model

from .. import config, sandbox, signals, storage
from ..core.days import today
from ..core.local import Facts
from ..core.report import Report
from ..model import Deposit

log = logging.getLogger(__name__)

# Each child of the sandbox may take 2 GB: one process starts no more than this many at once, the others wait.
CHILDREN = threading.BoundedSemaphore(2)
PATIENCE = 2.0  # seconds that a request waits for a place among them


def check_at_once(deposit_id: str) -> Deposit | None:
    """Check a deposit if the sandbox has a place now; None where it has none, and a worker should do it.

    A web server that let every thread wait for a slow file would answer nobody.
    """
    if not CHILDREN.acquire(timeout=PATIENCE):
        return None
    try:
        return _check(deposit_id)
    finally:
        CHILDREN.release()


def check(deposit_id: str) -> Deposit | None:
    """Check a deposit's bytes in the sandbox and keep the report; done again, it ends the same.

    Returns None where the deposit is gone, settled or in another process's hands.
    """
    with CHILDREN:
        return _check(deposit_id)


def _check(deposit_id: str) -> Deposit | None:
    deposit = Deposit.locked(deposit_id)
    if deposit is None or deposit.state not in ("queued", "checking"):
        model.Session.rollback()
        return None
    deposit.state = "checking"
    sha256, filename, asked = deposit.sha256, deposit.filename, deposit.schema_asked
    # The check takes seconds: the row is not held that long, its state says that somebody is at it.
    model.Session.commit()
    facts = known_of(deposit.organization_id)
    report = sandbox.check(
        storage.store().path(sha256), filename, asked, facts=facts, schemas_folder=config.schemas_folder()
    )
    deposit = Deposit.held(deposit_id)
    if deposit is None or deposit.state != "checking" or deposit.sha256 != sha256:
        model.Session.rollback()
        return None
    deposit.state = "refused" if report.status == "refused" else "checked"
    deposit.status = report.status
    deposit.schema, deposit.version = report.schema, report.version
    deposit.report = report.to_dict()
    model.Session.commit()
    log.info("deposit %s checked: %s, %s errors", deposit.id, report.status, report.errors)
    tell_validated(deposit, report)
    return deposit


def known_of(organization_id: str | None) -> Facts:
    """What the local checks compare a collectivité's file with."""
    group = model.Group.get(organization_id) if organization_id else None
    extras = (group.extras or {}) if group else {}
    publisher = extras.get("siret") or extras.get("siren") or None
    return Facts(publisher, config.territory(), today())


def tell_validated(deposit: Deposit, report: Report) -> None:
    """Send the signal of a finished check."""
    signals.validated.send(
        deposit.id,
        resource_id=deposit.resource_id,
        dataset_id=deposit.dataset_id,
        organization_id=deposit.organization_id,
        schema=report.schema,
        version=report.version,
        status=report.status,
        counts={"rows": report.rows, "errors": report.errors, "warnings": report.warnings},
    )
