"""F1, F2: a process that checks is killed. The clock sees it, the next worker ends the work, nothing is there twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from subprocess import Popen

import pytest
from tests.horses import horses
from tests.integration.scdl.faults.endless import endless
from tests.integration.scdl.faults.locks import locks, nobody_is_placed
from tests.integration.scdl.faults.processes import is_alive, until
from tests.integration.scdl.faults.town import Town, in_queue

import ckan.plugins.toolkit as tk

from ckanext.scdl import clock
from ckanext.scdl.model.deposit import now


@pytest.fixture
def one_file(long_prenoms: bytes) -> Callable[[Town, Callable[..., None]], None]:
    """The story: a program sends a file, and a worker publishes it."""

    def one_file(town: Town, disturb: Callable[..., None]) -> None:
        ident = town.send(long_prenoms)
        disturb(ident)
        town.processes.work()
        assert town.deposit(ident).state == "published"

    return one_file


def _horse(worker: Popen[bytes]) -> int:
    """The process in which a worker does its job."""
    [horse] = until(lambda: horses(worker.pid), "the worker has a horse")
    return horse


def test_a_work_horse_is_killed_while_it_reads(ends_as_its_twin, one_file):
    """F1: its sandbox dies with it, its worker lives; the deposit is checked a second time."""

    def killed(town: Town, ident: str) -> None:
        with endless(town.path(ident)) as reader_of_it:
            worker = town.processes.worker()
            reader = reader_of_it()
            os.kill(_horse(worker), signal.SIGKILL)
            until(lambda: not is_alive(reader), "the sandbox is gone")
            assert worker.wait() == 0
        assert town.deposit(ident).state == "checking"
        town.minutes_pass()

    ends_as_its_twin(one_file, killed)


def test_a_work_horse_is_killed_while_it_publishes(ends_as_its_twin, one_file):
    """F1: the verdict is written, the dataset is not: the second attempt makes one dataset."""

    def killed(town: Town, ident: str) -> None:
        with nobody_is_placed(town) as one_waits:
            worker = town.processes.worker()
            assert one_waits()
            os.kill(_horse(worker), signal.SIGKILL)
            assert worker.wait() == 0
        assert (town.deposit(ident).state, town.deposit(ident).status) == ("checking", "valid")
        town.minutes_pass()

    ends_as_its_twin(one_file, killed)


def test_a_work_horse_is_killed_between_index_and_database(ends_as_its_twin, one_file, solr_door):
    """F1: Solr has a dataset that PostgreSQL never got; the second attempt takes its place in the index."""

    def killed(town: Town, ident: str) -> None:
        with solr_door.keeping_answer_to(b"/update") as is_done:
            worker = town.processes.worker()
            until(is_done, "Solr has the dataset")
            os.kill(_horse(worker), signal.SIGKILL)
            assert worker.wait() == 0
        assert town.deposit(ident).state == "checking"
        town.index_ages()
        town.minutes_pass()

    ends_as_its_twin(one_file, killed)


def test_a_worker_is_killed_and_its_horse_runs_on(ends_as_its_twin, one_file):
    """F2: the orphan keeps its lease and ends its work; nobody does it a second time."""

    def killed(town: Town, ident: str) -> None:
        with nobody_is_placed(town) as one_waits:
            worker = town.processes.worker()
            assert one_waits()
            horse = _horse(worker)
            town.processes.end(worker)
            clock.tick(now())
            assert in_queue() == []
        until(lambda: not is_alive(horse), "the orphan has ended")
        assert town.deposit(ident).state == "published"

    ends_as_its_twin(one_file, killed)


def test_an_orphan_that_wakes_up_too_late_changes_nothing(ends_as_its_twin, one_file):
    """F2: it was asleep when its lease ended and another worker did the work."""

    def killed(town: Town, ident: str) -> None:
        with endless(town.path(ident)) as reader_of_it:
            worker = town.processes.worker()
            reader_of_it()
            horse = _horse(worker)
            town.processes.end(worker)
            os.kill(horse, signal.SIGSTOP)
        town.minutes_pass()
        town.processes.work()
        assert town.deposit(ident).state == "published"
        os.kill(horse, signal.SIGCONT)
        until(lambda: not is_alive(horse), "the orphan has ended")

    ends_as_its_twin(one_file, killed)


def test_the_clock_is_killed(ends_as_its_twin, one_file):
    """A clock that is started after it takes the lock over, and wakes a worker for what is lost."""

    def killed(town: Town, ident: str) -> None:
        tk.get_job_queue().empty()
        first = town.processes.clock()
        until(lambda: clock.LOCK in locks(granted=True), "the clock holds its lock")
        town.processes.end(first)
        until(lambda: clock.LOCK not in locks(granted=True), "the lock is free")
        assert in_queue() == []  # the deposit has just come
        town.leases_end()
        second = town.processes.clock()
        until(lambda: in_queue() == [ident], "the next clock wakes a worker")
        town.processes.end(second)

    ends_as_its_twin(one_file, killed)
