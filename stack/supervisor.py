"""Keeps processes alive: starts what `services.json` names, starts again what dies, stops all on request.

One supervisor for one state folder, held by a lock. It re-reads its list on SIGHUP, so `up` can start the
databases first and the portal once they are ready; its state file says which list it has carried out, so `up`
knows when that is done. Its children die with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import StackError
from .layout import write_private

PR_SET_PDEATHSIG = 1
STABLE_AFTER = 10.0  # seconds; a process that lived this long starts again at once
LONGEST_PAUSE = 30.0
LARGEST_LOG = 50_000_000  # bytes; a log beyond that becomes NAME.log.1 and begins anew
# A supervisor of an earlier checkout may not know what this one writes: it is replaced, not told.
CODE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


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
    tier: int = 0  # what stands on others has a higher one: it is stopped before them


def read_services(path: Path) -> list[Service]:
    """The services that the file lists, in starting order."""
    if not path.exists():
        return []
    known = {field.name for field in fields(Service)}
    return [
        Service(**{key: value for key, value in entry.items() if key in known})
        for entry in json.loads(path.read_text("utf-8"))
    ]


def write_services(path: Path, services: list[Service]) -> None:
    """Write the list for the supervisor to read."""
    write_private(path, json.dumps([asdict(service) for service in services], indent=1))


def digest(path: Path) -> str:
    """A mark of the list's content: what the supervisor writes once it has carried that list out."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


class Child:
    """A service and the process that runs it at the moment."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.since = 0.0  # the hour, for people
        self.started = 0.0  # the same on the clock that no one sets, for pauses
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
                    **_account(self.service.user),
                )
            except (OSError, LookupError, subprocess.SubprocessError) as error:
                stream.write(f"supervisor: cannot start {self.service.name}: {error}\n".encode())
                self.process = None
                self.failures += 1
                self.next_start = now + self.pause
                return
        self.started = now
        self.since = time.time()
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
        self._end_session()  # what it leaves behind may still hold its port
        self.failures = 0 if now - self.started > STABLE_AFTER else self.failures + 1
        self.next_start = now + self.pause
        self.process = None

    def note_life(self, now: float) -> None:
        """Forget earlier deaths once the process has lived for long enough."""
        if now - self.started > STABLE_AFTER:
            self.failures = 0

    def ask_to_stop(self) -> None:
        """Send the service's stop signal, and return at once."""
        if self.alive and self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(getattr(signal, self.service.stop_signal))

    def await_stop(self, patience: float) -> None:
        """Wait for the process to end, and end its whole session if it does not within `patience` seconds."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(patience, 0.0))
        self._end_session()
        self.process.wait()
        self.process = None

    def _end_session(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def trim_log(self) -> None:
        """Put a log that has grown too large aside; the process goes on writing in the emptied file."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGEST_LOG:
                shutil.copyfile(self.log, self.log.with_name(f"{self.log.name}.1"))
                os.truncate(self.log, 0)

    def describe(self) -> dict[str, Any]:
        return {
            "pid": self.process.pid if self.alive and self.process else None,
            "port": self.service.port,
            "state": "running" if self.alive else "failing" if self.failures else "stopped",
            "restarts": max(self.restarts, 0),
            "failures": self.failures,
            "since": self.since,
            "last_exit": self.last_exit,
        }


