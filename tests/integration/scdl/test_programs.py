"""Deposits by programs: where each belongs, what is published by itself, what waits for a person."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.scdl import jobs, storage
from ckanext.scdl.model import AcceptedFile, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def served(app, deposit):
    resource = model.Resource.get(deposit["resource_id"])
    return app.get(f"/dataset/{deposit['dataset_id']}/resource/{resource.id}/download/{resource.url}").data


def test_a_conform_file_publishes_itself(send, app, prenoms):
    """One request: file, dataset, period, address."""
    made = send(prenoms())
    assert (made["state"], made["target"], made["message"]) == ("published", "new", "")
    assert made["period"] == {"start": "2024-01-01", "end": "2024-12-31"}
    dataset = helpers.call_action("package_show", id=made["dataset_id"])
    assert (dataset["temporal_start"], dataset["temporal_end"]) == ("2024-01-01", "2024-12-31")
    assert dataset["resources"][0]["name"].endswith("2024")
    assert served(app, made) == prenoms()


def test_the_same_period_replaces_the_file(send, app, prenoms):
    """The resource keeps its id and its address, under whatever name the next file comes."""
    first = send(prenoms())
    address = model.Resource.get(first["resource_id"]).url
    second = send(prenoms(count=5) + b"Dinan,22050,F,Zo\xc3\xa9,4,2024\n", name="export-du-jour.csv")
    counts = {key: second["difference"][key] for key in ("added", "removed", "changed", "same")}
    assert counts == {"added": 1, "removed": 0, "changed": 1, "same": 0}
    assert (second["state"], second["target"], second["resource_id"]) == ("published", "replace", first["resource_id"])
    assert model.Resource.get(first["resource_id"]).url == address
    assert served(app, second).startswith(prenoms(count=5))


def test_another_period_is_one_more_file_of_the_dataset(send, prenoms):
    """And the dataset's own period grows."""
    first, second = send(prenoms(2023)), send(prenoms(2024))
    assert (second["state"], second["target"]) == ("published", "add")
    dataset = helpers.call_action("package_show", id=first["dataset_id"])
    assert [resource["id"] for resource in dataset["resources"]] == [first["resource_id"], second["resource_id"]]
    assert (dataset["temporal_start"], dataset["temporal_end"]) == ("2023-01-01", "2024-12-31")


def test_the_same_file_again_changes_nothing(send, prenoms):
    """Not even `last_modified`, nor the list of versions."""
    first = send(prenoms())
    before = helpers.call_action("package_show", id=first["dataset_id"])
    again = send(prenoms())
    assert (again["state"], again["cause"], again["resource_id"]) == ("published", "unchanged", first["resource_id"])
    assert helpers.call_action("package_show", id=first["dataset_id"]) == before
    assert len(AcceptedFile.versions_of(first["resource_id"])) == 1


def test_what_may_be_meant_twice_waits(send, act, organization, prenoms):
    """Two datasets of one schema: a person chooses, and the file goes there."""
    first = send(prenoms(2023))
    editor = organization["people"]["editor"]
    other = send(prenoms(2020), publish=False)
    act("scdl_deposit_accept", editor, id=other["id"], target="new", title="Autre", notes="N")
    waiting = send(prenoms(2024))
    assert (waiting["state"], waiting["cause"]) == ("waiting", "which-target")
    assert waiting["message"]
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", editor, id=waiting["id"])
    assert "target" in error.value.error_dict
    dataset = act("scdl_deposit_accept", editor, id=waiting["id"], target="add", dataset_id=first["dataset_id"])
    assert len(dataset["resources"]) == 2


def test_a_source_key_names_the_resource_for_ever(send, prenoms):
    """Whatever the period: the program knows its file."""
    first = send(prenoms(2023), source_key="etat-civil")
    second = send(prenoms(2024), source_key="etat-civil")
    assert (second["target"], second["resource_id"]) == ("replace", first["resource_id"])
    third = send(prenoms(2022), source_key="archives")
    assert (third["target"], third["dataset_id"]) == ("add", first["dataset_id"])
    assert third["resource_id"] != first["resource_id"]


