"""The corrected table as the file that the SCDL asks for, and as a workbook that keeps every code as text."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any

from stdnum.fr import siret as stdnum_siret

from ..schema import Schema
from ..table import Table
from .base import Publisher
from .publisher import constant_of

_NUMBERS = frozenset({"number", "integer"})
_SIRET = re.compile(r"\d{14}", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d+)?", re.ASCII)
_LONGEST_CELL = 32_767
"""Characters that a cell of a workbook may hold."""


def csv_bytes(table: Table) -> bytes:
    """Return a table as UTF-8 with commas, quotes where they are needed and a final line end."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.labels)
    writer.writerows(table.rows)
    return text.getvalue().encode()


def write_xlsx(table: Table, types: Mapping[str, str], target: IO[bytes]) -> None:
    """Write a table as a workbook whose columns are text, save those of numbers.

    Args:
        table: the corrected table.
        types: type of the fields, by name; what is no field is text.
        target: where the bytes go.
    """
    import xlsxwriter  # imported here: only this needs it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet()
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    numeric = [types.get(label) in _NUMBERS for label in table.labels]
    for position, label in enumerate(table.labels):
        sheet.set_column(position, position, min(max(len(label), 10) + 2, 45), None if numeric[position] else text)
    sheet.freeze_panes(1, 0)
    for position, label in enumerate(table.labels):
        sheet.write_string(0, position, label, bold)
    for number, row in enumerate(table.rows, 1):
        for position, cell in enumerate(row):
            _write_cell(sheet, number, position, cell, position < len(numeric) and numeric[position], text)
    book.close()


def official_name(schema: str, siren: str, today: datetime.date) -> str:
    """Return the file name of the SCDL: day, SIREN and what it is; without SIREN where nobody is named."""
    what = schema.rpartition("/")[2].removeprefix("schema-")
    return "_".join(part for part in (f"{today:%Y%m%d}", siren, what) if part)


def publisher_siren(table: Table, schema: Schema, publisher: str | None) -> str:
    """Return the SIREN of the publisher: as it is known, else as most rows tell it; nothing when they do not."""
    if publisher:
        return publisher[:9]
    told = Publisher(siret="told")
    for position, label in enumerate(table.labels):
        if label in schema.field_names and constant_of(schema, label, told) == "told":
            often = Counter(row[position] for row in table.rows if position < len(row)).most_common(1)
            if often and _SIRET.fullmatch(often[0][0]) and stdnum_siret.is_valid(often[0][0]):
                return often[0][0][:9]
    return ""


def _write_cell(sheet: Any, row: int, position: int, cell: str, is_number: bool, text: Any) -> None:
    if is_number and _PLAIN_NUMBER.fullmatch(cell):
        sheet.write_number(row, position, float(cell))
    elif cell:
        sheet.write_string(row, position, cell[:_LONGEST_CELL], text)
