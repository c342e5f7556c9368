"""What putting a file right would do to it: values that travel as JSON, are edited by a person and come back.

A proposal and a change log are one thing: what is in it is done. Changes of cells are kept together where the same
text of one column becomes the same other text; each names all its lines, so that one cell can be taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar

from ..report import Reading

Confidence = Literal["sure", "likely"]
LEVELS: Mapping[str, frozenset[str]] = {"sure": frozenset({"sure"}), "likely": frozenset({"sure", "likely"})}
"""What each answer to "how far do I trust it" accepts."""

FORM = 1
"""Number of the JSON form below; another one is refused."""


class NoLog(ValueError):
    """A JSON value is not a change log; `reason` names the part that is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Change:
    """One text of one column becomes another, on some lines of the original file.

    `column` is the letter a spreadsheet shows above the original column; it is empty where a value is given to a
    column that the file did not have. `lines` are where the records start in the original file.
    """

    field: str
    column: str
    before: str
    after: str
    rule: str
    confidence: Confidence
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """What could not be guessed: the same text on some lines, and what it may stand for.

    `rule` says why it is asked. An `answer` that somebody writes into it is carried out like a change.
    """

    field: str
    column: str
    value: str
    rule: str
    choices: tuple[str, ...]
    lines: tuple[int, ...]
    answer: str | None = None


@dataclass(frozen=True)
class OutColumn:
    """One column of the corrected file.

    `source` is its position among the original columns, None for a column that is added with `constant` in every row.
    `rule` says why its name or existence is a correction: heading, publisher, optional-column; None where it is not.
    """

    label: str
    source: int | None
    field: str | None = None
    rule: str | None = None
    confidence: Confidence = "sure"
    constant: str = ""


@dataclass(frozen=True)
class Proposal:
    """How a table becomes the corrected one.

    Attributes:
        schema: id of the schema it is put right for.
        version: version of that schema.
        reading: how the bytes became a table; what was assumed there is put right by writing the file anew.
        labels: the original header.
        columns: the corrected file's columns, in order.
        changes: cells that change.
        questions: cells that were not understood.
        runs: lines of the original rows, as first line and number of rows one line apart.
        short_rows: lines with fewer cells than the header, and how many they had.
        blank_lines: lines that held nothing and are left out.
        above: titles above the header and the examples of a template, which are left out.
    """

    schema: str
    version: str
    reading: Reading
    labels: tuple[str, ...]
    columns: tuple[OutColumn, ...]
    changes: tuple[Change, ...] = ()
    questions: tuple[Question, ...] = ()
    runs: tuple[tuple[int, int], ...] = ()
    short_rows: tuple[tuple[int, int], ...] = ()
    blank_lines: tuple[int, ...] = ()
    above: tuple[tuple[str, ...], ...] = ()

    @property
    def cells(self) -> int:
        """Number of cells that change."""
        return sum(len(change.lines) for change in self.changes)

    @property
    def is_reordered(self) -> bool:
        """Whether columns that stay stand in another order than before."""
        sources = [column.source for column in self.columns if column.source is not None]
        return sources != sorted(sources)

    @property
    def lines(self) -> list[int]:
        """Lines of the original rows, one for each row of the corrected file."""
        return [line for first, count in self.runs for line in range(first, first + count)]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, which `from_dict` reads back."""
        values: dict[str, Any] = {"form": FORM}
        for each in fields(self):
            values[each.name] = _plain(getattr(self, each.name))
        return values

    @classmethod
    def from_dict(cls, values: Any) -> Proposal:
        """Rebuild a proposal that a person may have edited.

        Raises:
            NoLog: something in it is not of the form that `to_dict` writes.
        """
        told = _mapping(values, "log")
        if told.get("form") != FORM:
            raise NoLog("form")
        return cls(
            schema=_text(told, "schema"),
            version=_text(told, "version"),
            reading=_record(Reading, told.get("reading"), "reading"),
            labels=_texts(told.get("labels"), "labels"),
            columns=_records(OutColumn, told, "columns"),
            changes=_records(Change, told, "changes"),
            questions=_records(Question, told, "questions"),
            runs=_pairs(told.get("runs"), "runs"),
            short_rows=_pairs(told.get("short_rows"), "short_rows"),
            blank_lines=_numbers(told.get("blank_lines"), "blank_lines"),
            above=tuple(_texts(each, "above") for each in _list(told.get("above"), "above")),
        )


@dataclass(frozen=True)
class Taken:
    """Which corrections are wanted.

    Attributes:
        level: "sure", or "likely" for both.
        only: rules to take; all of them when empty.
        except_: rules to leave.
    """

    level: str = "likely"
    only: frozenset[str] = frozenset()
    except_: frozenset[str] = frozenset()

    def __call__(self, rule: str, confidence: str) -> bool:
        """Tell whether a correction is taken."""
        return (
            confidence in LEVELS[self.level] and rule not in self.except_ and (not self.only or rule in self.only)
        )


def accept(
    proposal: Proposal,
    takes: Taken,
    *,
    refused_cells: Iterable[tuple[str, int]] = (),
    dropped: Iterable[str] = (),
) -> Proposal:
    """Return the part of a proposal that is wanted; what is refused stays as it was in the file.

    Args:
        proposal: what could be done.
        takes: which rules to take, and how sure they have to be.
        refused_cells: single cells to leave alone, as field and line.
        dropped: labels of unknown columns to leave out.
    """
    cells, given_up = frozenset(refused_cells), frozenset(dropped)
    changes = []
    for change in proposal.changes:
        if takes(change.rule, change.confidence):
            lines = tuple(line for line in change.lines if (change.field, line) not in cells) if cells else change.lines
            if lines:
                changes.append(replace(change, lines=lines))
    columns = accepted_columns(proposal.columns, proposal.labels, takes)
    kept = tuple(column for column in columns if column.field or column.label not in given_up)
    return replace(proposal, changes=tuple(changes), columns=kept)


def accepted_columns(columns: Iterable[OutColumn], labels: Sequence[str], takes: Taken) -> tuple[OutColumn, ...]:
    """Return the columns of the corrected file when only some corrections are taken."""
    kept = []
    for column in columns:
        if column.rule is None or takes(column.rule, column.confidence):
            kept.append(column)
        elif column.source is not None:
            kept.append(replace(column, label=labels[column.source], rule=None))
    if not takes("order", "sure"):
        kept.sort(key=lambda column: len(labels) if column.source is None else column.source)
    return tuple(kept)


Placed = TypeVar("Placed", Change, Question)


def in_order(places: Iterable[Placed], columns: Iterable[str]) -> tuple[Placed, ...]:
    """Return changes or questions by column as in the file, then by their first lines."""
    rank = {name: number for number, name in enumerate(columns)}
    return tuple(sorted(places, key=lambda each: (rank[each.field], each.lines[:1])))


def runs_of(lines: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return rising numbers as (first, how many one apart)."""
    runs: list[tuple[int, int]] = []
    start = 0
    # Whole stretches are compared at once: most files are one stretch.
    while start < len(lines):
        end = len(lines)
        while lines[end - 1] - lines[start] != end - 1 - start:
            end = start + (end - start) // 2
        end = _end_of_run(lines, start, end)
        runs.append((lines[start], end - start))
        start = end
    return tuple(runs)