def test_a_source_key_is_the_organisations_own(send, sysadmin, prenoms):
    """Another organisation may use the same word."""
    first = send(prenoms(), source_key="etat-civil")
    other = factories.Organization()
    second = send(prenoms(), source_key="etat-civil", organization_id=other["id"], user=sysadmin)
    assert second["state"] == "published"
    assert second["resource_id"] != first["resource_id"]


def test_what_a_person_has_removed_does_not_come_back_by_itself(send, act, organization, prenoms):
    """The nightly file of a program waits; accepted by a person, it gets a resource of its own."""
    editor = organization["people"]["editor"]
    first = send(prenoms(), source_key="etat-civil")
    act("package_delete", editor, id=first["dataset_id"])
    again = send(prenoms(count=4), source_key="etat-civil")
    assert (again["state"], again["cause"]) == ("waiting", "removed")
    dataset = act("scdl_deposit_accept", editor, id=again["id"])
    assert dataset["resources"][0]["id"] != first["resource_id"]
    third = send(prenoms(count=5), source_key="etat-civil")
    assert (third["target"], third["dataset_id"]) == ("replace", dataset["id"])


def test_a_key_asked_twice_is_one_deposit(send, app, organization, prenoms):
    """The same request gives the same deposit; with other bytes it is refused as 409."""
    first = send(prenoms(), idempotency_key="nuit-1")
    assert send(prenoms(), idempotency_key="nuit-1")["id"] == first["id"]
    answer = app.post(
        "/api/3/action/scdl_deposit_create",
        data={"organization_id": organization["id"], "idempotency_key": "nuit-1",
              "upload": FileStorage(BytesIO(b"other"), "o.csv")},
        headers={"Authorization": organization["people"]["editor"]["token"]}, expect_errors=True,
    )  # fmt: skip
    assert answer.status_code == 409
    assert "idempotency_key" in answer.json["error"]
    assert model.Session.query(Deposit).count() == 1
    assert send(prenoms(), idempotency_key="nuit-1", user=organization["people"]["admin"])["id"] != first["id"]


def test_a_refused_key_leaves_no_bytes(send, prenoms):
    """What comes under a used key is not kept."""
    send(prenoms(), idempotency_key="k")
    before = {path for path in storage.store().folder.rglob("*") if path.is_file()}
    with pytest.raises(tk.ValidationError):
        send(b"other", idempotency_key="k")
    assert {path for path in storage.store().folder.rglob("*") if path.is_file()} == before


def test_a_batch_is_one_dataset_for_each_schema(send, act, organization):
    """Files without a period that are sent together stand together, although alone they would replace each other."""
    editor = organization["people"]["editor"]
    rows = ["PARIS 1,1 rue A", "PARIS 2,2 rue B"]
    made = [
        send(_equipements(row), name=f"{number}.csv", batch="lot", publish=False) for number, row in enumerate(rows)
    ]
    assert {one["schema"] for one in made} == {"scdl/equipements"}
    datasets = [act("scdl_deposit_accept", editor, id=one["id"]) for one in made]
    assert datasets[0]["id"] == datasets[1]["id"]
    assert len(datasets[1]["resources"]) == 2
    assert [row["id"] for row in act("scdl_deposit_list", editor, batch="lot")] == [one["id"] for one in reversed(made)]


def _equipements(name):
    from ckanext.scdl import config

    cells = {field.name: field.example for field in config.catalogue().get("scdl/equipements").fields}
    cells["EQUIP_NOM"] = f'"{name}"'
    return (";".join(cells) + "\n" + ";".join(cells.values()) + "\n").encode()


def test_only_sure_corrections_and_only_when_asked(send, app, prenoms):
    """A repairable file is published as it came, and put right with `fix=sure`: the corrected bytes are served."""
    content = prenoms().replace(b",F,", b",f,")
    plain = send(content, publish=False)
    assert (plain["status"], plain["corrected"]) == ("invalid", False)
    fixed = send(content, fix="sure")
    assert (fixed["state"], fixed["status"], fixed["corrected"]) == ("published", "valid", True)
    assert served(app, fixed).split() == prenoms().split()
    assert send(content, fix="sure")["cause"] == "unchanged"


