"""The life of a deposit, from its arrival to its publication, by each role."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.scdl import deposits, jobs, storage
from ckanext.scdl.model import AcceptedFile, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

VALID = "departement-subventions-2023.csv"
INVALID = "departement-subventions-2024.csv"


def test_a_conform_file_is_checked_and_not_published(deposit, demo_file):
    """The editor gets the verdict at once; nobody else sees anything."""
    made = deposit(VALID, demo_file(VALID))
    assert (made["state"], made["status"], made["schema"]) == ("checked", "valid", "scdl/subventions")
    assert helpers.call_action("package_search")["count"] == 0


def test_a_file_with_faults_says_them_in_french(deposit, demo_file):
    """The report holds a sentence for each fault, with the line of the editor's own file."""
    made = deposit(INVALID, demo_file(INVALID))
    assert made["status"] == "invalid"
    issue = made["report"]["issues"][0]
    assert issue["message"] and issue["rows"]


def test_what_is_no_table_is_refused(deposit):
    """A PDF under another name is named as what it is."""
    made = deposit("subventions.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    assert (made["state"], made["status"]) == ("refused", "refused")
    assert made["report"]["refusal"]["message"]


def test_an_accepted_deposit_is_found_and_served(deposit, demo_file, act, organization, app):
    """The dataset stands in search, in its organisation and in the feed, and the bytes are those that were sent."""
    made = deposit(VALID, demo_file(VALID))
    editor = organization["people"]["editor"]
    fields = act("scdl_deposit_propose", editor, id=made["id"])
    dataset = act("scdl_deposit_accept", editor, **fields, id=made["id"])
    [resource] = dataset["resources"]
    assert resource["validation_status"] == "success"
    assert resource["schema"].endswith("/scdl/subventions/2.1.1/schema.json")
    assert helpers.call_action("package_search", q="subvention")["count"] == 1
    assert helpers.call_action("package_search", fq=f"organization:{organization['name']}")["count"] == 1
    assert "/scdl/subventions/2.1.1/schema.json" in app.get("/catalog.xml").body
    answer = app.get(f"/dataset/{dataset['id']}/resource/{resource['id']}/download/{VALID}")
    assert answer.data == demo_file(VALID)


def test_accepting_twice_publishes_once(deposit, demo_file, act, organization):
    """A second click gives the same dataset."""
    made = deposit(VALID, demo_file(VALID))
    editor = organization["people"]["editor"]
    fields = act("scdl_deposit_propose", editor, id=made["id"])
    first = act("scdl_deposit_accept", editor, **fields, id=made["id"])
    second = act("scdl_deposit_accept", editor, **fields, id=made["id"])
    assert first["id"] == second["id"]
    assert helpers.call_action("package_search")["count"] == 1


def test_wrong_metadata_leave_the_deposit_as_it_was(deposit, demo_file, act, organization):
    """A title that is missing is said, and nothing is half written."""
    made = deposit(VALID, demo_file(VALID))
    editor = organization["people"]["editor"]
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", editor, id=made["id"], title="", notes="x")
    assert "title" in error.value.error_dict
    assert act("scdl_deposit_show", editor, id=made["id"])["state"] == "checked"
    assert model.Session.query(AcceptedFile).count() == 0
    assert model.Session.query(model.Package).count() == 0


def test_a_collectivite_that_blocks_keeps_a_faulty_file_as_a_draft(deposit, demo_file, act, organization, sysadmin):
    """Under `block` a file that is not conform does not become public."""
    act("organization_patch", sysadmin, id=organization["id"], publication_policy="block")
    made = deposit(INVALID, demo_file(INVALID))
    editor = organization["people"]["editor"]
    dataset = act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=made["id"]), id=made["id"])
    assert dataset["state"] == "draft"
    assert helpers.call_action("package_search")["count"] == 0


def test_a_deposit_that_is_given_up_leaves_no_bytes(deposit, demo_file, act, organization):
    """Bytes that nobody needs are removed."""
    made = deposit(VALID, demo_file(VALID))
    sha256 = Deposit.get(made["id"]).sha256
    assert storage.store().path(sha256).exists()
    act("scdl_deposit_cancel", organization["people"]["editor"], id=made["id"])
    assert not storage.store().path(sha256).exists()


def test_bytes_that_another_deposit_needs_stay(deposit, demo_file, act, organization):
    """The same file sent twice stands once, and stays while one of the two needs it."""
    first, second = (deposit(VALID, demo_file(VALID)) for _ in range(2))
    act("scdl_deposit_cancel", organization["people"]["editor"], id=first["id"])
    assert storage.store().path(Deposit.get(second["id"]).sha256).exists()


@pytest.mark.parametrize(("role", "may"), [("member", False), ("editor", True), ("admin", True)])
def test_roles_of_an_organisation(deposit, demo_file, act, organization, role, may):
    """Editors and administrators deposit, see, accept and give up; a member does nothing of it."""
    user = organization["people"][role]
    made = deposit(VALID, demo_file(VALID))
    calls = [
        lambda: deposit(VALID, demo_file(VALID), user=user),
        lambda: act("scdl_deposit_show", user, id=made["id"]),
        lambda: act("scdl_deposit_propose", user, id=made["id"]),
        lambda: act("scdl_deposit_cancel", user, id=made["id"]),
    ]
    for call in calls:
        if may:
            call()
        else:
            with pytest.raises(tk.NotAuthorized):
                call()


