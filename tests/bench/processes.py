"""The measured processes: fresh ones, timed from start to end, and warm ones that have already checked a file."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
VALIDATA = "validata-table==0.12.5"

# The namespace is made by hand so that the code beside this file is measured, whatever is installed.
START = f"""
import json, sys, time, types
sys.path.insert(0, {str(HERE)!r})
namespace = types.ModuleType("ckanext")
namespace.__path__ = [{str(ROOT / "ckanext")!r}]
sys.modules["ckanext"] = namespace
from pathlib import Path
"""
_DESCRIPTOR = """
from ckanext.scdl.core.catalogue import Catalogue
descriptor = Catalogue.bundled().get(sys.argv[1]).to_descriptor()
"""
_EACH_LINE = """
for line in sys.stdin:
    start = time.perf_counter()
    check(line.strip())
    print(time.perf_counter() - start, flush=True)
"""

WHOLE = {
    "ours": START
    + """
from ckanext.scdl.commandline import main
main(["check", sys.argv[2], "--schema", sys.argv[1], "--format", "json"])
""",
    "frictionless": START
    + _DESCRIPTOR
    + """
import reference
found = reference.validate(Path(sys.argv[2]), descriptor)
print(json.dumps([[*place, count] for place, count in found.items()]))
""",
    "reading": """
import os, sys
os.environ["POLARS_MAX_THREADS"] = "2"
import polars
print(polars.read_csv(sys.argv[2], infer_schema=False).height)
""",
}
"""Processes of one file each, which print what they found; arguments are the schema and the path."""

PLACES = (
    START
    + """
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
report = check(Path(sys.argv[2]), Catalogue.bundled(), sys.argv[1], all_places=True)
found = [[row, issue.field, issue.official, issue.count / len(issue.rows)]
         for issue in report.issues if issue.official for row in issue.rows]
print(json.dumps(found))
"""
)
"""Every place that our engine finds wrong."""

DESCRIPTOR = START + _DESCRIPTOR + "print(json.dumps(descriptor))"

WARM = {
    "ours": START
    + """
import os
os.environ["POLARS_MAX_THREADS"] = "2"  # as in the sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check as judge
def check(path):
    assert judge(Path(path), Catalogue.bundled(), sys.argv[1]).status != "refused"
"""
    + _EACH_LINE,
    "ours in the sandbox": START
    + """
from ckanext.scdl import sandbox
def check(path):
    assert sandbox.check(Path(path), schema_ref=sys.argv[1]).status != "refused"
"""
    + _EACH_LINE,
    "frictionless": START
    + _DESCRIPTOR
    + """
import reference
def check(path):
    reference.validate(Path(path), descriptor)
"""
    + _EACH_LINE,
    "validata": """
import json, sys, time
from validata_core import validate
descriptor = json.loads(sys.argv[1])
def check(path):
    assert validate(path, descriptor).to_dict()["errors"]
"""
    + _EACH_LINE,
}
"""Processes that check one file for each line they read, and print how many seconds it took; the argument is the
schema, for Validata as a descriptor."""


@dataclass(frozen=True)
class Taken:
    """What a process cost: seconds by the clock, and of all processors together."""

    wall: float
    cpu: float


def run(script: str, *arguments: str, python: str = sys.executable) -> tuple[Taken, str]:
    """Run a script in a process of its own; return what it cost and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([python, "-c", script, *arguments], capture_output=True, text=True, env=_environ())
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SystemExit(f"a measured process failed:\n{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(wall, cpu), done.stdout


def peak_memory(script: str, *arguments: str) -> float:
    """Return the most megabytes that any one of a process and its children held."""
    code = "import resource, subprocess, sys\n"
    code += f"command = [sys.executable, '-c', {script!r}, *sys.argv[1:]]\n"
    code += "subprocess.run(command, stdout=subprocess.DEVNULL)\n"
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    return float(run(code, *arguments)[1])


class Warm:
    """A process that stays, and checks a file whenever it is asked; the first time is never counted."""

    def __init__(self, name: str, schema: str, python: str = sys.executable) -> None:
        self._process = subprocess.Popen(
            [python, "-c", WARM[name], schema],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environ(),
        )

    def __enter__(self) -> Warm:
        """Return the process itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it end."""
        self._process.communicate()

    def check(self, path: Path) -> float:
        """Return how many seconds a check of a file takes."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        if not told:
            raise SystemExit("a warm process ended")
        return float(told)


def validata_python() -> str:
    """Return the Python of an environment with Validata, made the first time; never the one of the suite."""
    folder = ROOT / ".portal" / "validata"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        print(f"Installing {VALIDATA} into {folder.relative_to(ROOT)}", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", VALIDATA]
        subprocess.run(pip, check=True)
        (folder / "made").touch()
    return str(python)


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONHASHSEED": "0"}