def test_a_collectivite_that_blocks_refuses_what_is_not_conform(send, act, organization, sysadmin, prenoms):
    """Under `block` an invalid file of a program is refused, with a sentence; under `warn` it is published."""
    bad = prenoms(count=0)
    assert send(bad)["state"] == "published"
    act("organization_patch", sysadmin, id=organization["id"], publication_policy="block")
    made = send(bad.replace(b"2024", b"2021"))
    assert (made["state"], made["cause"]) == ("refused", "not-conform")
    assert made["message"]


def test_an_organisation_is_named_by_its_siren(send, act, organization, sysadmin, prenoms):
    """Spaces in it do not count; one that is not here is said."""
    act("organization_patch", sysadmin, id=organization["id"], siren="212200505")
    assert send(prenoms(), organization_id="", siren="212 200 505")["organization_id"] == organization["id"]
    with pytest.raises(tk.ValidationError) as error:
        send(prenoms(), organization_id="", siren="000000000")
    assert "siren" in error.value.error_dict


def test_a_dataset_of_somebody_else_takes_nothing(send, prenoms):
    """Neither it nor one of its files can be named."""
    other = factories.Dataset(owner_org=factories.Organization()["id"])
    resource = factories.Resource(package_id=other["id"])
    for wish in ({"dataset_id": other["id"]}, {"resource_id": resource["id"]}, {"dataset_id": "no-such"}):
        with pytest.raises((tk.ValidationError, tk.NotAuthorized)):
            send(prenoms(), **wish)
    assert model.Session.query(Deposit).count() == 0


def test_who_may_no_longer_publish_is_not_published_for(send, act, organization, sysadmin, monkeypatch, prenoms):
    """A role that is taken away while the file waits in the queue: a person decides."""
    editor = organization["people"]["editor"]
    asked = act(
        "scdl_deposit_create", editor, organization_id=organization["id"], publish=True,
        upload=FileStorage(BytesIO(prenoms()), "prenoms.csv"),
    )  # fmt: skip
    act("organization_member_delete", sysadmin, id=organization["id"], username=editor["name"])
    jobs.check_deposit(asked["id"])
    row = Deposit.get(asked["id"])
    assert (row.state, row.message) == ("waiting", "not-allowed")


@pytest.mark.parametrize(
    ("name", "content"),
    [("plan.pdf", b"%PDF-1.7\n1 0 obj\n"), ("zones.geojson", b'{"type":"FeatureCollection","features":[]}'),
     ("tout.zip", b"PK\x05\x06" + b"\0" * 18), ("liste.csv", b"nom;ville\nAnne;Dinan\n")],
)  # fmt: skip
def test_a_file_without_a_schema_can_be_published(send, act, organization, name, content):
    """It carries no verdict; by itself it is published only where its place is clear."""
    made = send(content, name=name)
    assert (made["status"], made["schema"], made["state"], made["cause"]) == (
        "unchecked",
        None,
        "waiting",
        "which-target",
    )
    dataset = act("scdl_deposit_accept", organization["people"]["editor"], id=made["id"], target="new")
    [resource] = dataset["resources"]
    assert not resource.get("validation_status")
    assert dataset["state"] == "active"
    assert send(content, name=name, source_key="doc")["state"] == "published"


def test_a_page_of_the_web_is_no_file(send):
    """What is not what its name says, or could run in a browser, is refused."""
    for name, content in (("plan.pdf", b"<html>"), ("page.html", b"<html><body>"), ("zones.geojson", b"not json")):
        assert send(content, name=name)["state"] in ("refused", "waiting")
    assert model.Session.query(model.Package).count() == 0


def test_a_verdict_goes_with_the_file_that_had_it(send, act, organization, prenoms):
    """A file without schema in the place of a checked one takes the badge away."""
    first = send(prenoms())
    second = send(b"nom;ville\nAnne;Dinan\n", resource_id=first["resource_id"])
    assert second["state"] == "published"
    resource = helpers.call_action("resource_show", id=first["resource_id"])
    assert not resource.get("validation_status")
    assert not resource.get("schema")


