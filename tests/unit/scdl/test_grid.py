"""A grid in the browser: its columns, its bytes, and what a check says of its cells."""

from __future__ import annotations

import random

import pytest

from ckanext.scdl.core import engine, grid
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.reader import read

CATALOGUE = Catalogue.bundled()
SCHEMA = CATALOGUE.get("scdl/deliberations")
GOOD = {
    "COLL_NOM": "Commune de Guingamp", "COLL_SIRET": "21220070300016", "DELIB_ID": "2024-01",
    "DELIB_DATE": "2024-02-12", "DELIB_MATIERE_CODE": "7.1",
    "DELIB_MATIERE_NOM": "finances locales/décisions budgétaires", "DELIB_OBJET": "Budget du port",
}  # fmt: skip


def row(**cells: str) -> list[str]:
    """A row of the schema: the good one, with other values."""
    return [{**GOOD, **cells}.get(name, "") for name in SCHEMA.field_names]


def judged(*rows: list[str]) -> tuple[grid.Finding, ...]:
    """What the engine finds in rows of the grid."""
    sheet = grid.to_csv(SCHEMA.field_names, rows)
    return grid.findings(engine.check(sheet.content, CATALOGUE, SCHEMA.id, all_places=True), sheet, SCHEMA)


def control(reference: str, name: str) -> grid.Column:
    """A column of a bundled schema."""
    return next(each for each in grid.columns_of(CATALOGUE.get(reference)) if each.name == name)


@pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda schema: schema.id)
def test_columns_are_those_of_the_schema(schema):
    """Every bundled schema makes a grid with its columns in the official order, required ones marked."""
    columns = grid.columns_of(schema)
    assert tuple(each.name for each in columns) == schema.field_names
    assert tuple(each.name for each in columns if each.required) == schema.required_names
    assert all(each.title and 14 <= each.width <= 40 for each in columns)


@pytest.mark.parametrize(
    ("reference", "name", "expected", "mode"),
    [
        ("scdl/deliberations", "DELIB_DATE", "date", ""),
        ("scdl/deliberations", "VOTE_POUR", "text", "numeric"),
        ("scdl/deliberations", "DELIB_URL", "text", "url"),
        ("scdl/deliberations", "DELIB_OBJET", "text", ""),
        ("scdl/equipements", "EQUIP_THEME", "choice", ""),
        ("scdl/equipements", "EQUIP_EMAIL", "text", "email"),
        ("scdl/subventions", "notificationUE", "choice", ""),
        ("scdl/menus-collectifs", "menuPlatType", "choice", ""),
    ],
)
def test_each_type_has_its_control(reference, name, expected, mode):
    """Dates, lists and numbers are filled by what the browser has for them."""
    column = control(reference, name)
    assert (column.control, column.input_mode) == (expected, mode)


def test_several_values_in_a_cell_are_typed():
    """A list of values of which a cell takes several is nothing to choose one from."""
    schema = CATALOGUE.get("scdl/menus-collectifs")
    arrays = {field.name for field in schema.fields if field.type == "array"}
    assert {each.control for each in grid.columns_of(schema) if each.name in arrays} == {"text"}


def test_yes_and_no_are_written_in_full():
    """A list says what a truth value means, and keeps the value that the schema wants."""
    assert control("scdl/subventions", "notificationUE").choices == (("oui", "oui"), ("non", "non"))
    assert control("etalab/schema-bal", "certification_commune").choices[0][1].startswith("oui (")


def test_blank_rows_are_no_part_of_the_file():
    """Rows that nobody filled, at the end or between, do not reach the engine; the others keep their numbers."""
    sheet = grid.to_csv(["a", "b"], [["", " "], ["1", "x\r\ny"], [], ["2"]])
    assert sheet.content == b'a,b\r\n1,"x\ny"\r\n2,\r\n'
    assert sheet.places == {2: 2, 4: 4}


ODD = ("", " ", "x\ny", '"', ",", ";", "\t", "a;b,c", '"a"', "é", "sep=;", "=1+1", "\u2028", "\ufeff", "#", "DELIB_ID")


@pytest.mark.parametrize("seed", range(40))
def test_the_file_reads_back_as_it_was_filled(seed):
    """Whatever is written into cells, the engine reads the same cells, on the lines that were told."""
    drawn = random.Random(seed)
    names = ("DELIB_ID", "DELIB_DATE", "DELIB_OBJET")
    rows = [["n", *drawn.choices(ODD, k=2)] for _ in range(drawn.randrange(1, 9))]
    sheet = grid.to_csv(names, rows)
    table = read(sheet.content, engine.known_labels(CATALOGUE))
    assert table.labels == names
    assert table.rows == rows
    assert [sheet.places[line] for line in table.lines] == list(range(1, len(rows) + 1))


def test_a_good_row_has_no_error():
    """The engine finds nothing to put right in a row that follows the schema."""
    assert [found for found in judged(row()) if found.level == "error"] == []


def test_a_bad_cell_is_named_by_its_row_and_column():
    """A finding tells the row of the grid, not the line of the file, and its sentence says the same."""
    found = judged([], row(DELIB_OBJET="Budget\ndu port"), row(DELIB_ID="2024-02", COLL_SIRET="12"))
    [bad] = [each for each in found if each.level == "error" and each.field == "COLL_SIRET"][:1]
    assert (bad.rows, bad.value) == ((3,), "12")
    assert "ligne 3" in bad.message
    assert "Colonne « SIRET de la collectivité »" in bad.message.replace("\u00a0", " ")


def test_errors_come_first_and_from_the_top():
    """Whoever works through the list starts with what stops the file."""
    late = row(DELIB_ID="3", DELIB_DATE="2150-01-01")
    found = judged(row(DELIB_OBJET=""), row(DELIB_ID="2", DELIB_DATE="hier"), late)
    assert [each.rows for each in found if each.level == "error"][:2] == [(1,), (2,)]
    levels = [each.level for each in found]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)


def test_errors_of_a_row_come_in_the_order_of_its_columns():
    """The list is worked through from left to right, whatever the columns are called."""
    found = [each.field for each in judged(row(COLL_NOM="", DELIB_OBJET="", DELIB_ID="")) if each.level == "error"]
    assert found == ["COLL_NOM", "DELIB_ID", "DELIB_OBJET"]


def test_what_cannot_be_read_is_one_finding():
    """A refusal is told as a sentence without a place."""
    sheet = grid.to_csv(["x"], [])
    [found] = grid.findings(engine.check(b"%PDF-1.7\n", CATALOGUE, SCHEMA.id), sheet, SCHEMA)
    assert (found.level, found.rows, bool(found.message)) == ("error", (), True)


def test_a_draft_moves_to_the_columns_of_another_version():
    """Values follow their column's name; those without a column are named, empty ones are not."""
    rows, lost = grid.realigned(["a", "b", "c"], [["1", "2"], ["3", "", "4"]], ["b", "n", "a"])
    assert rows == [["2", "", "1"], ["", "", "3"]]
    assert lost == ("c",)
    assert grid.realigned(["a", "b"], [["1", " "]], ["a"]) == ([["1"]], ())
