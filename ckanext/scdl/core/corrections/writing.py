"""The corrected table as the file that the SCDL asks for, and as a workbook that keeps every code as text."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

from stdnum.fr import siret as stdnum_siret

from ..schema import Schema
from ..table import Refused, Table
from ..template import LAST_ROW
from .base import Publisher
from .publisher import constant_of

LINE_END = "\r\n"

_NUMBERS = frozenset({"number", "integer"})
_SIRET = re.compile(r"\d{14}", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d+)?", re.ASCII)
_LONGEST_CELL = 32_767
"""Characters that a cell of a workbook may hold."""
_SAMPLE = 2_000


def write_csv(table: Table, target: BinaryIO) -> None:
    """Write a table as UTF-8 with commas, quotes where they are needed, and a final line end."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator=LINE_END)
    writer.writerow(table.labels)
    writer.writerows(table.rows)
    text.flush()
    text.detach()


def write_xlsx(source: BinaryIO, schema: Schema, target: IO[bytes]) -> None:
    """Write a corrected file as a workbook whose columns are text, save those of numbers.

    Raises:
        Refused: a workbook cannot hold that many rows, or that long a cell.
    """
    import xlsxwriter  # imported here: only this needs it

    types = {each.name: each.type for each in schema.fields}
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet()
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    with _records(source) as records:
        labels = next(records)
        numeric = [types.get(label) in _NUMBERS for label in labels]
        for position, label in enumerate(labels):
            width = min(max(len(label), 10) + 2, 45)
            sheet.set_column(position, position, width, None if numeric[position] else text)
        sheet.freeze_panes(1, 0)
        for position, label in enumerate(labels):
            sheet.write_string(0, position, label, bold)
        for number, row in enumerate(records, 1):
            if number > LAST_ROW or any(len(cell) > _LONGEST_CELL for cell in row):
                raise Refused("too-many-lines" if number > LAST_ROW else "cell-too-long", number + 1)
            for position, cell in enumerate(row):
                if position < len(numeric) and numeric[position] and _PLAIN_NUMBER.fullmatch(cell):
                    sheet.write_number(number, position, float(cell))
                elif cell:
                    sheet.write_string(number, position, cell, text)
    book.close()


def official_name(schema: str, siren: str, today: datetime.date) -> str:
    """Return the file name of the SCDL, without its ending: day, SIREN if somebody is named, and what it is."""
    what = schema.rpartition("/")[2].removeprefix("schema-")
    return "_".join(part for part in (f"{today:%Y%m%d}", siren, what) if part)


def publisher_siren(source: BinaryIO, schema: Schema) -> str:
    """Return the SIREN that most of the first rows of a corrected file name as the publisher's, or nothing."""
    told = Publisher(siret="told")
    with _records(source) as records:
        labels = next(records)
        rows = list(itertools.islice(records, _SAMPLE))
    for position, label in enumerate(labels):
        if label in schema.field_names and constant_of(schema, label, told) == "told":
            often = Counter(row[position] for row in rows if position < len(row)).most_common(1)
            if often and _SIRET.fullmatch(often[0][0]) and stdnum_siret.is_valid(often[0][0]):
                return often[0][0][:9]
    return ""


@contextmanager
def _records(source: BinaryIO) -> Iterator[Any]:
    """Give the records of a file of ours, which stays open."""
    source.seek(0)
    text = io.TextIOWrapper(source, encoding="utf-8", newline="")
    try:
        yield csv.reader(text)
    finally:
        text.detach()
