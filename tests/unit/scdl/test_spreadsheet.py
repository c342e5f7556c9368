"""Workbooks to tables: what a person meant by a number, what is hidden, and what attackers put into them."""

from __future__ import annotations

import datetime
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from ckanext.scdl.core import messages, xml_stream
from ckanext.scdl.core.catalogue import normalise_label
from ckanext.scdl.core.notices import typed_cells
from ckanext.scdl.core.number_formats import general_text, number_format, shown_number
from ckanext.scdl.core.plain_rows import PlainRows
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.report import Issue
from ckanext.scdl.core.table import Refused, Table
from ckanext.scdl.core.xlsx import sheets_of

NAMES = ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE", "ANNEE")
KNOWN = frozenset(normalise_label(name) for name in NAMES)
DAY = datetime.date(2024, 3, 31)
MORNING = datetime.datetime.combine(DAY, datetime.time(9, 5))
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def _xlsx(fill: Callable[[Worksheet], None], labels: Sequence[str] = NAMES) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(labels))
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _changed(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return the archive with one of its parts rewritten."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry.filename, change(content.decode()) if entry.filename == part else content)
    return file.getvalue()


def _ods(rows: str, styles: str = "", columns: str = "", name: str = "Feuille1", more: str = "") -> bytes:
    """Return a workbook from the XML of its rows."""
    spaces = " ".join(
        f'xmlns:{short}="{OFFICE}:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} xmlns:calcext="urn:x">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(name)}>{columns}{rows}</table:table>{more}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return file.getvalue()


def _row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def _text(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(text)}</text:p></table:table-cell>'


def _typed(kind: str, value: str, shown: str = "", more: str = "") -> str:
    attribute = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"{more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


HEADER = _row(*map(_text, NAMES))


def _one(data: bytes) -> list[str]:
    return read(data, KNOWN).rows[0]


def _notices(table: Table) -> dict[str, Issue]:
    return {issue.code: issue for issue in table.notices}


def _refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as refusal:
        read(data, KNOWN)
    return refusal.value


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1300, "00000", "01300"),
        (7.1, "0.00", "7.10"),
        (7.1, "General", "7.1"),
        (0.1 + 0.2, "General", "0.3"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, '#,##0.00\\ "€"', "1234.50"),
        (-1234.5, "#,##0.00;[Red]-#,##0.00", "-1234.50"),
        (296626222, '0#" "##" "##" "##" "##', "296626222"),
        (296626222, "0000000000", "0296626222"),
        (21220278500018, "0.00E+00", "21220278500018"),
        (21220278500018, "0", "21220278500018"),
        (48.514, "0.###", "48.514"),
        (3, "0.###", "3"),
        (12, "@", "12"),
        (DAY, "dd/mm/yyyy", "2024-03-31"),
        (DAY, "yyyy", "2024"),
        (DAY, "mmm-yy", "2024-03"),
        (MORNING, "dd/mm/yyyy hh:mm", "2024-03-31T09:05:00"),
        (MORNING, "dd/mm/yyyy", "2024-03-31"),
        (datetime.time(14, 30), "hh:mm", "14:30:00"),
        (True, "General", "true"),
    ],
)
def test_a_cell_is_what_its_format_shows(value: object, code: str, text: str) -> None:
    """Zeros in front, decimals, percentages and parts of a date belong to what a person wrote."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["x", "y", value, "z"])
        sheet["C2"].number_format = code

    assert _one(_xlsx(fill))[2] == text


@pytest.mark.parametrize(("value", "text"), [(1e21, "1000000000000000000000"), (1e-7, "0.0000001"), (-2.5, "-2.5")])
def test_a_number_is_never_a_power_of_ten(value: float, text: str) -> None:
    """Digits are written out."""
    assert general_text(value) == text


@pytest.mark.parametrize("code", ["General", "@", "0.00E+00", "# ?/?", "0,", '"texte"'])
def test_formats_that_change_more_than_digits_are_left_alone(code: str) -> None:
    """The plain value is better than a wrong picture of it."""
    assert number_format(code) is None


def test_rounding_that_hides_decimals_is_known() -> None:
    """What is not shown is not silently lost."""
    shape = number_format("0.0")
    assert shape is not None
    assert shown_number(2.25, shape) == ("2.3", True)
    assert shown_number(2.5, shape) == ("2.5", False)


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    """Old Macs began four years later."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(list(NAMES))
    book.active.append(["x", "y", DAY, "z"])
    file = io.BytesIO()
    book.save(file)
    assert _one(file.getvalue())[2] == "2024-03-31"


