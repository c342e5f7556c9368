"""Hold the check of a deposit for as long as the process that is at it lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ckan import model

from ..model import Deposit
from ..model.deposit import LEASE

log = logging.getLogger(__name__)


@contextmanager
def kept(deposit_id: str, attempt: int) -> Iterator[None]:
    """Renew the lease of an attempt, from a thread, until the work is done or the process dies."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(deposit_id, attempt, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(deposit_id: str, attempt: int, done: threading.Event) -> None:
    table = Deposit.__table__
    mine = sa.and_(table.c.id == deposit_id, table.c.attempt == attempt, table.c.state == "checking")
    statement = sa.update(table).where(mine).values(lease_until=sa.func.now() + LEASE)
    while not done.wait(LEASE.total_seconds() / 3):
        try:
            with model.meta.engine.begin() as connection:
                # Not behind the row's own transaction, which may be the one that ends this work.
                connection.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
                connection.execute(statement)
        except SQLAlchemyError:
            log.warning("the lease of deposit %s could not be renewed", deposit_id, exc_info=True)


def sweep() -> list[str]:
    """Give up or hand back what lost its process or its place in the queue; ids of what is to be checked again."""
    again = []
    for ident in Deposit.lost():
        deposit = Deposit.locked(ident)
        if deposit is not None and deposit.state in ("queued", "checking") and deposit.hand_back():
            again.append(ident)
        model.Session.commit()
    return again
