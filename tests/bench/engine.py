"""How fast the engine is beside frictionless and beside merely reading: alternated rounds of one run.

    bin/portal bench engine [--rows 300000] [--rounds 3] [--validata PYTHON]

Every measured process starts anew. Each engine has the same file and the same rules, and has to find the
same errors, or the benchmark fails. `--rows 20000 --rounds 1` takes a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SCHEMA = "scdl/deliberations"
GOALS = {"whole": 30.0, "warm": 50.0, "clean": 3.0, "memory": 400.0, "small": 50.0}

# The namespace is made by hand so that the code beside this file is measured, whatever is installed.
START = f"""
import json, sys, time, types
sys.path.insert(0, {str(HERE)!r})
namespace = types.ModuleType("ckanext")
namespace.__path__ = [{str(ROOT / "ckanext")!r}]
sys.modules["ckanext"] = namespace
from pathlib import Path
"""
OURS = (
    START
    + """
from ckanext.scdl.commandline import main
main(["check", sys.argv[1], "--schema", sys.argv[2], "--format", "json"])
"""
)
_PLACES = (
    START
    + """
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
report = check(Path(sys.argv[1]), Catalogue.bundled(), sys.argv[2], all_places=True)
found = [[row, issue.field, issue.official, issue.count / len(issue.rows)]
         for issue in report.issues if issue.official for row in issue.rows]
print(json.dumps(found))
"""
)
_THEIRS = (
    START
    + """
import reference
from ckanext.scdl.core.catalogue import Catalogue
found = reference.validate(Path(sys.argv[1]), Catalogue.bundled().get(sys.argv[2]).to_descriptor())
print(json.dumps([[*place, count] for place, count in found.items()]))
"""
)
_READING = """
import os, sys
os.environ["POLARS_MAX_THREADS"] = "2"
import polars
print(polars.read_csv(sys.argv[1], infer_schema=False).height)
"""
_WARM = (
    START
    + """
from ckanext.scdl import sandbox
sizes, times = [Path(sys.argv[1]), Path(sys.argv[3])], {}
for path in sizes * 2:
    sandbox.check(path, schema_ref=sys.argv[2])
for path in sizes:
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        assert sandbox.check(path, schema_ref=sys.argv[2]).status != "refused"
        taken.append(time.perf_counter() - start)
    times[path.name] = sorted(taken)[3]
print(json.dumps(times))
"""
)


def run(script: str, *arguments: str, python: str = sys.executable) -> tuple[float, str]:
    """Run a script in a process of its own; return how long it took and what it printed."""
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONHASHSEED": "0"}
    start = time.perf_counter()
    done = subprocess.run([python, "-c", script, *arguments], capture_output=True, text=True, env=environ)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SystemExit(f"a measured process failed:\n{done.stderr[-2000:]}")
    return taken, done.stdout


def rounds(number: int, measured: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Measure each in turn, as often as asked, and return the medians in seconds."""
    times: dict[str, list[float]] = {name: [] for name in measured}
    for turn in range(number):
        for name, measure in measured.items():
            taken = measure()
            times[name].append(taken if isinstance(taken, float) else taken[0])
            print(f"  round {turn + 1}, {name}: {times[name][-1]:.2f} s", file=sys.stderr)
    return {name: statistics.median(each) for name, each in times.items()}


def same_errors(path: Path) -> int:
    """Return how many errors both engines find, all at the same places."""
    import csv

    ours: Counter[tuple[Any, ...]] = Counter()
    for row, field, official, count in json.loads(run(_PLACES, str(path), SCHEMA)[1]):
        ours[row, field, official] += round(count)
    theirs: Counter[tuple[Any, ...]] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        line_of, before = {}, 0
        for number, _ in enumerate(reader, start=1):
            line_of[number], before = before + 1, reader.line_num
    for number, field, official, count in json.loads(run(_THEIRS, str(path), SCHEMA)[1]):
        theirs[line_of[number], field, official] += count
    if ours != theirs:
        missing, surplus = theirs - ours, ours - theirs
        raise SystemExit(f"not the same errors: missing {list(missing)[:5]}, too many {list(surplus)[:5]}")
    return sum(ours.values())


