"""The checks of a plan on blocks of rows: proofs for the many, the rules themselves for what is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import polars as pl

from ..checks.base import Finding, RowCheck
from ..checks.cells import Fault
from ..checks.keys import Keys, Repeated
from ..plan import Plan, PlannedColumn
from ..table import MAX_CELLS, Table
from ..tally import Tally
from .blocks import Block, Head, blocks, table_blocks
from .odd import LocalScan
from .pieces import ANYTHING_ODD, OutOfReach
from .proofs import cell_proof, proves_plain, row_proof, text_proof, whole_numbers

_SAMPLE = 2_000
_MANY = 600
"""Distinct values in a sample above which a column is proven cell by cell and not value by value."""

_has_oddity = re.compile(re.sub(r"\\x\{(\w{2,4})\}", lambda code: chr(int(code[1], 16)), ANYTHING_ODD)).search

_MAX_REMEMBERED = 50_000


def scan(
    file: BinaryIO, head: Head, plan: Plan, tally: Tally, odd: LocalScan | None = None
) -> tuple[int, tuple[int, ...]]:
    """Check all rows below a header; return how many there are and which lines are blank.

    Raises:
        OutOfReach: the file is not plain; what the tally holds by then is worth nothing.
    """
    scanner = _Scanner(plan, tally)
    rows, last = 0, head.line
    blank: list[int] = []
    for block in _ahead(blocks(file, head)):
        scanner.check(block)
        if odd is not None:
            odd.look(block)
        blank.extend(block.blank_lines)
        if block.frame.height:
            rows += block.frame.height
            last = block.frame.item(-1, "line")
    if rows * len(head.table.labels) > MAX_CELLS:
        raise OutOfReach
    if odd is not None:
        odd.look_again(file, head)
    return rows, tuple(line for line in blank if line < last)


def scan_table(table: Table, plan: Plan, tally: Tally) -> None:
    """Check all rows of a table that was read already, whatever its cells hold: its notices were taken then.

    Raises:
        OutOfReach: a row is longer or shorter than the header; what the tally holds by then is worth nothing.
    """
    scanner = _Scanner(plan, tally)
    for block in table_blocks(table):
        scanner.check(block)


def _ahead(pieces: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks of which the next one is read and cut by another thread while its caller works."""
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(next, pieces, None)
        while (block := coming.result()) is not None:
            coming = worker.submit(next, pieces, None)
            yield block


