"""Saving datasets: what is stored, what is refused next to its field, what nobody may forge."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import url_for
from ckan.tests import factories, helpers

EUROPE = "http://publications.europa.eu/resource/authority/"
SCHEMAS = "https://schema.data.gouv.fr/schemas/"
SUBVENTIONS = SCHEMAS + "scdl/subventions/2.1.1/schema.json"
RESOURCE = {"url": "https://commune.example/subventions.csv", "name": "Subventions", "format": "CSV"}

pytestmark = pytest.mark.usefixtures("clean_once")


@pytest.fixture
def editor(organization):
    return organization["people"]["editor"]


@pytest.fixture
def create(act, organization, editor):
    """Create a dataset as an editor, through authorisation and every validator."""

    def make(**fields):
        fields = {
            "title": "Subventions",
            "notes": "Les aides versées.",
            "owner_org": organization["id"],
            **fields,
        }
        return act("package_create", editor, name=factories.Dataset.stub().name, **fields)

    return make


def errors_of(caught):
    return caught.value.error_dict


def test_a_dataset_of_four_fields_has_sensible_defaults(create):
    """Title, description, organisation: the portal supplies licence, language and access."""
    dataset = create()
    assert dataset["license_id"] == "lov2"
    assert dataset["license_url"] == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert dataset["isopen"] is True
    assert dataset["language"] == [EUROPE + "language/FRA"]
    assert dataset["access_rights"] == EUROPE + "access-right/PUBLIC"


def test_words_are_stored_as_addresses(create):
    """A code, a French label and an address mean the same."""
    dataset = create(
        theme=["ECON", "Vie publique et administration", EUROPE + "data-theme/ECON"],
        frequency="Tous les ans",
        language="BRE",
        license_id="etalab-2.0",
        granularity="Commune",
        territory="22136",
        temporal_start="01/01/2024",
        temporal_end="2024-12-31",
        legal_basis="cgct-l2131-1",
        producer_siret="212 201 362 00010",
    )
    assert dataset["theme"] == [EUROPE + "data-theme/GOVE", EUROPE + "data-theme/ECON"]
    assert dataset["frequency"] == EUROPE + "frequency/ANNUAL"
    assert dataset["language"] == [EUROPE + "language/BRE"]
    assert dataset["license_id"] == "lov2"
    assert dataset["granularity"] == "communale"
    assert dataset["territory"] == "212201362"
    assert (dataset["temporal_start"], dataset["temporal_end"]) == ("2024-01-01", "2024-12-31")
    assert dataset["legal_basis"].startswith("Code général des collectivités territoriales, article L2131-1")
    assert dataset["producer_siret"] == "21220136200010"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", ""),
        ("notes", "", ""),
        ("owner_org", "", ""),
        ("license_id", "", "licen"),
        ("license_id", "invented", "invented"),
        ("theme", ["invented"], "invented"),
        ("frequency", "parfois", "parfois"),
        ("language", ["klingon"], "klingon"),
        ("access_rights", "secret", "secret"),
        ("granularity", "galactique", "galactique"),
        ("territory", "99999", "99999"),
        ("temporal_start", "2024", "31/12/2024"),
        ("temporal_end", "31/02/2024", "31/12/2024"),
        ("issued", "hier", "hier"),
        ("modified", "demain", "demain"),
        ("contact_email", "mairie", "mairie"),
        ("producer_siret", "21220136200011", "14"),
        ("provenance", "x" * 5001, "5000"),
        ("title", "x" * 301, "300"),
    ],
)
def test_a_wrong_value_is_told_next_to_its_field(create, field, value, says):
    """Only that field complains, and its sentence names the value or what is wanted."""
    with pytest.raises(tk.ValidationError) as caught:
        create(**{field: value})
    assert list(errors_of(caught)) == [field]
    assert says in " ".join(errors_of(caught)[field])


def test_a_period_cannot_end_before_it_begins(create):
    """The end complains; the start is right."""
    with pytest.raises(tk.ValidationError) as caught:
        create(temporal_start="2024-06-01", temporal_end="2024-01-01")
    assert list(errors_of(caught)) == ["temporal_end"]
    assert "01/06/2024" in errors_of(caught)["temporal_end"][0]


def test_a_wrong_start_is_told_once(create):
    """The comparison keeps silent when there is nothing to compare with."""
    with pytest.raises(tk.ValidationError) as caught:
        create(temporal_start="2024", temporal_end="2024-01-01")
    assert list(errors_of(caught)) == ["temporal_start"]


@pytest.mark.parametrize(
    ("sent", "stored", "version"),
    [
        ("scdl/subventions", SUBVENTIONS, "2.1.1"),
        ("scdl/subventions@2.1.1", SUBVENTIONS, "2.1.1"),
        (SUBVENTIONS, SUBVENTIONS, "2.1.1"),
        (
            SCHEMAS + "etalab/schema-zfe/0.8.2/schema.json",
            SCHEMAS + "etalab/schema-zfe/0.8.2/schema.json",
            "0.8.2",
        ),
    ],
)
def test_a_schema_is_stored_as_its_versioned_address(create, sent, stored, version):
    """With its version, and as a list for the feed."""
    resource = create(resources=[{**RESOURCE, "schema": sent, "conforms_to": ["x"], "schema_version": "9"}])[
        "resources"
    ][0]
    assert (resource["schema"], resource["schema_version"]) == (stored, version)
    assert resource["conforms_to"] == [stored]


@pytest.mark.parametrize(
    "sent", ["subventions", "scdl/subventions@0.1", "https://commune.example/schema.json"]
)
def test_an_unknown_schema_is_told_next_to_its_field(create, sent):
    """The sentence says what to write."""
    with pytest.raises(tk.ValidationError) as caught:
        create(resources=[{**RESOURCE, "schema": sent}])
    (errors,) = errors_of(caught)["resources"]
    assert list(errors) == ["schema"]
    assert "scdl/subventions" in errors["schema"][0]


def test_taking_the_schema_away_takes_its_shadow_away(create, act, editor):
    """The version and the list for the feed follow the field."""
    resource = create(resources=[{**RESOURCE, "schema": "scdl/subventions"}])["resources"][0]
    changed = act("resource_patch", editor, id=resource["id"], schema="")
    assert not any(changed.get(field) for field in ("schema", "schema_version", "conforms_to"))


def test_reading_twice_and_writing_back_changes_nothing(create, act, editor):
    """Derived fields look the same at each show, so that unchanged resources stay unchanged."""
    dataset = create(theme=["ECON"], resources=[{**RESOURCE, "schema": "scdl/subventions"}])
    first = act("package_show", editor, id=dataset["id"])
    again = act("package_update", editor, **first)
    assert again["metadata_modified"] == dataset["metadata_modified"]
    assert again["resources"] == act("package_show", editor, id=dataset["id"])["resources"]


def test_the_territory_of_the_organisation_is_the_default(act, sysadmin):
    """A secretary need not choose her own commune."""
    owner = act(
        "organization_create", sysadmin, name="loudeac", title="Loudéac", siren="212201362", kind="commune"
    )
    named = {"name": "d1", "title": "D", "notes": "N", "owner_org": owner["id"]}
    assert act("package_create", sysadmin, **named)["territory"] == "212201362"


def test_an_update_without_licence_or_owner_keeps_both(create, act, editor):
    """An old client that knows neither field takes nothing away."""
    dataset = create(license_id="odc-odbl")
    changed = act("package_update", editor, id=dataset["id"], name=dataset["name"], title="Autre", notes="N")
    assert (changed["license_id"], changed["owner_org"]) == ("odc-odbl", dataset["owner_org"])


FORGED = {
    "validation_status": "success",
    "validation_timestamp": "2026-01-01T00:00:00",
    "validation_report": "x",
}
FORGED_DATASET = {
    "harvest_source_id": "x",
    "harvest_source_title": "x",
    "source_url": "https://x.example",
    "source_identifier": "x",
}


@pytest.fixture(params=["editor", "sysadmin"])
def person(request, editor, sysadmin):
    return {"editor": editor, "sysadmin": sysadmin}[request.param]


def accept(dataset, status="failure"):
    """Write a verdict as the plugin scdl does: with its flag in the context."""
    resource = dataset["resources"][0]
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tk.get_action("resource_patch")(
        {"user": site, "ignore_auth": True, "scdl_accepting": True},
        {"id": resource["id"], "validation_status": status, "validation_timestamp": "2025-05-05T05:05:05"},
    )


def shown(dataset, act, person):
    dataset = act("package_show", person, id=dataset["id"])
    return dataset, dataset["resources"][0]


def test_a_new_dataset_cannot_claim_a_verdict_or_a_source(act, person, organization):
    """By fields, by extras and by keys that no schema knows."""
    dataset = act(
        "package_create",
        person,
        name=factories.Dataset.stub().name,
        title="T",
        notes="N",
        owner_org=organization["id"],
        extras=[
            {"key": "harvest_anything", "value": "x"},
            {"key": "source_anything", "value": "x"},
            {"key": "other", "value": "kept"},
        ],
        resources=[{**RESOURCE, **FORGED, "validation_other": "x", "harvest_anything": "x"}],
        **FORGED_DATASET,
    )
    dataset, resource = shown(dataset, act, person)
    assert not {*FORGED, "validation_other", "harvest_anything"} & set(resource)
    assert not set(FORGED_DATASET) & set(dataset)
    assert dataset["extras"] == [{"key": "other", "value": "kept"}]


@pytest.mark.parametrize(
    "way", ["package_update", "package_patch", "package_revise", "resource_update", "resource_patch"]
)
def test_a_stored_verdict_stays_whatever_is_sent(create, act, person, way):
    """Every door of the API keeps the value that scdl wrote."""
    dataset = create(resources=[RESOURCE])
    accept(dataset)
    dataset, resource = shown(dataset, act, person)
    assert resource["validation_status"] == "failure"
    changed = {**resource, **FORGED, "name": "Autre nom"}
    if way == "package_update":
        act(way, person, **{**dataset, **FORGED_DATASET, "resources": [changed]})
    elif way == "package_patch":
        act(way, person, id=dataset["id"], resources=[changed], **FORGED_DATASET)
    elif way == "package_revise":
        act(way, person, match={"id": dataset["id"]}, update__resources__0={**FORGED, "name": "Autre nom"})
    elif way == "resource_update":
        act(way, person, **changed)
    else:
        act(way, person, id=resource["id"], name="Autre nom", **FORGED)
    dataset, resource = shown(dataset, act, person)
    assert resource["name"] == "Autre nom"
    assert (resource["validation_status"], resource["validation_timestamp"]) == (
        "failure",
        "2025-05-05T05:05:05",
    )
    assert "validation_report" not in resource
    assert not set(FORGED_DATASET) & set(dataset)


def test_a_client_that_leaves_the_verdict_out_does_not_erase_it(create, act, editor):
    """CKAN erases what a client leaves out; the portal's fields stay."""
    dataset = create(resources=[RESOURCE])
    accept(dataset)
    act("resource_update", editor, id=dataset["resources"][0]["id"], **{**RESOURCE, "name": "Autre nom"})
    assert shown(dataset, act, editor)[1]["validation_status"] == "failure"


