"""The clock: one of them, that wakes workers and starts each night once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.scdl import clock, jobs
from ckanext.scdl.model import ClockMark, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_queues")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 10, 0, 30, tzinfo=UTC), None),  # half past one in Paris
        (datetime(2026, 1, 10, 1, 30, tzinfo=UTC), date(2026, 1, 10)),
        (datetime(2026, 7, 9, 23, 30, tzinfo=UTC), None),
        (datetime(2026, 7, 10, 0, 30, tzinfo=UTC), date(2026, 7, 10)),  # summer: two hours ahead
    ],
)
def test_the_night_is_that_of_paris(moment, day):
    """The hour of the setting is an hour of Europe/Paris, in winter and in summer."""
    assert clock.due_night(moment) == day


def test_a_night_is_claimed_once():
    """Whoever asks second, or asks for an earlier day, is told no."""
    assert ClockMark.claim("nightly", date(2026, 3, 1))
    assert not ClockMark.claim("nightly", date(2026, 3, 1))
    assert not ClockMark.claim("nightly", date(2026, 2, 28))
    assert ClockMark.claim("nightly", date(2026, 3, 2))


def test_a_tick_starts_the_night_once():
    """Two ticks of one night put one job into the queue."""
    moment = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    clock.tick(moment)
    clock.tick(moment + timedelta(minutes=1))
    queued = [job for job in tk.get_job_queue().jobs if job.func_name == "ckanext.scdl.jobs.nightly"]
    assert [job.args for job in queued] == [["2026-03-01"]] or [tuple(job.args) for job in queued] == [("2026-03-01",)]


def test_a_tick_wakes_a_worker_for_a_deposit_that_was_lost():
    """A deposit whose process died is checked again, one that has just come is left to its own."""
    for name, age in (("lost", 10), ("fresh", -1)):
        over = datetime.now(UTC) - timedelta(minutes=age)
        model.Session.add(
            Deposit(id=name, source="api", state="checking", filename="a.csv", sha256="0" * 64, lease_until=over)
        )
    model.Session.commit()
    clock.tick(datetime.now(UTC))
    woken = [job.args[0] for job in tk.get_job_queue().jobs if job.func_name == "ckanext.scdl.jobs.check_deposit"]
    assert woken == ["lost"]


def test_a_failing_tick_is_not_the_end(monkeypatch):
    """An error in one tick is logged; the clock goes on."""

    def fail(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr(Deposit, "lost", fail)
    clock.tick(datetime.now(UTC))


def test_there_is_one_clock(monkeypatch):
    """While one connection holds the lock, another clock does not tick."""
    ticks = []
    monkeypatch.setattr(clock, "tick", ticks.append)
    stop = threading.Event()
    with model.meta.engine.connect() as first, model.meta.engine.connect() as second:
        first.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": clock.LOCK})
        waiting = threading.Thread(target=clock._hold, args=(second, stop, 0.01))
        waiting.start()
        stop.wait(0.1)
        assert not ticks
        first.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": clock.LOCK})
        for _ in range(100):
            if ticks:
                break
            stop.wait(0.02)
        stop.set()
        waiting.join(5)
    assert ticks


def test_the_nights_work_tells_the_others():
    """`scdl:nightly` carries the day."""
    days = []

    def listen(day):
        days.append(day)

    with tk.signals.ckanext.signal("scdl:nightly").connected_to(listen):
        jobs.nightly("2026-03-01")
    assert days == [date(2026, 3, 1)]
