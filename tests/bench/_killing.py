"""Kill a work-horse, or the worker above it, while it checks a deposit."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from rq import Worker

from ckan import model
from ckan.lib.jobs import get_queue

from ckanext.scdl.model import Deposit

PATIENCE = 120.0
_CHECK = "ckanext.scdl.jobs.check_deposit"


def kill_horse(mine: Collection[str], spared: Collection[str]) -> str:
    """Kill the process of a check; the id of its deposit, one of `mine` and not of `spared`."""
    worker, horse, ident = _caught(mine, spared)
    os.kill(horse, signal.SIGKILL)
    return ident


def kill_worker(mine: Collection[str], spared: Collection[str]) -> str:
    """Kill a worker during a check, whose process goes on alone; the id of the deposit."""
    worker, horse, ident = _caught(mine, spared)
    os.kill(worker, signal.SIGKILL)
    os.kill(horse, signal.SIGCONT)
    return ident


def _caught(mine: Collection[str], spared: Collection[str]) -> tuple[int, int, str]:
    """Stop a process in the middle of a check, so that nothing happens between the look at it and its end."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for worker, horse, ident in _at_check():
            os.kill(horse, signal.SIGSTOP)
            if ident in mine and ident not in spared and _is_checking(ident) and (worker, horse, ident) in _at_check():
                return worker, horse, ident
            os.kill(horse, signal.SIGCONT)
        time.sleep(0.02)
    raise SystemExit("no worker checks a deposit of the benchmark")


def _at_check() -> Iterator[tuple[int, int, str]]:
    """Worker, horse and deposit of each check that is under way on this machine."""
    for worker in Worker.all(queue=get_queue()):
        job = worker.get_current_job()
        if job and job.func_name == _CHECK and worker.pid:
            for horse in horses(worker.pid):
                yield worker.pid, horse, str(job.args[0])


def horses(worker: int) -> list[int]:
    """The processes of a worker's jobs: they have a group of their own in its session."""
    found = []
    for child in _children(worker):
        fields = _fields(child)
        if fields and fields[2] == str(child) and fields[3] == _fields(worker)[3]:
            found.append(child)
    return found


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in told.read_text().split()] if told.exists() else []


def _fields(pid: int) -> list[str]:
    """State, parent, group, session and so on of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _is_checking(ident: str) -> bool:
    model.Session.rollback()
    model.Session.expire_all()
    deposit = Deposit.get(ident)
    return deposit is not None and deposit.state == "checking"
