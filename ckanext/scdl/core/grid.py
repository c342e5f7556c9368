"""A table that somebody fills by hand: what its columns ask for, its bytes, and what a check says of its cells.

Rows of the grid count from 1, as its page shows them; those that are blank are no part of the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from . import messages
from .report import Issue, Report
from .schema import Field, Schema
from .sentences import translator
from .template import FREE_DATES, accepted_values

Control = Literal["text", "date", "choice", "suggestion"]

MOST_CHOICES = 40
"""Values up to which a list is chosen from; a longer one is typed, and the browser suggests."""

MOST_FINDINGS = 200
"""Findings that a page lists; the others are counted."""

_INPUT_MODES = {"email": "email", "uri": "url"}
_LEVELS = {"error": 0, "warning": 1, "info": 2}

Row = Sequence[str]


@dataclass(frozen=True)
class Column:
    """What a page needs to let a person fill one column.

    Attributes:
        control: how a cell is filled.
        input_mode: keyboard that a telephone shows, as HTML names it; empty for the usual one.
        choices: accepted values, each with the words that stand for it in a list.
        width: characters that usual values need.
    """

    name: str
    title: str
    description: str
    example: str
    required: bool
    control: Control
    input_mode: str
    choices: tuple[tuple[str, str], ...]
    width: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Sheet:
    """The file that a grid makes; `places` tells the row of the grid that starts on a line of the file."""

    content: bytes
    places: Mapping[int, int]


@dataclass(frozen=True)
class Finding:
    """What a check says of some cells of one column, or of whole rows where `field` is None."""

    level: str
    field: str | None
    rows: tuple[int, ...]
    value: str | None
    correction: str | None
    message: str


def columns_of(schema: Schema, lang: str = "fr") -> tuple[Column, ...]:
    """Return the columns of a schema in their order, with the words of a language."""
    described = {each["name"]: each for each in schema.descriptor["fields"]}
    return tuple(_column(field, described[field.name], lang) for field in schema.fields)


def _column(field: Field, described: Mapping[str, Any], lang: str) -> Column:
    values = () if field.type == "array" else accepted_values(described)
    choices = tuple((value, _words(value, field.type, index, lang)) for index, value in enumerate(values))
    longest = max(map(len, (field.example, *values)), default=0)
    return Column(
        name=field.name,
        title=field.title,
        description=field.description,
        example=field.example,
        required=field.required,
        control=_control(field, len(choices)),
        input_mode=_input_mode(field),
        choices=choices,
        width=min(max(longest, 14), 40),
    )


def _control(field: Field, choices: int) -> Control:
    if choices:
        return "choice" if choices <= MOST_CHOICES else "suggestion"
    return "date" if field.type == "date" and field.format in FREE_DATES else "text"


def _input_mode(field: Field) -> str:
    if field.type in ("integer", "year"):
        return "numeric"
    if field.type == "number":
        # Keyboards of numbers often lack the minus, which a longitude in Brittany wants.
        least = field.constraints.get("minimum")
        return "decimal" if isinstance(least, int | float) and least >= 0 else ""
    return _INPUT_MODES.get(field.format, "")


def _words(value: str, kind: str, index: int, lang: str) -> str:
    """Return what stands for an accepted value in a list: yes and no are written in full."""
    if kind != "boolean":
        return value
    _ = translator(lang)
    words = (_("yes"), _("no"))[index]
    return words if value == words else f"{words} ({value})"


def to_csv(names: Row, rows: Iterable[Row]) -> Sheet:
    """Return the filled rows as UTF-8 CSV under a header; a short row ends in empty cells."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    places, line = {}, 2
    for number, row in enumerate(rows, 1):
        cells = [_one_kind_of_break(cell) for cell in row]
        if is_blank(cells):
            continue
        writer.writerow(cells + [""] * (len(names) - len(cells)))
        places[line] = number
        line += 1 + sum(cell.count("\n") for cell in cells)
    return Sheet(text.getvalue().encode(), MappingProxyType(places))


def is_blank(row: Row) -> bool:
    """Tell whether nothing was written into a row."""
    return not any(cell.strip() for cell in row)


def _one_kind_of_break(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def findings(report: Report, sheet: Sheet, schema: Schema, lang: str = "fr") -> tuple[Finding, ...]:
    """Return what a check of the sheet says, in the rows and titles of the grid, worst and topmost first."""
    if report.refusal is not None:
        said = messages.refusal_sentence(report.refusal, lang)
        return (Finding(level="error", field=None, rows=(), value=None, correction=None, message=said),)
    titles = {field.name: field.title for field in schema.fields}
    found = [_finding(issue, sheet, titles, lang) for issue in report.issues]
    order = {name: position for position, name in enumerate(titles)}
    return tuple(sorted(found, key=lambda each: (_LEVELS[each.level], each.rows[:1], order.get(each.field or "", -1))))


def _finding(issue: Issue, sheet: Sheet, titles: Mapping[str, str], lang: str) -> Finding:
    rows = tuple(sheet.places[line] for line in issue.rows if line in sheet.places)
    # The grid has titles where a spreadsheet has letters and the names of fields.
    told = replace(issue, rows=rows, column=None, label=titles.get(issue.field or "", issue.label))
    return Finding(issue.level, issue.field, rows, issue.value, issue.correction, messages.sentence(told, lang))


def realigned(columns: Row, rows: Iterable[Row], wanted: Row) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return rows under other columns, and the names of those columns whose values find no place there.

    Args:
        columns: names of the columns that the rows have.
        rows: cells, row by row.
        wanted: names of the columns that they shall have.
    """
    rows = [list(row) for row in rows]
    at = {name: index for index, name in enumerate(columns)}
    moved = [[row[at[name]] if name in at and at[name] < len(row) else "" for name in wanted] for row in rows]
    lost = [name for name in columns if name not in set(wanted)]
    return moved, tuple(name for name in lost if any(row[at[name]].strip() for row in rows if at[name] < len(row)))
