"""Local checks: what they notice, what they leave alone, and that no official verdict depends on them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.scdl.core import local
from ckanext.scdl.core.catalogue import Catalogue, SchemaNotFound
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.local import Facts, Territory, UnusableTerritory, read_territory
from ckanext.scdl.core.local.outline import Outline
from ckanext.scdl.core.report import Issue, Reading
from ckanext.scdl.core.table import Table
from ckanext.scdl.core.tally import FIRST_ROWS

HOME = Path(local.__file__).parent
SQUARE = ((-3.0, 48.0), (-2.0, 48.0), (-2.0, 49.0), (-3.0, 49.0))
HOLE = ((-2.6, 48.4), (-2.4, 48.4), (-2.4, 48.6), (-2.6, 48.6))
FACTS = Facts(
    publisher="21220113500015",
    territory=Territory(frozenset({"22113", "22278"}), (SQUARE,)),
    today=datetime.date(2024, 6, 1),
)

# Per check: a schema, its columns, rows where nothing is odd, and rows with the code each must give.
SAMPLES: dict[str, list[tuple[str, list[str], list[list[str]], list[tuple[list[str], str]]]]] = {
    "publisher-siret": [
        (
            "scdl/deliberations",
            ["COLL_SIRET"],
            [["21220113500015"], ["212 201 135 00015"], [""], ["12"]],
            [
                (["22220001600012"], "local-publisher-siret"),
                (["21220113500023"], "local-publisher-establishment"),
            ],
        ),
        ("scdl/subventions", ["idAttribuant"], [["21220113500015"]], [(["22220001600012"], "local-publisher-siret")]),
    ],
    "commune": [
        ("scdl/prenoms", ["COLL_INSEE"], [["22113"], [""], ["Lannion"]], [(["35238"], "local-commune")]),
        ("etalab/schema-irve-statique", ["code_insee_commune"], [["22278"]], [(["2A004"], "local-commune")]),
    ],
    "point": [
        (
            "scdl/equipements",
            ["EQUIP_LONG", "EQUIP_LAT"],
            [["-2.5", "48.5"], ["-2,5", "48,5"], ["", "48.5"], ["là", "bas"], ["-3.005", "48.5"]],
            [
                (["0", "0"], "local-point"),
                (["48.5", "-2.5"], "local-point-swapped"),
                (["-3.1", "48.5"], "local-point"),
                (["2.35", "48.85"], "local-point"),
            ],
        ),
        (
            "etalab/schema-irve-statique",
            ["coordonneesXY"],
            [["[-2.5,48.5]"], ["-2.5, 48.5"], ["[1,2,3]"]],
            [(["[48.5,-2.5]"], "local-point-swapped")],
        ),
    ],
    "future-date": [
        (
            "scdl/deliberations",
            ["DELIB_DATE"],
            [["2024-06-01"], ["hier"], ["2024-99-99"], ["01/06/2030"]],
            [(["2024-06-02"], "local-future-date")],
        ),
        ("scdl/prenoms", ["ANNEE"], [["2024"], ["1999"]], [(["2025"], "local-future-date")]),
        (
            "etalab/schema-irve-dynamique",
            ["horodatage"],
            [["2024-06-01T23:59:00+02:00"]],
            [(["2024-07-01T00:00:00Z"], "local-future-date")],
        ),
    ],
    "matiere": [
        (
            "scdl/deliberations",
            ["DELIB_MATIERE_CODE", "DELIB_MATIERE_NOM"],
            [
                ["7.1", "Finances locales/Décisions budgétaires"],
                ["7.1", "finances locales/budget du port"],
                ["1.6", "Commande publique/Actes relatifs à la maîtrise d'oeuvre"],
                ["9.1", "Autres domaines de compétences/autres domaines de compétences des communes"],
                ["", "Finances locales/Divers"],
                ["sept", "Finances locales/Divers"],
                ["7.1", "Voirie"],
            ],
            [
                (["7.1", "Commande publique/Marchés publics"], "local-matiere"),
                (["7.1", "Finances locales/Divers"], "local-matiere"),
            ],
        ),
    ],
    "duplicate": [
        (
            "scdl/deliberations",
            ["COLL_SIRET", "DELIB_ID"],
            [["1", "A"], ["1", "B"], ["2", "A"], ["", "A"], ["", "A"]],
            [(["1", "A"], "local-duplicate")],
        ),
        ("scdl/equipements", ["EQUIP_UID"], [["22113-1"], ["22113-2"]], [(["22113-2"], "local-duplicate")]),
        (
            "etalab/schema-irve-statique",
            ["id_pdc_itinerance"],
            [["FRA1"], ["Non concerné"], ["Non concerné"]],
            [(["FRA1"], "local-duplicate")],
        ),
    ],
}
CASES = [(name, *sample) for name, samples in SAMPLES.items() for sample in samples]


def _table(labels: list[str], rows: list[list[str]]) -> Table:
    lines = list(range(2, len(rows) + 2))
    return Table(tuple(labels), rows, lines, (), Reading("csv", "utf-8", ",", None, 1))


def _checked(table: Table, ident: str, most_rows: int | None = FIRST_ROWS) -> tuple[Issue, ...]:
    """What the local checks say of a table whose columns are recognised as the engine does."""
    schema = Catalogue.bundled().get(ident)
    names = Catalogue.bundled().detector.match(schema, table.labels)
    return local.check(
        table, schema, FACTS, {name: position for position, name in names.items()}, most_rows=most_rows
    )


def test_every_check_has_samples() -> None:
    """A check that is added brings what it lets pass and what it notices."""
    assert set(SAMPLES) == set(local.NAMES)
    assert all(good and bad for samples in SAMPLES.values() for _, _, good, bad in samples)


@pytest.mark.parametrize(("name", "schema", "labels", "good", "bad"), CASES)
def test_what_is_right_is_left_alone(name: str, schema: str, labels: list[str], good: Any, bad: Any) -> None:
    """No remark on good rows, nor on cells whose form is the official checks' affair."""
    assert _checked(_table(labels, good), schema) == ()


