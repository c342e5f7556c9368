"""Nothing unchecked becomes public: what an editor with an API token tries at the side doors."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.scdl.model import AcceptedFile

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

FORGED = {"url": "https://commune.example/a.csv", "validation_status": "success", "schema": "scdl/subventions"}


@pytest.fixture
def editor(organization):
    return organization["people"]["editor"]


@pytest.fixture
def new(organization):
    """Fields of a new dataset."""
    return {"name": factories.Dataset.stub().name, "title": "T", "notes": "N", "owner_org": organization["id"]}


def _download(app, resource, package_id=None):
    package_id = package_id or resource["package_id"]
    return app.get(f"/dataset/{package_id}/resource/{resource['id']}/download/a.csv", expect_errors=True)


@pytest.mark.parametrize("kind", ["foo", "", None, ["dataset"], {"a": 1}])
def test_a_dataset_of_an_unknown_type_is_refused(app, act, editor, sysadmin, new, kind):
    """Another type would pass by the schema (a forged verdict) and break every list that shows it."""
    for user in (editor, sysadmin):
        with pytest.raises(tk.ValidationError) as caught:
            act("package_create", user, **new, type=kind, resources=[FORGED])
        assert "type" in caught.value.error_dict
    assert app.get("/dataset/").status_code == 200


def test_sources_of_harvesting_are_the_sysadmins(act, editor, new):
    """The portal opens the address in a source: no editor makes one, by either action."""
    for action in ("package_create", "harvest_source_create"):
        with pytest.raises(tk.NotAuthorized):
            act(action, editor, **new, type="harvest", url="http://127.0.0.1/", source_type="ckan")


def test_the_file_of_a_deleted_resource_stays_gone(app, act, editor, new, publish_bytes):
    """Nobody brings withdrawn bytes back by taking the id of their resource."""
    withdrawn = publish_bytes("a.csv", b"nom\nsecret\n")
    own = act("package_create", editor, **new)
    act("resource_delete", editor, id=withdrawn["id"])
    for action, fields in (
        ("resource_create", {"package_id": own["id"], "id": withdrawn["id"], "url": "a.csv", "url_type": "upload"}),
        ("package_patch", {"id": own["id"], "resources": [{"id": withdrawn["id"], "url": "a", "url_type": "upload"}]}),
    ):
        with pytest.raises(tk.ValidationError):
            act(action, editor, **fields)
    assert _download(app, withdrawn).status_code == 404
    assert _download(app, withdrawn, own["id"]).status_code == 404


def test_accepted_bytes_stay_with_their_dataset(app, act, editor, new, publish_bytes):
    """Even where an id has moved to another dataset, the door does not serve what was accepted for the first."""
    withdrawn = publish_bytes("a.csv", b"nom\nsecret\n")
    other = act("package_create", editor, **new)
    row = model.Resource.get(withdrawn["id"])
    row.package_id = other["id"]
    row.url_type = "upload"
    model.Session.commit()
    assert AcceptedFile.current_of(withdrawn["id"]) is None
    assert _download(app, withdrawn, other["id"]).status_code == 404


def test_a_new_resource_may_not_choose_its_id(act, editor, sysadmin, new):
    """Ids are the portal's, for everybody."""
    for user in (editor, sysadmin):
        with pytest.raises(tk.ValidationError):
            act("package_create", user, **new, resources=[{"id": "7d6e2c1e-0000-4000-8000-000000000000", "url": "a"}])


def test_an_editor_writes_no_rows_past_the_check(act, editor, new, publish_bytes):
    """The DataStore shows what the accepted file holds and nothing else."""
    resource = publish_bytes("a.csv", b"nom\nx\n")
    with pytest.raises(tk.NotAuthorized):
        act("datastore_create", editor, resource_id=resource["id"], force=True, records=[{"a": 1}])
    with pytest.raises(tk.NotAuthorized):
        act("datastore_create", editor, resource={"package_id": resource["package_id"]}, records=[{"a": 1}])
    for action in ("datastore_upsert", "datastore_delete", "datastore_records_delete"):
        with pytest.raises(tk.NotAuthorized):
            act(action, editor, resource_id=resource["id"], force=True, filters={}, records=[])


@pytest.fixture
def held_back(act, editor, organization, sysadmin, publish_bytes):
    """A draft with a file that is not conform, of a collectivité that publishes conform files only."""
    act("organization_patch", sysadmin, id=organization["id"], publication_policy="block")
    resource = publish_bytes("a.csv", b"nom\nx\n")
    context = {"ignore_auth": True, "user": editor["name"], "scdl_accepting": True}
    tk.get_action("resource_patch")({**context}, {"id": resource["id"], "validation_status": "failure"})
    tk.get_action("package_patch")({**context}, {"id": resource["package_id"], "state": "draft"})
    return resource


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("action", ["package_patch", "package_update", "package_revise"])
def test_a_blocked_file_is_not_published_by_the_side_door(act, editor, sysadmin, held_back, action, private):
    """`state=active` by the API does not get round « publication bloquée »; a sysadmin may decide so."""
    ident = held_back["package_id"]
    change = {"state": "active", "private": private}
    fields = {
        "package_patch": {"id": ident, **change},
        "package_update": {**act("package_show", editor, id=ident), **change},
        "package_revise": {"match": {"id": ident}, "update": change},
    }[action]
    with pytest.raises(tk.ValidationError):
        act(action, editor, **fields)
    model.Session.rollback()
    assert model.Package.get(ident).state == "draft"
    act("package_patch", editor, id=ident, title="Still a draft")
    assert act("package_patch", sysadmin, id=ident, **change)["state"] == "active"


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "scdl/deliberations"},
        {"schema": ""},
        {"url": "https://elsewhere.example/a.csv", "url_type": ""},
        {"url": "https://elsewhere.example/a.csv", "clear_upload": "true", "url_type": None},
    ],
)
def test_a_verdict_goes_with_what_it_was_about(act, editor, publish_subventions, change):
    """Another schema or another file does not inherit « conforme » from the one that was checked."""
    resource = publish_subventions()["resources"][0]
    assert act("resource_patch", editor, id=resource["id"], name="Renamed")["validation_status"] == "success"
    changed = act("resource_patch", editor, id=resource["id"], **change)
    assert "validation_status" not in changed
    assert "validation_timestamp" not in changed
