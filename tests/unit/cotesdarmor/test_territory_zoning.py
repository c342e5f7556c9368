"""Reading the tables of zonings that INSEE publishes."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from ckanext.cotesdarmor.core.territory import (
    COLUMNS,
    MAXIMUM_BYTES,
    Territory,
    ZoningError,
    parse_zoning,
    read_register,
)

REGISTER = f"""{",".join(COLUMNS)}
departement,222200016,22,Département des Côtes-d'Armor,,900,2023,,1,,,
commune,200076578,22050,Dinan,,600,2023,,1,22100,22123,
commune,212200166,22016,Île-de-Bréhat,,100,2023,,1,22870,,
commune,212200018,22001,Allineuc,,200,2023,,1,22460,22901|22902,
"""
TITLES = [
    ["Bassins de vie 2022 - composition communale"],
    ["Mise en ligne le 17/05/2023 - géographie au 01/01/2023"],
    [],
    ["Code commune", "Libellé", "Département", "Région", "Bassin de vie", "Libellé du bassin de vie"],
    ["CODGEO", "LIBGEO", "DEP", "REG", "BV2022", "LIBBV2022"],
]
ROWS = [
    ["22001", "Allineuc", "22", "53", "22136", "Loudéac"],
    ["22016", "Île-de-Bréhat", "22", "53", "22162", "Paimpol"],
    ["22050", "Dinan", "22", "53", "22050", "Dinan"],
    ["35238", "Rennes", "35", "53", "35238", "Rennes"],
]


@pytest.fixture
def territory() -> Territory:
    """Three communes, of which two took in others."""
    return read_register(REGISTER)


def as_csv(rows, separator=";", encoding="utf-8") -> bytes:
    """INSEE's table as CSV."""
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def as_xlsx(rows, documentation=True) -> bytes:
    """INSEE's table as a workbook, behind a sheet of documentation."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    if documentation:
        sheet.append(["Le zonage en bassins de vie"])
        sheet = workbook.create_sheet("Composition_communale")
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (as_csv(TITLES + ROWS), "bassins.csv"),
        (as_csv(TITLES + ROWS, separator=","), "bassins.csv"),
        (as_csv(TITLES + ROWS, separator="\t"), "bassins.tsv"),
        (b"\xef\xbb\xbf" + as_csv(TITLES[-1:] + ROWS), "bassins.csv"),
        (as_csv(TITLES + ROWS, encoding="cp1252"), "BASSINS.CSV"),
        (as_xlsx(TITLES + ROWS), "bassins.xlsx"),
        (as_xlsx(TITLES[-1:] + ROWS, documentation=False), "bassins.xlsx"),
        (as_xlsx([*TITLES, [22001, "Allineuc", 22, 53, 22136, "Loudéac"], *ROWS[1:]]), "bassins.xlsx"),
    ],
    ids=["semicolons", "commas", "tabs", "mark", "windows", "workbook", "one-sheet", "numbers"],
)
def test_table_of_insee_is_read(territory, content, filename):
    """Title lines, separators, encodings and sheets are INSEE's business, the zones are ours."""
    zoning = parse_zoning(content, filename, territory)
    assert [(zone.code, zone.name, zone.communes) for zone in zoning.zones] == [
        ("22050", "Dinan", ("22050",)),
        ("22136", "Loudéac", ("22001",)),
        ("22162", "Paimpol", ("22016",)),
    ]
    assert (zoning.code, zoning.ignored_rows, zoning.without_zone) == ("BV2022", 1, ())


def test_file_on_disk_is_read(territory, tmp_path):
    """A command gives a path."""
    path = tmp_path / "bassins.csv"
    path.write_bytes(as_csv(TITLES + ROWS))
    assert len(parse_zoning(path, path.name, territory).zones) == 3


def test_zone_of_a_commune(territory):
    """A commune knows its zone, and one without a line has none."""
    zoning = parse_zoning(as_csv(TITLES + ROWS[:1]), "b.csv", territory)
    assert zoning.zone_of("22001").name == "Loudéac"
    assert zoning.zone_of("22050") is None
    assert zoning.without_zone == ("22050", "22016")