def _account(name: str | None) -> dict[str, Any]:
    """What makes a process another user's, where we may choose."""
    if not name or os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _die_with_parent(stop_signal: str) -> Callable[[], None]:
    """What the child runs before its program: the kernel sends it `stop_signal` when the supervisor dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = int(getattr(signal, stop_signal))
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

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
        self._carried_out = ""

    def run(self) -> int:
        """Supervise until a signal says stop; 0 then, 1 where another supervisor holds this folder."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "supervisor.lock").open("w") as lock:
            if not _take(lock.fileno(), patience=2.0):
                return 1
            signal.signal(signal.SIGTERM, self._on_stop)
            signal.signal(signal.SIGINT, self._on_stop)
            signal.signal(signal.SIGHUP, self._on_reload)
            while not self.stopping:
                if self.reload:
                    self.reload = False
                    listed = self.home / "services.json"
                    mark = digest(listed)
                    self._apply(read_services(listed))
                    self._carried_out = mark
                self._keep_alive()
                self._write_state()
                time.sleep(self.tick)
            stop_all(list(self.children.values()))
            (self.home / "supervisor.json").unlink(missing_ok=True)
        return 0

    def _on_stop(self, *_: object) -> None:
        self.stopping = True

    def _on_reload(self, *_: object) -> None:
        self.reload = True

    def _apply(self, services: list[Service]) -> None:
        """Stop what is no longer listed or has changed; the loop starts what is new."""
        wanted = {service.name: service for service in services}
        gone = [name for name, child in self.children.items() if wanted.get(name) != child.service]
        stop_all([self.children.pop(name) for name in gone])
        kept = self.children
        self.children = {
            service.name: kept.get(service.name) or Child(service, self.home / "logs" / f"{service.name}.log")
            for service in services
        }

    def _keep_alive(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            child.trim_log()
            if child.alive:
                child.note_life(now)
                continue
            child.note_death(now)
            if now >= child.next_start:
                child.start(now)

    def _write_state(self) -> None:
        services = {name: child.describe() for name, child in self.children.items()}
        text = json.dumps({"pid": os.getpid(), "code": CODE, "list": self._carried_out, "services": services}, indent=1)
        if text != self._written:
            write_private(self.home / "supervisor.json", text)
            self._written = text


def stop_all(children: list[Child]) -> None:
    """Stop the processes, those that stand on others first, those of one tier together."""
    for tier in sorted({child.service.tier for child in children}, reverse=True):
        together = [child for child in children if child.service.tier == tier]
        for child in together:
            child.ask_to_stop()
        asked = time.monotonic()
        for child in together:
            child.await_stop(asked + child.service.grace - time.monotonic())


def _take(descriptor: int, patience: float) -> bool:
    """Take the lock; someone who only looks whether it is held has it for an instant."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def last_state(home: Path) -> dict[str, Any]:
    """What a supervisor last wrote, alive or not; nothing where none wrote or it ended in order."""
    try:
        state = json.loads((home / "supervisor.json").read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state if isinstance(state, dict) else {}


def read_state(home: Path) -> dict[str, Any]:
    """What the supervisor last wrote, or nothing if none lives."""
    state = last_state(home)
    if not state or not _held(home) or not is_alive(state["pid"]):
        return {}
    return state


def is_alive(pid: int) -> bool:
    """Whether a process has that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _held(home: Path) -> bool:
    """Whether a supervisor holds the folder: its lock tells, for its number may be another program's."""
    path = home / "supervisor.lock"
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(lock, fcntl.LOCK_UN)
    return False


def ensure_running(home: Path, root: Path, patience: float = 90.0) -> int:
    """Have a supervisor carry out the list: start one unless one lives. Returns its number once that is done.

    Raises:
        StackError: it did not within `patience` seconds.
    """
    listed = home / "services.json"
    state, process = read_state(home), None
    if state and state.get("code") != CODE:
        stop_running(home)
        state = {}
    if state:
        os.kill(state["pid"], signal.SIGHUP)
    else:
        process = _start(home, root)
    deadline = time.monotonic() + patience
    while (state := read_state(home)).get("list") != digest(listed):
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > deadline:
            raise StackError(
                "The supervisor of the services does not start. Its log says (bin/portal logs supervisor):\n"
                + _tail(home / "logs" / "supervisor.log")
            )
        time.sleep(0.05)
    return state["pid"]


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:]) if log.exists() else "(no log yet)"


def _start(home: Path, root: Path) -> subprocess.Popen[bytes]:
    (home / "logs").mkdir(parents=True, exist_ok=True)
    with (home / "logs" / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "stack", "supervise"],
            cwd=root,
            env={**os.environ, "PORTAL_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stop_running(home: Path, patience: float = 90.0) -> bool:
    """Stop the supervisor and all it holds; whether there was one.

    Raises:
        StackError: it did not end within `patience` seconds.
    """
    state = read_state(home)
    if not state:
        return False
    os.kill(state["pid"], signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _held(home):
        if time.monotonic() > deadline:
            raise StackError(f"The supervisor (process {state['pid']}) has not stopped after {patience:.0f} s.")
        time.sleep(0.1)
    return True
