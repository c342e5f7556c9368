"""Empty templates: right for every schema, and kind to who fills them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ckanext.scdl import commandline
from ckanext.scdl.core.catalogue import Catalogue, Schema
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.template import LAST_ROW, accepted_values, csv_template, xlsx_template

SCHEMAS = Catalogue.bundled().all()


def _book(schema: Schema) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx_template(schema)))


def _validations(schema: Schema) -> dict[int, object]:
    """Drop-downs and hints by number of the column."""
    found = {}
    for each in _book(schema).worksheets[0].data_validations.dataValidation:
        for area in each.sqref.ranges:
            for column in range(area.min_col, area.max_col + 1):
                found[column] = (each, area)
    return found


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.id)
@pytest.mark.parametrize("write", [csv_template, xlsx_template])
def test_an_empty_template_is_valid_and_has_no_data(schema: Schema, write) -> None:
    """Recognised without help; the examples of the workbook are no data."""
    report = check(write(schema), Catalogue.bundled())
    assert (report.status, report.schema, report.version, report.rows) == ("valid", schema.id, schema.version, 0)
    told = {issue.code for issue in report.issues if issue.level != "info"}
    assert told == {"no-data"} | ({"example-row"} if write is xlsx_template else set())


def test_the_csv_is_as_scdl_wants_it() -> None:
    """UTF-8 without mark, commas, the official order, nothing else."""
    schema = Catalogue.bundled().get("scdl/deliberations")
    assert csv_template(schema) == (",".join(schema.field_names) + "\r\n").encode()


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.id)
def test_every_listed_value_is_in_a_drop_down(schema: Schema) -> None:
    """Enumerations and yes/no are chosen, down to the last row, from the values of the schema."""
    book, found = _book(schema), _validations(schema)
    for number, described in enumerate(schema.descriptor["fields"], 1):
        validation, area = found[number]
        assert (area.min_row, area.max_row) == (2, LAST_ROW + 1)
        assert validation.prompt and len(validation.prompt) <= 255
        values = accepted_values(described)
        assert (validation.type == "list") is bool(values)
        if values:
            sheet, _, cells = validation.formula1.partition("!")
            listed = [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]
            assert tuple(listed) == values


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.id)
def test_text_stays_text_and_dates_are_shown_as_the_schema_wants(schema: Schema) -> None:
    """A SIRET keeps its digits, 7.10 its zero; the sheet of help names every column with its example."""
    book = _book(schema)
    data, guide = book.worksheets[0], book.worksheets[1]
    formats = {}
    for letter, dimension in data.column_dimensions.items():
        first = openpyxl.utils.column_index_from_string(letter)
        for number in range(dimension.min or first, (dimension.max or first) + 1):
            formats[number] = dimension.number_format
    for number, described in enumerate(schema.descriptor["fields"], 1):
        if described.get("type", "string") in ("string", "boolean", "array", "geopoint"):
            assert formats[number] == "@", described["name"]
        if described.get("type") == "date" and described.get("format", "default") == "default":
            assert formats[number] == "yyyy-mm-dd"
    told = {row[0].value: row[5].value or "" for row in guide.iter_rows(min_row=6)}
    assert told == {field.name: field.example for field in schema.fields}
    assert data.max_row == 2


def test_the_same_schema_gives_the_same_bytes() -> None:
    """Nothing in the workbook depends on the clock."""
    schema = Catalogue.bundled().get("scdl/subventions")
    one, two = (zipfile.ZipFile(io.BytesIO(xlsx_template(schema))) for _ in range(2))
    assert [one.read(name) for name in one.namelist()] == [two.read(name) for name in two.namelist()]


def test_a_filled_template_comes_back_as_typed() -> None:
    """What a person types into it is valid: text, a date of the sheet, a choice of a list."""
    schema = Catalogue.bundled().get("scdl/deliberations")
    book = _book(schema)
    sheet = book.worksheets[0]
    for number, field in enumerate(schema.fields, 1):
        sheet.cell(2, number, field.example or None)
    target = io.BytesIO()
    book.save(target)
    report = check(target.getvalue(), Catalogue.bundled())
    assert (report.status, report.rows) == ("valid", 1), [issue.message for issue in report.issues]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_examples_go_away(lang: str) -> None:
    """Rows typed below the examples are all there is; the log of a correction keeps what was left out."""
    schema = Catalogue.bundled().get("scdl/deliberations")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_template(schema, lang)))
    sheet = book.worksheets[0]
    assert sheet.cell(2, 2).value == schema.fields[1].example
    for number, field in enumerate(schema.fields, 1):
        sheet.cell(3, number, field.example or None)
    target = io.BytesIO()
    book.save(target)
    table = read(target.getvalue(), Catalogue.bundled().label_keys())
    assert [row[0] for row in table.rows] == [schema.fields[0].example]
    assert (table.lines, len(table.above)) == ([3], 1)


def test_the_command_writes_by_the_name_of_the_file(tmp_path: Path) -> None:
    """The suffix says the form, `--format` outweighs it."""
    commandline.main(["template", "scdl/prenoms", "-o", str(tmp_path / "a.xlsx")])
    commandline.main(["template", "scdl/prenoms", "-o", str(tmp_path / "a.csv")])
    commandline.main(["template", "scdl/prenoms", "--format", "csv", "-o", str(tmp_path / "b.xlsx")])
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_command_writes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without a file, the template can go through a pipe."""
    commandline.main(["template", "scdl/prenoms"])
    assert capfdbinary.readouterr().out.startswith(b"COMMUNE_NOM,")


@pytest.mark.parametrize(
    "arguments", [["nulle/part"], ["scdl/prenoms", "--format", "pdf"], ["scdl/prenoms", "-o", "/nowhere/at/all.csv"]]
)
def test_misuse_has_its_status(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown schema or form, a place that cannot be written."""
    with pytest.raises(SystemExit) as end:
        commandline.main(["template", *arguments])
    assert end.value.code == commandline.MISUSED