@pytest.mark.parametrize(("name", "schema", "labels", "good", "bad"), CASES)
def test_what_is_odd_is_noticed(name: str, schema: str, labels: list[str], good: Any, bad: Any) -> None:
    """One issue per odd value, at its line, that weighs nothing in the official verdict."""
    rows = [*good, *(row for row, _ in bad)]
    issues = _checked(_table(labels, rows), schema)
    expected = [(code, len(good) + 2 + index) for index, (_, code) in enumerate(bad)]
    assert sorted((issue.code, issue.rows[0]) for issue in issues) == sorted(expected)
    for issue in issues:
        assert issue.code.startswith("local-") and issue.official is None and issue.level in ("warning", "info")


def test_equal_findings_are_counted_together() -> None:
    """A wrong SIRET on every row is one issue."""
    rows = [["22220001600012"] for _ in range(50)]
    (issue,) = _checked(_table(["COLL_SIRET"], rows), "scdl/deliberations")
    assert (issue.count, len(issue.rows), issue.column, issue.expected) == (50, 20, "A", FACTS.publisher)
    (issue,) = _checked(_table(["COLL_SIRET"], rows), "scdl/deliberations", most_rows=None)
    assert len(issue.rows) == 50


def test_a_label_in_another_form_is_the_same_column() -> None:
    """Case, accents and spaces of a label do not hide what is below."""
    (issue,) = _checked(_table(["N°", "coll siret"], [["1", "22220001600012"]]), "scdl/deliberations")
    assert (issue.column, issue.label, issue.field) == ("B", "coll siret", "COLL_SIRET")


def test_a_duplicate_names_the_line_it_repeats() -> None:
    """Lines of the file, not of the table."""
    table = Table(("COLL_SIRET", "DELIB_ID"), [["1", "A"], ["1", "A"]], [5, 9], (), Reading())
    (issue,) = _checked(table, "scdl/deliberations")
    assert (issue.rows, issue.expected, issue.value) == ((9,), "5", "1 / A")


def test_checks_without_their_facts_are_named() -> None:
    """Only those that the columns ask for; none that needs nothing."""
    schema = Catalogue.bundled().get("scdl/deliberations")
    positions = {"COLL_SIRET": 0, "DELIB_DATE": 1, "DELIB_MATIERE_CODE": 2, "DELIB_MATIERE_NOM": 3}
    assert local.not_done(schema, Facts(), positions) == ("publisher-siret", "future-date")
    assert local.not_done(schema, FACTS, positions) == ()
    equipements = Catalogue.bundled().get("scdl/equipements")
    assert local.not_done(equipements, Facts(), {"EQUIP_LAT": 0, "EQUIP_LONG": 1}) == ("point",)
    assert local.not_done(equipements, Facts(), {"EQUIP_LAT": 0}) == ()