class _Scanner:
    """What is remembered from block to block."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._plan = plan
        self._tally = tally
        self._solo: dict[str, list[RowCheck]] = {}
        self._group: list[tuple[RowCheck, pl.Expr]] = []
        for check in plan.checks:
            if check.place is not None and check.columns == (check.place,):
                self._solo.setdefault(check.place, []).append(check)
            else:
                self._group.append((check, row_proof(check, plan.columns)))
        self._text_proofs = {
            name: text_proof(column, self._solo.get(name, ())) for name, column in plan.columns.items()
        }
        self._unique = {name: Repeated() for name, column in plan.columns.items() if column.unique}
        self._keys = Keys()
        self._proofs: dict[str, pl.Expr | None] | None = None
        self._judged: dict[str, set[str]] = {name: set() for name in plan.columns}
        self._faults: dict[str, dict[str, tuple[Fault | tuple[RowCheck, Finding], ...]]] = {
            name: {} for name in plan.columns
        }

    def check(self, block: Block) -> None:
        """Report what is wrong in a block."""
        frame = block.frame
        if not frame.height:
            return
        self._refuse_blank_words(frame)
        if self._proofs is None:
            self._proofs = self._choose(frame)
        columns = self._plan.columns
        asked = {
            name: pl.col(str(columns[name].position)).filter(~proof).unique().implode()
            for name, proof in self._proofs.items()
            if proof is not None
        }
        odd = {} if block.odd is None else {"odd": self._oddities(frame, block.odd)}
        left = {f"rule {number}": (~proof).arg_true().implode() for number, (_, proof) in enumerate(self._group)}
        answers = frame.lazy().with_columns(**whole_numbers(columns)).select(**odd, **asked, **left).collect()
        if odd and answers["odd"][0]:
            raise OutOfReach
        wrong: dict[str, list[str]] = {}
        for name, column in columns.items():
            texts = frozenset(answers[name][0].to_list()) if name in asked else block.distinct(column.position)
            wrong[name] = self._wrong(column, texts, block.odd is not None)
        self._count_texts(frame, {name: texts for name, texts in wrong.items() if texts})
        for number, (check, _) in enumerate(self._group):
            rows = answers[f"rule {number}"][0]
            if len(rows):
                self._count_rows(check, frame, rows)
        self._repeated(frame)

    def _oddities(self, frame: pl.DataFrame, pattern: str) -> pl.Expr:
        """Return whether a cell holds something odd, in the columns where neither proof nor judge would see it."""
        assert self._proofs is not None
        columns = self._plan.columns
        seen = {
            str(columns[name].position)
            for name, proof in self._proofs.items()
            if proof is None or proves_plain(columns[name])
        }
        others = [name for name in frame.columns if name != "line" and name not in seen]
        return pl.any_horizontal(pl.lit(False), *(pl.col(name).str.contains(pattern).any() for name in others))

    def _refuse_blank_words(self, frame: pl.DataFrame) -> None:
        """Leave rows of words that mean nothing to the careful reader: they are faults of their own."""
        missing = self._plan.missing_by_position
        if missing is not None:
            blank = [pl.col(str(position)).is_in(sorted(words)) for position, words in enumerate(missing)]
            if frame.lazy().select(pl.all_horizontal(blank).any()).collect().item():
                raise OutOfReach

    def _choose(self, frame: pl.DataFrame) -> dict[str, pl.Expr | None]:
        """Decide for each column that has rules whether to prove its cells or to judge its values."""
        chosen: dict[str, pl.Expr | None] = {}
        for name, column in self._plan.columns.items():
            proof = None if name in self._solo else cell_proof(column)
            many = frame[str(column.position)].head(_SAMPLE).n_unique() > _MANY
            # The proof of a text without a pattern costs next to nothing.
            cheap = proof is not None and "pattern" not in (column.described.get("constraints") or {})
            chosen[name] = proof if many or cheap else None
        return chosen

    def _wrong(self, column: PlannedColumn, texts: frozenset[str], odd: bool) -> list[str]:
        """Judge those texts of a column that are new, and return all that are wrong."""
        judged, faults = self._judged[column.name], self._faults[column.name]
        if len(judged) > _MAX_REMEMBERED:
            judged.clear()
            faults.clear()
        new = texts.difference(judged)
        judged.update(new)
        for text in self._unproven(column, new):
            if odd and _has_oddity(text):
                raise OutOfReach
            if found := self._judge(column, text):
                faults[text] = found
        return [text for text in faults if text in texts]

    def _unproven(self, column: PlannedColumn, texts: frozenset[str]) -> Iterable[str]:
        """Return those of some distinct texts that have to be judged one by one."""
        proof = self._text_proofs.get(column.name)
        if proof is None or len(texts) < _MANY:
            return texts
        cell = str(column.position)
        frame = pl.DataFrame({cell: list(texts)}, {cell: pl.String}).lazy()
        left = frame.with_columns(**whole_numbers({cell: column})).filter(
            ~proof | pl.col(cell).str.contains(ANYTHING_ODD)
        )
        return left.collect()[cell].to_list()

    def _count_texts(self, frame: pl.DataFrame, wrong: Mapping[str, list[str]]) -> None:
        """Count the places of wrong texts, given by column."""
        cells = {name: str(self._plan.columns[name].position) for name in wrong}
        places = {name: pl.col(cells[name]).is_in(texts).arg_true().implode() for name, texts in wrong.items()}
        found = frame.lazy().select(**places).collect()
        for name in wrong:
            for (text,), lines in _grouped(frame, [cells[name]], found[name][0]).items():
                for each in self._faults[name][text]:
                    if isinstance(each, Fault):
                        self._plan.note_fault(self._tally, name, each, text, lines, len(lines))
                    else:
                        self._plan.note_finding(self._tally, *each, text, lines, len(lines))

    def _judge(self, column: PlannedColumn, text: str) -> tuple[Fault | tuple[RowCheck, Finding], ...]:
        verdict = column.reader(text)
        found: list[Fault | tuple[RowCheck, Finding]] = list(verdict.faults)
        for check in self._solo.get(column.name, ()):
            if finding := check.rule((verdict.value,)):
                found.append((check, finding))
        return tuple(found)

    def _count_rows(self, check: RowCheck, frame: pl.DataFrame, rows: pl.Series) -> None:
        """Apply a rule to each distinct combination of the rows that are not proven."""
        columns = [self._plan.columns.get(name) for name in check.columns]
        cells = [str(column.position) for column in columns if column is not None]
        for texts, lines in _grouped(frame, cells, rows).items():
            by_cell = dict(zip(cells, texts, strict=True))
            values = tuple(
                None if column is None else column.reader(by_cell[str(column.position)]).value for column in columns
            )
            if finding := check.rule(values):
                place = self._plan.columns.get(check.place) if check.place else None
                text = by_cell.get(str(place.position)) if place else None
                self._plan.note_finding(self._tally, check, finding, text, lines, len(lines))

    def _repeated(self, frame: pl.DataFrame) -> None:
        """Report values and keys that an earlier row of any block has."""
        lines = frame["line"]
        for name, seen in self._unique.items():
            column = self._plan.columns[name]
            texts = frame[str(column.position)].to_list()
            for index in seen.indexes(column.reader(text).value for text in texts):
                self._plan.note_repeated(self._tally, name, texts[index], lines[index])
        if self._plan.key:
            columns: list[PlannedColumn] = [self._plan.columns[name] for name in self._plan.key]
            texts_of: list[list[str]] = [frame[str(column.position)].to_list() for column in columns]
            cast = [
                [column.reader(text).value for text in texts] for column, texts in zip(columns, texts_of, strict=True)
            ]
            for index, code in self._keys.faults(cast):
                self._plan.note_key(self._tally, code, [texts[index] for texts in texts_of], lines[index])


def _grouped(frame: pl.DataFrame, cells: list[str], rows: pl.Series) -> dict[tuple[str, ...], list[int]]:
    """Return the distinct combinations in some rows, in the order of the file, with their lines."""
    grouped: dict[tuple[str, ...], list[int]] = {}
    for *combination, line in frame[rows, [*cells, "line"]].rows():
        grouped.setdefault(tuple(combination), []).append(line)
    return grouped
