"""The walls round the engine, each tried by a child that runs into it."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ckanext.scdl import sandbox
from ckanext.scdl.core.report import Report
from ckanext.scdl.nursery import NURSERY, Nursery
from ckanext.scdl.sandbox import Limits, SandboxError

HEADER = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
GOOD = HEADER + b"Lannion,22113,F,Zo\xc3\xa9,3,2024\n"


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    """A file that is valid."""
    path = tmp_path / "prenoms.csv"
    path.write_bytes(GOOD)
    return path


@pytest.fixture(params=["fresh", "forked"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every wall stands whether a child was started fresh or forked by the server of the process."""
    monkeypatch.setattr(NURSERY, "is_worth_it", lambda: request.param == "forked")
    return request.param


def _result(kind: str, file: Path, limits: Limits | None = None) -> bytes:
    target = io.BytesIO()
    with file.open("rb") as opened:
        sandbox.run("probe", opened, {"kind": kind}, limits or Limits(), {"result": target})
    return target.getvalue()


def test_what_a_child_leaves_is_copied(file: Path) -> None:
    """A file of the agreed name, and nothing when there is none."""
    assert _result("result", file) == b"whole"
    assert _result("look", file) == b""


@pytest.mark.parametrize("kind", ["result link", "result pipe"])
def test_only_a_plain_file_is_copied(kind: str, file: Path) -> None:
    """A child that was taken over cannot make its parent read something else, or wait."""
    with pytest.raises(SandboxError) as error:
        _result(kind, file)
    assert error.value.code == "crashed"


def test_a_result_is_bounded(file: Path) -> None:
    """What grows beyond the limit of files is not copied either."""
    with pytest.raises(SandboxError):
        _result("result", file, Limits(file_size=4))


def _probe(kind: str, file: Path, limits: Limits | None = None) -> dict[str, object]:
    with file.open("rb") as opened:
        return sandbox.run("probe", opened, {"kind": kind}, limits or Limits())


def test_the_report_is_the_one_of_the_engine(file: Path) -> None:
    """Through the walls a report arrives unchanged, in the language asked for."""
    report = sandbox.check(file, "prénoms.csv", lang="en")
    assert (report.status, report.schema, report.rows) == ("valid", "scdl/prenoms", 1)


def test_a_refusal_of_the_engine_arrives_as_one(file: Path) -> None:
    """What the engine refuses is no fault of the sandbox."""
    report = sandbox.check(file, schema_ref="nulle/part")
    assert report.refusal is not None and report.refusal.code == "schema-not-found"


@pytest.mark.parametrize(
    ("kind", "limits", "code"),
    [
        ("memory", Limits(), "too-heavy"),
        ("abort", Limits(), "too-heavy"),
        ("segfault", Limits(), "crashed"),
        ("raise", Limits(), "crashed"),
        ("flood", Limits(), "too-heavy"),
        ("forever", Limits(wall_seconds=0.5), "timeout"),
        ("forever", Limits(cpu_seconds=1), "timeout"),
    ],
)
def test_a_child_that_misbehaves_has_a_cause(kind: str, limits: Limits, code: str, file: Path) -> None:
    """Out of memory, out of time, killed or raising: always a code, never a text."""
    with pytest.raises(SandboxError) as error:
        _probe(kind, file, limits)
    assert error.value.code == code


