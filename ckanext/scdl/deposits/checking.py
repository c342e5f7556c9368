"""Check a deposit: look at its bytes, then publish it, keep it for a person or refuse it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from ckan import model

from .. import storage
from ..core.privacy.findings import Findings
from ..core.report import Report
from ..model import Deposit
from . import comparing, examining, leases, links, settling
from .describing import tell_validated

log = logging.getLogger(__name__)

# Each child of the sandbox may take 2 GB: one process starts no more than this many at once, the others wait.
CHILDREN = threading.BoundedSemaphore(2)
PATIENCE = 2.0  # seconds that a request waits for a place among them


def check_at_once(deposit_id: str) -> Deposit | None:
    """Check a deposit if the sandbox has a place now; None where it has none, and a worker should do it.

    A web server that let every thread wait for a slow file would answer nobody.
    """
    with child_place() as free:
        return _check(deposit_id) if free else None


def look_at(path: Path, filename: str, asked: str | None) -> tuple[Report, Findings] | None:
    """Return the verdict on a file that is not deposited, and what it tells of people; None where no place is free."""
    with child_place() as free:
        return examining.look_at(path, filename, asked) if free else None


@contextmanager
def child_place() -> Iterator[bool]:
    """Take one of the places for children, and tell whether one was free soon enough for a request to wait for it."""
    free = CHILDREN.acquire(timeout=PATIENCE)
    try:
        yield free
    finally:
        if free:
            CHILDREN.release()


def check(deposit_id: str) -> Deposit | None:
    """Check a deposit's bytes in the sandbox, keep the report and carry on; done again, it ends the same.

    Returns None where the deposit is gone, settled or in another process's hands.
    """
    with CHILDREN:
        return _check(deposit_id)


def _check(deposit_id: str) -> Deposit | None:
    deposit = Deposit.claim(deposit_id)
    if deposit is None:
        return None
    attempt = deposit.attempt
    # The check takes seconds: the row is not held that long, its state and its lease say that somebody is at it.
    with leases.kept(deposit_id, attempt):
        try:
            return _carry_on(deposit, attempt)
        except links.NotFetched as error:
            return _fail(deposit_id, attempt, error.cause)
        except (storage.NoSpace, OSError, OperationalError) as error:
            if storage.is_full(error):
                return _fail(deposit_id, attempt, "no-space")
            if isinstance(error, FileNotFoundError):
                return _fail(deposit_id, attempt, "bytes-gone")
            raise


def _carry_on(claimed: Deposit, attempt: int) -> Deposit | None:
    """Examine what is claimed, and give it its next state; None where somebody else has come in between."""
    deposit_id = claimed.id
    if claimed.sha256 is None and not _bring(deposit_id, attempt):
        return None
    examined = examining.examine(examining.sent_of(claimed))
    deposit = Deposit.claimed(deposit_id, attempt)
    if deposit is None:
        return None
    # What was found is kept, whatever becomes of a publication.
    examining.write(examined, deposit)
    model.Session.commit()
    log.info("deposit %s checked: %s", deposit_id, examined.verdict)
    difference = comparing.difference(deposit)
    deposit = Deposit.claimed(deposit_id, attempt)
    if deposit is None:
        return None
    deposit.difference = difference
    dataset = settling.settle(deposit)
    deposit = Deposit.get(deposit_id)
    if deposit and examined.report and dataset is None:
        tell_validated(deposit, examined.report)
    return deposit


def _bring(deposit_id: str, attempt: int) -> bool:
    """Fetch the file of a link; whether the deposit is still ours."""
    deposit = Deposit.get(deposit_id)
    if deposit is None:
        return False
    links.bring(deposit)
    model.Session.commit()
    return deposit.attempt == attempt


def _fail(deposit_id: str, attempt: int, cause: str) -> Deposit | None:
    model.Session.rollback()
    deposit = Deposit.claimed(deposit_id, attempt)
    if deposit is None:
        return None
    deposit.state, deposit.message = "failed", cause
    model.Session.commit()
    log.warning("deposit %s failed: %s", deposit_id, cause)
    return deposit
