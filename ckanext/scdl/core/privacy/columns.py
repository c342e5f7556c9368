"""One column while its cells go by: what was found in it, counted and masked, in memory that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .cells import CELL_DETECTORS, JOINT, Candidate, Verdict
from .findings import CODES, MOST_EXAMPLES, MOST_ROWS

_HEAD = 1_000
_BEFORE = 40


@dataclass
class Found:
    """Places of one code in a column; `unsure` are those that count only where most candidates are right."""

    count: int = 0
    unsure: int = 0
    rows: list[int] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, weight: int, line: int | None) -> None:
        """Count a cell."""
        if verdict.sure:
            self.count += weight
        else:
            self.unsure += weight
        if len(self.examples) < MOST_EXAMPLES and verdict.mask not in self.examples:
            self.examples.append(verdict.mask)
        if line is not None and len(self.rows) < MOST_ROWS and line not in self.rows:
            self.rows.append(line)


class ColumnScan:
    """What the cells of a column hold.

    Attributes:
        filled: cells that are not empty.
        found: places by code.
    """

    def __init__(self, roles: frozenset[str]) -> None:
        self.roles = roles
        self.filled = 0
        self.found: dict[str, Found] = {}
        self._tried: Counter[str] = Counter()

    def look(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        """Search the cells of a block.

        Args:
            cells: one for each row.
            lines: where each row starts.
        """
        self.filled += len(cells) - cells.count("")
        texts, weights = _distinct(cells)
        joined = JOINT + JOINT.join(texts) + JOINT
        passed: dict[object, bool] = {}
        for kind, detector in CELL_DETECTORS.items():
            if detector.sieve not in passed:
                passed[detector.sieve] = detector.sieve(joined)
            if not passed[detector.sieve]:
                continue
            seen: set[tuple[int, str]] = set()
            for match in detector.pattern.finditer(joined):
                start = joined.rfind(JOINT, 0, match.start()) + 1
                cell = joined[start : joined.index(JOINT, match.end())]
                before = joined[max(start, match.start() - _BEFORE) : match.start()]
                verdict = detector.judge(Candidate(match[0], before, self.roles))
                weight = weights.get(cell, 1)
                self._tried[kind] += weight
                if verdict is not None and (start, verdict.code) not in seen:
                    seen.add((start, verdict.code))
                    self._add(verdict, weight, cell, cells, lines)

    def counted(self) -> Iterable[tuple[str, Found, int]]:
        """Yield each code with its places and their number, unsure ones only where they prevail."""
        for code, found in self.found.items():
            prevail = found.unsure * 2 > self._tried[CODES[code][0]]
            count = found.count + (found.unsure if prevail else 0)
            if count:
                yield code, found, count

    def _add(self, verdict: Verdict, weight: int, cell: str, cells: Sequence[str], lines: Sequence[int]) -> None:
        found = self.found.setdefault(verdict.code, Found())
        line = lines[cells.index(cell)] if len(found.rows) < MOST_ROWS else None
        found.add(verdict, weight, line)


def _distinct(cells: Sequence[str]) -> tuple[Iterable[str], Mapping[str, int]]:
    """Return the texts to search and how often each comes; all of them, once each, where most differ."""
    head = cells[:_HEAD]
    if len(set(head)) * 2 > len(head) or len(cells) < _HEAD:
        return cells, {}
    counted = Counter(cells)
    return counted, counted
