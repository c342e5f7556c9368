"""How fast the engine is beside frictionless, the national validator and merely reading: alternated rounds of one run.

    bin/portal bench engine [--rows 300000] [--rounds 3] [--only whole|warm|xlsx|memory] [--validata]

Each engine has the same file and the same rules, and has to find the same errors, or the benchmark fails.
`--rows 20000 --rounds 1` without the memory takes a minute. The load of the machine is told, for it spoils figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import files
from processes import DESCRIPTOR, PLACES, WHOLE, Taken, Warm, peak_memory, run, validata_python

SCHEMA = "scdl/deliberations"
SMALL = 200


def rounds(number: int, measured: Mapping[str, Callable[[], Taken]]) -> dict[str, Taken]:
    """Measure each in turn, as often as asked, and return the medians."""
    taken: dict[str, list[Taken]] = {name: [] for name in measured}
    for turn in range(number):
        for name, measure in measured.items():
            taken[name].append(measure())
            print(f"  round {turn + 1}, {name}: {taken[name][-1].wall:.3f} s", file=sys.stderr)
    return {
        name: Taken(statistics.median(one.wall for one in each), statistics.median(one.cpu for one in each))
        for name, each in taken.items()
    }


def whole(number: int, path: Path, *names: str) -> dict[str, Taken]:
    """Measure whole processes on a file, by name."""
    return rounds(number, {name: lambda name=name: run(WHOLE[name], SCHEMA, str(path))[0] for name in names})


def same_errors(path: Path) -> int:
    """Return how many errors both engines find, all at the same places."""
    ours: Counter[tuple[Any, ...]] = Counter()
    for row, field, official, count in json.loads(run(PLACES, SCHEMA, str(path))[1]):
        ours[row, field, official] += round(count)
    line_of = _lines(path) if path.suffix == ".csv" else None
    theirs: Counter[tuple[Any, ...]] = Counter()
    for number, field, official, count in json.loads(run(WHOLE["frictionless"], SCHEMA, str(path))[1]):
        theirs[line_of[number] if line_of else number, field, official] += count
    if ours != theirs:
        missing, surplus = theirs - ours, ours - theirs
        raise SystemExit(f"not the same errors: missing {list(missing)[:5]}, too many {list(surplus)[:5]}")
    return sum(ours.values())


def _lines(path: Path) -> dict[int, int]:
    """Return the line on which each record begins."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        lines, before = {}, 0
        for number, _ in enumerate(reader, start=1):
            lines[number], before = before + 1, reader.line_num
    return lines


def say(name: str, value: str, reached: bool | None = None) -> None:
    """Print a figure, and whether it is as good as it has to be."""
    verdict = "" if reached is None else "reached" if reached else "NOT reached"
    print(f"{name:<58}{value:>14}  {verdict}", flush=True)


def _against(taken: Mapping[str, Taken], other: str, goal: float | None = None) -> None:
    for name, each in taken.items():
        say(f"  {name}", f"{each.wall:.3f} s")
    ratio = taken[other].wall / taken["ours"].wall
    say(f"  {other} / ours, by the clock", f"{ratio:.1f}", None if goal is None else ratio >= goal)
    if taken["ours"].cpu:
        say(f"  {other} / ours, processors' time", f"{taken[other].cpu / taken['ours'].cpu:.1f}")


def _whole_processes(home: Path, options: argparse.Namespace) -> None:
    rows, number = options.rows, options.rounds
    for name, wanted, goal in (("full", {}, 30.0), ("hard", {"hard": True}, None)):
        path = files.write(home / f"{name}.csv", rows, **wanted)
        print(f"\n{path.name}, {rows} rows, {same_errors(path)} errors at the same places; whole process")
        _against(whole(number, path, "frictionless", "reading", "ours"), "frictionless", goal)
        say("  memory", f"{peak_memory(WHOLE['ours'], SCHEMA, str(path)):.0f} MB")
    taken = whole(2 * number, files.write(home / "clean.csv", rows, wrong=False), "reading", "ours")
    print("\nclean.csv, whole process")
    ratio = taken["ours"].wall / taken["reading"].wall
    say("  ours / merely reading it, by the clock", f"{ratio:.2f}", ratio <= 3)
    say("  ours / merely reading it, processors' time", f"{taken['ours'].cpu / taken['reading'].cpu:.2f}")


def _warm_processes(home: Path, options: argparse.Namespace) -> None:
    rows, number, validata = max(options.rows // 3, 1), options.rounds, options.validata
    path, small = files.write(home / "part.csv", rows), files.write(home / "small.csv", SMALL)
    with ExitStack() as stack:
        names = ("frictionless", "ours", "ours in the sandbox")
        warm = {name: stack.enter_context(Warm(name, SCHEMA)) for name in names}
        if validata:
            warm["validata"] = stack.enter_context(Warm("validata", run(DESCRIPTOR, SCHEMA)[1], validata_python()))
        for name, each in warm.items():
            for _ in range(2):
                each.check(path if name == "ours" else small)
        print(f"\npart.csv, {rows} rows, {same_errors(path)} errors at the same places; warm process")
        taken = rounds(number, {name: lambda each=each: Taken(each.check(path), 0) for name, each in warm.items()})
        _against(taken, "frictionless", 50)
        if validata:
            ratio = taken["validata"].wall / taken["ours"].wall
            say("  validata / ours", f"{ratio:.1f}", ratio >= 100)
        walled = taken["frictionless"].wall / taken["ours in the sandbox"].wall
        say("  frictionless / ours in the sandbox", f"{walled:.1f}")
        quick = statistics.median(warm["ours in the sandbox"].check(small) for _ in range(15)) * 1000
        say(f"{SMALL} rows, warm process, sandbox included", f"{quick:.0f} ms", quick < 50)


def _workbooks(home: Path, options: argparse.Namespace) -> None:
    rows = max(options.rows // 6, 1)
    book = files.write_xlsx(home / "book.xlsx", rows)
    print(f"\nbook.xlsx, {rows} rows, {same_errors(book)} errors at the same places; whole process")
    _against(whole(options.rounds, book, "frictionless", "ours"), "frictionless", 8)


def _memory(home: Path, options: argparse.Namespace) -> None:
    big = files.write(home / "million.csv", 1_000_000)
    memory = peak_memory(WHOLE["ours"], SCHEMA, str(big))
    say(f"\nmemory, 1000000 rows of {big.stat().st_size >> 20} MB", f"{memory:.0f} MB", memory < 400)


PARTS: Mapping[str, Callable[[Path, argparse.Namespace], None]] = {
    "whole": _whole_processes,
    "warm": _warm_processes,
    "xlsx": _workbooks,
    "memory": _memory,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print medians and ratios, and fail when the errors differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of it; may be given again")
    parser.add_argument("--validata", action="store_true", help="compare with the national validator, installed apart")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in options.only or PARTS:
            PARTS[name](Path(folder), options)
    say("\nload of the machine", " ".join(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
