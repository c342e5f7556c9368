"""Background work. Every job can be run again: PostgreSQL says what is left to do, Redis only wakes a worker."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime

import ckan.plugins.toolkit as tk
from ckan import model

from . import config, deposits, signals, storage, tables
from .model import AcceptedFile, Deposit, GridDraft

log = logging.getLogger(__name__)


def enqueue_check(deposit_id: str) -> None:
    """Ask a worker to check a deposit; a failing Redis is logged, the clock will ask again."""
    try:
        tk.enqueue_job(check_deposit, [deposit_id], title=f"scdl: check deposit {deposit_id}")
    except Exception:
        # Redis away, a full queue…: the row in PostgreSQL stays « queued », which is all that counts.
        log.exception("deposit %s could not be put into the queue", deposit_id)


def check_deposit(deposit_id: str) -> None:
    """Check one deposit."""
    if deposits.check(deposit_id) is None:
        log.info("deposit %s: nothing to check", deposit_id)


def nightly(day: str) -> None:
    """The night's work: give up what was abandoned, sweep, then let the other packages do theirs."""
    limit = datetime.now(UTC) - config.abandoned_after()
    for ident in [deposit.id for deposit in Deposit.abandoned(limit)]:
        deposit = Deposit.locked(ident)
        if deposit is None or deposit.state not in ("checked", "refused", "failed"):
            model.Session.rollback()  # somebody has come back to it meanwhile
            continue
        deposits.cancel(deposit, message="abandoned")
        log.info("deposit %s was abandoned and is cancelled", ident)
    gone = AcceptedFile.forget_purged()
    model.Session.commit()
    swept = storage.sweep(time.time())
    log.info("night of %s: %s files of purged resources, %s files that nothing needed", day, gone, swept)
    log.info("night of %s: %s tables to bring up to date", day, tables.reconcile())
    forgotten = GridDraft.forget_old(datetime.now(UTC) - config.grid_draft_age())
    log.info("night of %s: %s drafts of grids forgotten", day, forgotten)
    model.Session.remove()
    signals.nightly.send(date.fromisoformat(day))
