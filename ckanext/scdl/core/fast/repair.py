"""Large plain files put right in pieces: the rules decide on distinct texts, polars carries it out.

The file is read twice: for what stands in its columns, then to write it anew. What is decided, and what is asked, is
what the careful way decides on the same file; anything that needs the whole table in view is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import polars as pl

from ..corrections import conflicts
from ..corrections.base import Column, Known
from ..corrections.cells import Decisions, Rewritten, decide
from ..corrections.layout import lay_out, one_each, recognise
from ..corrections.model import Change, OutColumn, Proposal, Question, Taken, in_order
from ..corrections.proposing import solo_checks
from ..corrections.publisher import constant_of
from ..corrections.rules import MEANING
from ..corrections.writing import LINE_END
from ..decoding import TWICE
from ..detection import Detector
from ..local import applicable
from ..plan import Plan, PlannedColumn, make_plan
from ..schema import Schema
from ..table import MAX_CELLS, Table
from .blocks import MAX_BYTES, Block, Head, OutOfReach, blocks, open_head, table_blocks
from .proofs import cell_proof, row_proof, whole_numbers

__all__ = ["MAX_BYTES", "OutOfReach", "open_head", "repair", "repair_file", "repair_table"]

_KEPT_BLOCKS = 4
"""Blocks of a file that are kept from the first reading to the second, when it has no more."""


def repair_file(source: BinaryIO, target: BinaryIO, head: Head, *how: Any) -> Proposal:
    """Write the corrected file of a plain one, which is never held whole; what follows is as `repair` takes it."""
    return repair(lambda: blocks(source, head), target, head.table, *how)


def repair_table(table: Table, target: BinaryIO, *how: Any) -> Proposal:
    """Write the corrected file of a table that was read already; what follows is as `repair` takes it."""
    return repair(lambda: table_blocks(table), target, table, *how)


def repair(
    pieces: Callable[[], Iterable[Block]],
    target: BinaryIO,
    table: Table,
    schema: Schema,
    detector: Detector,
    known: Known,
    takes: Taken,
) -> Proposal:
    """Write the corrected file and return what was done.

    Args:
        pieces: gives the rows, each time it is called.
        target: where the corrected one goes.
        table: its header, and how it was read.
        schema: what it is put right for.
        detector: knows which column a heading names.
        known: the publisher and the territory.
        takes: which corrections are wanted.

    Raises:
        OutOfReach: the file needs the careful way; what was written is worth nothing.
    """
    matched, unsure = recognise(detector, schema, table.labels, known.publisher, takes)
    plan = make_plan(schema, table, one_each(table, matched))
    _require_simple(plan, schema, known)
    looked = _Looked(plan, schema, known)
    kept: list[Block] = []
    for number, block in enumerate(pieces()):
        looked.look(block)
        kept = [*kept, block] if number == len(kept) < _KEPT_BLOCKS else []
    if looked.rows * len(table.labels) > MAX_CELLS:
        raise OutOfReach
    decisions = {
        name: decide(Column(column, solo_checks(plan, name), looked.texts[name], known), takes)
        for name, column in plan.columns.items()
    }
    if any(decisions[name].rewritten for name in _keys(plan)):
        raise OutOfReach
    for name, constant in looked.constants().items():
        if takes("publisher", "sure"):
            decisions[name].rewritten[""] = Rewritten(constant, "publisher", "sure")
    names = {column.position: name for name, column in plan.columns.items()}
    columns = lay_out(table, schema, names, unsure, known.publisher, takes)
    writer = _Writer(plan, decisions, columns)
    writer.write_header(target)
    for block in kept or pieces():
        writer.write(block, target)
    return Proposal(
        schema=schema.id,
        version=schema.version,
        reading=table.reading,
        labels=table.labels,
        columns=columns,
        changes=writer.changes(),
        questions=writer.questions(),
        runs=looked.runs(),
        blank_lines=looked.blank_lines() or table.blank_lines,
        above=table.above,
    )


def _keys(plan: Plan) -> set[str]:
    """Return the fields whose values may not come twice."""
    return {*plan.key, *(name for name, column in plan.columns.items() if column.unique)}


def _require_simple(plan: Plan, schema: Schema, known: Known) -> None:
    """Leave to the careful way what looks at a row as a whole: points, and rows of words that mean nothing."""
    positions = {name: column.position for name, column in plan.columns.items()}
    points = known.territory.rings and any(
        check.looks_at == "point" for check, _ in applicable(schema, positions)
    )
    if points or plan.missing_by_position is not None:
        raise OutOfReach


class _Looked:
    """What stands in a file: the texts of each column that may need something, and the lines of its rows."""

    def __init__(self, plan: Plan, schema: Schema, known: Known) -> None:
        self.texts: dict[str, set[str]] = {name: set() for name in plan.columns}
        self._plan = plan
        self._asked = {name: _question(plan, column, known) for name, column in plan.columns.items()}
        self._constants = {
            name: constant
            for name in plan.columns
            if (constant := constant_of(schema, name, known.publisher)) is not None
        }
        self._others = dict.fromkeys(self._constants, False)
        self._runs: list[tuple[int, int]] = []
        self._blank: list[int] = []

    def look(self, block: Block) -> None:
        """Gather the texts of a block."""
        frame = block.frame
        self._blank.extend(block.blank_lines)
        if not frame.height:
            return
        others = {
            f"not {name}": ~self._cell(name).is_in(["", constant]).all()
            for name, constant in self._constants.items()
        }
        found = frame.lazy().with_columns(**whole_numbers(self._plan.columns)).select(**self._asked, **others).collect()
        for name, texts in self.texts.items():
            texts.update(found[name][0].to_list())
        for name in self._constants:
            self._others[name] |= found[f"not {name}"][0]
        self._extend_runs(frame["line"])

    def constants(self) -> dict[str, str]:
        """Return what the publisher's own columns hold, where they name nobody else."""
        return {name: constant for name, constant in self._constants.items() if not self._others[name]}

    @property
    def rows(self) -> int:
        """Number of rows seen."""
        return sum(count for _, count in self._runs)

    def runs(self) -> tuple[tuple[int, int], ...]:
        """Return the lines of the rows as (first, how many one apart)."""
        return tuple(self._runs)

    def blank_lines(self) -> tuple[int, ...]:
        """Return the lines that hold nothing, save those after the last row."""
        last = sum(self._runs[-1]) if self._runs else 0
        return tuple(line for line in self._blank if line < last)

    def _cell(self, name: str) -> pl.Expr:
        return pl.col(str(self._plan.columns[name].position))

    def _extend_runs(self, lines: pl.Series) -> None:
        starts = [0, *(lines.diff() != 1).fill_null(False).arg_true().to_list(), len(lines)]
        for start, end in zip(starts, starts[1:], strict=False):
            first = lines[start]
            if self._runs and sum(self._runs[-1]) == first:
                first, before = self._runs.pop()
                self._runs.append((first, before + end - start))
            else:
                self._runs.append((first, end - start))


