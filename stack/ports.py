"""Ports of loopback: which are free, and which stay ours from one start to the next."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from .errors import StackError
from .layout import State

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, timeout: float = 1.0) -> bool:
    """Whether something listens on this port of loopback."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False


def any_free(preferred: int | None = None) -> int:
    """A free port, the preferred one where it can be had."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def keep(state: State, name: str, preferred: int | None = None, wanted: int | None = None) -> int:
    """The port of the service `name`: `wanted` if given, else the one it had before, else a free one.

    Raises:
        StackError: the wanted port is used by another program.
    """
    kept = state.get("ports", {})
    if wanted:
        if wanted < _first_unprivileged() and os.geteuid() != 0:
            raise StackError(f"Port {wanted} is reserved for root on this machine. Choose one from 1024 to 65535.")
        if wanted != kept.get(name) and not is_free(wanted):
            raise StackError(
                f"Port {wanted} is taken by another program. "
                "Stop that program, or choose another port: bin/portal up --port N"
            )
        port = wanted
    else:
        port = kept.get(name) or any_free(preferred)
    if kept.get(name) != port:
        state.set("ports", {**kept, name: port})
    return port


def _first_unprivileged() -> int:
    """The lowest port that any user may listen on."""
    known = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return int(known.read_text()) if known.exists() else 1024


def require_free(name: str, port: int) -> None:
    """Raise a clear error where another program took a port that this stack keeps for `name`."""
    if not is_free(port):
        raise StackError(
            f"Port {port}, which this portal keeps for its service « {name} », is taken by another program. "
            + (
                "Stop that program, or choose another port: bin/portal up --port N"
                if name == "web"
                else "Stop that program, or let the portal choose new ports: bin/portal up --new-ports"
            )
        )
