"""How long putting a file right takes beside checking it: alternated rounds in one warm process, sandbox included.

    bin/portal bench repair [--rows 100000] [--rounds 5] [--million]

One cell in ten of a file of délibérations is faulty. Correcting counts reading, proposing, writing the corrected file,
and checking it again; the scan for personal data is measured beside it. The second file also has cells whose encoding
went wrong, which no way reads in pieces.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import files
import privacy
from engine import say
from processes import START, WHOLE, peak_memory, run

GOAL = 3.0
SCHEMA = "scdl/deliberations"

_ROUNDS = (
    START
    + """
import datetime, statistics, tempfile
from ckanext.scdl import repair, sandbox
from ckanext.scdl.core.corrections.fixing import Wishes
from ckanext.scdl.core.local import Facts
path, facts = Path(sys.argv[1]), Facts(today=datetime.date(2026, 1, 1))

def check():
    return sandbox.check(path, schema_ref=sys.argv[2], facts=facts)

def fix():
    with tempfile.TemporaryFile() as target:
        return repair.fix(path, Wishes(sys.argv[2], level="likely"), facts, csv_to=target)

times = {"check": [], "fix": []}
for turn in range(int(sys.argv[3]) + 2):
    for name, measured in (("check", check), ("fix", fix)):
        start = time.perf_counter()
        done = measured()
        if turn > 1:
            times[name].append(time.perf_counter() - start)
medians = {name: statistics.median(each) for name, each in times.items()}
print(json.dumps({**medians, "cells": done.log.cells, "asked": sum(len(each.lines) for each in done.log.questions),
                  "before": check().errors, "after": done.report.errors}))
"""
)
_ONCE = (
    START
    + """
from ckanext.scdl.commandline import main
main(["fix", sys.argv[1], "--schema", sys.argv[2], "-o", sys.argv[3], "--force"])
"""
)


def dirty(rows: int, *, mojibake: bool, seed: int = 5) -> Iterator[list[str]]:
    """Yield délibérations in which one cell in ten is written as people write them."""
    chance = random.Random(seed)
    for row in files.deliberations(rows, wrong=False, hard=False):
        for position, cell in enumerate(row):
            if chance.random() < 0.1:
                row[position] = _spoiled(position, cell, chance, mojibake)
        yield row


def _spoiled(position: int, cell: str, chance: random.Random, mojibake: bool) -> str:
    """Return a cell with a fault of its column."""
    if position == 1:
        return chance.choice((f"{cell[:3]} {cell[3:6]} {cell[6:9]} {cell[9:]}", f"{cell}.0", "2,12E+13"))
    if position in (3, 10):
        year, month, day = cell.split("-")
        return chance.choice((f"{day}/{month}/{year}", f"{year}/{month}/{day}", f"{cell} 00:00:00"))
    if position == 4:
        return cell.replace(".", ",")
    if position == 5:
        return cell.replace("/", " / ")
    if position == 6 and mojibake:
        return cell.encode().decode("cp1252", "replace") if not cell.isascii() else f"{cell} dâ€™Ã©tÃ©"
    if position == 7:
        return cell.replace("/", chance.choice("_-"))
    return f"{cell},0" if 11 <= position <= 15 else ""


def write(path: Path, rows: int, *, mojibake: bool = False) -> Path:
    """Write a file of faults."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(files.LABELS)
        writer.writerows(dirty(rows, mojibake=mojibake))
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print medians and ratios, and fail when the goal is missed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--million", action="store_true", help="also the memory of a million rows")
    options = parser.parse_args(arguments)
    missed = False
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        for name, mojibake in (("plain", False), ("mojibake", True)):
            path = write(home / f"{name}.csv", options.rows, mojibake=mojibake)
            found = json.loads(run(_ROUNDS, str(path), SCHEMA, str(options.rounds))[1])
            print(f"{path.name}, {options.rows} rows: {found['cells']} cells put right, {found['asked']} asked, "
                  f"{found['before']} errors before and {found['after']} after")  # fmt: skip
            say("  check", f"{found['check'] * 1000:.0f} ms")
            say("  fix, written and checked again", f"{found['fix'] * 1000:.0f} ms")
            ratio = found["fix"] / found["check"]
            say("  fix / check", f"{ratio:.2f}", ratio <= GOAL)
            missed |= ratio > GOAL
            taken = privacy.microseconds_a_row(path)
            slow = taken > privacy.GOAL and not mojibake
            say("  privacy scan, warm", f"{taken:.1f} µs a row", None if mojibake else not slow)
            missed |= slow
            memory = peak_memory(_ONCE, str(path), SCHEMA, str(home / "out.csv"))
            beside = peak_memory(WHOLE["ours"], SCHEMA, str(path))
            say("  memory, and that of the check", f"{memory:.0f} / {beside:.0f} MB")
        if options.million:
            path = write(home / "million.csv", 1_000_000)
            memory = peak_memory(_ONCE, str(path), SCHEMA, str(home / "out.csv"))
            beside = peak_memory(WHOLE["ours"], SCHEMA, str(path))
            size = path.stat().st_size >> 20
            say(f"memory, 1000000 rows of {size} MB, and of the check", f"{memory:.0f} / {beside:.0f} MB")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
