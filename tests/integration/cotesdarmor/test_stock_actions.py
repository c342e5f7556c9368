"""CKAN's own actions, by each role: who may, and what even those who may cannot get past the check."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.scdl.model import AcceptedFile, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

PEOPLE = ("anonymous", "stranger", "foreign", "member", "editor", "admin", "sysadmin")
WRITERS = {"editor", "admin", "sysadmin"}
LINK = {"url": "https://commune.example/a.csv", "url_type": ""}


@pytest.fixture
def people(organization, stranger, sysadmin) -> dict[str, Any]:
    """One person of each role; `foreign` administers another organisation."""
    foreign = factories.UserWithToken()
    factories.Organization(users=[{"name": foreign["name"], "capacity": "admin"}])
    return {
        "anonymous": None, "stranger": stranger, "foreign": foreign, "sysadmin": sysadmin, **organization["people"],
    }  # fmt: skip


@pytest.fixture
def resource(publish_subventions):
    [resource] = publish_subventions()["resources"]
    return resource


def _upload() -> FileStorage:
    return FileStorage(BytesIO(b"nom\nnon lu\n"), "autre.csv")


# What takes something away comes last.
CALLS: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "package_create": lambda resource, owner: {"name": "neuf", "title": "T", "notes": "N", "owner_org": owner["id"]},
    "package_update": lambda resource, owner: {
        **helpers.call_action("package_show", id=resource["package_id"]), "title": "Autre",
    },
    "package_patch": lambda resource, owner: {"id": resource["package_id"], "title": "Autre"},
    "package_revise": lambda resource, owner: {"match": {"id": resource["package_id"]}, "update": {"title": "Autre"}},
    "resource_create": lambda resource, owner: {"package_id": resource["package_id"], **LINK},
    "resource_update": lambda resource, owner: {**resource, "name": "Autre"},
    "resource_patch": lambda resource, owner: {"id": resource["id"], "name": "Autre"},
    "resource_view_create": lambda resource, owner: {
        "resource_id": resource["id"], "view_type": "text_view", "title": "T",
    },
    "package_resource_reorder": lambda resource, owner: {"id": resource["package_id"], "order": [resource["id"]]},
    "bulk_update_private": lambda resource, owner: {"datasets": [resource["package_id"]], "org_id": owner["id"]},
    "bulk_update_public": lambda resource, owner: {"datasets": [resource["package_id"]], "org_id": owner["id"]},
    "resource_delete": lambda resource, owner: {"id": resource["id"]},
    "bulk_update_delete": lambda resource, owner: {"datasets": [resource["package_id"]], "org_id": owner["id"]},
    "package_delete": lambda resource, owner: {"id": resource["package_id"]},
}  # fmt: skip
FOR_ADMINS = {"bulk_update_private", "bulk_update_public", "bulk_update_delete"}


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_write(act, people, organization, resource, role):
    """Editors and administrators of the organisation, and sysadmins; nobody else changes anything."""
    before = helpers.call_action("package_show", id=resource["package_id"])
    for action, data in CALLS.items():
        values = data(resource, organization)
        if role in WRITERS - ({"editor"} if action in FOR_ADMINS else set()):
            continue
        with pytest.raises(tk.NotAuthorized):
            act(action, people[role], **values)
        model.Session.rollback()
    assert helpers.call_action("package_show", id=resource["package_id"]) == before


@pytest.mark.parametrize("role", sorted(WRITERS))
def test_what_writers_do_works(act, people, organization, resource, role):
    """Stock actions stay usable."""
    for action, data in CALLS.items():
        if role != "editor" or action not in FOR_ADMINS:
            act(action, people[role], **data(resource, organization))


@pytest.mark.parametrize("role", PEOPLE)
def test_who_sees_what_is_not_public(act, people, organization, resource, sysadmin, role):
    """A private dataset, its rows, its report and its bytes are for its organisation."""
    act("package_patch", sysadmin, id=resource["package_id"], private=True)
    may = role in {"member", *WRITERS}
    for action, data in (
        ("package_show", {"id": resource["package_id"]}),
        ("resource_show", {"id": resource["id"]}),
        ("resource_view_list", {"id": resource["id"]}),
        ("resource_validation_show", {"resource_id": resource["id"]}),
    ):
        if may:
            act(action, people[role], **data)
        else:
            with pytest.raises(tk.NotAuthorized):
                act(action, people[role], **data)
    found = act("package_search", people[role], include_private=True)["count"]
    assert found == (1 if may else 0)


@pytest.mark.parametrize("role", sorted(WRITERS))
@pytest.mark.parametrize("action", ["resource_update", "resource_patch"])
def test_an_upload_waits_and_the_published_bytes_stay(app, act, people, resource, role, action):
    """A file that a stock action brings is staged: what everybody downloads is what was accepted."""
    address = f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/x.csv"
    before = app.get(address).data
    values = resource if action == "resource_update" else {"id": resource["id"]}
    act(action, people[role], **values, upload=_upload())
    assert app.get(address).data == before
    assert Deposit.waiting_for(resource["id"]).filename == "autre.csv"
    assert helpers.call_action("resource_show", id=resource["id"])["validation_status"] == "success"


@pytest.mark.parametrize("role", sorted(WRITERS))
@pytest.mark.parametrize("url_type", ["upload", "datastore", "x"])
def test_a_type_of_address_publishes_no_bytes(app, act, people, resource, role, url_type):
    """Whatever kind a new resource says it is, it has no bytes and no rows of its own."""
    made = act("resource_create", people[role], package_id=resource["package_id"], url="b.csv", url_type=url_type)
    assert made["datastore_active"] is False
    assert "validation_status" not in made
    address = f"/dataset/{made['package_id']}/resource/{made['id']}/download/b.csv"
    assert app.get(address, follow_redirects=False).status_code in (302, 404)
    assert AcceptedFile.current_of(made["id"]) is None


@pytest.fixture
def blocking(act, organization, sysadmin):
    """The organisation publishes conform files only."""
    act("organization_patch", sysadmin, id=organization["id"], publication_policy="block")


def _mark(resource, status):
    context = {"ignore_auth": True, "user": factories.Sysadmin()["name"], "scdl_accepting": True}
    tk.get_action("resource_patch")(context, {"id": resource["id"], "validation_status": status})


@pytest.mark.parametrize("role", ["editor", "admin"])
@pytest.mark.parametrize("action", ["package_patch", "package_update", "package_revise", "bulk_update_public"])
def test_what_has_errors_does_not_become_public(act, people, organization, resource, blocking, role, action):
    """A private dataset with a file that is not conform stays private, by whichever action; a sysadmin decides."""
    ident = resource["package_id"]
    act("package_patch", people[role], id=ident, private=True)
    _mark(resource, "failure")
    values = {
        "package_patch": {"id": ident, "private": False},
        "package_update": {**act("package_show", people[role], id=ident), "private": False},
        "package_revise": {"match": {"id": ident}, "update": {"private": False}},
        "bulk_update_public": {"datasets": [ident], "org_id": organization["id"]},
    }[action]
    # Many datasets at once are for administrators anyway.
    with pytest.raises((tk.ValidationError, tk.NotAuthorized)):
        act(action, people[role], **values)
    model.Session.rollback()
    assert model.Package.get(ident).private
    act("package_patch", people[role], id=ident, title="Toujours privé")
    act(action, people["sysadmin"], **values)
    assert not model.Package.get(ident).private


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_a_link_does_not_get_round_the_check(act, people, organization, resource, blocking, role):
    """Under « publication bloquée » no link takes the place of a checked file, nor comes beside it."""
    user, ident = people[role], resource["package_id"]
    shown = act("package_show", user, id=ident)
    calls = [
        ("resource_patch", {"id": resource["id"], **LINK}),
        ("resource_update", {**resource, **LINK}),
        ("resource_create", {"package_id": ident, **LINK}),
        ("package_update", {**shown, "resources": [{**shown["resources"][0], **LINK}]}),
        ("package_patch", {"id": ident, "resources": [*shown["resources"], LINK]}),
        ("package_revise", {"match": {"id": ident}, "update__resources__0": LINK}),
        ("package_create", {**CALLS["package_create"](resource, organization), "resources": [LINK]}),
    ]
    for action, values in calls:
        with pytest.raises(tk.ValidationError) as error:
            act(action, user, **values)
        assert "url" in str(error.value.error_dict)
        model.Session.rollback()
    act("resource_patch", user, id=resource["id"], name="Autre nom")
    act("resource_create", people["sysadmin"], package_id=ident, **LINK)
    act("package_patch", user, id=ident, title="Avec le lien d’un administrateur")
