"""The catalogue finds the right schema, and the bundled schemas can be trusted."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Resource
from frictionless import Schema as TableSchema
from stdnum.fr import siret

from ckanext.scdl.core.catalogue import Catalogue, InvalidCatalogue, Schema, SchemaNotFound, build_schema

LATEST = {
    "atlasante/schema-dae": "1.0.7",
    "etalab/schema-bal": "1.5.0",
    "etalab/schema-irve-dynamique": "2.3.1",
    "etalab/schema-irve-statique": "2.3.1",
    "etalab/schema-lieux-covoiturage": "0.3.1",
    "etalab/schema-stationnement": "0.1.5",
    "scdl/budget": "0.8.3",
    "scdl/catalogue": "0.1.3",
    "scdl/deliberations": "2.1.5",
    "scdl/equipements": "0.1.5",
    "scdl/menus-collectifs": "1.2.3",
    "scdl/plats-menus-collectifs": "0.7.2",
    "scdl/prenoms": "1.1.6",
    "scdl/subventions": "2.1.1",
}
SIRET_CHECKS = {"siret", "french-siret-value"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The schemas of the package."""
    return Catalogue.bundled()


def descriptor(**changes: Any) -> dict[str, Any]:
    """A small schema that the catalogue accepts, with changes."""
    whole = {
        "fields": [{"name": "NOM", "type": "string"}, {"name": "ANNEE", "type": "year"}],
        "x-portal": {
            "label": {"fr": "Essai", "en": "Trial"},
            "theme": "GOVE",
            "frequency": "ANNUAL",
            "period_fields": ["ANNEE"],
        },
    }
    return whole | changes


def portal(**changes: Any) -> dict[str, Any]:
    """The `x-portal` part of that schema, with changes."""
    return {"x-portal": descriptor()["x-portal"] | changes}


def write(folder: Path, ident: str, version: str, content: str) -> None:
    """Put one schema file where the catalogue looks for it."""
    target = folder / ident / version / "schema.json"
    target.parent.mkdir(parents=True)
    target.write_text(content, encoding="utf-8")


def example_row(schema: Schema) -> dict[str, str]:
    """The row made of the examples of a schema."""
    return {each.name: each.example for each in schema.fields}


def test_bundled_versions(catalogue: Catalogue) -> None:
    """The package brings the latest version of each schema that is bundled."""
    assert {schema.id: schema.version for schema in catalogue.all()} == LATEST


def test_bundled_is_read_once() -> None:
    """Asking twice gives the same object."""
    assert Catalogue.bundled() is Catalogue.bundled()


def test_schemas_cannot_be_changed(catalogue: Catalogue) -> None:
    """A caller who changes a descriptor changes a copy."""
    schema = catalogue.get("scdl/prenoms")
    schema.to_descriptor()["fields"].clear()
    assert len(schema.to_descriptor()["fields"]) == 6
    with pytest.raises(dataclasses.FrozenInstanceError):
        schema.version = "9"  # type: ignore[misc]  # the point of the test


EVERY = [
    f"{ident}@{version}" for ident in LATEST for version in Catalogue.bundled().versions(ident)
]


@pytest.mark.parametrize("reference", EVERY)
def test_every_field_is_explained(catalogue: Catalogue, reference: str) -> None:
    """Each column of each version has a title, a description and an example in our own words."""
    fields = catalogue.resolve(reference).fields
    assert [each.name for each in fields if not (each.title and each.description and each.example)] == []


@pytest.mark.parametrize("reference", EVERY)
def test_frictionless_accepts_the_examples(catalogue: Catalogue, reference: str) -> None:
    """The row made of a schema's examples is valid against it, in each version."""
    schema = catalogue.resolve(reference)
    text = io.StringIO()
    csv.writer(text).writerows([schema.field_names, example_row(schema).values()])
    table_schema = TableSchema.from_descriptor(schema.to_descriptor())
    resource = Resource(data=text.getvalue().encode(), format="csv", schema=table_schema)
    assert resource.validate().flatten(["fieldName", "message"]) == []


@pytest.mark.parametrize("ident", LATEST)
def test_example_siret_have_the_right_key(catalogue: Catalogue, ident: str) -> None:
    """The examples of columns checked as SIRET carry a true key."""
    schema, row = catalogue.get(ident), example_row(catalogue.get(ident))
    checks = schema.descriptor.get("custom_checks", ())
    checked = [each["params"]["column"] for each in checks if each["name"] in SIRET_CHECKS]
    assert [name for name in checked if not siret.is_valid(row[name])] == []


def test_example_of_a_vote_adds_up(catalogue: Catalogue) -> None:
    """The example of a délibération respects the rules between its columns."""
    row = example_row(catalogue.get("scdl/deliberations"))
    votes = [int(row[f"VOTE_{name}"]) for name in ("POUR", "CONTRE", "ABSTENTION")]
    assert sum(votes) == int(row["VOTE_REEL"]) <= int(row["VOTE_EFFECTIF"])
    assert row["PREF_DATE"] >= row["DELIB_DATE"]


@pytest.mark.parametrize(
    "reference",
    [
        "scdl/subventions",
        " SCDL/Subventions ",
        "scdl/subventions@2.1.1",
        "scdl/subventions v2.1.1",
        "scdl/subventions@latest",
        "https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json",
        "https://schema.data.gouv.fr/schemas/scdl/subventions/latest/schema.json",
        "http://schema.data.gouv.fr/scdl/subventions/",
    ],
)
def test_resolve(catalogue: Catalogue, reference: str) -> None:
    """Every usual way to name a schema leads to it."""
    assert catalogue.resolve(reference).reference == "scdl/subventions@2.1.1"


