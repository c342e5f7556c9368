"""The clock: one process of the whole portal, whatever the number of machines, that starts periodic work.

An advisory lock of PostgreSQL makes it one; it only puts jobs into the queue, workers do the work.
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

import ckan.plugins.toolkit as tk
from ckan import model

from . import config, deposits, jobs, rechecks, tables
from .core.days import PARIS
from .model import ClockMark

log = logging.getLogger(__name__)

# A table that nobody has made after this was lost by the queue.
LOST_AFTER = timedelta(minutes=5)
LOCK = 0x5C_D1_C1_0C  # any number, as long as it is always the same


def run(every: float = 60.0) -> None:
    """Tick until a signal says stop; waits in the background while another clock holds the lock."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            with model.meta.engine.connect() as connection:
                _hold(connection, stop, every)
        except SQLAlchemyError:
            log.exception("the clock lost its database and tries again")
        stop.wait(5)


def _hold(connection: Connection, stop: threading.Event, every: float) -> None:
    """Tick for as long as this connection holds the lock."""
    while not stop.is_set():
        if not connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar():
            connection.rollback()
            stop.wait(every)
            continue
        connection.commit()
        log.info("this clock holds the lock")
        while not stop.is_set():
            connection.execute(sa.text("SELECT 1"))  # raises once the connection, and so the lock, is lost
            connection.commit()
            tick(datetime.now(UTC))
            stop.wait(every)
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        connection.commit()


def tick(now: datetime) -> None:
    """One minute's work: wake what nobody took, and start the night's work once a day."""
    try:
        lost = deposits.sweep()
        for deposit_id in lost:
            jobs.enqueue_check(deposit_id)
        if lost:
            tk.enqueue_job(jobs.mend_index, title="scdl: mend index")
        tables.wake(now - LOST_AFTER)
        rechecks.wake(now, LOST_AFTER)
        day = due_night(now)
        if day and ClockMark.claim("nightly", day):
            tk.enqueue_job(jobs.nightly, [day.isoformat()], title=f"scdl: nightly {day}")
            log.info("the night's work of %s was started", day)
    except Exception:
        log.exception("a tick of the clock failed; the next one comes")
    finally:
        model.Session.remove()


def due_night(now: datetime) -> date | None:
    """The day whose night's work may start at this moment, in Europe/Paris; None before the hour."""
    local = now.astimezone(PARIS)
    return local.date() if local.hour >= config.nightly_hour() else None
