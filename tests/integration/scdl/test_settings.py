"""What the settings change in the check of a deposit: the schemas, the territory, the publisher."""

from __future__ import annotations

import json

import pytest

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException
from ckan.plugins import get_plugin
from ckan.tests import factories

from ckanext.scdl import config
from ckanext.scdl.schema_sync import sync_schemas

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

PRENOMS = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n{},F,Zoé,3,2024\n"
BANCS = {"name": "bancs", "title": "Bancs", "version": "1.0", "fields": [
    {"name": "id", "type": "string"}, {"name": "places", "type": "integer"}, {"name": "assise", "type": "string"},
]}  # fmt: skip


def _codes(made):
    return {issue["code"]: issue["expected"] for issue in made["report"]["issues"]}


def test_communes_are_compared_with_the_territory(deposit):
    """The instance's own register, without a setting; the verdict is still the official one."""
    made = deposit("prenoms.csv", PRENOMS.format("Rennes,35238").encode())
    assert (made["status"], "local-commune" in _codes(made)) == ("valid", True)
    made = deposit("prenoms.csv", PRENOMS.format("Lannion,22113").encode())
    assert _codes(made) == {}


def test_the_publisher_is_the_organisation(deposit, organization, act):
    """A SIRET of somebody else in the column of the collectivité is noticed, and the page says what to do."""
    act("organization_patch", factories.Sysadmin(), id=organization["id"], siren="212201131")
    fields = config.catalogue().get("scdl/equipements").fields
    cells = {field.name: field.example for field in fields} | {"COLL_SIRET": "21350238800019"}
    made = deposit("equipements.csv", ";".join(cells).encode() + b"\n" + ";".join(cells.values()).encode() + b"\n")
    assert _codes(made)["local-publisher-siret"] == "212201131"
    assert made["report"]["not_done"] == []


def test_official_schemas_of_the_folder_are_known(deposit, tmp_path, monkeypatch, app):
    """What `scdl schemas sync` brought is listed, recognised, and named by the API."""
    offered, into = tmp_path / "offered", tmp_path / "into"
    (offered / "ville/bancs/1.0").mkdir(parents=True)
    (offered / "ville/bancs/1.0/schema.json").write_text(json.dumps(BANCS), "utf-8")
    entry = {"name": "ville/bancs", "title": "Bancs", "schema_type": "tableschema", "versions": [
        {"version_name": "1.0", "schema_url": "https://schema.data.gouv.fr/schemas/ville/bancs/1.0/schema.json"},
    ]}  # fmt: skip
    (offered / "schemas.json").write_text(json.dumps({"version": 1, "schemas": [entry]}), "utf-8")
    outcome = sync_schemas(str(offered), into)
    assert outcome.problems == ()
    monkeypatch.setitem(tk.config, "ckanext.scdl.schemas_folder", str(into))
    assert "ville/bancs" in {each["id"] for each in tk.get_action("scdl_schema_list")({}, {})}
    made = deposit("bancs.csv", b"id,places,assise\nB1,quatre,bois\n")
    assert (made["schema"], made["status"]) == ("ville/bancs", "invalid")


@pytest.mark.parametrize("content", [None, "rien d'un territoire"])
def test_a_territory_that_cannot_be_read_is_refused_at_the_start(content, tmp_path, monkeypatch):
    """The administrator reads which setting and which file, before an editor meets it."""
    path = tmp_path / "communes.csv"
    if content is not None:
        path.write_text(content, "utf-8")
    monkeypatch.setitem(tk.config, "ckanext.scdl.territory", str(path))
    with pytest.raises(CkanConfigurationException, match=r"ckanext\.scdl\.territory: .*communes\.csv"):
        get_plugin("scdl").configure(tk.config)


def test_the_instance_names_its_territory():
    """Without a setting there are communes and an outline all the same."""
    territory = config.territory()
    assert territory.holds_commune("22278") and territory.rings