def test_other_zoning_by_its_columns(territory):
    """Aires d'attraction and zones d'emploi have the same layout under other names."""
    rows = [["CODGEO", "AAV2020", "LIBAAV2020"], ["22050", "191", "Dinan"]]
    zoning = parse_zoning(
        as_csv(rows), "aav.csv", territory, code_column="aav2020", label_column="LIBAAV2020"
    )
    assert zoning.zones[0].name == "Dinan"


def test_former_code_counts_for_the_commune_in_force(territory):
    """A table of an earlier year names communes that merged since."""
    row = ["22123", "Léhon", "22", "53", "22050", "Dinan"]
    assert parse_zoning(as_csv([*TITLES, row]), "b.csv", territory).zone_of("22050").code == "22050"


@pytest.mark.parametrize("order", [1, -1])
def test_own_row_wins_over_former_parts(territory, order):
    """The parts of a commune nouvelle may have been in two zones; its own row settles it."""
    rows = [
        ["22901", "Partie A", "22", "53", "22162", "Paimpol"],
        ["22902", "Partie B", "22", "53", "22050", "Dinan"],
        ["22001", "Allineuc", "22", "53", "22136", "Loudéac"],
    ]
    zoning = parse_zoning(as_csv([*TITLES, *rows[::order]]), "b.csv", territory)
    assert zoning.zone_of("22001").code == "22136"


@pytest.mark.parametrize(
    ("rows", "problem", "line"),
    [
        ([["22050", "Dinan", "22", "53", "", ""]], "22050", 6),
        ([ROWS[2], ["22050", "Dinan", "22", "53", "22162", "Paimpol"]], "22050", 7),
        ([ROWS[2], ["22016", "Île-de-Bréhat", "22", "53", "22050", "Léhon"]], "Léhon", 7),
        (
            [
                ["22901", "Partie A", "22", "53", "22162", "Paimpol"],
                ["22902", "Partie B", "22", "53", "22050", "Dinan"],
            ],
            "22001",
            7,
        ),
        ([ROWS[3]], "No commune of the territory", 5),
        ([], "No commune of the territory", 5),
    ],
    ids=["empty-zone", "two-zones", "two-names", "two-parts", "elsewhere", "empty"],
)
@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_wrong_row_is_refused_with_its_line(territory, make, rows, problem, line):
    """The line is the one that a spreadsheet shows."""
    filename = "b.csv" if make is as_csv else "b.xlsx"
    with pytest.raises(ZoningError) as raised:
        parse_zoning(make([*TITLES, *rows]), filename, territory)
    assert problem in raised.value.problem
    assert raised.value.line == line
    assert raised.value.advice


def zip_bomb() -> bytes:
    """A workbook that would unpack to far more than any table of communes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(201):
            sheet.write(bytes(1024 * 1024))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "filename", "problem"),
    [
        (as_csv([["A", "B"], ["1", "2"]]), "b.csv", "CODGEO, BV2022, LIBBV2022"),
        (as_xlsx([["A", "B"]]), "b.xlsx", "CODGEO, BV2022, LIBBV2022"),
        (b"", "b.csv", "CODGEO"),
        (b"not a workbook", "b.xlsx", "cannot be opened"),
        (b"PK\x05\x06" + bytes(18), "b.xlsx", "cannot be opened"),
        (zip_bomb(), "b.xlsx", "too large"),
        (b"x", "b.ods", "CSV and XLSX"),
        (bytes(MAXIMUM_BYTES + 1), "b.csv", "20 MB"),
        (as_csv(TITLES) + b'\r\n"' + b"x" * 200_000, "b.csv", "far too long"),
    ],
    ids=["no-header", "no-header-xlsx", "empty", "garbage", "empty-zip", "bomb", "format", "size", "quote"],
)
def test_unusable_file_is_refused(territory, content, filename, problem):
    """Whatever is wrong with a file as a whole is said in one sentence."""
    with pytest.raises(ZoningError) as raised:
        parse_zoning(content, filename, territory)
    assert problem in raised.value.problem


def test_unusable_file_on_disk_is_not_read(territory, tmp_path):
    """A file that is too large is refused by its size, before its bytes are read."""
    path = tmp_path / "b.csv"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)
    with pytest.raises(ZoningError, match="20 MB|weighs"):
        parse_zoning(path, path.name, territory)
