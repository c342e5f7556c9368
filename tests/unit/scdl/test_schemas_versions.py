"""Older versions are built from the newer ones, and the command writes them all whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.scdl import commandline
from ckanext.scdl.core.catalogue import Catalogue, InvalidCatalogue
from ckanext.scdl.core.versions import BrokenChanges, rebuild

NEWER: dict[str, Any] = {
    "version": "2.0",
    "path": "https://schema.data.gouv.fr/schemas/a/b/2.0/schema.json",
    "fields": [
        {"name": "NOM", "title": "Le nom", "type": "string", "constraints": {"required": True}},
        {"name": "JOUR", "type": "date"},
    ],
    "custom_checks": [{"name": "siret", "params": {"column": "NOM"}}],
    "x-portal": {
        "label": {"fr": "Essai", "en": "Trial"},
        "theme": "GOVE",
        "frequency": "ANNUAL",
        "period_fields": ["JOUR"],
    },
}


def older(*operations: dict[str, Any]) -> dict[str, Any]:
    """The version before NEWER, by some operations."""
    return rebuild(NEWER, "1.0", {"newer": "2.0", "operations": list(operations)})


def test_a_version_without_operations_has_the_same_facts() -> None:
    """Only the number changes, in the address too, and the newer version stays as it is."""
    built = older()
    assert (built["version"], built["path"]) == ("1.0", "https://schema.data.gouv.fr/schemas/a/b/1.0/schema.json")
    assert (built["fields"], NEWER["version"]) == (NEWER["fields"], "2.0")


def test_a_renamed_column_keeps_its_words() -> None:
    """Title and place stay, and the column that dates a row follows its new name."""
    built = older(
        {"do": "rename", "field": "NOM", "to": "name"}, {"do": "rename", "field": "JOUR", "to": "date"}
    )
    assert [(each["name"], each.get("title")) for each in built["fields"]] == [("name", "Le nom"), ("date", None)]
    assert built["x-portal"]["period_fields"] == ["date"]


def test_columns_come_and_go() -> None:
    """A column is added after another or first; one that is removed no longer dates a row."""
    built = older(
        {"do": "add", "after": None, "field": {"name": "A"}},
        {"do": "add", "after": "NOM", "field": {"name": "B"}},
        {"do": "remove", "field": "JOUR"},
    )
    assert [each["name"] for each in built["fields"]] == ["A", "NOM", "B"]
    assert built["x-portal"]["period_fields"] == []


def test_facts_change() -> None:
    """A fact is set or taken away, of a column and of the table; the order can be another."""
    built = older(
        {"do": "change", "field": "NOM", "facts": {"type": "integer", "constraints": None}},
        {"do": "table", "facts": {"custom_checks": None, "primaryKey": "NOM"}},
        {"do": "order", "fields": ["JOUR", "NOM"]},
    )
    assert built["fields"][1] == {"name": "NOM", "title": "Le nom", "type": "integer"}
    assert ("custom_checks" in built, built["primaryKey"]) == (False, "NOM")


@pytest.mark.parametrize(
    "operation",
    [
        {"do": "explode"},
        {"do": "remove", "field": "AUTRE"},
        {"do": "rename", "field": "NOM"},
        {"do": "add", "after": "AUTRE", "field": {"name": "A"}},
        {"do": "change", "field": "NOM"},
        {"do": "order", "fields": ["NOM"]},
        {},
    ],
)
def test_operations_that_do_not_fit_are_refused(operation: dict[str, Any]) -> None:
    """A fault in a file of changes is never passed over."""
    with pytest.raises(BrokenChanges):
        older(operation)


@pytest.mark.parametrize(
    ("newer", "operations", "reason"),
    [
        ("2.0", [{"do": "remove", "field": "AUTRE"}], "cannot be carried out"),
        ("3.0", [], "not there"),
        ("1.0", [], "not there"),
    ],
)
def test_a_broken_version_is_named(
    tmp_path: Path, newer: str, operations: list[dict[str, Any]], reason: str
) -> None:
    """The catalogue says which version cannot be built, and why; a circle of versions ends as well."""
    for version, name, content in (
        ("2.0", "schema.json", NEWER),
        ("1.0", "changes.json", {"newer": newer, "operations": operations}),
    ):
        path = tmp_path / "a" / "b" / version / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InvalidCatalogue, match=f"a/b@1.0: .*{reason}"):
        Catalogue.from_folder(tmp_path)


def test_facts_of_some_older_versions() -> None:
    """What changed between official versions is there: columns, names, patterns and checks."""
    catalogue = Catalogue.bundled()
    former = catalogue.get("scdl/subventions", "2.0.2")
    assert "rnaBeneficiaire" not in former.field_names
    assert "idBeneficiaire" in former.required_names
    assert "custom_checks" not in catalogue.get("scdl/deliberations", "2.0.0").descriptor
    assert catalogue.get("scdl/menus-collectifs", "0.9.0").field_names[0] == "menu_coll_nom"
    assert catalogue.versions("scdl/menus-collectifs")[:2] == ("0.1.0", "0.2.0")


def test_export_writes_every_version_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is written is a catalogue of the same schemas, without any file of changes."""
    commandline.main(["schemas", "export", str(tmp_path)])
    bundled, exported = Catalogue.bundled(), Catalogue.from_folder(tmp_path)
    assert not list(tmp_path.rglob("changes.json"))
    for schema in bundled.all():
        for version in bundled.versions(schema.id):
            assert exported.get(schema.id, version) == bundled.get(schema.id, version)
    assert "schémas écrits" in capsys.readouterr().out


def test_list_shows_older_versions_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each schema, or one for each version."""
    commandline.main(["schemas", "list"])
    latest = capsys.readouterr().out.splitlines()
    commandline.main(["schemas", "list", "--all-versions"])
    every = capsys.readouterr().out.splitlines()
    assert (len(latest), "scdl/prenoms\t1.1.5\tPrénoms" in every) == (14, True)
    assert set(latest) < set(every)
