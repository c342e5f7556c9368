"""Reading what people really have: encodings, separators, titles, blank edges, workbooks, and attacks."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest

from ckanext.scdl.core import archive, reader
from ckanext.scdl.core.catalogue import normalise_label
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.table import Refused, Table, column_letter

DAY = datetime.date(2024, 3, 31)
MORNING = datetime.datetime.combine(DAY, datetime.time(9))
KNOWN = frozenset(normalise_label(name) for name in ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE", "ANNEE"))
ROWS = [
    ["COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE"],
    ["Saint-Brieuc", "Maëlle, dite « Élo »", "3"],
    ["Plœuc-L’Hermitage", "Noël", "12"],
]


def _text(rows: list[list[str]], separator: str = ",") -> str:
    return "".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in cells) + "\n" for cells in rows
    )


def _workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for position, rows in enumerate(sheets):
        sheet = book.active if position == 0 else book.create_sheet()
        for cells in rows:
            sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _archive(members: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", mode) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as refusal:
        read(data, KNOWN)
    return refusal.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_one_table_in_many_writings(separator: str, encoding: str, newline: str) -> None:
    """Encoding, separator and line ends change nothing in the table."""
    table = read(_text(ROWS, separator).replace("\n", newline).encode(encoding), KNOWN)
    assert [list(table.labels), *table.rows] == ROWS
    assert table.lines == [2, 3]
    assert table.reading.separator == separator


def test_what_was_assumed_is_said() -> None:
    """Windows text, titles and empty columns on the right are read, and told."""
    text = "Prénoms donnés en 2024;;;;\n\nCOMMUNE_NOM;ENFANT_PRENOM;NOMBRE;;\n;;;;\nTrégueux;Zoé;3;;\n;;;;\n"
    table = read(text.encode("cp1252"), KNOWN)
    assert table.labels == ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE")
    assert (table.rows, table.lines, table.blank_lines) == ([["Trégueux", "Zoé", "3"]], [5], (4,))
    assert table.reading.header_line == 3
    assert table.reading.assumed == ("encoding", "title-lines", "blank-columns")


def test_lines_of_the_file_survive_newlines_in_cells() -> None:
    """A record is where it starts, however many lines the ones before take."""
    table = read(b'COMMUNE_NOM,NOMBRE\n"a\nb\nc",1\n\nd,2\n', KNOWN)
    assert (table.lines, table.blank_lines) == ([2, 6], (5,))


def test_a_header_of_unknown_names_is_the_first_full_line() -> None:
    """Without known names the table starts where its width is reached."""
    table = read(b"Liste des arbres\nessence,hauteur,quartier\nif,3,sud\n", frozenset())
    assert table.labels == ("essence", "hauteur", "quartier")


def test_ragged_rows_keep_their_cells() -> None:
    """Rows that are too short or too long are for the checks to judge, not for the reader to repair."""
    table = read(b"COMMUNE_NOM,NOMBRE\na\nb,1,plus\nc,2,,\n", KNOWN)
    assert table.rows == [["a"], ["b", "1", "plus"], ["c", "2"]]


def test_a_separator_line_of_a_spreadsheet_program_is_followed() -> None:
    """The first line that some programs write for themselves is neither title nor header."""
    table = read(b"sep=|\nCOMMUNE_NOM|NOMBRE\na|1\n", KNOWN)
    assert (table.labels, table.lines, table.reading.header_line) == (("COMMUNE_NOM", "NOMBRE"), [3], 2)


def test_numbers_and_dates_of_a_workbook_become_text() -> None:
    """A cell is what a person reads in it."""
    header = ["COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE", "ANNEE"]
    data = _workbook([header, [21220278500018, 12.5, DAY, True], [None, "x", MORNING, 0]])
    table = read(data, KNOWN)
    assert table.rows == [
        ["21220278500018", "12.5", "2024-03-31", "true"],
        ["", "x", "2024-03-31T09:00:00", "0"],
    ]
    assert (table.reading.format, table.reading.sheet, table.reading.encoding) == ("xlsx", "Sheet", None)


def test_the_sheet_with_known_columns_is_taken() -> None:
    """A page of explanations before the table does not hide it, and other sheets are mentioned."""
    table = read(_workbook([["Mode d'emploi"], ["Remplir l'onglet suivant"]], ROWS), KNOWN)
    assert table.labels == tuple(ROWS[0])
    assert (table.reading.sheet, table.reading.assumed) == ("Sheet1", ("sheet",))


@pytest.mark.parametrize("position", [0, 25, 26, 701, 702, 16_383])
def test_letters_of_columns_are_those_of_a_spreadsheet(position: int) -> None:
    """The letter named in a report is the one above the column."""
    assert column_letter(position) == openpyxl.utils.get_column_letter(position + 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b";;;\n;;\n", "empty"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"\x89PNG\r\n\x1a\n0000", "image"),
        (b"\x1f\x8b\x08\x00aaaa", "archive"),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "web-page"),
        (b'<?xml version="1.0"?><a/>', "not-a-table"),
        (b'[{"a": 1}]', "json"),
        ("a;b\n1;2\n".encode("utf-32"), "utf-32"),
        (b"a;b\n1;\x00\n", "nul-bytes"),
        ("a;b\n1;\x00\n".encode("utf-16"), "nul-bytes"),
        (b"\xff\xfea", "encoding"),
        (b"a;b\n\x81\x8d;2\n", "encoding"),
        (b"PK\x03\x04 not really an archive", "damaged"),
        (_archive({"a.csv": b"a;b\n"}), "archive"),
        (
            _archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
            "not-a-table",
        ),
        (_archive({"xl/workbook.xml": b"<broken"}), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 truncated", "damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,
)
def test_what_is_not_a_table_is_refused_by_its_bytes(data: bytes, code: str) -> None:
    """Each kind of file that is no table has a code of its own, whatever it is called."""
    assert _refusal(data).code == code


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'COMMUNE_NOM,NOMBRE\na,1\n"b,2\nc,3\n', "unbalanced-quote", 3),
        (b'COMMUNE_NOM,NOMBRE\na,1\n"b,2\n' + b"c,3\n" * 60_000, "unbalanced-quote", 3),
        (b"COMMUNE_NOM,NOMBRE\na," + b"x" * 200_000 + b"\n", "cell-too-long", 2),
        (b"COMMUNE_NOM,NOMBRE\na,1\n" + b"x" * 1_100_000, "line-too-long", 3),
        (b",".join(b"c%d" % number for number in range(1_200)) + b"\n", "too-many-columns", 1),
        (b",".join(b"c%d" % number for number in range(9_000)) + b"\n", "too-many-columns", 1),
        (b"a" + b"," * 900_000, "too-many-columns", 1),
        (b"a,b\n1,2\n3,\x00\n", "nul-bytes", 3),
        (b"a,b\n1,2\n3,\x81\n", "encoding", 3),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,
)
def test_a_text_that_cannot_be_read_whole_is_refused_with_its_line(data: bytes, code: str, line: int) -> None:
    """Nothing is checked by halves: the line of the trouble is named instead."""
    refusal = _refusal(data)
    assert (refusal.code, refusal.line) == (code, line)


def test_archives_that_inflate_beyond_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many entries, too much declared, too high a ratio: each is enough."""
    many = {f"xl/{number}": b"" for number in range(archive.MAX_ENTRIES + 1)}
    assert _refusal(_archive(many)).code == "zip-bomb"
    bomb = _archive({"xl/workbook.xml": b"", "xl/sheet": b"0" * 12_000_000})
    assert _refusal(bomb).code == "zip-bomb"
    monkeypatch.setattr(archive, "MAX_DECLARED", 1_000_000)
    assert (
        _refusal(_archive({"xl/workbook.xml": b"", "a": b"0" * 1_100_000}, zipfile.ZIP_STORED)).code
        == "zip-bomb"
    )


def test_an_encrypted_archive_asks_for_its_password_to_be_removed() -> None:
    """The flag of an encrypted entry is enough to know."""
    data = bytearray(_archive({"xl/workbook.xml": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert _refusal(bytes(data)).code == "password"


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Size is looked at before content."""
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    assert _refusal(b"a;b\n" * 10).code == "too-big"


def test_a_hundred_thousand_cells_take_no_time() -> None:
    """Reading grows with the file and not with its square."""
    table: Table = read(b"COMMUNE_NOM,NOMBRE\n" + b"Lannion,1\n" * 50_000, KNOWN)
    assert len(table.rows) == 50_000