def test_own_address_resolves(catalogue: Catalogue) -> None:
    """The address and the short reference of a schema lead back to it."""
    for schema in map(catalogue.resolve, EVERY):
        assert catalogue.resolve(schema.url) is catalogue.resolve(schema.reference) is schema


@pytest.mark.parametrize(
    "reference",
    ["", "subventions", "scdl/inconnu", "https://schema.example/scdl/subventions/2.1.1/schema.json"],
)
def test_unknown_reference(catalogue: Catalogue, reference: str) -> None:
    """What names no schema is refused with the reference as it came."""
    with pytest.raises(SchemaNotFound) as caught:
        catalogue.resolve(reference)
    assert caught.value.reference == reference


def test_unknown_version_tells_the_known_ones(catalogue: Catalogue) -> None:
    """A version that is not there is refused with those that are."""
    with pytest.raises(SchemaNotFound) as caught:
        catalogue.resolve("scdl/subventions@1.9")
    assert (caught.value.version, caught.value.known_versions[-2:]) == ("1.9", ("2.1.0", "2.1.1"))


def test_latest_version_is_counted_by_number() -> None:
    """Version 2.10 is later than 2.9."""
    schemas = Catalogue([build_schema("a/b", version, descriptor()) for version in ("2.10.0", "2.9.0")])
    assert (schemas.versions("a/b"), schemas.get("a/b").version) == (("2.9.0", "2.10.0"), "2.10.0")


def test_label_falls_back_to_french(catalogue: Catalogue) -> None:
    """A schema has a short name in English, and in French for every other language."""
    schema = catalogue.get("scdl/deliberations")
    assert [schema.label(lang) for lang in ("en", "en_GB", "fr", "br")] == [
        "Council decisions", "Council decisions", "Délibérations", "Délibérations",
    ]


@pytest.mark.parametrize("ident", LATEST)
def test_detect_own_header(catalogue: Catalogue, ident: str) -> None:
    """The header of a schema is recognised with full confidence."""
    best = catalogue.detect(catalogue.get(ident).field_names)[0]
    assert (best.schema.id, best.confidence, best.missing, best.extra) == (ident, 1.0, (), ())


def test_detect_ignores_how_labels_are_written(catalogue: Catalogue) -> None:
    """Case, accents, spaces, punctuation and order do not matter."""
    labels = ["Année", "enfant prénom", "Enfant-Sexe", "COLL.INSEE", "Commune_Nom ", "nombre occurrences"]
    best = catalogue.detect(labels)[0]
    assert (best.schema.id, best.confidence) == ("scdl/prenoms", 1.0)


def test_detect_tells_what_differs(catalogue: Catalogue) -> None:
    """A candidate names the columns that lack and those that are too many, blank ones left aside."""
    labels = [*catalogue.get("scdl/prenoms").field_names[1:], "annee", "REMARQUE", " "]
    best = catalogue.detect(labels)[0]
    assert (best.missing, best.extra) == (("COMMUNE_NOM",), ("annee", "REMARQUE"))
    assert 0.5 < best.confidence < 1


@pytest.mark.parametrize(
    "labels",
    [
        [],
        ["date", "objet", "montant", "nature", "fournisseur"],
        ["COLL_NOM", "COLL_SIRET", "NATURE", "OBJET", "PROCEDURE", "MONTANT"],
        ["id", "nom", "adresse", "code_postal", "commune", "latitude", "longitude"],
    ],
)
def test_detect_nothing_in_another_table(catalogue: Catalogue, labels: list[str]) -> None:
    """A table of another kind has no candidate."""
    assert catalogue.detect(labels) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fields": []}, "no fields"),
        ({"fields": [{"type": "string"}]}, "without name"),
        ({"fields": [{"name": "A_B"}, {"name": "a b"}]}, "two fields of one name"),
        ({"x-portal": {}}, "lacks French or English"),
        (portal(theme="CULTURE"), "'CULTURE' is not an EU theme"),
        (portal(frequency="SOMETIMES"), "'SOMETIMES' is not an EU frequency"),
        (portal(period_fields=["MOIS"]), "does not exist"),
    ],
)
def test_bad_entry_is_refused(changes: dict[str, Any], reason: str) -> None:
    """A schema that cannot be used stops the catalogue with its name and the reason."""
    with pytest.raises(InvalidCatalogue, match=f"a/b@1.0: .*{reason}"):
        build_schema("a/b", "1.0", descriptor(**changes))


def test_bad_version_is_refused() -> None:
    """A folder that is not a version number is refused."""
    with pytest.raises(InvalidCatalogue, match="numbers and dots"):
        build_schema("a/b", "latest", descriptor())


def test_same_version_twice_is_refused() -> None:
    """Two files for one version of one schema are refused."""
    with pytest.raises(InvalidCatalogue, match="twice"):
        Catalogue([build_schema(ident, "1.0", descriptor()) for ident in ("a/b", "A/b")])


def test_folder_is_read(tmp_path: Path) -> None:
    """Id and version come from the folders, whatever the file says."""
    write(tmp_path, "a/b", "1.0", json.dumps(descriptor(version="v0.9")))
    assert Catalogue.from_folder(tmp_path).get("a/b").reference == "a/b@1.0"


def test_broken_file_is_named(tmp_path: Path) -> None:
    """A file that is not JSON is named."""
    write(tmp_path, "a/b", "1.0", "{")
    with pytest.raises(InvalidCatalogue, match="a/b@1.0: is not JSON"):
        Catalogue.from_folder(tmp_path)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    """A catalogue without any schema is a broken installation."""
    with pytest.raises(InvalidCatalogue, match="no schema"):
        Catalogue.from_folder(tmp_path)
