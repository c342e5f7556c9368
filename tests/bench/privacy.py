"""How fast files are scanned for personal data, sandbox included, and how much memory a million rows take.

    bin/portal bench privacy [--rows 100000] [--million]

`repair` calls `microseconds_a_row` as well. Two files: délibérations as they are, and the same with telephones,
addresses and names in them.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import files
from engine import say
from processes import START, run

GOAL, MEMORY = 10.0, 400.0
PLANTED = ("06 12 34 56 78", "yann.legoff@orange.fr", "aide à Mme Anne Morvan", "né le 12/03/1951")

_WARM = (
    START
    + """
import resource
from ckanext.scdl import sandbox
for _ in range(2):
    sandbox.privacy(Path(sys.argv[1]))
taken = []
for _ in range(5):
    start = time.perf_counter()
    found = sandbox.privacy(Path(sys.argv[1]))
    taken.append(time.perf_counter() - start)
assert found.status != "refused"
print(json.dumps([sorted(taken)[2], found.rows, len(found.findings)]))
"""
)
_PEAK = (
    START
    + """
import resource
from ckanext.scdl import sandbox
assert sandbox.privacy(Path(sys.argv[1])).status != "refused"
print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
"""
)


def microseconds_a_row(path: Path) -> float:
    """Return the median of warm scans of a file, in microseconds for each of its rows."""
    seconds, rows, _ = json.loads(run(_WARM, str(path))[1])
    return float(seconds) * 1e6 / int(rows)


def planted(path: Path, source: Path) -> Path:
    """Write a copy of a file of délibérations with personal data in the subject of one row in ten."""
    with source.open(encoding="utf-8", newline="") as read, path.open("w", encoding="utf-8", newline="") as write:
        rows, writer = csv.reader(read), csv.writer(write, lineterminator="\n")
        for number, row in enumerate(rows):
            if number and number % 10 == 0:
                row[6] += f", {PLANTED[number // 10 % len(PLANTED)]}"
            writer.writerow(row)
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print what was reached."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="also the memory of a million rows")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        clean = files.write(Path(folder) / "clean.csv", options.rows, wrong=False)
        full = planted(Path(folder) / "planted.csv", clean)
        for path in (clean, full):
            taken = microseconds_a_row(path)
            say(
                f"{path.name}, {options.rows} rows, warm, sandbox included", f"{taken:.1f} µs a row", taken <= GOAL
            )
        if options.million:
            big = files.write(Path(folder) / "million.csv", 1_000_000, wrong=False)
            memory = float(json.loads(run(_PEAK, str(big))[1]))
            say(f"memory, 1000000 rows of {big.stat().st_size >> 20} MB", f"{memory:.0f} MB", memory < MEMORY)


if __name__ == "__main__":
    main()