def test_others_see_and_do_nothing(deposit, demo_file, act, stranger, organization):
    """A stranger and a visitor learn not even that a deposit exists."""
    made = deposit(VALID, demo_file(VALID))
    other = factories.UserWithToken()
    factories.Organization(users=[{"name": other["name"], "capacity": "admin"}])
    for user in (stranger, other, None):
        for action in ("scdl_deposit_show", "scdl_deposit_accept", "scdl_deposit_cancel", "scdl_deposit_propose"):
            with pytest.raises(tk.NotAuthorized):
                act(action, user, id=made["id"])
        with pytest.raises(tk.NotAuthorized):
            act("scdl_deposit_show", user, id="no-such-deposit")
    assert act("scdl_deposit_list", other) == []


def test_a_sysadmin_may(deposit, demo_file, act, sysadmin):
    """A sysadmin acts for every organisation."""
    made = deposit(VALID, demo_file(VALID), user=sysadmin)
    assert act("scdl_deposit_show", sysadmin, id=made["id"])["state"] == "checked"
    assert [row["id"] for row in act("scdl_deposit_list", sysadmin)] == [made["id"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"upload": None}, "upload"), ({"schema": "no/such"}, "schema"), ({"organization_id": ""}, "organization_id")],
)
def test_wrong_input_is_said_next_to_its_field(act, organization, change, field):
    """What is wrong names its field, and nothing is stored."""
    data = {"organization_id": organization["id"], "upload": FileStorage(BytesIO(b"a,b\n"), "a.csv"), "source": "api"}
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_create", organization["people"]["editor"], **data | change)
    assert field in error.value.error_dict
    assert model.Session.query(Deposit).count() == 0


@pytest.mark.ckan_config("ckan.max_resource_size", 1)
def test_a_file_that_is_too_large_is_refused_whole(deposit):
    """Nothing of it stays on disk."""
    before = set(storage.store().folder.rglob("*"))
    with pytest.raises(tk.ValidationError) as error:
        deposit("grand.csv", b"x" * (2 << 20))
    assert "1" in error.value.error_dict["upload"][0]
    assert {path for path in storage.store().folder.rglob("*") if path.is_file()} <= before


def test_a_queued_deposit_is_checked_by_its_job_once(deposit, demo_file):
    """What comes by the API waits for a worker; the job run again changes nothing."""
    made = deposit(VALID, demo_file(VALID), source="api")
    assert made["state"] == "queued"
    jobs.check_deposit(made["id"])
    first = Deposit.get(made["id"]).as_dict()
    assert first["state"] == "checked"
    jobs.check_deposit(made["id"])
    model.Session.expire_all()
    assert Deposit.get(made["id"]).as_dict() == first


def test_two_workers_check_a_deposit_once(deposit, demo_file):
    """The row that one worker holds is left alone by the other."""
    made = deposit(VALID, demo_file(VALID), source="api")
    other = model.meta.engine.connect()
    try:
        other.exec_driver_sql("SELECT id FROM scdl_deposit WHERE id = %s FOR UPDATE", (made["id"],))
        assert deposits.check(made["id"]) is None
    finally:
        other.rollback()
        other.close()
    assert deposits.check(made["id"]).state == "checked"


def test_an_abandoned_deposit_is_cancelled_by_night(deposit, demo_file, monkeypatch):
    """After its days a deposit that nobody published goes, with its bytes."""
    made = deposit(VALID, demo_file(VALID))
    monkeypatch.setattr("ckanext.scdl.config.abandoned_after", lambda: timedelta(days=-1))
    jobs.nightly("2026-03-01")
    row = Deposit.get(made["id"])
    assert row.state == "cancelled"
    assert not storage.store().path(row.sha256).exists()


def test_a_busy_sandbox_sends_a_small_file_to_a_worker(deposit, demo_file, monkeypatch):
    """No request waits long for a place in the sandbox: eight slow files do not stop the portal."""
    monkeypatch.setattr("ckanext.scdl.deposits.checking.PATIENCE", 0.01)
    asked = []
    monkeypatch.setattr("ckanext.scdl.jobs.enqueue_check", asked.append)
    with deposits.CHILDREN, deposits.CHILDREN:
        waiting = deposit("a.csv", demo_file(VALID))
    assert waiting["state"] == "queued"
    assert asked == [waiting["id"]]
    assert deposits.check(waiting["id"]).state == "checked"


def test_a_deposit_that_somebody_holds_is_not_abandoned(deposit, demo_file, monkeypatch):
    """The night passes over a deposit that is being accepted at this moment."""
    made = deposit("a.csv", demo_file(VALID))
    monkeypatch.setattr("ckanext.scdl.config.abandoned_after", lambda: timedelta(days=-1))
    with model.meta.engine.begin() as other:
        other.execute(sa.select(Deposit.id).where(Deposit.id == made["id"]).with_for_update())
        jobs.nightly("2026-01-01")
    assert Deposit.held(made["id"]).state == "checked"
