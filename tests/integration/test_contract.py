"""What the packages say to one another: names and keys of the signals and actions of the architecture."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.atd_metrics.model import EventRow

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@contextmanager
def heard(name):
    """What is told by a signal meanwhile."""
    told = []

    def listen(sender, **keywords):
        told.append((sender, keywords))

    with tk.signals.ckanext.signal(name).connected_to(listen):
        yield told


@pytest.fixture
def published(publish_subventions):
    with heard("scdl:validated") as validated, heard("scdl:published") as told:
        dataset = publish_subventions()
    return dataset, validated, told


def test_validated_says_what_was_checked(published):
    """`scdl:validated`: once for the check, once with the ids of what was published."""
    dataset, validated, _ = published
    for _sender, keywords in validated:
        assert set(keywords) == {
            "resource_id",
            "dataset_id",
            "organization_id",
            "schema",
            "version",
            "status",
            "counts",
        }
        assert set(keywords["counts"]) == {"rows", "errors", "warnings"}
    assert validated[0][1]["dataset_id"] is None
    assert validated[-1][1]["dataset_id"] == dataset["id"]


def test_published_says_what_everybody_sees(published):
    """`scdl:published`: dataset, organisation, schema."""
    dataset, _, told = published
    [(sender, keywords)] = told
    assert sender == dataset["id"]
    assert keywords == {
        "dataset_id": dataset["id"],
        "organization_id": dataset["owner_org"],
        "schema": "scdl/subventions",
    }


def test_adoption_is_written_down(published):
    """`atd_metrics` hears both, by their names alone."""
    dataset, _, _ = published
    kinds = [row.kind for row in model.Session.query(EventRow).order_by(EventRow.id)]
    assert kinds == ["validated", "validated", "published"]
    row = model.Session.query(EventRow).filter_by(kind="published").one()
    assert (row.dataset_id, row.organization_id) == (dataset["id"], dataset["owner_org"])


def test_a_harvest_is_written_down():
    """`cotesdarmor:harvested`: source and, for each organisation, its counts."""
    counts = {"created": 1, "updated": 0, "unchanged": 4, "archived": 0, "refused": 0}
    tk.signals.ckanext.signal("cotesdarmor:harvested").send("source", source_id="source", organizations={"o1": counts})
    row = model.Session.query(EventRow).one()
    assert (row.kind, row.organization_id, row.facts["counts"]) == ("harvested", "o1", counts)


def test_a_journal_that_fails_breaks_nothing(monkeypatch, publish_subventions):
    """A publication goes through although it could not be written down."""

    def refuse(*_):
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(EventRow, "write", refuse)
    assert publish_subventions()["state"] == "active"


def test_schema_actions():
    """`scdl_schema_list` and `scdl_schema_show`: what other packages may ask of schemas."""
    keys = {"id", "version", "url", "title", "theme", "frequency"}
    entries = helpers.call_action("scdl_schema_list")
    assert {"scdl/subventions", "scdl/deliberations"} <= {entry["id"] for entry in entries}
    assert all(set(entry) == keys for entry in entries)
    assert set(helpers.call_action("scdl_schema_show", id="scdl/subventions")) == keys | {"descriptor"}
    with pytest.raises(tk.ObjectNotFound):
        helpers.call_action("scdl_schema_show", id="scdl/nothing")


def test_conformity_list(published):
    """`scdl_conformity_list`: per organisation and schema the state of its public files."""
    dataset, _, _ = published
    assert helpers.call_action("scdl_conformity_list") == [
        {
            "organization_id": dataset["owner_org"], "schema": "scdl/subventions", "version": "2.1.1", "files": 1,
            "valid": 1, "invalid": 0, "unchecked": 0,
        }
    ]  # fmt: skip


def test_territory_actions():
    """`territory_list` and `territory_show`: the register, for whoever asks."""
    entries = helpers.call_action("territory_list")
    assert len([entry for entry in entries if entry["kind"] == "commune"]) == 344
    keys = {"siren", "insee", "name", "kind", "population", "population_year", "epci", "postcodes", "former_codes"}
    assert all(keys <= set(entry) for entry in entries)
    assert keys <= set(helpers.call_action("territory_show", id="222200016"))


def test_the_contract_of_ckanext_validation(published):
    """`resource_validation_show` answers with the row that was written at publication."""
    dataset, _, _ = published
    row = helpers.call_action("resource_validation_show", resource_id=dataset["resources"][0]["id"])
    assert row["status"] == "success"
    assert set(row) == {"id", "resource_id", "status", "report", "error", "created", "finished"}
