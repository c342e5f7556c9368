"""Real processes of the portal, on the tests' own databases: a worker, the clock, the web server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[4]
MARK = "PORTAL_TEST_OF"  # in the environment of all that a test has started, orphans too
PATIENCE = 120.0  # seconds after which something does not happen at all


def until(happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait for what has to happen, and return it; how long that takes is of no account."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.02)
    raise AssertionError(f"It did not happen: {what}")


class Processes:
    """What a test has started; `stop` ends it."""

    def __init__(self, folder: Path) -> None:
        self.environ: dict[str, str] = {**os.environ, MARK: str(folder)}
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def worker(self, *, burst: bool = True, before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start a worker of CKAN's queue; `burst`: it ends by itself once there is nothing more to do."""
        return self._ckan("jobs", "worker", "--no-scheduler", *(["--burst"] if burst else []), before=before)

    def clock(self) -> subprocess.Popen[bytes]:
        """Start the clock; its first tick comes at once."""
        return self._ckan("scdl", "clock")

    def command(self, *words: str) -> tuple[int, str]:
        """Run a command of CKAN to its end; its status, and what it said on standard output."""
        done = subprocess.run(self._words(*words), cwd=ROOT, env=self.environ, capture_output=True, text=True)
        return done.returncode, done.stdout

    @contextmanager
    def web(self, before: Sequence[str] = ()) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        """The web server, as `bin/portal up` starts it, and its address."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        argv = [*before, sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
        argv += ["--chdir", str(ROOT / "config"), "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
        process = self.start([*argv, "wsgi:application"], name="web", CKAN_SITE_URL=address)
        until(lambda: process.poll() is not None or _answers(address), "the web server answers")
        try:
            yield process, address
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def work(self) -> None:
        """Let a worker do all that is in the queue."""
        assert self.worker().wait(PATIENCE) == 0

    def start(self, argv: Sequence[str], *, name: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a process that leads a group of its own."""
        with (self._folder / f"{name}-{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(
                argv, cwd=ROOT, env={**self.environ, **environ}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self._started.append(process)
        return process

    def stop(self) -> None:
        """End all that was started, and what that has started."""
        for pid in _marked(str(self._folder)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._started:
            process.wait(PATIENCE)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one process, and only that."""
        process.kill()
        process.wait(PATIENCE)

    def _ckan(self, *words: str, before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        return self.start([*before, *self._words(*words)], name=words[-1].strip("-"))

    def _words(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("ckan")), "--config", self.environ["CKAN_INI"], *words]


def _marked(mark: str) -> list[int]:
    """The processes that a test has started, and their children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"{MARK}={mark}".encode() in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parts[2]))
    return found


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/api/3/action/status_show", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


def readers(path: Path) -> list[int]:
    """The processes that have a file as their standard input."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/fd/0"):
        with contextlib.suppress(OSError):
            if entry.readlink() == path:
                found.append(int(entry.parts[2]))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