def test_the_id_of_another_datasets_resource_lends_no_verdict(create, act, editor):
    """A verdict belongs to the dataset in which it was given."""
    judged, other = create(resources=[RESOURCE]), create(resources=[RESOURCE])
    accept(judged, "success")
    try:
        act(
            "package_patch",
            editor,
            id=other["id"],
            resources=[{**RESOURCE, "id": judged["resources"][0]["id"]}],
        )
    except tk.ValidationError:
        model.Session.rollback()
    resources = act("package_show", editor, id=other["id"])["resources"]
    assert all("validation_status" not in each for each in resources)


def test_harvesting_writes_where_records_came_from(sysadmin, organization):
    """With its own flag; that of scdl opens nothing else."""
    fields = {"title": "T", "notes": "N", "owner_org": organization["id"], **FORGED_DATASET}
    context = {"user": sysadmin["name"], "ignore_auth": True}
    harvested = tk.get_action("package_create")(
        {**context, "cotesdarmor_harvesting": True}, {"name": "a1", **fields}
    )
    assert harvested["source_url"] == "https://x.example"
    other = tk.get_action("package_create")({**context, "scdl_accepting": True}, {"name": "b1", **fields})
    assert "source_url" not in other


@pytest.mark.parametrize("name", ["frequency", "source_url"])
def test_extras_cannot_pass_by_the_checks_of_a_field(create, name):
    """A client sends a field as a field."""
    with pytest.raises(tk.ValidationError) as caught:
        create(extras=[{"key": name, "value": "x"}])
    assert list(errors_of(caught)) == ["extras"]


