"""Kill a work-horse, or the worker above it, while it checks a deposit."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator

from horses import horses
from rq import Worker

from ckan import model
from ckan.lib.jobs import get_queue

from ckanext.scdl.model import Deposit

PATIENCE = 120.0
_CHECK = "ckanext.scdl.jobs.check_deposit"


def kill_horse(organization_id: str) -> str:
    """Kill the process of a check; the id of its deposit."""
    _, horse, ident = _caught(organization_id)
    os.kill(horse, signal.SIGKILL)
    return ident


def kill_worker(organization_id: str) -> str:
    """Kill a worker during a check, whose process goes on alone; the id of the deposit."""
    worker, horse, ident = _caught(organization_id)
    os.kill(worker, signal.SIGKILL)
    os.kill(horse, signal.SIGCONT)
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
    raise SystemExit("no worker checks a deposit of the benchmark")


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
