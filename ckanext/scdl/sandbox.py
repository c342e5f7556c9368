"""Run the engine on a stranger's file in a process that may die without harm.

Each call has a child of its own: an isolated interpreter (`python -I`), which limits its own memory,
processor time, written bytes and open files before it looks at the file, works in an empty folder with an
empty environment, inherits the file as standard input and nothing else, and dies with its parent. The first
child of a process is started fresh; a process that asks again, and the job of a worker, have them forked by
`nursery`. The parent bounds the wall clock and the size of the answer. Start and imports cost about 0.2 s on
one core of a small server; a check in it is as fast as outside.

What the walls are worth: limits and the wall clock hold against any code. The refusal of the network and of
other programs is an audit hook: it holds against Python code and against a parser that can be talked into
opening an address, not against machine code injected through a fault in a native library; for that, run the
workers in a network namespace of their own.

Thread-safe: nothing runs between fork and exec. Each call may use the memory of one limit, so callers bound
how many run at once.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import selectors
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from .core import messages
from .core.local import Facts
from .core.period import Period, period_column
from .core.privacy.findings import Findings
from .core.privacy.findings import refused as unread
from .core.privacy.sentences import spelled as told
from .core.report import Refusal, Report, refused
from .nursery import NURSERY, NurseryGone, interpreter, status_from

log = logging.getLogger(__name__)

ALL_PLACES = 512_000_000
"""What an answer may weigh in which every row of every issue is named."""

_SILENT = frozenset({"preview", "privacy", "rows"})
"""Tasks whose last words are not logged: the text of an exception may hold what the file holds."""

# It ends at once: to take a large table apart in order takes longer than the system needs to take it back.
_DO_ONE_TASK = """
import json, os
from ckanext.scdl.sandbox_child import main
with open("request.json", encoding="utf-8") as request:
    asked = json.load(request)
