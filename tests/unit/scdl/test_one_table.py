"""One table in twelve encodings, with four separators, and in three kinds of workbook: always the same."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlwt

from ckanext.scdl.core.catalogue import normalise_label
from ckanext.scdl.core.reader import read

LABELS = ["COLL_NOM", "COLL_SIRET", "DELIB_DATE", "DELIB_MATIERE_CODE", "DELIB_OBJET"]
ROWS = [
    ["Plœuc", "21220060000016", "2024-03-31", "7.10", "Délibération à Trégueux, « côté mer » | n° 1"],
    ["Noé", "21220278500018", "2024-04-01", "1.1", 'Fête ; "bis"\tet ça'],
]
LATIN = [[cell.replace("œ", "oe") for cell in cells] for cells in ROWS]
"""Latin-1 has no œ, and accents encoded twice are told by them alone."""

KNOWN = frozenset(map(normalise_label, LABELS))


def _csv(separator: str, rows: list[list[str]]) -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' for cells in [LABELS, *rows] for cell in cells]
    width = len(LABELS)
    lines = (separator.join(quoted[start : start + width]) for start in range(0, len(quoted), width))
    return "".join(line + "\r\n" for line in lines)


def _mixed(text: str) -> bytes:
    lines = text.splitlines(keepends=True)
    return b"".join(line.encode("cp1252" if number % 2 else "utf-8") for number, line in enumerate(lines))


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 little with mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big with mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: text.encode("utf-16-be"),
    "windows": lambda text: text.encode("cp1252"),
    "latin-1": lambda text: text.encode("latin-1"),
    "latin-9": lambda text: text.encode("iso-8859-15"),
    "windows with the mark of utf-8": lambda text: codecs.BOM_UTF8 + text.encode("cp1252"),
    "lines of utf-8 and of windows": _mixed,
    "utf-8 twice": lambda text: text.encode().decode("latin-1").encode(),
}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ENCODINGS)
def test_text_gives_one_table(name: str, separator: str) -> None:
    """Labels, cells and lines depend neither on the encoding nor on the separator."""
    rows = LATIN if name == "latin-1" else ROWS
    table = read(ENCODINGS[name](_csv(separator, rows)), KNOWN)
    assert (list(table.labels), table.rows, table.lines) == (LABELS, rows, [2, 3])
    assert table.reading.separator == separator
    assert (table.notices, table.blank_lines) == ((), ())


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    for cells in [LABELS, *ROWS]:
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Feuille1")
    for line, cells in enumerate([LABELS, *ROWS]):
        for column, value in enumerate(cells):
            sheet.write(line, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _ods() -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        "<table:table-row>"
        + "".join(cell.format(escape(value).replace("\t", "<text:tab/>")) for value in cells)
        + "</table:table-row>"
        for cells in [LABELS, *ROWS]
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
            f' xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">'
            f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return file.getvalue()


@pytest.mark.parametrize(("kind", "write"), [("xlsx", _xlsx), ("xls", _xls), ("ods", _ods)])
def test_workbooks_give_one_table(kind: str, write: Callable[[], bytes]) -> None:
    """A workbook of texts is the table of the text file."""
    table = read(write(), KNOWN)
    assert (list(table.labels), table.rows, table.lines) == (LABELS, ROWS, [2, 3])
    assert (table.reading.format, table.notices, dict(table.kinds)) == (kind, (), {})
