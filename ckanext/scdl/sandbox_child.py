"""The other side of `sandbox`: a fresh interpreter that limits itself before it looks at a stranger's file.

Started by `sandbox` only. Limits come first and imports after, so that nothing heavy runs unlimited.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1

_FORBIDDEN_EVENTS = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "urllib.Request",
)  # fmt: skip


def main(request: Mapping[str, Any]) -> None:
    """Do one task on the file behind standard input and write its result as JSON to standard output."""
    result = os.dup(1)
    os.set_inheritable(result, False)
    os.dup2(2, 1)  # whatever a library prints must not mix with the result
    _limit(request["limits"], request["parent"])
    try:
        answer = _TASKS[request["task"]](request["arguments"])
    except MemoryError:
        answer = {"sandbox": "too-heavy"}
    _write(result, json.dumps(answer, ensure_ascii=False).encode())


def _limit(limits: Mapping[str, int], parent: int) -> None:
    """Give up what this process will not need, in order of what it costs an attacker most."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)  # the parent died before the line above took effect
    for kind, key in (
        (resource.RLIMIT_AS, "memory"),
        (resource.RLIMIT_CPU, "cpu_seconds"),
        (resource.RLIMIT_FSIZE, "file_size"),
        (resource.RLIMIT_NOFILE, "open_files"),
    ):
        # One more as hard limit: at the soft one of processor time comes the signal that tells its cause.
        resource.setrlimit(kind, (limits[key], limits[key] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse the network and other programs, whoever asks."""
    if event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(event)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _check(arguments: Mapping[str, Any]) -> dict[str, Any]:
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.engine import check
    from ckanext.scdl.core.local import Facts
    from ckanext.scdl.core.loose_schema import loose_schema

    descriptor, facts = arguments.get("descriptor"), arguments.get("facts")
    schema = None if descriptor is None else loose_schema(descriptor)
    folder = arguments.get("schemas_folder")
    report = check(
        sys.stdin.buffer,
        Catalogue.load(folder and Path(folder)) if schema is None else Catalogue([schema]),
        arguments.get("schema_ref") if schema is None else schema.id,
        arguments.get("version") if schema is None else None,
        all_places=bool(arguments.get("all_places")),
        facts=None if facts is None else Facts.from_dict(facts),
    )
    return report.to_dict()


def _probe(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Misbehave on purpose: the tests prove each wall with it."""
    kind = arguments["kind"]
    if kind == "memory":
        return {"size": len(bytearray(8 << 30))}
    if kind == "abort":
        os.abort()
    if kind == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if kind == "forever":
        while True:
            pass
    if kind == "flood":
        return {"flood": "x" * (64 << 20)}
    if kind == "raise":
        raise RuntimeError("a text that nobody may see")
    if kind == "noise":
        sys.stdout.write("noise on standard output")
    if kind == "network":
        return {"network": _is_refused("connect"), "program": _is_refused("program")}
    return {
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "files": sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()),
        "isolated": sys.flags.isolated,
    }


def _is_refused(what: str) -> bool:
    import socket

    try:
        if what == "connect":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        else:
            os.system("true")
    except PermissionError:
        return True
    except OSError:
        return False
    return False


_TASKS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"check": _check, "probe": _probe}