def test_what_is_odd_about_a_sheet_is_told_with_its_place() -> None:
    """Hidden parts, merged cells, comments, errors, rounded and lost digits, formulas without result."""

    def fill(sheet: Worksheet) -> None:
        for cells in (["a", "b", 1.234, 2024], ["c", "=1+1", "#N/A", 1e16], ["d", "e", 3.14159, "f"]):
            sheet.append(cells)
        sheet["C2"].number_format = sheet["C4"].number_format = "0.0"
        sheet["B4"].comment = Comment("Madame X", "moi")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["D"].hidden = True
        sheet.append(["g", "h", "i", "j"])
        sheet.merge_cells("A4:A5")

    found = _notices(read(_xlsx(fill), KNOWN))
    assert {code: (issue.column, issue.rows, issue.value) for code, issue in found.items()} == {
        "rounded-number": ("C", (2, 4), "1.234"),
        "digits-lost": ("D", (3,), "10000000000000000"),
        "error-value": ("C", (3,), "#N/A"),
        "formula-without-value": ("B", (3,), None),
        "hidden-rows": (None, (3,), None),
        "hidden-columns": ("D", (), None),
        "merged-cells": ("A", (4,), "A4:A5"),
        "cell-comments": (None, (4,), None),
    }
    assert found["error-value"].label == "NOMBRE"
    for issue in found.values():
        assert (issue.level, issue.official) == ("warning", None)
        for lang in ("fr", "en"):
            assert messages.sentence(issue, lang).endswith(".")


def test_an_error_stands_as_it_is_shown() -> None:
    """An error is not an empty cell."""
    assert _one(_xlsx(lambda sheet: sheet.append(["a", "b", "#REF!", 1])))[2] == "#REF!"


def test_numbers_and_dates_are_kept_apart_from_texts() -> None:
    """The checks can say where a number stands in a column of text."""

    def fill(sheet: Worksheet) -> None:
        sheet.append([22, "x", 1, DAY])
        sheet.append(["Lannion", "y", 2, "2024-04-01"])
        sheet.append([23, "z", 3, DAY])

    table = read(_xlsx(fill), KNOWN)
    assert {key: list(lines) for key, lines in table.kinds.items()} == {
        (0, "number"): [2, 4], (2, "number"): [2, 3, 4], (3, "date"): [2, 4],
    }  # fmt: skip
    types = {0: "string", 2: "integer", 3: "date"}
    assert [(issue.code, issue.column, issue.count, issue.value) for issue in typed_cells(table, types)] == [
        ("number-in-text", "A", 2, "22"),
        ("date-cell", "D", 2, "2024-03-31"),
    ]


def test_the_sheet_that_fits_best_is_taken_and_hidden_ones_are_told() -> None:
    """Labels decide, then whether the sheet is hidden, then its place."""
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Bonjour"])
    for name, state in (("secret", "hidden"), ("données", "visible"), ("autres", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(list(NAMES) if name != "autres" else ["essence", "hauteur"])
        sheet.append(["a", "b", "c", "d"] if name != "autres" else ["if", "3"])
    file = io.BytesIO()
    book.save(file)
    table = read(file.getvalue(), KNOWN)
    assert (table.reading.sheet, table.reading.assumed) == ("données", ("sheet",))
    assert _notices(table)["hidden-sheet"].value == "secret"
    trees = read(file.getvalue(), KNOWN, lambda labels: float("essence" in labels))
    assert trees.labels == ("essence", "hauteur")


@pytest.mark.parametrize("dimension", ["A1", "A1:B2", "A1:XFD1048576"])
def test_a_wrong_dimension_changes_nothing(dimension: str) -> None:
    """What the sheet says of its size is not believed."""
    data = _xlsx(lambda sheet: [sheet.append(["a", "b", "c", "d"]) for _ in range(30)])
    wrong = _changed(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('ref="A1:D31"', f'ref="{dimension}"'))
    assert wrong != data
    assert len(read(wrong, KNOWN).rows) == 30


def test_a_far_cell_without_content_is_as_if_absent() -> None:
    """A colour at the end of the sheet is no data."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c", "d"])
        sheet["XFD1048576"].number_format = "0.00"

    table = read(_xlsx(fill), KNOWN)
    assert (len(table.rows), table.blank_lines) == (1, ())


@pytest.mark.parametrize(("address", "line"), [("XFD1048576", 1048576), ("C900000", 900000), ("XFD3", 3)])
def test_a_far_cell_with_content_is_refused_with_its_address(address: str, line: int) -> None:
    """Nothing between it and the table is read, or reserved in memory."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c", "d"])
        sheet[address] = "x"

    refusal = _refusal(_xlsx(fill))
    assert (refusal.code, refusal.address, refusal.line) == ("far-cell", address, line)


