"""Workbooks (XLSX, ODS, XLS) to the records of the sheet that matches best, with what is odd about it."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .number_formats import NumberFormat, general_text, shown_date, shown_number
from .ods import read_ods
from .report import Issue, Reading
from .sheets import Bounds, Place, Sheet, corner, sheet_notices
from .table import Kinds, Record, Refused, Score, column_letter, find_header, is_blank, known_share
from .xls import facts_of
from .xlsx import SheetFacts, sheets_of

_ALL_TEXT = frozenset({str})

MOST_EXACT = 1e15
"""From here on a spreadsheet program drops the last digits of a number."""


@dataclass(frozen=True)
class Chosen:
    """The sheet that was taken."""

    records: list[Record]
    reading: Reading
    notices: tuple[Issue, ...]
    kinds: Kinds


def read_sheet(data: bytes, kind: str, known_labels: frozenset[str], score: Score | None = None) -> Chosen:
    """Return the sheet whose header fits best; among equals the first one that is not hidden.

    Args:
        data: the workbook.
        kind: "xlsx", "ods" or "xls".
        known_labels: names of columns of all schemas.
        score: how well labels fit what is looked for; the number of known labels when None.
    """
    merit = score or (lambda labels: float(known_share(labels, known_labels)))
    best: tuple[tuple[float, bool], Sheet, Record] | None = None
    far: Refused | None = None
    filled: list[Sheet] = []
    for sheet, refusal in every_sheet(data, kind):
        if refusal is not None:
            far = far or Refused(refusal.code, refusal.line, Reading(format=kind, sheet=sheet.name), refusal.address)
            continue
        header = find_header(sheet.records, known_labels)
        if header is None:
            continue
        filled.append(sheet)
        rank = (merit(sheet.records[header][1]), not sheet.hidden)
        if best is None or rank > best[0]:
            best = (rank, sheet, sheet.records[header])
    if far is not None and (best is None or best[0][0] < 2):
        raise far
    if best is None:
        raise Refused("empty", reading=Reading(format=kind))
    _, sheet, header_record = best
    reading = Reading(format=kind, sheet=sheet.name, assumed=("sheet",) if len(filled) > 1 else ())
    hidden = [Place("hidden-sheet", value=each.name) for each in filled if each.hidden]
    sheet.places.extend(hidden)
    return Chosen(sheet.records, reading, tuple(sheet_notices(sheet, header_record)), sheet.kinds)


def every_sheet(data: bytes, kind: str) -> Iterator[tuple[Sheet, Refused | None]]:
    """Yield each sheet of a workbook that holds something, and why one cannot be read."""
    for sheet, refusal in _READERS[kind](data):
        _drop_blank_tail(sheet.records)
        yield sheet, refusal


def cell_text(value: Any, shape: NumberFormat | None = None) -> str:
    """Return what a person reads in a cell: whole numbers without a point, a date as year-month-day."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if shape is not None and shape.kind == "number":
            return shown_number(float(value), shape)[0]
        return general_text(float(value))
    if isinstance(value, datetime.date):
        return shown_date(value, shape)
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime.time) else str(value)


def _xlsx_sheets(data: bytes) -> Iterator[tuple[Sheet, Refused | None]]:
    facts = [each for each in sheets_of(data) if each.bounds.cells or each.refusal]
    workbook = _open(data)
    for each in facts:
        sheet = Sheet(each.name, each.hidden)
        if each.refusal is None:
            _fill(sheet, _values(workbook, each.name), each)
        yield sheet, each.refusal


def _xls_sheets(data: bytes) -> Iterator[tuple[Sheet, Refused | None]]:
    import python_calamine

    workbook = _open(data)
    known = facts_of(data)
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = Sheet(meta.name, meta.visible != python_calamine.SheetVisibleEnum.Visible)
        values = _values(workbook, meta.name)
        facts = known.get(meta.name) or SheetFacts(meta.name)
        facts.merged = [_range(ends) for ends in values.merged_cell_ranges or ()]
        try:
            _check_bounds(values)
            _fill(sheet, values, facts)
        except Refused as refusal:
            yield sheet, refusal
        else:
            yield sheet, None


