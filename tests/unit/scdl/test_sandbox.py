"""The walls round the engine, each tried by a child that runs into it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ckanext.scdl import sandbox
from ckanext.scdl.core.report import Report
from ckanext.scdl.sandbox import Limits, SandboxError

HEADER = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
GOOD = HEADER + b"Lannion,22113,F,Zo\xc3\xa9,3,2024\n"


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    """A file that is valid."""
    path = tmp_path / "prenoms.csv"
    path.write_bytes(GOOD)
    return path


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


def test_the_child_dies_with_its_parent(file: Path) -> None:
    """A worker that is killed leaves no orphan at work."""
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