main(asked)
os._exit(0)
"""


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    memory: int = 2 << 30
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
    file_size: int = 64 << 20
    open_files: int = 64
    answer: int = 16_000_000


class SandboxError(Exception):
    """The child gave no answer; `code` is too-heavy, timeout or crashed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(
    path: Path,
    filename: str = "",
    schema_ref: str | None = None,
    version: str | None = None,
    *,
    all_places: bool = False,
    facts: Facts | None = None,
    descriptor: Mapping[str, Any] | None = None,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
    lang: str = "fr",
) -> Report:
    """Return the report on a file; whatever the file does, it is one of the three verdicts.

    Args:
        path: the file, opened here and handed over as standard input.
        filename: what its sender calls it; written to the log only.
        schema_ref: schema it is said to follow; recognised when None.
        version: version of that schema; the latest when None.
        all_places: name every row of every issue.
        facts: what local checks compare the file with.
        descriptor: a Table Schema that is none of the bundled ones; used instead of them.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.
        lang: language of the sentences.
    """
    arguments = {
        "schema_ref": schema_ref,
        "version": version,
        "all_places": all_places,
        "facts": None if facts is None else facts.to_dict(),
        "descriptor": None if descriptor is None else dict(descriptor),
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    limits = limits or (Limits(answer=ALL_PLACES) if all_places else Limits())
    try:
        with path.open("rb") as file:
            answer = run("check", file, arguments, limits)
        report = Report.from_dict(answer)
    except SandboxError as error:
        log.warning("check of %r ended with %s", filename or path.name, error.code)
        return messages.spelled(refused(error.code), lang)
    except (KeyError, TypeError) as error:
        log.error("check of %r answered something else than a report: %r", filename or path.name, error)
        return messages.spelled(refused("crashed"), lang)
    return report if lang == "fr" else messages.spelled(report, lang)


def privacy(
    path: Path,
    filename: str = "",
    *,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
    lang: str = "fr",
) -> Findings:
    """Return what a file tells of people, values masked; whatever the file does, there is an answer.

    Args:
        path: the file, opened here and handed over as standard input.
        filename: what its sender calls it; its ending tells a document from a table.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.
        lang: language of the sentences.
    """
    arguments = {
        "filename": filename,
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    try:
        with path.open("rb") as file:
            found = Findings.from_dict(run("privacy", file, arguments, limits or Limits()))
    except SandboxError as error:
        log.warning("privacy scan of %r ended with %s", filename or path.name, error.code)
        return told(unread(Refusal(error.code)), lang)
    except (KeyError, TypeError, AttributeError):
        # Without what the answer was: it may hold what the file holds.
        log.error("privacy scan of %r answered something else than findings", filename or path.name)
        return told(unread(Refusal("crashed")), lang)
    return found if lang == "fr" else told(found, lang)


def period(
    path: Path,
    schema_ref: str,
    version: str | None = None,
    *,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
) -> Period | None:
    """Return the period that a file tells of; None where its schema dates nothing or the file gives no answer.

    Args:
        path: the file, opened here and handed over as standard input.
        schema_ref: id of the schema that it follows.
        version: version of that schema; the latest when None.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.
    """
    if period_column(schema_ref) is None:
        return None
    arguments = {
        "schema_ref": schema_ref,
        "version": version,
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    try:
        with path.open("rb") as file:
            answer = run("period", file, arguments, limits or Limits())
        return Period(*map(date.fromisoformat, answer["days"])) if answer["days"] else None
    except SandboxError as error:
        log.warning("the period of %r was not found: %s", path.name, error.code)
    except (KeyError, TypeError, ValueError):
        log.error("the period of %r is something else than two days", path.name)
    return None


def run(
    task: str,
    file: IO[bytes],
    arguments: Mapping[str, Any],
    limits: Limits,
    results: Mapping[str, IO[bytes]] | None = None,
) -> dict[str, Any]:
    """Run a task of the child on an open file and return its answer.

    Args:
        task: name of the task.
        file: what the child reads as standard input.
        arguments: what the task is told, as JSON values.
        limits: what the child may use.
        results: files that the child may leave in its folder, by name, and where to copy them.

    Raises:
        SandboxError: the child was killed, ran out of a limit, or answered nothing that can be read.
        OSError: there is no room for temporary files.
    """
    request = {
        "task": task,
        "arguments": dict(arguments),
        "limits": asdict(limits),
        "parent": os.getpid(),
    }
    if NURSERY.is_worth_it():
        try:
            return _run_warm(request, file, limits, results or {})
        except NurseryGone:
            log.warning("the sandbox server does not answer; a fresh child is started")
            file.seek(0)
    return _run_fresh(request, file, limits, results or {})


def _run_fresh(
    request: Mapping[str, Any], file: IO[bytes], limits: Limits, results: Mapping[str, IO[bytes]]
) -> dict[str, Any]:
    """Run a task in an interpreter of its own."""
    deadline = time.monotonic() + limits.wall_seconds
    with _room(request) as (folder, complaints):
        child = subprocess.Popen(
            interpreter(_DO_ONE_TASK),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=folder,
            env={"TMPDIR": folder, "LC_ALL": "C.UTF-8"},
            close_fds=True,
            start_new_session=True,
        )
        assert child.stdout is not None
        try:
            with child.stdout as pipe:
                answer = _answer(pipe.fileno(), deadline, limits.answer)
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired as error:
            raise SandboxError("timeout") from error
        finally:
            _end(child)
        judged = _judged(request["task"], child.returncode, answer, complaints)
        _collect(folder, results, limits.file_size)
        return judged


def _run_warm(
    request: Mapping[str, Any], file: IO[bytes], limits: Limits, results: Mapping[str, IO[bytes]]
) -> dict[str, Any]:
    """Run a task in a child that the server of this process forks.

    Raises:
        NurseryGone: there is no server; the task was not done.
    """
    deadline = time.monotonic() + limits.wall_seconds
    with _room(request) as (folder, complaints):
        ours, theirs = os.pipe()
        try:
            channel = NURSERY.fork(folder, (file.fileno(), theirs, complaints.fileno()))
        except NurseryGone:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        with channel, os.fdopen(ours, "rb", 0) as pipe:
            answer = _answer(pipe.fileno(), deadline, limits.answer)
            try:
                status = status_from(channel, deadline - time.monotonic())
            except TimeoutError as error:
                raise SandboxError("timeout") from error
        judged = _judged(request["task"], status, answer, complaints)
        _collect(folder, results, limits.file_size)
        return judged


@contextlib.contextmanager
def _room(request: Mapping[str, Any]) -> Iterator[tuple[str, IO[bytes]]]:
    """Give a folder with the request in it, and a file for what the child has to complain of."""
    with tempfile.TemporaryDirectory(prefix="scdl-") as folder, tempfile.TemporaryFile() as complaints:
        # Not as an argument: the outline of a territory is longer than the system lets one be.
        Path(folder, "request.json").write_text(json.dumps(request), encoding="utf-8")
        yield folder, complaints


def _collect(folder: str, results: Mapping[str, IO[bytes]], most: int) -> None:
    """Copy the files that a child left; what is no plain file of a bounded size is taken for a crash."""
    for name, target in results.items():
        try:
            descriptor = os.open(Path(folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SandboxError("crashed") from error
        with os.fdopen(descriptor, "rb") as source:
            told = os.fstat(descriptor)
            if not stat.S_ISREG(told.st_mode) or told.st_size > most:
                raise SandboxError("crashed")
            shutil.copyfileobj(source, target)


def _judged(task: str, status: int, answer: bytes, complaints: IO[bytes]) -> dict[str, Any]:
    if status == 0 and answer:
        return _decoded(answer)
    _log_complaints(task, status, complaints)
    raise SandboxError(_cause(status))


def _answer(pipe: int, deadline: float, most: int) -> bytes:
    """Read what the child writes until it ends, within time and size."""
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise SandboxError("timeout")
            part = os.read(pipe, 1 << 16)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > most:
                raise SandboxError("too-heavy")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that the child is gone and reaped."""
    if child.poll() is None:
        child.kill()
    child.wait()


def _decoded(answer: bytes) -> dict[str, Any]:
    try:
        values = json.loads(answer)
    except ValueError as error:
        raise SandboxError("crashed") from error
    if not isinstance(values, dict):
        raise SandboxError("crashed")
    if values.get("sandbox") == "no-space":
        # No fault of the file's, which may not be judged by it.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "sandbox" in values:
        raise SandboxError(str(values["sandbox"]))
    return values


def _cause(status: int) -> str:
    """Name why a child ended; native code out of memory aborts, and the system's own killer sends SIGKILL."""
    if status == -signal.SIGXCPU:
        return "timeout"
    if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXFSZ):
        return "too-heavy"
    return "crashed"


def _log_complaints(task: str, status: int, complaints: IO[bytes]) -> None:
    """Keep the end of what the child said about its death, for the operator alone."""
    if task in _SILENT:
        log.warning("sandbox task %s ended with status %s", task, status)
        return
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(size - 4_000, 0))
    log.warning("sandbox task %s ended with status %s: %r", task, status, complaints.read()[-4_000:])
