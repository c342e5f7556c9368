"""Who may do what with deposits: every action, by each role."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

ROLES = ("anonymous", "stranger", "member", "editor", "admin", "sysadmin")
PUBLISHERS = {"editor", "admin", "sysadmin"}
EVERY_USER = set(ROLES) - {"anonymous"}
MAY = {
    "scdl_check": EVERY_USER,
    "scdl_conformity_list": set(ROLES),
    "scdl_decision_list": EVERY_USER,
    "scdl_deposit_accept": PUBLISHERS,
    "scdl_deposit_cancel": PUBLISHERS,
    "scdl_deposit_compare": PUBLISHERS,
    "scdl_deposit_correct": PUBLISHERS,
    "scdl_deposit_create": PUBLISHERS,
    "scdl_deposit_decide": PUBLISHERS,
    "scdl_deposit_group": PUBLISHERS,
    "scdl_deposit_list": EVERY_USER,
    "scdl_deposit_preview": PUBLISHERS,
    "scdl_deposit_propose": PUBLISHERS,
    "scdl_deposit_restore": PUBLISHERS,
    "scdl_deposit_revert": PUBLISHERS,
    "scdl_deposit_show": PUBLISHERS,
    "scdl_deposit_targets": PUBLISHERS,
    "scdl_file_list": PUBLISHERS,
    "scdl_link_list": EVERY_USER,
    "scdl_schema_list": set(ROLES),
    "scdl_schema_show": set(ROLES),
    "scdl_template": set(ROLES),
}


@pytest.fixture
def person(organization, sysadmin):
    """The user of a role; a stranger administers another organisation."""
    stranger = factories.UserWithToken()
    factories.Organization(users=[{"name": stranger["name"], "capacity": "admin"}])
    people = {**organization["people"], "stranger": stranger, "sysadmin": sysadmin, "anonymous": None}
    return people.__getitem__


@pytest.fixture
def asked(organization, deposit, send, prenoms):
    """What each action is asked, so that it works for whoever may."""
    checked = deposit("a.csv", prenoms(2020))
    published = send(prenoms(2021))
    send(prenoms(2021, count=9))
    ident = {"id": checked["id"]}
    upload = {"upload": FileStorage(BytesIO(prenoms()), "p.csv")}
    return {
        "scdl_check": upload,
        "scdl_conformity_list": {},
        "scdl_decision_list": {},
        "scdl_deposit_accept": {**ident, "title": "T", "notes": "N", "license_id": "lov2"},
        "scdl_deposit_cancel": ident,
        "scdl_deposit_compare": {**ident, "resource_id": published["resource_id"]},
        "scdl_deposit_correct": {**ident, "level": "sure", "leave": [], "choice": {}},
        "scdl_deposit_create": {**upload, "organization_id": organization["id"]},
        "scdl_deposit_decide": {**ident, "reason": "consent", "sentence": "Ils sont d'accord."},
        "scdl_deposit_group": {"organization_id": organization["id"], "batch": "lot", "groups": [[checked["id"]]]},
        "scdl_deposit_list": {},
        "scdl_deposit_preview": ident,
        "scdl_deposit_propose": ident,
        "scdl_deposit_restore": ident,
        "scdl_deposit_revert": {"resource_id": published["resource_id"]},
        "scdl_deposit_show": ident,
        "scdl_deposit_targets": ident,
        "scdl_file_list": {"resource_id": published["resource_id"]},
        "scdl_link_list": {},
        "scdl_schema_list": {},
        "scdl_schema_show": {"id": "scdl/prenoms"},
        "scdl_template": {"schema": "scdl/prenoms"},
    }


def test_every_action_stands_in_the_matrix():
    """An action that is added is added here; the grid's and the contract's have matrices of their own."""
    from ckanext.scdl.logic import action

    ours = {name for name in action.__all__ if not name.startswith(("scdl_grid_", "resource_validation_"))}
    assert ours == set(MAY)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(act, asked, person, role):
    """Editors, administrators and sysadmins act for the organisation; nobody else learns that a deposit exists."""
    wrong = []
    for action in MAY:
        try:
            act(action, person(role), **asked[action])
            may = True
        except tk.NotAuthorized:
            may = False
        except tk.ValidationError:
            may = True  # a deposit that was accepted above cannot be given up
        model.Session.rollback()
        if may != (role in MAY[action]):
            wrong.append((action, may))
    assert not wrong


@pytest.mark.parametrize("role", ["stranger", "member"])
def test_lists_hold_what_one_may_see(act, asked, person, role):
    """A list is nobody's door to the deposits or decisions of others."""
    assert act("scdl_deposit_list", person(role)) == []
    assert act("scdl_decision_list", person(role)) == []


@pytest.mark.ckan_config("ckanext.scdl.check_open", "true")
@pytest.mark.ckan_config("ckanext.scdl.check_open_per_hour", 2)
def test_an_open_check_has_its_limits(app, prenoms, monkeypatch):
    """Visitors may ask so often in an hour, whatever they send; users are not counted."""
    address = f"203.0.113.{os.getpid() % 200}"
    counted = {}
    monkeypatch.setattr("ckanext.scdl.visitors.connect_to_redis", lambda: _Counter(counted))

    def ask():
        return app.post(
            "/api/3/action/scdl_check", data={"upload": FileStorage(BytesIO(prenoms()), "p.csv")},
            environ_overrides={"REMOTE_ADDR": address}, expect_errors=True,
        )  # fmt: skip

    assert [ask().status_code for _ in range(3)] == [200, 200, 409]
    assert ask().json["error"]["upload"]
    assert all(re.search(re.escape(address), key) for key in counted)


class _Counter:
    def __init__(self, counted):
        self.counted = counted

    def incr(self, key):
        self.counted[key] = self.counted.get(key, 0) + 1
        return self.counted[key]

    def expire(self, key, seconds):
        assert seconds == 3600


def test_a_check_keeps_nothing(act, organization, prenoms, tmp_path, monkeypatch):
    """Neither a row nor a byte; the verdict and the personal data are told."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = act("scdl_check", organization["people"]["member"], upload=FileStorage(BytesIO(prenoms()), "p.csv"))
    assert (answer["report"]["status"], answer["privacy"]["status"]) == ("valid", "none")
    from ckanext.scdl.model import Deposit

    assert model.Session.query(Deposit).count() == 0
    assert not [path for path in Path(tmp_path).rglob("*") if path.is_file()]


def test_an_empty_file_to_start_from(act):
    """Anybody gets it, as CSV or as a workbook."""
    import base64

    csv = act("scdl_template", schema="scdl/prenoms")
    assert base64.b64decode(csv["content"]).startswith(b"COMMUNE_NOM,")
    book = act("scdl_template", schema="scdl/prenoms", format="xlsx")
    assert base64.b64decode(book["content"]).startswith(b"PK")
    assert book["filename"].endswith(".xlsx")
    with pytest.raises(tk.ValidationError):
        act("scdl_template", schema="no/such")