def peak_memory(script: str, *arguments: str) -> float:
    """Return the most megabytes a process and its children held at once, one process at a time."""
    code = "import resource, subprocess, sys\n"
    code += f"command = [sys.executable, '-c', {script!r}, *sys.argv[1:]]\n"
    code += "subprocess.run(command, stdout=subprocess.DEVNULL)\n"
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    return float(run(code, *arguments)[1])


def say(name: str, value: str, reached: bool | None = None) -> None:
    """Print one measured value, and whether it is what was aimed at."""
    verdict = "" if reached is None else "reached" if reached else "NOT reached"
    print(f"{name:<58}{value:>14}  {verdict}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print medians and ratios, and fail when the errors differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--million", action="store_true", help="also the memory of a million rows")
    parser.add_argument("--validata", metavar="PYTHON", help="a Python with validata-table 0.12.5, to compare with")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(HERE))
    import files

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        third = max(options.rows // 3, 1)
        full = files.write(home / "full.csv", options.rows)
        clean = files.write(home / "clean.csv", options.rows, wrong=False)
        hard = files.write(home / "hard.csv", options.rows, hard=True)
        part = files.write(home / "third.csv", third)
        small = files.write(home / "small.csv", 200)
        for path in (full, hard):
            print(f"{path.name}: {same_errors(path)} errors, the same in both engines")
        for path in (full, hard):
            times = rounds(options.rounds, {
                "frictionless": lambda path=path: run(_THEIRS, str(path), SCHEMA),
                "reading": lambda path=path: run(_READING, str(path)),
                "ours": lambda path=path: run(OURS, str(path), SCHEMA),
            })  # fmt: skip
            ratio = times["frictionless"] / times["ours"]
            print(f"{path.name}, {options.rows} rows, whole process, median of {options.rounds}")
            for name, taken in times.items():
                say(f"  {name}", f"{taken:.2f} s")
            say("  frictionless / ours", f"{ratio:.1f}", ratio >= GOALS["whole"] if path == full else None)
        times = rounds(options.rounds, {
            "reading": lambda: run(_READING, str(clean)), "ours": lambda: run(OURS, str(clean), SCHEMA),
        })  # fmt: skip
        ratio = times["ours"] / times["reading"]
        say("clean file: ours / merely reading it", f"{ratio:.2f}", ratio <= GOALS["clean"])
        warm = json.loads(run(_WARM, str(part), SCHEMA, str(small))[1])
        theirs = rounds(options.rounds, {"frictionless": lambda: run(_THEIRS, str(part), SCHEMA)})
        ratio = theirs["frictionless"] / warm[part.name]
        say(f"{third} rows, warm, sandbox included", f"{warm[part.name] * 1000:.0f} ms")
        say("  frictionless / ours", f"{ratio:.1f}", ratio >= GOALS["warm"])
        taken = warm[small.name] * 1000
        say("200 rows, warm, sandbox included", f"{taken:.0f} ms", taken < GOALS["small"])
        if options.validata:
            _validata(options, part, warm[part.name])
        memory = peak_memory(OURS, str(full), SCHEMA)
        say(f"memory, {options.rows} rows", f"{memory:.0f} MB")
        if options.million:
            big = files.write(home / "million.csv", 1_000_000)
            memory = peak_memory(OURS, str(big), SCHEMA)
            say(f"memory, 1000000 rows of {big.stat().st_size >> 20} MB", f"{memory:.0f} MB", memory < GOALS["memory"])
    say("processors' time of all children", f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.0f} s")


def _validata(options: argparse.Namespace, part: Path, ours: float) -> None:
    """Compare with the national validator, which lives in an environment of its own."""
    script = "import sys\nfrom validata_core import validate\nvalidate(sys.argv[1], sys.argv[2])\nprint('done')"
    schema = part.with_name("schema.json")
    descriptor = START + (
        "from ckanext.scdl.core.catalogue import Catalogue\n"
        "print(json.dumps(Catalogue.bundled().get(sys.argv[1]).to_descriptor()))"
    )
    schema.write_text(run(descriptor, SCHEMA)[1], encoding="utf-8")
    taken = rounds(1, {"validata": lambda: run(script, str(part), str(schema), python=options.validata)})
    say("  validata / ours", f"{taken['validata'] / ours:.1f}", taken["validata"] / ours >= 100)


if __name__ == "__main__":
    main()