def test_going_back_to_the_version_before(send, act, app, organization, prenoms):
    """The old bytes and their verdict, at the same address; and back again by naming a version."""
    editor = organization["people"]["editor"]
    first = send(prenoms())
    second = send(prenoms(count=5))
    dataset = act("scdl_deposit_revert", editor, resource_id=first["resource_id"])
    assert served(app, first) == prenoms()
    assert dataset["resources"][0]["validation_status"] == "success"
    versions = act("scdl_file_list", editor, resource_id=first["resource_id"])
    assert [version["current"] for version in versions] == [False, True]
    with pytest.raises(tk.ValidationError):
        act("scdl_deposit_revert", editor, resource_id=first["resource_id"])
    act("scdl_deposit_revert", editor, resource_id=first["resource_id"], file_id=versions[0]["id"])
    assert served(app, second) == prenoms(count=5)


@pytest.mark.ckan_config("ckanext.scdl.kept_versions", 1)
def test_old_versions_go(send, prenoms):
    """As many are kept as the setting says; the bytes of the others are removed."""
    made = [send(prenoms(count=count)) for count in (1, 2, 3)]
    versions = AcceptedFile.versions_of(made[0]["resource_id"])
    assert [row.deposit_id for row in versions] == [made[2]["id"], made[1]["id"]]
    assert not storage.store().path(Deposit.get(made[0]["id"]).sha256).exists()


def test_the_later_of_two_overtakes(act, organization, prenoms):
    """A program that sends twice before a worker comes: the first is superseded, the second is published."""
    editor = organization["people"]["editor"]
    made = [
        act("scdl_deposit_create", editor, organization_id=organization["id"], publish=True, source_key="k",
            upload=FileStorage(BytesIO(prenoms(count=count)), "p.csv"))
        for count in (1, 2)
    ]  # fmt: skip
    for one in made:
        jobs.check_deposit(one["id"])
    assert [Deposit.get(one["id"]).state for one in made] == ["superseded", "published"]


def test_deposits_are_listed_by_state_and_date(send, act, organization, prenoms):
    """What a program asks in the morning: what of the night waits."""
    editor = organization["people"]["editor"]
    published, waiting = send(prenoms()), send(b"a;b\n1;2\n", name="x.csv")
    listed = {
        state: [row["id"] for row in act("scdl_deposit_list", editor, state=state)]
        for state in ("published", "waiting")
    }
    assert listed == {"published": [published["id"]], "waiting": [waiting["id"]]}
    assert act("scdl_deposit_list", editor, since=waiting["created"])[0]["id"] == waiting["id"]
    assert [row["id"] for row in act("scdl_deposit_list", editor, until=waiting["created"])] == [published["id"]]
    with pytest.raises(tk.ValidationError):
        act("scdl_deposit_list", editor, since="yesterday")


def test_an_organisation_outside_the_register_publishes_too(send, act, organization, sysadmin, prenoms):
    """A SIREN that the instance's register does not hold is no reason to wait; one that it holds is the territory."""
    act("organization_patch", sysadmin, id=organization["id"], siren="212200505")
    made = send(prenoms(2020))
    assert made["state"] == "published"
    assert not helpers.call_action("package_show", id=made["dataset_id"]).get("territory")
    act("organization_patch", sysadmin, id=organization["id"], siren="212202782")
    other = send(prenoms(2021), schema="scdl/prenoms", source_key="x", publish=False)
    dataset = act("scdl_deposit_accept", organization["people"]["editor"], id=other["id"], target="new")
    assert dataset["territory"] == "212202782"


def test_files_that_an_editor_sends_together(act, organization, prenoms):
    """From the browser too: those of one schema stand in one dataset, alone each makes its own."""
    editor = organization["people"]["editor"]

    def accepted(year, **wishes):
        made = act(
            "scdl_deposit_create", editor, organization_id=organization["id"], source="browser",
            upload=FileStorage(BytesIO(prenoms(year)), "p.csv"), **wishes,
        )  # fmt: skip
        return act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=made["id"]), id=made["id"])

    together = [accepted(year, batch="lot") for year in (2020, 2021)]
    assert together[0]["id"] == together[1]["id"]
    alone = accepted(2022)
    assert alone["id"] != together[0]["id"]
    beside = accepted(2023, dataset_id=alone["id"])
    assert (beside["id"], len(beside["resources"])) == (alone["id"], 2)