def test_only_a_sysadmin_moves_a_published_dataset(create, act, editor, sysadmin):
    """Even an editor of both organisations asks the portal's administrators."""
    other = factories.Organization(users=[{"name": editor["name"], "capacity": "admin"}])
    dataset = create()
    with pytest.raises(tk.ValidationError) as caught:
        act("package_patch", editor, id=dataset["id"], owner_org=other["id"])
    assert list(errors_of(caught)) == ["owner_org"]
    assert act("package_patch", sysadmin, id=dataset["id"], owner_org=other["id"])["owner_org"] == other["id"]


def test_a_draft_may_still_change_its_organisation(create, act, editor):
    """Nobody has seen it yet; choosing the wrong line of a list is easily done."""
    other = factories.Organization(users=[{"name": editor["name"], "capacity": "editor"}])
    draft = create(state="draft")
    assert act("package_patch", editor, id=draft["id"], owner_org=other["id"])["owner_org"] == other["id"]


def test_the_form_shows_the_message_next_to_the_field(app, editor, organization):
    """What may go wrong is said where it went wrong, in French."""
    fields = {
        "save": "",
        "_ckan_phase": "1",
        "title": "Subventions",
        "name": "subventions",
        "notes": "Aides",
        "owner_org": organization["id"],
        "license_id": "lov2",
        "temporal_start": "2024-06-01",
        "temporal_end": "2024-01-01",
    }
    headers = {"Authorization": editor["token"]}
    page = app.post(url_for("dataset.new"), data=fields, headers=headers)
    block = helpers.body_contains
    assert block(page, "temporal_end")
    assert "01/06/2024" in page.body


def test_pages_show_words_and_dates_not_addresses(app, create):
    """A reader sees « Tous les ans », « 1 janvier 2024 » and the name of the commune."""
    dataset = create(
        frequency="ANNUAL",
        temporal_start="2024-01-01",
        territory="22136",
        resources=[{**RESOURCE, "schema": "scdl/subventions"}],
    )
    page = app.get(url_for("dataset.read", id=dataset["name"])).body
    for words in ("Tous les ans", "1 janvier 2024", "Loudéac", "Ouvert à tous", "Français"):
        assert words in page
    resource = dataset["resources"][0]
    page = app.get(url_for("dataset_resource.read", id=dataset["name"], resource_id=resource["id"])).body
    assert "(2.1.1)" in page