_READERS: dict[str, Callable[[bytes], Any]] = {"xlsx": _xlsx_sheets, "xls": _xls_sheets, "ods": read_ods}


def _open(data: bytes) -> Any:
    """Return calamine's workbook; its errors are refusals."""
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise Refused("password") from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("damaged") from error


def _values(workbook: Any, name: str) -> Any:
    import python_calamine

    try:
        return workbook.get_sheet_by_name(name)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("damaged") from error


def _check_bounds(values: Any) -> None:
    """Refuse a far cell of a sheet that is in memory already, since XLS has small ones only."""
    bounds = Bounds()
    for line, cells in enumerate(values.to_python(skip_empty_area=False), start=1):
        last = next((column for column in range(len(cells) - 1, -1, -1) if cells[column] != ""), None)
        if last is not None:
            bounds.hold(line, last)


def _fill(sheet: Sheet, values: Any, facts: SheetFacts) -> None:
    """Turn the values of calamine into text, with the formats and places from the XML."""
    formats, errors = facts.formats, facts.errors
    for line, cells in enumerate(values.to_python(skip_empty_area=False), start=1):
        if _ALL_TEXT.issuperset(map(type, cells)):
            sheet.records.append((line, cells))
            continue
        row: list[str] = []
        for column, value in enumerate(cells):
            if type(value) is str:
                row.append(value)
                continue
            shape = formats.get((line, column))
            row.append(_typed(sheet, line, column, value, shape))
        sheet.records.append((line, row))
    for (line, column), text in errors.items():
        _put(sheet.records, line, column, text)
        sheet.places.append(Place("error-value", line, column, text))
        sheet.is_kind(column, "error", line)
    for line, column in facts.formulas:
        if not _get(sheet.records, line, column):
            sheet.places.append(Place("formula-without-value", line, column))
    sheet.places.extend(Place("hidden-rows", line) for line in facts.hidden_lines if line <= len(sheet.records))
    width = max((len(row) for _, row in sheet.records), default=0)
    sheet.places.extend(Place("hidden-columns", column=each) for each in facts.hidden_columns if each < width)
    for reference in facts.merged:
        line, column = corner(reference)
        sheet.places.append(Place("merged-cells", line, column, reference))
    sheet.places.extend(Place("cell-comments", line) for line, _ in facts.comments)


def _typed(sheet: Sheet, line: int, column: int, value: Any, shape: NumberFormat | None) -> str:
    """Return the text of a cell that is none, and keep what it is."""
    if isinstance(value, bool):
        sheet.is_kind(column, "boolean", line)
    elif isinstance(value, (int, float)):
        sheet.is_kind(column, "number", line)
        if abs(value) >= MOST_EXACT:
            sheet.places.append(Place("digits-lost", line, column, general_text(float(value))))
        if shape is not None and shape.kind == "number":
            text, rounds = shown_number(float(value), shape)
            if rounds:
                sheet.places.append(Place("rounded-number", line, column, general_text(float(value))))
            return text
    elif isinstance(value, datetime.date):
        sheet.is_kind(column, "date", line)
    elif isinstance(value, (datetime.time, datetime.timedelta)):
        sheet.is_kind(column, "time", line)
    return cell_text(value, shape)


def _get(records: Sequence[Record], line: int, column: int) -> str:
    cells = records[line - 1][1] if 0 < line <= len(records) else []
    return cells[column] if column < len(cells) else ""


def _put(records: list[Record], line: int, column: int, text: str) -> None:
    records.extend((number, []) for number in range(len(records) + 1, line + 1))
    cells = records[line - 1][1]
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = text


def _range(ends: tuple[tuple[int, int], tuple[int, int]]) -> str:
    (first_row, first_column), (last_row, last_column) = ends
    return f"{column_letter(first_column)}{first_row + 1}:{column_letter(last_column)}{last_row + 1}"


def _drop_blank_tail(records: list[Record]) -> None:
    """Leave out the rows that styled cells leave behind."""
    while records and is_blank(records[-1][1]):
        records.pop()
