"""One column while its cells go by: what was found in it, counted and masked, in memory that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .cells import CELL_DETECTORS, JOINT, SEARCHED, Candidate, Sieve, Verdict, as_one
from .findings import CODES, MOST_EXAMPLES, MOST_ROWS

_HEAD = 1_000
_MOST_IN_CELL = 100
"""Candidates of one cell that are judged: an honest one has a few."""
_BEFORE = 40
_MOST_SAMPLE = 4_000
SAMPLE = 400
"""Cells of a block that are looked at to judge a column as a whole."""


@dataclass(frozen=True)
class Cells:
    """The cells of a column in a block of rows.

    Attributes:
        take: returns all of them, one for each row.
        suspects: returns those in which a detector may find something, with their rows in the block.
        filled: how many are not empty.
        sample: some of them.
    """

    take: Callable[[], Sequence[str]]
    suspects: Callable[[], tuple[Sequence[str], Sequence[int]]]
    filled: int
    sample: Sequence[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Cells:
        """Return cells that are in memory."""
        filled = len(texts) - texts.count("")
        return cls(lambda: texts, lambda: (texts, range(len(texts))), filled, texts[:: sample_step(len(texts))])


def sample_step(rows: int) -> int:
    """Return how far apart the cells of a sample stand in a block."""
    return max(rows // SAMPLE, 1)


@dataclass
class Found:
    """Places of one code in a column.

    `unsure` are those that count only where most candidates are right, `placed` the cells whose line was looked up.
    """

    count: int = 0
    unsure: int = 0
    rows: list[int] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

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

    def take_in(self, other: Found) -> None:
        """Count the places of another code as well."""
        self.count += other.count
        self.rows = sorted({*self.rows, *other.rows})[:MOST_ROWS]
        self.examples = [*self.examples, *other.examples][:MOST_EXAMPLES]


class ColumnScan:
    """What the cells of a column hold.

    Attributes:
        filled: cells that are not empty.
        found: places by code.
        sample: some cells, from every block.
    """

    def __init__(self, roles: frozenset[str]) -> None:
        self.roles = roles
        self.filled = 0
        self.found: dict[str, Found] = {}
        self.sample: list[str] = []
        self._tried: Counter[str] = Counter()

    def look(self, block: Cells, lines: Sequence[int]) -> None:
        """Search the cells of a block; `lines` are those where its rows start."""
        self.filled += block.filled
        if len(self.sample) < _MOST_SAMPLE:
            self.sample.extend(cell.strip() for cell in block.sample if cell and not cell.isspace())
        searched = bool(SEARCHED & self.roles)
        cells, places = (block.take(), range(len(lines))) if searched else block.suspects()
        if cells:
            self._search(cells, lambda cell: lines[places[cells.index(cell)]])

    def counted(self) -> Iterable[tuple[str, Found, int]]:
        """Yield each code with its places and their number, unsure ones only where they prevail."""
        for code, found in self.found.items():
            prevail = (found.count + found.unsure) * 2 > self._tried[CODES[code][0]]
            count = found.count + (found.unsure if prevail else 0)
            if count:
                yield code, found, count

    def add(self, verdict: Verdict, weight: int, line: int | None) -> None:
        """Count a cell that something else than a detector of cells has judged."""
        self.found.setdefault(verdict.code, Found()).add(verdict, weight, line)

    def _search(self, cells: Sequence[str], line_of: Callable[[str], int]) -> None:
        """Run the detectors over cells that may hold something."""
        texts, weights = _distinct(cells)
        joined = as_one(texts)
        kept: dict[Sieve, str] = {}
        for kind, detector in CELL_DETECTORS.items():
            if detector.sieve not in kept:
                kept[detector.sieve] = detector.sieve.kept(texts, joined)
            searched = joined if detector.role in self.roles else kept[detector.sieve]
            start = end = within = 0
            cell, seen = "", set[str]()
            for match in detector.pattern.finditer(searched):
                if match.start() > end:  # each cell is cut out once, however much is in it
                    start, end = searched.rfind(JOINT, 0, match.start()) + 1, searched.index(JOINT, match.end())
                    cell, seen, within = searched[start:end], set(), 0
                within += 1
                if within > _MOST_IN_CELL:
                    continue
                before = searched[max(start, match.start() - _BEFORE) : match.start()]
                verdict = detector.judge(Candidate(match[0], before, self.roles))
                weight = weights.get(cell, 1)
                self._tried[kind] += weight
                if verdict is not None and verdict.code not in seen:
                    seen.add(verdict.code)
                    self.add(verdict, weight, self._line(verdict.code, cell, line_of))

    def _line(self, code: str, cell: str, line_of: Callable[[str], int]) -> int | None:
        """Return the line of a cell, for the first few different ones: to look for all would take its time."""
        placed = self.found.setdefault(code, Found()).placed
        if len(placed) >= MOST_ROWS or cell in placed:
            return None
        placed.add(cell)
        return line_of(cell)


def _distinct(cells: Sequence[str]) -> tuple[Iterable[str], Mapping[str, int]]:
    """Return the texts to search and how often each comes; all of them, once each, where most differ."""
    head = cells[:_HEAD]
    if len(set(head)) * 2 > len(head) or len(cells) < _HEAD:
        return cells, {}
    counted = Counter(cells)
    return counted, counted
