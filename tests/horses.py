"""The processes in which a worker's jobs are done: find them, and kill one, or its worker, in the middle of a check."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from rq import Worker

from ckan import model
from ckan.lib.jobs import get_queue

from ckanext.scdl.model import Deposit

PATIENCE = 120.0
_CHECK = "ckanext.scdl.jobs.check_deposit"


def horses(worker: int) -> list[int]:
    """The numbers of the processes of a worker's jobs: each leads a group of its own in the worker's session."""
    session = _fields(worker)[3:4]
    return [child for child in children(worker) if _fields(child)[2:4] == [str(child), *session]]


def children(pid: int) -> list[int]:
    """The numbers of a process's children."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in told.read_text().split()] if told.exists() else []


def _fields(pid: int) -> list[str]:
    """State, parent, group, session and so on of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill_horse(organization_id: str) -> str:
    """Kill the process of a check; the id of its deposit."""
    _, horse, ident = _caught(organization_id)
    os.kill(horse, signal.SIGKILL)
    return ident


def kill_worker(organization_id: str) -> str:
    """Kill a worker during a check, whose process goes on alone; the id of the deposit."""
    worker, horse, ident = _caught(organization_id)
    os.kill(horse, signal.SIGCONT)  # first: the system ends a process that is stopped when its session's leader dies
    os.kill(worker, signal.SIGKILL)
    return ident


def _caught(organization_id: str) -> tuple[int, int, str]:
    """Stop a process in the middle of a check, so that nothing happens between the look at it and its end."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for worker, horse, ident in _at_check():
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(horse, signal.SIGSTOP)
                if _is_checking(ident, organization_id) and (worker, horse, ident) in _at_check():
                    return worker, horse, ident
                os.kill(horse, signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError("no worker checks a deposit")


def _at_check() -> Iterator[tuple[int, int, str]]:
    """Worker, horse and deposit of each check that is under way on this machine."""
    for worker in Worker.all(queue=get_queue()):
        job = worker.get_current_job()
        if job and job.func_name == _CHECK and worker.pid:
            for horse in horses(worker.pid):
                yield worker.pid, horse, str(job.args[0])


def _is_checking(ident: str, organization_id: str) -> bool:
    model.Session.rollback()
    deposit = Deposit.get(ident)
    return deposit is not None and (deposit.state, deposit.organization_id) == ("checking", organization_id)