def test_the_verdict_stays_the_official_one() -> None:
    """A file that is valid stays so, whatever is odd in it, and the report says what was not looked at."""
    text = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nRennes,35238,F,Zoé,3,2030\n"
    report = check(text.encode(), Catalogue.bundled(), facts=FACTS)
    assert (report.status, [issue.code for issue in report.issues]) == (
        "valid",
        ["local-commune", "local-future-date"],
    )
    assert all(issue.message for issue in report.issues)
    assert check(text.encode(), Catalogue.bundled()).not_done == ("commune", "future-date")


def test_tables_of_columns_and_keys_name_fields_that_exist() -> None:
    """A field that a new version of a schema drops shows here."""
    columns = yaml.safe_load((HOME / "columns.yaml").read_text("utf-8"))
    keys = yaml.safe_load((HOME.parent / "natural_keys.yaml").read_text("utf-8"))["keys"]
    named = {ident: {name for names in entry.values() for name in names} for ident, entry in columns.items()}
    for ident, names in [*named.items(), *((ident, set(names)) for ident, names in keys.items())]:
        try:
            schema = Catalogue.bundled().get(ident)
        except SchemaNotFound:
            pytest.fail(f"{ident} is not bundled")
        assert names <= set(schema.field_names), ident


def test_a_key_that_the_schema_checks_is_not_checked_twice() -> None:
    """A unique column of the schema is the official verdict's affair."""
    assert local.natural_key(Catalogue.bundled().get("atlasante/schema-dae")) is None


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((-2.9, 48.1), True),
        ((-2.5, 48.5), False),
        ((-2.595, 48.5), True),
        ((-2.2, 48.9), True),
        ((-1.5, 48.5), False),
        ((-2.5, 49.005), True),
        ((-2.5, 49.5), False),
        ((float("nan"), 48.5), False),
        ((-2.5, float("inf")), False),
    ],
)
def test_an_outline_knows_its_holes_and_a_little_shore(point: tuple[float, float], inside: bool) -> None:
    """Inside, in a hole, just beside an edge, far away, nowhere."""
    assert Outline([SQUARE, HOLE]).holds(*point) is inside


GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "22113", "name": "Lannion"},
            "geometry": {"type": "Polygon", "coordinates": [[[-3, 48], [-2, 48], [-2, 49], [-3, 48]]]},
        },
        {
            "type": "Feature",
            "properties": {"code": "22278"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]},
        },
    ],
}


def test_a_territory_is_read_from_outlines() -> None:
    """Codes of the features and rings of their polygons."""
    territory = read_territory(json.dumps(GEOJSON))
    assert territory.codes == {"22113", "22278"}
    assert len(territory.rings) == 2
    one = read_territory(json.dumps(GEOJSON["features"][0]["geometry"]))
    assert (one.codes, len(one.rings)) == (frozenset(), 1)


def test_a_territory_is_read_from_a_register() -> None:
    """Communes of today and those they have absorbed; a département's code when it names no commune."""
    text = "\ufeffkind;insee;former_codes\ndepartement;22;\ncommune;22113;22114 22115\nepci;200065928;\n"
    territory = read_territory(text)
    assert territory.codes == {"22113", "22114", "22115"}
    assert territory.holds_commune("22115") and not territory.holds_commune("22001")
    whole = read_territory("code,nom\n22,Côtes-d'Armor\n")
    assert whole.holds_commune("22001") and not whole.holds_commune("35238")


def test_two_sources_make_one_territory() -> None:
    """A register for the communes, an outline of the whole for the points."""
    outline = Territory(frozenset({"22"}), (SQUARE,))
    both = outline.joined(Territory(frozenset({"22113"})))
    assert (both.codes, both.rings) == (frozenset({"22113"}), (SQUARE,))


@pytest.mark.parametrize(
    "text", ["", "{", "{}", "nom,ville\na,b\n", '{"type": "FeatureCollection"}', "insee\nLannion\n", '{"features": 3}']
)
def test_what_is_no_territory_is_refused(text: str) -> None:
    """A wrong file is said to be one, not taken for an empty territory."""
    with pytest.raises(UnusableTerritory):
        read_territory(text)


def test_facts_travel_as_json() -> None:
    """Into the sandbox and back."""
    assert Facts.from_dict(json.loads(json.dumps(FACTS.to_dict()))) == FACTS
    assert Facts.from_dict(Facts().to_dict()) == Facts()
