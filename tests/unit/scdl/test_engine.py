"""The verdict: frictionless' own on types and structure, that of the reference on custom checks."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from frictionless import Dialect
from frictionless import Schema as TableSchema
from frictionless.resources import TableResource

from ckanext.scdl.core import messages
from ckanext.scdl.core.catalogue import Catalogue, Schema, build_schema
from ckanext.scdl.core.engine import check, check_table, known_labels
from ckanext.scdl.core.formats.base import Checked
from ckanext.scdl.core.formats.plain import as_json
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.report import Issue, Report
from ckanext.scdl.core.table import Table

CATALOGUE = Catalogue.bundled()
# A signalling NaN is not among them: the reference itself fails on it.
HOSTILE = [
    "",
    " ",
    "NA",
    "nan",
    "NaN",
    "1e9",
    "1_000",
    "３",
    "12,5",
    "oui",
    "2024-02-30",
    "24-01-05",
    "[1",
    "x" * 300,
]


def _schema(fields: list[dict[str, Any]], **more: Any) -> Schema:
    portal = {"label": {"fr": "Essai", "en": "Trial"}, "theme": "GOVE", "frequency": "ANNUAL"}
    return build_schema("essai/essai", "1.0.0", {"fields": fields, "x-portal": portal, **more})


def _table(schema: Schema, rows: list[list[str]], labels: list[str] | None = None) -> Table:
    text = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
        for cells in [labels or list(schema.field_names), *rows]
    )
    return read(text.encode(), known_labels(CATALOGUE))


def _places(report: Report) -> Counter[tuple[int, str | None, str]]:
    found: Counter[tuple[int, str | None, str]] = Counter()
    for issue in report.issues:
        if issue.official and issue.official != "custom-check":
            assert len(issue.rows) == issue.count
            found.update((row, issue.field, issue.official) for row in issue.rows)
    return found


def _reference(schema: Schema, table: Table) -> Counter[tuple[int, str | None, str]]:
    described = {
        key: schema.descriptor[key]
        for key in ("fields", "missingValues", "primaryKey")
        if key in schema.descriptor
    }
    built = TableSchema.from_descriptor({**json.loads(json.dumps(described)), "fieldsMatch": "partial"})
    names = {field.name for field in built.fields}
    found: Counter[tuple[int, str | None, str]] = Counter()
    # Without a dialect, frictionless guesses the header from the width of the first rows.
    dialect = Dialect(header_rows=[1])
    with TableResource(data=[list(table.labels), *table.rows], schema=built, dialect=dialect) as resource:
        for error in resource.header.errors:
            found[1, getattr(error, "field_name", None) or None, error.type] += 1
        for line, row in zip(table.lines, resource.row_stream, strict=True):
            for error in row.errors:
                field = getattr(error, "field_name", None)
                found[
                    line, field if field in names and error.type != "primary-key" else None, error.type
                ] += 1
    return found


def _planted(schema: Schema, seed: int) -> list[list[str]]:
    chance = random.Random(seed)
    good = [field.example for field in schema.fields]
    rows = [list(good) for _ in range(40)]
    for cells in rows:
        for _ in range(chance.randrange(4)):
            cells[chance.randrange(len(cells))] = chance.choice(HOSTILE)
        if chance.random() < 0.1:
            del cells[chance.randrange(1, len(cells)) :]
        if chance.random() < 0.1:
            cells.append("de trop")
    return rows


def _cases() -> Iterator[tuple[Schema, int]]:
    for schema in CATALOGUE.all():
        for seed in range(3):
            yield schema, seed


@pytest.mark.parametrize(
    ("schema", "seed"), list(_cases()), ids=lambda value: getattr(value, "id", str(value))
)
def test_verdict_is_that_of_frictionless(schema: Schema, seed: int) -> None:
    """Planted faults give the same rows, fields and types of error as the reference, no more and no less."""
    table = _table(schema, _planted(schema, seed))
    assert _places(check_table(table, schema, all_places=True)) == _reference(schema, table)


def test_every_type_is_judged_as_by_frictionless() -> None:
    """Types that no bundled schema uses today are covered as well, keys and missing values too."""
    fields = [
        {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
        {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
        {"name": "heure", "type": "time"},
        {"name": "moment", "type": "datetime"},
        {"name": "annee", "type": "year", "constraints": {"minimum": 2000}},
        {"name": "vrai", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
        {"name": "montant", "type": "number", "decimalChar": ",", "constraints": {"maximum": 10}},
        {"name": "courriel", "type": "string", "format": "email"},
        {"name": "lien", "type": "string", "format": "uri"},
        {"name": "uuid", "type": "string", "format": "uuid"},
        {"name": "liste", "type": "array"},
        {"name": "point", "type": "geopoint"},
        {"name": "forme", "type": "geojson"},
        {
            "name": "code",
            "type": "string",
            "constraints": {"pattern": "^A|B$", "minLength": 2, "maxLength": 3},
        },
        {"name": "choix", "type": "string", "constraints": {"enum": ["a", "b"]}},
        {"name": "libre"},
    ]
    schema = _schema(fields, missingValues=["", "NA"], primaryKey=["id", "jour"])
    good = [
        "1",
        "31/12/2024",
        "10:00:00",
        "2024-01-01T10:00:00Z",
        "2024",
        "oui",
        "3,5",
        "a@b.fr",
        "https://a.fr",
        "",
    ]
    good += ["[1]", "1,2", '{"type": "Point", "coordinates": [1, 2]}', "AB", "a", "x"]
    chance = random.Random(4)
    rows = [good, ["NA"] * len(good), good[:3], [*good, "de trop"]]
    for _ in range(200):
        rows.append([chance.choice([cell, cell, cell, *HOSTILE, "2", "B\n", "2001"]) for cell in good])
    rows = [["de plus", *cells] for cells in rows] + [["", *["NA"] * len(good)], ["NA"] * 8]
    table = _table(schema, rows, ["inconnue", *schema.field_names])
    assert _places(check_table(table, schema, all_places=True)) == _reference(schema, table)


def test_a_signalling_nan_is_a_wrong_number_and_not_a_crash() -> None:
    """The library raises on it where a bound is set."""
    schema = _schema([{"name": "n", "type": "number", "constraints": {"minimum": 0}}, {"name": "m"}])
    report = check_table(_table(schema, [["sNaN", "x"]]), schema)
    assert [issue.code for issue in report.issues] == ["type-number"]


def test_a_valid_file_is_valid_whatever_its_column_order() -> None:
    """Columns are matched by name; the order and absent optional columns are only mentioned."""
    schema = CATALOGUE.get("scdl/prenoms")
    names = list(reversed(schema.field_names))
    row = [field.example for field in reversed(schema.fields)]
    report = check(_table(schema, [row], names), CATALOGUE)
    assert (report.status, report.schema, report.confidence, report.rows) == ("valid", "scdl/prenoms", 1.0, 1)
    assert [issue.code for issue in report.issues] == ["label-order"]


def test_lines_and_letters_are_those_of_the_file() -> None:
    """After titles, blank lines and newlines in cells a place is still where a person finds it."""
    text = (
        "Mes prénoms\n\nCOMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
        'Lannion,22113,F,"A\nb",3,2024\n\nLannion,22113,F,Zoé,trois,2024\n'
    )
    report = check(text.encode(), CATALOGUE)
    wrong = {issue.code: issue for issue in report.issues if issue.level == "error"}
    assert (wrong["pattern"].rows, wrong["pattern"].column) == ((4,), "D")
    assert (wrong["type-integer"].rows, wrong["type-integer"].column) == ((7,), "E")
    told = {issue.code: issue.rows for issue in report.issues if issue.level == "warning"}
    assert told == {"title-lines": (3,), "blank-lines": (6,)}


def test_equal_faults_share_one_issue_and_names_a_correction() -> None:
    """One value wrong a thousand times is one thing to put right."""
    schema = _schema([{"name": "date", "type": "date"}, {"name": "montant", "type": "number"}])
    rows = [["31/12/2023", "17\u202f833,50 €"]] * 1_000
    report = check_table(_table(schema, rows), schema)
    facts = [(issue.code, issue.count, len(issue.rows), issue.correction) for issue in report.issues]
    assert facts == [("type-date", 1_000, 20, "2023-12-31"), ("type-number", 1_000, 20, "17833.50")]


@pytest.mark.parametrize(
    ("constraints", "kind", "cell", "correction"),
    [
        ({"enum": ["aide en numéraire"]}, "string", "Aide en Numeraire", "aide en numéraire"),
        ({"pattern": r"^\d{14}$"}, "string", "212 202 785 00018", "21220278500018"),
        ({"pattern": r"^\d{4}/\d{4}$"}, "string", "2023_2024", "2023/2024"),
        ({"pattern": r"^[A-Z]+$"}, "string", "a b", None),
        ({}, "integer", "1 200,00", "1200"),
        ({}, "boolean", "Oui", "true"),
        ({}, "date", "2018/01/30", "2018-01-30"),
        ({}, "date", "31/02/2024", None),
    ],
)
def test_a_correction_is_only_proposed_when_it_passes(
    constraints: dict[str, Any], kind: str, cell: str, correction: str | None
) -> None:
    """A proposal is the same value written as the schema wants it, and never a guess that fails again."""
    schema = _schema([{"name": "a", "type": kind, "constraints": constraints}, {"name": "b"}])
    report = check_table(_table(schema, [[cell, "x"]]), schema)
    assert [issue.correction for issue in report.issues] == [correction]


def test_labels_that_come_twice_stop_the_check() -> None:
    """As in the reference, a doubled name is an error of its own and nothing below is judged."""
    report = check(b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_SEXE\nx,y,z,z\n", CATALOGUE, "scdl/prenoms")
    assert [(issue.code, issue.official, issue.rows) for issue in report.issues] == [
        ("duplicate-label", "error", (1,))
    ]
    assert report.status == "invalid"


PRENOMS = "COMMUNE_NOM,{},ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nLannion,{},F,Zoé,3,2024\n"


@pytest.mark.parametrize("label", ["Coll_Insée", "Code INSEE", "coll insee"])
def test_a_required_column_under_another_name_is_checked_as_that_column(label: str) -> None:
    """Its name is one error, as for the national validator; what is below counts as well."""
    report = check(PRENOMS.format(label, "2211").encode(), CATALOGUE)
    assert [(issue.code, issue.official, issue.field, issue.label, issue.column) for issue in report.issues] == [
        ("missing-label", "missing-label", "COLL_INSEE", label, "B"),
        ("pattern", "constraint-error", "COLL_INSEE", label, "B"),
    ]
    assert [issue.correction for issue in report.issues if issue.official == "missing-label"] == ["COLL_INSEE"]
    named, absent = report.issues[0], replace(report.issues[0], column=None, label=None)
    assert messages.sentence(named) != messages.sentence(absent)


def test_an_optional_column_under_another_name_is_a_remark() -> None:
    """The national validator lets an optional column be absent; its cells are judged all the same."""
    schema = CATALOGUE.get("scdl/equipements")
    example = {field.name: field.example for field in schema.fields}
    labels = ["Téléphone" if name == "EQUIP_TEL" else name for name in example]
    table = replace(_table(schema, [list(example.values())]), labels=tuple(labels))
    (issue,) = check(table, CATALOGUE).issues
    assert (issue.code, issue.level, issue.official, issue.field) == ("missing-label", "warning", None, "EQUIP_TEL")
    table.rows[0][labels.index("Téléphone")] = "0296626262 ou 0600000000"
    found = check(table, CATALOGUE).issues
    assert ("EQUIP_TEL", "constraint-error") in {(issue.field, issue.official) for issue in found}


def test_the_official_name_wins_over_another_name_of_the_same_column() -> None:
    """Of two columns that could be meant, the one with the official name is; the other is one too many."""
    data = "COMMUNE_NOM,Code INSEE,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
    report = check(f"{data}Lannion,x,22113,F,Zoé,3,2024\n".encode(), CATALOGUE)
    assert (report.status, [(issue.code, issue.column) for issue in report.issues]) == ("valid", [("extra-label", "B")])


def test_an_older_version_that_fits_better_is_said_and_not_used() -> None:
    """A file made for the version before is judged by the one in force, and told why it fails."""
    older = CATALOGUE.get("scdl/subventions", "2.0.2")
    table = _table(older, [[field.example for field in older.fields]])
    for reference in (None, "scdl/subventions"):
        report = check(table, CATALOGUE, reference)
        latest = CATALOGUE.get("scdl/subventions").version
        assert report.version == latest
        hints = [(issue.level, issue.value, issue.expected) for issue in report.issues if issue.code == "older-version"]
        assert hints == [("info", latest, "2.0.2")]
    asked = check(table, CATALOGUE, "scdl/subventions", "2.0.2")
    assert (asked.version, "older-version" in {issue.code for issue in asked.issues}) == ("2.0.2", False)


def test_letters_count_the_empty_columns_on_the_left() -> None:
    """A report names the columns a spreadsheet program shows, wherever the table begins."""
    lines = [f",,{line}" for line in PRENOMS.format("COLL_INSEE", "2211").splitlines()]
    report = check("\n".join([*lines, ",,Lannion,22113,F,Zoé", ""]).encode(), CATALOGUE)
    assert {(issue.code, issue.column) for issue in report.issues if issue.column} == {
        ("pattern", "D"), ("missing-cell", "G"), ("missing-cell", "H"), ("required", "G"), ("required", "H")
    }  # fmt: skip


def test_a_header_alone_is_valid_and_said_to_be_empty() -> None:
    """A template nobody filled is not an error."""
    report = check((",".join(CATALOGUE.get("scdl/prenoms").field_names) + "\n").encode(), CATALOGUE)
    assert report.status == "valid"
    assert [issue.code for issue in report.issues] == ["no-data"]


@pytest.mark.parametrize(
    ("data", "arguments", "code"),
    [
        (b"essence,hauteur\nif,3\n", {}, "schema-unknown"),
        (b"a,b\n1,2\n", {"schema_ref": "nulle/part"}, "schema-not-found"),
        (b"a,b\n1,2\n", {"schema_ref": "scdl/prenoms", "version": "99.0"}, "version-unknown"),
        (b"%PDF", {}, "pdf"),
    ],
)
def test_a_refusal_says_why(data: bytes, arguments: dict[str, str], code: str) -> None:
    """No file and no argument makes the engine raise."""
    report = check(data, CATALOGUE, **arguments)
    assert report.status == "refused"
    assert report.refusal is not None and report.refusal.code == code and report.refusal.message


def test_the_three_nearest_schemas_are_named() -> None:
    """A refusal for want of a schema is a question, with the likely answers."""
    report = check(b"BGT_NATDEC,BGT_ANNEE,a,b,c,d\n1,2,3,4,5,6\n", CATALOGUE)
    assert report.refusal is not None
    assert len(report.refusal.nearest) == 3
    assert report.refusal.nearest[0] == "scdl/budget"


def test_a_check_nobody_knows_is_a_notice_and_no_error() -> None:
    """What a schema asks and the engine cannot do is said, and the file is not blamed."""
    described = [
        {"name": "horoscope"},
        {"name": "siret", "params": {}},
        "rien",
        {"name": "compare-columns-value", "params": 3},
    ]
    schema = _schema([{"name": "a"}, {"name": "b"}], custom_checks=described)
    report = check_table(_table(schema, [["x", "y"]]), schema)
    assert report.status == "valid"
    assert [issue.value for issue in report.issues] == ["horoscope", "siret", "rien", "compare-columns-value"]


def test_deliberations_are_judged_on_their_rows() -> None:
    """The eleven checks of one schema find what is planted, at the right place."""
    schema = CATALOGUE.get("scdl/deliberations")
    cells = {field.name: field.example for field in schema.fields}
    assert check(_table(schema, [list(cells.values())]), CATALOGUE).status == "valid"
    cells |= {
        "PREF_DATE": "2000-01-01",
        "DELIB_MATIERE_NOM": "Finances",
        "BUDGET_ANNEE": "2024/2023",
        "VOTE_REEL": "1000",
    }
    report = check(_table(schema, [list(cells.values())]), CATALOGUE)
    found = {(issue.field, issue.code) for issue in report.issues if issue.official == "custom-check"}
    assert found == {
        ("PREF_DATE", "compare-columns"),
        ("DELIB_MATIERE_NOM", "nomenclature-slash"),
        ("BUDGET_ANNEE", "year-interval-order"),
        ("VOTE_EFFECTIF", "compare-columns"),
        ("VOTE_REEL", "sum-columns"),
    }


@pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda schema: schema.id)
def test_a_million_faults_fit_in_a_report(schema: Schema) -> None:
    """Every cell wrong in its own way still gives a report that can be stored, and as long as that when written."""
    rows = [[f"{name}-{number}" * 9 for name in schema.field_names] for number in range(2_000)]
    report = check(_table(schema, rows), CATALOGUE, schema.id)
    assert len(as_json([Checked("a.csv", report)]).encode()) <= 500_000
    types = [issue for issue in report.issues if issue.code.startswith("type-")]
    assert sum(issue.count for issue in types) == 2_000 * len({issue.field for issue in types})


@pytest.mark.parametrize("seed", range(30))
def test_any_bytes_end_with_one_of_the_three_verdicts(seed: int) -> None:
    """Noise, and noise around a real header, never makes the engine raise."""
    chance = random.Random(seed)
    header = ",".join(CATALOGUE.get("scdl/prenoms").field_names).encode()
    noise = bytes(chance.choice(b'",;\n\r\t|a1\xe9\xc3\xa9 =-[]{}') for _ in range(400))
    report = check(header + b"\n" + noise if seed % 2 else noise, CATALOGUE)
    assert report.status in {"valid", "invalid", "refused"}
    assert all(isinstance(issue, Issue) and issue.message for issue in report.issues)
