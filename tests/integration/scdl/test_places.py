"""Where an editor puts a file: what is proposed, what it would change, and the way back."""

from __future__ import annotations

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def _as(user):
    return {"Authorization": user["token"]}


@pytest.fixture
def publish(deposit, act, editor):
    def published(data, name="prenoms.csv", **where):
        sent = deposit(name, data)
        return act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=sent["id"]), id=sent["id"])

    return published


def test_the_first_file_has_nothing_to_choose(app, deposit, editor, prenoms):
    """No question is asked where there is one answer."""
    sent = deposit("prenoms.csv", prenoms(2024))
    assert 'name="target"' not in app.get(f"/publier/{sent['id']}", headers=_as(editor)).body


@pytest.mark.parametrize(("year", "kind"), [(2024, "replace"), (2025, "add")])
def test_the_period_proposes(deposit, publish, act, editor, prenoms, year, kind):
    """The same year replaces, another one is added."""
    dataset = publish(prenoms(2024))
    sent = deposit("prenoms.csv", prenoms(year, count=9))
    found = act("scdl_deposit_targets", editor, id=sent["id"])
    assert (found["proposed"]["kind"], found["proposed"]["dataset_id"]) == (kind, dataset["id"])
    assert [each["id"] for each in found["datasets"]] == [dataset["id"]]


def test_the_differences_are_told_row_by_row(app, deposit, publish, act, editor, prenoms):
    """What the page shows before a file is replaced."""
    resource = publish(prenoms(2024, count=3))["resources"][0]
    sent = deposit("prenoms.csv", prenoms(2024, count=9))
    found = act("scdl_deposit_compare", editor, id=sent["id"], resource_id=resource["id"])
    assert found["counts"]["changed"] == 1
    assert found["changed"][0]["cells"] == [["NOMBRE_OCCURRENCES", "3", "9"]]
    page = app.get(f"/publier/{sent['id']}/differences?resource_id={resource['id']}", headers=_as(editor))
    assert "NOMBRE_OCCURRENCES" in page.body


def test_files_of_others_are_not_compared(deposit, publish_bytes, act, editor, prenoms, stranger):
    """A resource of another organisation is not read by this way."""
    sent = deposit("prenoms.csv", prenoms(2024))
    with pytest.raises(tk.NotAuthorized):
        act("scdl_deposit_compare", stranger, id=sent["id"], resource_id="x")
    with pytest.raises(tk.ValidationError):
        act("scdl_deposit_compare", editor, id=sent["id"], resource_id="x")
    model.Session.rollback()


def test_the_form_replaces_what_was_chosen(app, deposit, publish, act, editor, prenoms):
    """The resource keeps its id and its address; the one before is kept, and comes back."""
    dataset = publish(prenoms(2024, count=3))
    resource = dataset["resources"][0]
    sent = deposit("autre-nom.csv", prenoms(2024, count=9))
    where = {"target": "replace", "resource_id": resource["id"], "dataset_id": dataset["id"], "save": "publish"}
    app.post(f"/publier/{sent['id']}/publier", headers=_as(editor), data=where)
    after = act("package_show", editor, id=dataset["id"])["resources"]
    assert [(each["id"], each["url"]) for each in after] == [(resource["id"], resource["url"])]
    assert app.get(after[0]["url"]).data == prenoms(2024, count=9)
    app.post(f"/versions/{resource['id']}/revenir", headers=_as(editor), data={})
    assert app.get(after[0]["url"]).data == prenoms(2024, count=3)


def test_the_form_adds_a_period(app, deposit, publish, act, editor, prenoms):
    """One more file of the same dataset."""
    dataset = publish(prenoms(2024))
    sent = deposit("prenoms-2025.csv", prenoms(2025))
    where = {"target": "add", "dataset_id": dataset["id"], "save": "publish"}
    app.post(f"/publier/{sent['id']}/publier", headers=_as(editor), data=where)
    assert len(act("package_show", editor, id=dataset["id"])["resources"]) == 2


def test_versions_are_shown_to_editors_only(app, publish, act, editor, prenoms, deposit, organization):
    """The resource page lists them for whoever may go back, with one button each."""
    dataset = publish(prenoms(2024, count=3))
    resource = dataset["resources"][0]
    sent = deposit("prenoms.csv", prenoms(2024, count=9))
    act("scdl_deposit_accept", editor, id=sent["id"], target="replace", resource_id=resource["id"])
    address = f"/dataset/{dataset['name']}/resource/{resource['id']}"
    assert BeautifulSoup(app.get(address, headers=_as(editor)).body, "html.parser").find(class_="scdl-versions")
    for headers in ({}, _as(organization["people"]["member"])):
        assert not BeautifulSoup(app.get(address, headers=headers).body, "html.parser").find(class_="scdl-versions")


@pytest.mark.parametrize("role", ["member", "stranger"])
def test_others_do_not_go_back(app, publish, organization, stranger, prenoms, role):
    """Neither a member nor a stranger changes what is published."""
    resource = publish(prenoms(2024))["resources"][0]
    user = stranger if role == "stranger" else organization["people"]["member"]
    answer = app.post(f"/versions/{resource['id']}/revenir", headers=_as(user), data={}, status=403)
    assert answer.status_code == 403


def test_a_file_without_schema_may_join_any_dataset(act, editor, organization, publish, prenoms):
    """A PDF stands beside the table that it explains."""
    dataset = publish(prenoms(2024))
    sent = act(
        "scdl_deposit_create", editor, organization_id=organization["id"], source="browser",
        upload=FileStorage(BytesIO(b"%PDF-1.4 notice"), "notice.pdf"),
    )  # fmt: skip
    found = act("scdl_deposit_targets", editor, id=sent["id"])
    assert found["proposed"] is None
    assert [each["id"] for each in found["datasets"]] == [dataset["id"]]
