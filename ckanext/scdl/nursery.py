"""Children of the sandbox that start in milliseconds: a small server per process forks them ready-made.

The server is an isolated interpreter with one thread, which has imported the engine and looked at no file.
A web worker has threads, and may have run polars: a fork of it could hang, while a fork of the server finds
nothing half done. Each request carries its own pipes; closing the channel kills the child, so that nobody
has to know a process by a number that may be another's by now. So a process and those that it forks can share
one server: a worker keeps it for the jobs, each of which is a fork of the worker. The server ends with the last
of them, or when nothing was asked of it for a while.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

_PACKAGE = Path(__file__).parent

# The namespace is made by hand: importing the installed one costs time and could bring other extensions along.
_NAMESPACE = """
import sys, types
sys.path.extend(sys.argv[2:])
namespace = types.ModuleType("ckanext")
namespace.__path__ = [sys.argv[1]]
sys.modules["ckanext"] = namespace
"""
_SERVE = """
from ckanext.scdl.sandbox_child import serve
serve()
"""


def interpreter(code: str) -> list[str]:
    """Return the command of an isolated interpreter, which finds what is installed here and runs no hook of it."""
    installed = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    return [sys.executable, "-I", "-S", "-X", "utf8", "-c", _NAMESPACE + code, str(_PACKAGE.parent), *installed]


class NurseryGone(Exception):
    """The server does not answer; nothing was done."""


class Nursery:
    """The server of this process, started when it is first asked, and again when it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def is_worth_it(self) -> bool:
        """Count a request, and tell whether there is a server already, or the process is likely to ask again."""
        with self._lock:
            self._asked += 1
            return self._asked > 1 or self._control is not None

    def keep(self) -> None:
        """Have the server ready for the process that is about to be forked."""
        if self._server is not None and self._server.poll() is not None:
            self.close()  # it ended for want of requests
        with self._lock:
            self._reach()

    def fork(self, folder: str, descriptors: Sequence[int]) -> socket.socket:
        """Start a child in a folder that holds its request; return the channel that tells how it ends.

        Args:
            folder: working directory of the child.
            descriptors: its standard input, where it answers, and where it complains.

        Raises:
            NurseryGone: the server cannot be reached.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            message = json.dumps({"folder": folder}).encode()
            for _ in range(2):
                try:
                    with self._lock:
                        socket.send_fds(self._reach(), [message], [*descriptors, theirs.fileno()])
                    return ours
                except OSError:
                    # It ended for want of requests; a second one is started at once.
                    self.close()
        ours.close()
        raise NurseryGone

    def close(self) -> None:
        """Let the server end."""
        with self._lock:
            control, server = self._control, self._server
            self._control = self._server = None
        if control is not None:
            control.close()
        if server is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.5)

    def share(self) -> None:
        """Ask the server of the process this one was forked from."""
        if self._server is not None:
            self._server.returncode = 0  # it is not this process's to wait for
        self._asked = 0
        self._lock = threading.Lock()  # another thread may have held the old one

    def _reach(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._server = subprocess.Popen(
                    interpreter(_SERVE),
                    stdin=theirs,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env={"LC_ALL": "C.UTF-8"},
                    start_new_session=True,
                )
            self._control = ours
        return self._control


def status_from(channel: socket.socket, seconds: float) -> int:
    """Return how a child ended, as `subprocess` writes it.

    Raises:
        NurseryGone: the server ended before the child, which ended with it.
        TimeoutError: the child still runs.
    """
    channel.settimeout(max(seconds, 0.1))
    try:
        told = channel.recv(16)
    except ConnectionError as error:
        raise NurseryGone from error
    if not told:
        raise NurseryGone
    return int(told)


NURSERY = Nursery()
os.register_at_fork(after_in_child=NURSERY.share)
