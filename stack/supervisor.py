"""Keeps processes alive: starts what `services.json` names, starts again what dies, stops all on request.

One supervisor for one state folder, held by a lock. It re-reads its list on SIGHUP, so `up` can start the
databases first and the portal once they are ready. Its children die with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .layout import write_private

PR_SET_PDEATHSIG = 1
STABLE_AFTER = 10.0  # seconds; a process that lived this long starts again at once
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Service:
    """One process to keep alive."""

    name: str
    argv: list[str]
    cwd: str
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    port: int | None = None
    stop_signal: str = "SIGTERM"
    grace: float = 20.0


def read_services(path: Path) -> list[Service]:
    """The services that the file lists, in starting order."""
    if not path.exists():
        return []
    return [Service(**entry) for entry in json.loads(path.read_text("utf-8"))]


def write_services(path: Path, services: list[Service]) -> None:
    """Write the list for the supervisor to read."""
    write_private(path, json.dumps([asdict(service) for service in services], indent=1))


class Child:
    """A service and the process that runs it at the moment."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.restarts = -1
        self.failures = 0
        self.last_exit: int | None = None
        self.next_start = 0.0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, now: float) -> None:
        """Start the process in a session of its own; its output is appended to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        account: dict[str, Any] = {}
        if self.service.user and os.geteuid() == 0:
            entry = pwd.getpwnam(self.service.user)
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        with self.log.open("ab") as stream:
            try:
                self.process = subprocess.Popen(
                    self.service.argv,
                    cwd=self.service.cwd,
                    env=self.service.env,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,
                    preexec_fn=_die_with_parent(self.service.stop_signal),
                    **account,
                )
            except OSError as error:
                stream.write(f"supervisor: cannot start {self.service.name}: {error}\n".encode())
                self.process = None
                self.failures += 1
                self.next_start = now + self.pause
                return
        self.started = now
        self.restarts += 1

    @property
    def pause(self) -> float:
        """Seconds to wait before the next start: none after a stable life, then doubling."""
        return 0.0 if self.failures == 0 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 1))

    def note_death(self, now: float) -> None:
        """Remember how the process ended and when it may start again."""
        if self.process is None:
            return
        self.last_exit = self.process.returncode
        self.failures = 0 if now - self.started > STABLE_AFTER else self.failures + 1
        self.next_start = now + self.pause
        self.process = None

    def stop(self) -> None:
        """Ask the process to end, and end its whole session if it does not within its grace."""
        if not self.alive or self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(getattr(signal, self.service.stop_signal))
        try:
            self.process.wait(self.service.grace)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def describe(self) -> dict[str, Any]:
        return {
            "pid": self.process.pid if self.alive and self.process else None,
            "port": self.service.port,
            "state": "running" if self.alive else "stopped",
            "restarts": max(self.restarts, 0),
            "since": self.started,
            "last_exit": self.last_exit,
        }


def _die_with_parent(stop_signal: str) -> Callable[[], None]:
    """What the child runs before its program: the kernel sends it `stop_signal` when the supervisor dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = int(getattr(signal, stop_signal))

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return prepare


class Supervisor:
    """The loop that holds the children."""

    def __init__(self, home: Path, tick: float = 0.2) -> None:
        self.home = home
        self.tick = tick
        self.children: dict[str, Child] = {}
        self.stopping = False
        self.reload = True
        self._written = ""

    def run(self) -> int:
        """Supervise until a signal says stop; 0 then, 1 where another supervisor already holds this folder."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "supervisor.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 1
            signal.signal(signal.SIGTERM, self._on_stop)
            signal.signal(signal.SIGINT, self._on_stop)
            signal.signal(signal.SIGHUP, self._on_reload)
            while not self.stopping:
                if self.reload:
                    self.reload = False
                    self._apply(read_services(self.home / "services.json"))
                self._keep_alive()
                self._write_state()
                time.sleep(self.tick)
            for child in reversed(list(self.children.values())):
                child.stop()
            (self.home / "supervisor.json").unlink(missing_ok=True)
        return 0

    def _on_stop(self, *_: object) -> None:
        self.stopping = True

    def _on_reload(self, *_: object) -> None:
        self.reload = True

    def _apply(self, services: list[Service]) -> None:
        """Stop what is no longer listed or has changed; the loop starts what is new."""
        wanted = {service.name: service for service in services}
        for name in reversed(list(self.children)):
            if wanted.get(name) != self.children[name].service:
                self.children.pop(name).stop()
        kept = self.children
        self.children = {
            service.name: kept.get(service.name) or Child(service, self.home / "logs" / f"{service.name}.log")
            for service in services
        }

    def _keep_alive(self) -> None:
        now = time.time()
        for child in self.children.values():
            if child.alive:
                continue
            child.note_death(now)
            if now >= child.next_start:
                child.start(now)

    def _write_state(self) -> None:
        text = json.dumps(
            {"pid": os.getpid(), "services": {name: child.describe() for name, child in self.children.items()}}, indent=1
        )
        if text != self._written:
            write_private(self.home / "supervisor.json", text)
            self._written = text


def read_state(home: Path) -> dict[str, Any]:
    """What the supervisor last wrote, or nothing if none lives."""
    try:
        state = json.loads((home / "supervisor.json").read_text("utf-8"))
        os.kill(state["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, json.JSONDecodeError):
        return {}
    if not _held(home):
        return {}  # the number is some other program's by now
    return state


def _held(home: Path) -> bool:
    with (home / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(lock, fcntl.LOCK_UN)
    return False


def ensure_running(home: Path, root: Path) -> int:
    """Start the supervisor in the background unless one lives, make it read its list, return its number."""
    state = read_state(home)
    if state:
        os.kill(state["pid"], signal.SIGHUP)
        return state["pid"]
    home.mkdir(parents=True, exist_ok=True)
    (home / "logs").mkdir(exist_ok=True)
    with (home / "logs" / "supervisor.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "supervise"],
            cwd=root,
            env={**os.environ, "PORTAL_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process.pid


def stop_running(home: Path, patience: float = 60.0) -> bool:
    """Stop the supervisor and all it holds; whether there was one."""
    state = read_state(home)
    if not state:
        return False
    os.kill(state["pid"], signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and _held(home):
        time.sleep(0.1)
    return True
