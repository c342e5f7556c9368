"""Background work. Every job can be run again: PostgreSQL says what is left to do, Redis only wakes a worker."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime

from ckan import model

from . import config, deposits, queue, signals, storage, tables
from .deposits import cleaning, links, notices, reconciling
from .model import GridDraft, Link

log = logging.getLogger(__name__)


def enqueue_check(deposit_id: str) -> None:
    """Ask a worker to check a deposit."""
    queue.put(check_deposit, deposit_id, "check deposit")


def check_deposit(deposit_id: str) -> None:
    """Check one deposit, and tell its organisation where a program sent it and a person has to look at it."""
    deposit = deposits.check(deposit_id)
    if deposit is None:
        log.info("deposit %s: nothing to check", deposit_id)
    elif deposit.organization_id:
        notices.tell(deposit.organization_id)


def mend_index() -> None:
    """Let the search show what the portal holds; asked for when a process has died."""
    log.info("%s datasets of the index brought up to date", reconciling.mend_index())


def nightly(day: str) -> None:
    """The night's work: read links again, clean up, tell who was not told, then let the other packages do theirs."""
    for resource_id in Link.to_read():
        if deposit_id := links.reread(resource_id):
            enqueue_check(deposit_id)
    given_up, deleted = cleaning.give_up_abandoned() + cleaning.give_up_orphaned(), cleaning.forget_deleted()
    swept = storage.sweep(time.time())
    log.info(
        "night of %s: %s deposits given up, %s deleted files, %s contents that nothing needed, %s tables",
        day, given_up, deleted, swept, tables.reconcile(),
    )  # fmt: skip
    forgotten = GridDraft.forget_old(datetime.now(UTC) - config.grid_draft_age())
    log.info("night of %s: %s drafts of grids forgotten", day, forgotten)
    mend_index()
    notices.tell_all()
    model.Session.remove()
    signals.nightly.send(date.fromisoformat(day))