def _question(plan: Plan, column: PlannedColumn, known: Known) -> pl.Expr:
    """Return the distinct texts of a column that some correction may have something to say about."""
    cell = pl.col(str(column.position))
    checks = solo_checks(plan, column.name)
    proof = None if checks else cell_proof(column)
    empty = Column(column, checks, (), known)
    if proof is None or any(rule.reads_all and rule.build(empty) for rule in MEANING):
        return cell.unique().implode()
    suspect = ~proof | (cell.str.contains(TWICE.pattern) if empty.type == "string" else pl.lit(False))
    return cell.filter(suspect).unique().implode()


class _Writer:
    """Writes blocks with their corrections, and remembers which lines they were made on."""

    def __init__(self, plan: Plan, decisions: dict[str, Decisions], columns: Sequence[OutColumn]) -> None:
        self._plan = plan
        self._decisions = decisions
        self._columns = columns
        self._relations = [(check, row_proof(check, plan.columns)) for check in plan.checks if len(check.columns) > 1]
        self._made: dict[tuple[str, str], list[int]] = {}
        self._asked: dict[tuple[str, str], list[int]] = {}
        self._refused: dict[tuple[str, str, str], list[int]] = {}

    def write_header(self, target: BinaryIO) -> None:
        """Begin the corrected file."""
        labels = pl.DataFrame([column.label or None for column in self._columns], schema={"0": pl.String})
        labels.transpose().write_csv(target, include_header=False, line_terminator=LINE_END)

    def write(self, block: Block, target: BinaryIO) -> None:
        """Append the rows of a block to the corrected file."""
        frame = block.frame
        corrected = frame.with_columns(
            self._cell(name).replace(list(found.rewritten), [each.after for each in found.rewritten.values()])
            for name, found in self._decisions.items()
            if found.rewritten
        )
        refused = self._conflicts(frame, corrected)
        for name, index in refused:
            position = str(self._plan.columns[name].position)
            corrected[index, position] = frame[position][index]
        self._remember(frame, {(name, frame["line"][index]) for name, index in refused})
        out = [
            (pl.lit(column.constant) if column.source is None else pl.col(str(column.source))).alias(str(number))
            for number, column in enumerate(self._columns)
        ]
        plain = corrected.lazy().select(out).with_columns(pl.all().replace("", None)).collect()
        plain.write_csv(target, include_header=False, line_terminator=LINE_END)

    def changes(self) -> tuple[Change, ...]:
        """Return what was changed, with all its lines."""
        made = (
            Change(name, self._letter(name), text, *self._decisions[name].rewritten[text], tuple(lines))
            for (name, text), lines in self._made.items()
            if lines
        )
        return in_order(made, self._plan.columns)

    def questions(self) -> tuple[Question, ...]:
        """Return what could not be decided."""
        doubts = [
            Question(name, self._letter(name), text, doubt.code, doubt.choices, tuple(lines))
            for (name, text), lines in self._asked.items()
            for doubt in (self._decisions[name].doubts[text],)
        ]
        refused = [
            Question(name, self._letter(name), text, "contradiction", (after,), tuple(lines))
            for (name, text, after), lines in self._refused.items()
        ]
        return in_order([*doubts, *refused], self._plan.columns)

    def _conflicts(self, frame: pl.DataFrame, corrected: pl.DataFrame) -> list[tuple[str, int]]:
        """Return the cells whose correction would break a rule of their row."""
        questions = {}
        for number, (check, proof) in enumerate(self._relations):
            touched = [
                pl.col(str(self._plan.columns[name].position)).is_in(list(self._decisions[name].rewritten))
                for name in check.columns
                if name in self._plan.columns and self._decisions[name].rewritten
            ]
            if touched:
                changed = frame.select(pl.any_horizontal(touched)).to_series()
                questions[f"rule {number}"] = pl.lit(changed) & ~proof
        if not questions:
            return []
        left = corrected.lazy().with_columns(**whole_numbers(self._plan.columns)).select(**questions)
        indexes = left.select(pl.any_horizontal(pl.all()).arg_true()).collect().to_series().to_list()
        return list(self._refused_among(frame, indexes)) if indexes else []

    def _refused_among(self, frame: pl.DataFrame, indexes: list[int]) -> Iterator[tuple[str, int]]:
        rows = frame[indexes]
        cells = {name: rows[str(column.position)].to_list() for name, column in self._plan.columns.items()}
        changed = {
            name: {
                index: self._decisions[name].rewritten[text]
                for index, text in enumerate(texts)
                if text in self._decisions[name].rewritten
            }
            for name, texts in cells.items()
        }
        for (name, text, after), places in conflicts.refused(replace(self._plan, key=()), cells, changed).items():
            where = [indexes[index] for index in sorted(places)]
            lines = [frame["line"][index] for index in where]
            self._refused.setdefault((name, text, after), []).extend(lines)
            yield from ((name, index) for index in where)

    def _remember(self, frame: pl.DataFrame, refused: Collection[tuple[str, int]]) -> None:
        for name, found in self._decisions.items():
            for texts, places in ((found.rewritten, self._made), (found.doubts, self._asked)):
                if texts:
                    for text, lines in self._lines(frame, name, list(texts)):
                        kept = [line for line in lines if (name, line) not in refused] if refused else lines
                        places.setdefault((name, text), []).extend(kept)

    def _lines(self, frame: pl.DataFrame, name: str, texts: list[str]) -> list[tuple[str, list[int]]]:
        """Return the lines on which some texts stand, in the order of the file."""
        cell = str(self._plan.columns[name].position)
        faulty = frame.lazy().select(cell, "line").filter(pl.col(cell).is_in(texts))
        return faulty.group_by(cell, maintain_order=True).agg("line").collect().rows()

    def _cell(self, name: str) -> pl.Expr:
        return pl.col(str(self._plan.columns[name].position))

    def _letter(self, name: str) -> str:
        return self._plan.columns[name].letter
