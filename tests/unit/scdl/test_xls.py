"""XLS workbooks: formats, hidden parts and errors stand in records that the library does not tell of."""

from __future__ import annotations

import datetime
import io

import pytest
import xlwt

from ckanext.scdl.core.catalogue import normalise_label
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.table import Refused
from ckanext.scdl.core.xls import facts_of

NAMES = ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE", "ANNEE")
KNOWN = frozenset(normalise_label(name) for name in NAMES)


def _book(rows: int = 1) -> tuple[xlwt.Workbook, xlwt.Worksheet]:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Données")
    for column, name in enumerate(NAMES):
        sheet.write(0, column, name)
        for line in range(1, rows + 1):
            sheet.write(line, column, f"texte {line}")
    return book, sheet


def _bytes(book: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("rows", [1, 400])
@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1300, "00000", "01300"),
        (7.1, "0.00", "7.10"),
        (0.5, "0%", "50%"),
        (21220278500018, "General", "21220278500018"),
        (datetime.date(2024, 3, 31), "DD/MM/YYYY", "2024-03-31"),
        (datetime.date(2024, 3, 31), "YYYY", "2024"),
    ],
)
def test_formats_of_xls_count(rows: int, value: object, code: str, text: str) -> None:
    """Small streams and big ones lie at different places of the file."""
    book, sheet = _book(rows)
    sheet.write(rows + 1, 2, value, xlwt.easyxf(num_format_str=code))
    assert read(_bytes(book), KNOWN).rows[rows][2] == text


def test_hidden_and_merged_parts_and_errors_of_xls_are_told() -> None:
    """The same warnings as for the other workbooks."""
    book, sheet = _book(3)
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    sheet.write_merge(4, 5, 0, 0, "fusion")
    sheet.row(4).set_cell_error(2, "#REF!")
    book.add_sheet("cachée").write(0, 0, "x")
    book.get_sheet(1).visibility = 1
    table = read(_bytes(book), KNOWN)
    assert table.rows[3] == ["fusion", "", "#REF!", ""]
    assert {issue.code: (issue.column, issue.rows, issue.value) for issue in table.notices} == {
        "hidden-rows": (None, (3,), None),
        "hidden-columns": ("D", (), None),
        "merged-cells": ("A", (5,), "A5:A6"),
        "error-value": ("C", (5,), "#REF!"),
        "hidden-sheet": (None, (), "cachée"),
    }


def test_a_far_cell_of_xls_is_refused_with_its_address() -> None:
    """The last row of the format is far from any honest table."""
    book, sheet = _book()
    sheet.write(65_535, 1, "x")
    with pytest.raises(Refused) as refusal:
        read(_bytes(book), KNOWN)
    assert (refusal.value.code, refusal.value.address) == ("far-cell", "B65536")


@pytest.mark.parametrize("step", [7, 61, 509])
def test_bent_records_end_without_facts_or_with_some(step: int) -> None:
    """Whatever the bytes say, looking at them ends."""
    whole = _bytes(_book(50)[0])
    for place in range(0, len(whole), step * 8):
        bent = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        assert isinstance(facts_of(bent), dict)
        assert isinstance(facts_of(whole[:place]), dict)
