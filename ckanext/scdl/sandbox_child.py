"""The other side of `sandbox`: an interpreter that limits itself before it looks at a stranger's file.

Started by `sandbox`, fresh for one file, or by `nursery`, to fork a child for each file. Limits come first,
so that nothing heavy runs unlimited; what is imported before a fork has seen no file.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import io
import json
import os
import resource
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_IDLE_SECONDS = 600.0
_REHEARSED = "scdl/deliberations"

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
    # It lives for one file, its memory is limited and goes back whole: to search it for cycles again and
    # again would cost a sixth of the time of a large file.
    gc.freeze()
    gc.set_threshold(200_000)
    try:
        answer = _TASKS[request["task"]](request["arguments"])
    except MemoryError:
        answer = {"sandbox": "too-heavy"}
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        answer = {"sandbox": "no-space"}
    _write(result, json.dumps(answer, ensure_ascii=False).encode())


def serve() -> None:
    """Fork a child for each request at standard input, tell how it ended, and kill it when nobody waits any more."""
    control = socket.socket(fileno=os.dup(0))
    _prepare()
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        while True:
            children = len(selector.get_map()) > 1
            ready = selector.select(None if children else _IDLE_SECONDS)
            if not ready and not children:
                return
            for key, _ in ready:
                if key.fileobj is control:
                    if not _accept(control, selector):
                        return
                else:
                    _attend(key, selector)


def _prepare() -> None:
    """Do what every check does first and what may be done before a fork: modules, schemas, sentences, no thread."""
    import ckanext.scdl.core.engine as engine
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.privacy.names import first_names
    from ckanext.scdl.core.privacy.scan import scan

    catalogue = Catalogue.bundled()
    # A table of ours, too small for threads: whatever is built when it is first needed is there then.
    fields = catalogue.get(_REHEARSED).fields
    rows = ([field.name for field in fields], [field.example or "" for field in fields], ["no " * 9] * len(fields))
    rehearsal = "\n".join(map(";".join, rows)).encode()
    engine.check(rehearsal, catalogue)
    scan(rehearsal, catalogue)
    first_names()
    with contextlib.suppress(ImportError):
        import ckanext.scdl.core.fast.scan  # noqa: F401, to have it
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class _Child:
    """A child at work: its process as a descriptor, its number, and the channel of who waits for it."""

    process: int
    number: int
    channel: socket.socket


def _accept(control: socket.socket, selector: selectors.BaseSelector) -> bool:
    """Fork the child of one request; return False when there is nobody to ask any more."""
    message, descriptors, _, _ = socket.recv_fds(control, 65_536, 4)
    if not message:
        return False
    server = os.getpid()
    number = os.fork()
    if number == 0:
        _become_child(json.loads(message)["folder"], descriptors, server)
    channel = socket.socket(fileno=descriptors[3])
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    child = _Child(os.pidfd_open(number), number, channel)
    selector.register(child.process, selectors.EVENT_READ, child)
    selector.register(channel, selectors.EVENT_READ, child)
    return True


def _attend(key: selectors.SelectorKey, selector: selectors.BaseSelector) -> None:
    """Kill a child that nobody waits for, or tell how one ended."""
    child: _Child = key.data
    if key.fileobj is child.channel:
        # Not reaped yet, so the number is still its own.
        os.kill(child.number, signal.SIGKILL)
        selector.unregister(child.channel)
        return
    _, status = os.waitpid(child.number, 0)
    with contextlib.suppress(OSError):
        child.channel.send(str(os.waitstatus_to_exitcode(status)).encode())
    selector.unregister(child.process)
    if child.channel in selector.get_map():
        selector.unregister(child.channel)
    os.close(child.process)
    child.channel.close()


def _become_child(folder: str, descriptors: list[int], server: int) -> NoReturn:
    """Do in a forked process what a fresh interpreter would, and end without coming back."""
    try:
        file, answer, complaints, _ = descriptors
        os.dup2(file, 0)
        os.dup2(complaints, 2)
        os.dup2(answer, 1)
        os.closerange(3, 4_096)
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(TMPDIR=folder, LC_ALL="C.UTF-8")
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
        request = json.loads(Path("request.json").read_text(encoding="utf-8"))
        Path("request.json").unlink()
        main({**request, "parent": server})
        os._exit(0)
    except BaseException:
        os.write(2, traceback.format_exc().encode()[-4_000:])
        os._exit(1)


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
        _lower(kind, limits[key], limits[key] + 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _lower(kind: int, soft: int, hard: int) -> None:
    """Set a limit, or keep what is narrower already: raising it again is not for everybody to do."""
    given = resource.getrlimit(kind)[1]
    if given != resource.RLIM_INFINITY:
        soft, hard = min(soft, given), min(hard, given)
    resource.setrlimit(kind, (soft, hard))


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


def _privacy(arguments: Mapping[str, Any]) -> dict[str, Any]:
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.privacy.scan import scan

    folder = arguments.get("schemas_folder")
    return scan(sys.stdin.buffer, Catalogue.load(folder and Path(folder)), arguments["filename"]).to_dict()


def _fix(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the corrected file, and the workbook if it is wanted, in the folder of the child."""
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.corrections.fixing import answered
    from ckanext.scdl.core.local import Facts

    folder = arguments["schemas_folder"]
    catalogue = Catalogue.load(folder and Path(folder))
    return answered(sys.stdin.buffer, catalogue, arguments["wishes"], Facts.from_dict(arguments["facts"]))


def _preview(arguments: Mapping[str, Any]) -> dict[str, Any]:
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.corrections.fixing import Wishes
    from ckanext.scdl.core.corrections.preview import preview
    from ckanext.scdl.core.local import Facts

    folder = arguments["schemas_folder"]
    return preview(
        sys.stdin.buffer,
        Catalogue.load(folder and Path(folder)),
        Wishes(arguments["schema_ref"], arguments["version"], "likely", publisher_name=arguments["publisher_name"]),
        Facts.from_dict(arguments["facts"]),
        lines=arguments["lines"],
        proposes=arguments["proposes"],
    )


def _rows(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the rows of a table, as a database copies them, in the folder of the child; tell its columns."""
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.typed import write_rows

    folder = arguments["schemas_folder"]
    catalogue = Catalogue.load(folder and Path(folder))
    with Path(arguments["name"]).open("wb") as target:
        return write_rows(sys.stdin.buffer, catalogue, arguments["schema_ref"], target)


def _diff(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two files that come one after the other."""
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.diffing import answered

    folder = arguments["schemas_folder"]
    both, size = sys.stdin.buffer.read(), arguments["old_size"]
    return answered(both[:size], both[size:], Catalogue.load(folder and Path(folder)), arguments["schema_ref"])


def _period(arguments: Mapping[str, Any]) -> dict[str, Any]:
    from ckanext.scdl.core.catalogue import Catalogue
    from ckanext.scdl.core.period import find_period

    folder = arguments.get("schemas_folder")
    catalogue = Catalogue.load(folder and Path(folder))
    found = find_period(sys.stdin.buffer, catalogue, arguments["schema_ref"], arguments.get("version"))
    return {"days": [found.start.isoformat(), found.end.isoformat()] if found else []}


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
    if kind == "result":
        Path("result").write_bytes(b"whole")
    if kind == "result link":
        Path("result").symlink_to("request.json")
    if kind == "result pipe":
        os.mkfifo("result")
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


_TASKS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "check": _check, "diff": _diff, "fix": _fix, "period": _period, "preview": _preview, "privacy": _privacy,
    "rows": _rows, "probe": _probe,
}  # fmt: skip