def test_a_dead_child_becomes_a_refused_report(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller always gets a report with a sentence."""
    report = sandbox.check(file, limits=Limits(memory=1 << 20))
    assert report.status == "refused"
    assert report.refusal is not None and report.refusal.code in {"crashed", "too-heavy"}
    assert report.refusal.message

    def strange(*arguments: object) -> dict[str, object]:
        return {"status": "valid"}

    monkeypatch.setattr(sandbox, "run", strange)
    assert sandbox.check(file).status == "refused"


def test_the_child_sees_nothing_of_its_parent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment, no open file but its own pipes, an empty folder that is gone afterwards."""
    monkeypatch.setenv("CKAN_SECRET", "x")
    with file.open("rb") as leaking:
        os.set_inheritable(leaking.fileno(), True)
        seen = _probe("look", file)
    assert set(seen["environment"]) == {"TMPDIR", "LC_ALL"}
    # Standard streams, the kept end of the answer, and the listing of the folder itself.
    assert seen["files"] == [0, 1, 2, 3, 4]
    assert seen["isolated"] == 1
    assert not Path(seen["folder"]).exists()


def test_the_child_may_not_use_the_network_or_start_programs(file: Path) -> None:
    """Both are refused before anything happens."""
    assert _probe("network", file) == {"network": True, "program": True}


def test_what_a_library_prints_does_not_spoil_the_answer(file: Path) -> None:
    """Standard output of the child is not the channel of the answer."""
    assert "environment" in _probe("noise", file)


def test_several_threads_may_ask_at_once(file: Path) -> None:
    """A web server does."""
    reports: list[Report] = []
    threads = [threading.Thread(target=lambda: reports.append(sandbox.check(file))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.status for report in reports] == ["valid"] * 3


def test_the_child_dies_with_its_parent(file: Path, way: str) -> None:
    """A worker that is killed leaves no orphan at work, nor the server that forked it."""
    if way == "forked":
        return _assert_server_ends_with_its_owner(file)
    script = (
        "import sys\nfrom ckanext.scdl import sandbox\n"
        "with open(sys.argv[1], 'rb') as file:\n"
        "    sandbox.run('probe', file, {'kind': 'forever'}, sandbox.Limits())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(file)])
    child = _wait_for(lambda: _children(parent.pid))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert _wait_for(lambda: not _is_running(child[0]))
    return None


def _assert_server_ends_with_its_owner(file: Path) -> None:
    script = (
        "import sys, types\nsys.modules['ckanext'] = types.ModuleType('ckanext')\n"
        "sys.modules['ckanext'].__path__ = [sys.argv[2]]\n"
        "from ckanext.scdl import sandbox\nfrom ckanext.scdl.nursery import NURSERY\n"
        "NURSERY.is_worth_it = lambda: True\n"
        "with open(sys.argv[1], 'rb') as file:\n"
        "    sandbox.run('probe', file, {'kind': 'forever'}, sandbox.Limits())\n"
    )
    namespace = str(Path(sandbox.__file__).parents[1])
    owner = subprocess.Popen([sys.executable, "-c", script, str(file), namespace])
    server = _wait_for(lambda: _any_children(owner.pid))[0]
    child = _wait_for(lambda: _children(server))[0]
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    assert _wait_for(lambda: not _is_running(child) and not _is_running(server))


def test_a_server_that_was_killed_is_replaced(file: Path, way: str) -> None:
    """The file is checked all the same."""
    assert sandbox.check(file).status == "valid"
    if way == "forked":
        assert NURSERY._server is not None
        os.kill(NURSERY._server.pid, signal.SIGKILL)
        NURSERY._server.wait()
    assert sandbox.check(file).status == "valid"


def test_a_server_that_dies_with_its_child_costs_no_answer(file: Path, way: str) -> None:
    """What it was doing is done again by a fresh child."""
    if way == "fresh":
        return
    assert sandbox.check(file).status == "valid"
    server = NURSERY._server
    assert server is not None
    killer = threading.Timer(0.3, lambda: os.kill(server.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(SandboxError) as error:
        _probe("forever", file, Limits(wall_seconds=1.5))
    assert error.value.code == "timeout"


def test_a_forked_process_shares_the_server_of_its_parent(file: Path, way: str) -> None:
    """A job of a worker finds the server ready, and leaves it to the next one."""
    if way == "fresh":
        return
    for _ in range(2):
        NURSERY.keep()
        server = NURSERY._server
        assert server is not None and _in_a_fork(partial(_checks_by, server, file))
        assert NURSERY._server is server and server.poll() is None


def test_a_forked_process_outlives_the_server_of_its_parent(file: Path, way: str) -> None:
    """A job whose server has ended starts one of its own; the worker has a new one for the next job."""
    if way == "fresh":
        return
    NURSERY.keep()
    ended = NURSERY._server
    assert ended is not None
    os.kill(ended.pid, signal.SIGKILL)
    ended.wait()
    assert _in_a_fork(lambda: sandbox.check(file).status == "valid" and NURSERY._server is not ended)
    NURSERY.keep()
    assert NURSERY._server is not ended and _in_a_fork(partial(_checks_by, NURSERY._server, file))


def _checks_by(server: object, file: Path) -> bool:
    """Whether a file is checked without another server."""
    return sandbox.check(file).status == "valid" and NURSERY._server is server


def _in_a_fork(works: Callable[[], bool]) -> bool:
    """What a function says in a process that is forked for it."""
    number = os.fork()
    if number == 0:
        ended = 1
        try:
            ended = 0 if works() else 1
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) == 0


def test_a_process_that_asks_once_starts_no_server() -> None:
    """The server is for those who come back, and for those who find one."""
    nursery = Nursery()
    assert [nursery.is_worth_it() for _ in range(3)] == [False, True, True]
    nursery = Nursery()
    nursery.keep()
    assert nursery.is_worth_it()
    nursery.close()


def test_limits_that_are_narrower_already_stay(file: Path) -> None:
    """Where an administrator gave the whole process less than a child may use, files are checked all the same."""
    script = (
        "import resource, sys\nfrom ckanext.scdl import commandline\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "commandline.main(['check', sys.argv[1]])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_large_files_are_read_by_columns_in_every_child(tmp_path: Path) -> None:
    """A child that is forked from an importing server runs polars as a fresh one does, time after time."""
    path = tmp_path / "prenoms.csv"
    path.write_bytes(GOOD + b"Lannion,22113,F,Anne,3,2024\n" * 90_000 + b"Lannion,22113,F,Anne,trois,2024\n")
    for _ in range(3):
        report = sandbox.check(path)
        assert (report.status, report.rows, report.errors) == ("invalid", 90_002, 1)


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            # It has tied itself to its parent by the time its processor time is bounded.
            if entry.name.isdigit() and int(_stat(entry)[1]) == pid and _is_limited(entry):
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _any_children(pid: int) -> list[int]:
    listed = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text().split()
    return [int(each) for each in listed]


def _is_limited(entry: Path) -> bool:
    return bool(re.search(r"Max cpu time\s+60\s", (entry / "limits").read_text()))


def _stat(entry: Path) -> list[str]:
    """State, parent and so on of a process."""
    return (entry / "stat").read_text().rpartition(")")[2].split()


def _is_running(pid: int) -> bool:
    try:
        return _stat(Path(f"/proc/{pid}"))[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_for(condition: object) -> object:
    for _ in range(200):
        if found := condition():  # type: ignore[operator]  # a function without arguments
            return found
        time.sleep(0.025)
    raise AssertionError("did not happen in time")