def _end_of_run(lines: Sequence[int], start: int, end: int) -> int:
    """Extend a stretch that is known to be even."""
    while end < len(lines) and lines[end] == lines[end - 1] + 1:
        end += 1
    return end


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, (Change, Question, OutColumn, Reading)):
        return {name: _plain(each) for name, each in vars(value).items()}
    return value


def _mapping(value: Any, part: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NoLog(part)
    return value


def _list(value: Any, part: str) -> list[Any]:
    if not isinstance(value, list):
        raise NoLog(part)
    return value


def _text(values: Mapping[str, Any], part: str) -> str:
    value = values.get(part)
    if not isinstance(value, str):
        raise NoLog(part)
    return value


def _texts(value: Any, part: str) -> tuple[str, ...]:
    texts = _list(value, part)
    if not all(isinstance(each, str) for each in texts):
        raise NoLog(part)
    return tuple(texts)


def _numbers(value: Any, part: str) -> tuple[int, ...]:
    numbers = _list(value, part)
    if not all(type(each) is int and each >= 0 for each in numbers):
        raise NoLog(part)
    return tuple(numbers)


def _pairs(value: Any, part: str) -> tuple[tuple[int, int], ...]:
    pairs = [_numbers(each, part) for each in _list(value, part)]
    if not all(len(each) == 2 for each in pairs):
        raise NoLog(part)
    return tuple((first, second) for first, second in pairs)


def _records(kind: type[Any], values: Mapping[str, Any], part: str) -> tuple[Any, ...]:
    return tuple(_record(kind, each, part) for each in _list(values.get(part), part))


def _record(kind: type[Any], value: Any, part: str) -> Any:
    """Rebuild a flat record; what a person left out gets its usual value, what they misspelt is refused."""
    told = dict(_mapping(value, part))
    for each in fields(kind):
        if each.name in told:
            told[each.name] = _cast(told[each.name], str(each.type), f"{part}.{each.name}")
    try:
        return kind(**told)
    except TypeError as error:
        raise NoLog(part) from error


def _cast(value: Any, kind: str, part: str) -> Any:
    """Return a member of a record if it is of its type, which annotations tell as text."""
    if kind.endswith("| None") and value is None:
        return None
    if kind == "tuple[int, ...]":
        return _numbers(value, part)
    if kind == "tuple[str, ...]":
        return _texts(value, part)
    if kind == "Confidence":
        if value not in LEVELS["likely"]:
            raise NoLog(part)
        return value
    if type(value) is not (int if kind.startswith("int") else str):
        raise NoLog(part)
    return value