def test_a_cell_whose_address_contradicts_its_row_is_still_far() -> None:
    """The library believes the cell, so the guard does too."""
    data = _changed(
        _xlsx(lambda sheet: sheet.append(["a", "b", "c", "d"])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('r="D2"', 'r="XFD1048576"'),
    )
    assert _refusal(data).code == "far-cell"


def test_an_address_that_is_none_is_damage() -> None:
    """Millions of letters are not turned into a number."""
    data = _changed(
        _xlsx(lambda sheet: sheet.append(["a", "b", "c", "d"])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('r="D2"', f'r="{"D" * 2_000_000}2"'),
    )
    assert _refusal(data).code == "damaged"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused(part: str) -> None:
    """No document type is read, so that nothing can be declared to grow."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = _xlsx(lambda sheet: sheet.append(["a", "b", "c", "d"]))
    with_entities = _changed(data, part, lambda xml: bomb + xml[xml.find("?>") + 2 if "?>" in xml else 0 :])
    assert _refusal(with_entities).code == "damaged"


ROWS = [
    '<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}"><v>12.5</v></c></row>',
    '<row r="{n}" spans="1:3"><c r="A{n}" t="inlineStr"><is><t>b</t></is></c><c r="C{n}" s="1"/></row>',
    '<row r="{n}"><c r="A{n}" s="1"><v>3</v></c></row>',
    '<row r="{n}" hidden="1"><c r="A{n}" t="s"><v>0</v></c></row>',
    '<row r="{n}"><c r="A{n}"><f>1+1</f><v>2</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="e"><v>#REF!</v></c></row>',
    '<row><c r="A{n}" t="s"><v>0</v></c><c><v>1</v></c></row>',
    '<row r="{n}"><c r="ZZ{n}" t="s"><v>0</v></c></row>',
    '<row r="{n}"><c r="XFD{n}" s="1"/></row>',
    '<row r="{n}"><c r="A1" t="s"><v>0</v></c></row>',
    '<row r="{n}"/>',
]


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_are_not_parsed_leave_the_same_facts(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a pattern takes out of a sheet is what the parser has nothing to tell of."""
    chance = random.Random(seed)
    body = "".join(chance.choice(ROWS).format(n=number) for number in range(2, 40))
    data = _changed(
        _xlsx(lambda sheet: None), "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</row>", "</row>" + body, 1)
    )
    monkeypatch.setattr(xml_stream, "_PART", chance.choice([50, 400, 1 << 18]))
    [quick] = sheets_of(data)
    monkeypatch.setattr(PlainRows, "thinned", lambda self, parts: parts)
    [careful] = sheets_of(data)
    assert vars(quick.bounds) == vars(careful.bounds)
    assert {**vars(quick), "bounds": None} == {**vars(careful), "bounds": None}


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(keep: float) -> None:
    """Half a file is no file."""
    data = _xlsx(lambda sheet: [sheet.append(["a", "b", "c", "d"]) for _ in range(50)])
    assert _refusal(data[: int(len(data) * keep)]).code == "damaged"
    broken = _changed(data, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert _refusal(broken).code == "damaged"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xml-workbook"),
        (b"<html><body><table><tr><td>a</td></tr></table></body></html>", "html-table"),
        (b"\x09\x02\x06\x00\x00\x00\x00\x00", "old-workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "document"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,
)
def test_what_is_called_a_workbook_and_is_none_has_its_own_cause(data: bytes, code: str) -> None:
    """What to do depends on what the file is, not on its name."""
    assert _refusal(data).code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("xl/workbook.bin", "xlsb"), ("word/document.xml", "document"), ("Index/Document.iwa", "numbers-workbook")],
)
def test_other_archives_are_named(name: str, code: str) -> None:
    """A binary workbook is neither read by chance nor called an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    assert _refusal(file.getvalue()).code == code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (_typed("float", "1300", "01300"), "01300"),
        (_typed("float", "7.1", "7,10"), "7.10"),
        (_typed("float", "1234.5", "1\u202f234,50"), "1234.50"),
        (_typed("float", "1234.5", "1,234.50"), "1234.50"),
        (_typed("float", "1234567", "1.234.567"), "1234567"),
        (_typed("float", "21220278500018", "2,12E+13"), "21220278500018"),
        (_typed("float", "12.5"), "12.5"),
        (_typed("currency", "1234.5", "1 234,50 €"), "1234.50"),
        (_typed("percentage", "0.5", "50 %"), "50%"),
        (_typed("date", "2024-03-31", "31/03/2024"), "2024-03-31"),
        (_typed("date", "2024-03-31T09:05:00", "31/03/2024 09:05"), "2024-03-31T09:05:00"),
        (_typed("date", "2024-03-31", "2024"), "2024"),
        (_typed("time", "PT09H05M00S", "09:05"), "09:05:00"),
        (_typed("boolean", "true", "VRAI"), "true"),
        (_text("a") .replace("</text:p>", '<text:s text:c="2"/>b</text:p><text:p>c</text:p>'), "a  b\nc"),
        (_text("vu").replace("<text:p>", "<office:annotation><text:p>non</text:p></office:annotation><text:p>"), "vu"),
    ],
)  # fmt: skip
def test_a_cell_of_ods_is_what_was_seen(cell: str, text: str) -> None:
    """The value decides, the digits are those on the screen."""
    assert _one(_ods(HEADER + _row(_text("x"), _text("y"), cell, _text("z"))))[2] == text


def test_repeats_and_edges_of_ods() -> None:
    """Counts of empty rows and cells are steps, of filled ones copies."""
    rows = (
        _row(_text("Titre"))
        + _row("<table:table-cell/>", more=' table:number-rows-repeated="2"')
        + HEADER
        + _row(_text("a", ' table:number-columns-repeated="2"'), _typed("float", "3", "3"))
        + _row(_text("b"), _text("c"), more=' table:number-rows-repeated="2" table:visibility="collapse"')
        + _row('<table:table-cell table:number-columns-repeated="16384"/>',
               more=' table:number-rows-repeated="1048000"')
    )  # fmt: skip
    table = read(_ods(rows, columns='<table:table-column table:visibility="collapse"/>'), KNOWN)
    assert (table.rows, table.lines) == ([["a", "a", "3"], ["b", "c"], ["b", "c"]], [5, 6, 7])
    found = _notices(table)
    assert (found["hidden-rows"].rows, found["hidden-columns"].column) == ((6, 7), "A")
    assert {key: list(lines) for key, lines in table.kinds.items()} == {(2, "number"): [5]}


def test_oddities_of_ods_are_told() -> None:
    """Merged cells, comments, errors, formulas without result, hidden sheets."""
    merged = _text("m", ' table:number-columns-spanned="2" table:number-rows-spanned="1"')
    error = _text("#N/D", ' calcext:value-type="error"')
    noted = _text("n").replace("<text:p>", "<office:annotation><text:p>secret</text:p></office:annotation><text:p>")
    hidden = '<table:table table:name="cachée" table:style-name="h">' + _row(_text("x")) + "</table:table>"
    styles = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    data = _ods(
        HEADER
        + _row(merged, "<table:covered-table-cell/>", error, noted)
        + _row(_text("p"), '<table:table-cell table:formula="of:=1+1"/>'),
        styles,
        more=hidden,
    )
    found = _notices(read(data, KNOWN))
    assert {code: (issue.rows, issue.value) for code, issue in found.items()} == {
        "merged-cells": ((2,), "A2:B2"),
        "error-value": ((2,), "#N/D"),
        "cell-comments": ((2,), None),
        "formula-without-value": ((3,), None),
        "hidden-sheet": ((), "cachée"),
    }


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (_row('<table:table-cell table:number-columns-repeated="16000"/>', _text("x")), "far-cell"),
        (_row("<table:table-cell/>", more=' table:number-rows-repeated="900000"') + _row(_text("x")), "far-cell"),
        (_row(_text("x"), more=' table:number-rows-repeated="1000000"'), "far-cell"),
        (_row(_text("x", ' table:number-columns-repeated="99999999"')), "far-cell"),
    ],
)
def test_what_is_far_in_ods_is_refused(rows: str, code: str) -> None:
    """A count of filled cells grows memory as a bomb does."""
    refusal = _refusal(_ods(HEADER + _row(_text("a"), _text("b")) + rows))
    assert refusal.code == code and refusal.address
