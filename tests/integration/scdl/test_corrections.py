"""Corrections in the hands of an editor: proposed, accepted in whole or in part, published, taken back."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.scdl import jobs, storage
from ckanext.scdl.model import Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

REPAIRABLE = "departement-subventions-2024.csv"
LIKELY = "saint-brieuc-agglo-subventions-2024.csv"


def _as(user):
    return {"Authorization": user["token"]}


def _bytes(deposit_id, *, corrected):
    deposit = Deposit.get(deposit_id)
    return storage.store().path(deposit.corrected if corrected else deposit.sha256).read_bytes()


def test_what_could_be_corrected_is_proposed(deposit, act, organization, demo_file):
    """Rows of the file and groups of changes, each with its place and what it becomes."""
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    shown = act("scdl_deposit_preview", organization["people"]["editor"], id=sent["id"])
    assert shown["state"] == "ready"
    assert shown["table"]["rows"][0][0] == 2
    groups = {group["field"]: group for group in shown["proposal"]["groups"]}
    assert groups["dateConvention"]["changes"][0]["after"].startswith("2024-")
    assert groups["notificationUE"]["changes"][0]["before"] == "Non"


def test_accepted_corrections_make_the_file_conform(deposit, act, organization, demo_file):
    """The deposit goes on with the corrected bytes; the original stays beside them."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    done = act("scdl_deposit_correct", editor, id=sent["id"], level="likely")
    assert (done["state"], done["status"], done["corrected"]) == ("checked", "valid", True)
    assert _bytes(sent["id"], corrected=True).startswith(b"nomAttribuant,")
    assert _bytes(sent["id"], corrected=False) == demo_file(REPAIRABLE)


def test_one_group_can_be_left(deposit, act, organization, demo_file):
    """What was not ticked stays as it was, and the check says so."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    left = {"groups": [{"field": "notificationUE", "rule": "yes-no", "only": []}]}
    done = act("scdl_deposit_correct", editor, id=sent["id"], level="likely", choice=left)
    assert done["status"] == "invalid"
    assert {issue["field"] for issue in done["report"]["issues"] if issue["level"] == "error"} == {"notificationUE"}


def test_sure_leaves_what_is_only_likely(deposit, act, organization, demo_file):
    """A percentage above one may be meant otherwise: it is left where only sure corrections are accepted."""
    editor = organization["people"]["editor"]
    sent = deposit(LIKELY, demo_file(LIKELY))
    assert act("scdl_deposit_correct", editor, id=sent["id"], level="sure")["status"] == "invalid"
    assert act("scdl_deposit_correct", editor, id=sent["id"], level="likely")["status"] == "valid"


def test_taking_back_gives_the_original_again(deposit, act, organization, demo_file):
    """The report is that of the file as it was sent, and the corrected bytes are gone."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    act("scdl_deposit_correct", editor, id=sent["id"], level="likely")
    corrected = storage.store().path(Deposit.get(sent["id"]).corrected)
    back = act("scdl_deposit_restore", editor, id=sent["id"])
    assert (back["status"], back["corrected"], back["report"]) == ("invalid", False, sent["report"])
    assert not corrected.exists()


def test_a_published_deposit_is_no_longer_corrected(deposit, act, organization, demo_file):
    """What everybody reads changes by another deposit only."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=sent["id"]), id=sent["id"])
    for action in ("scdl_deposit_correct", "scdl_deposit_restore"):
        with pytest.raises(tk.ValidationError, match="not open"):
            act(action, editor, id=sent["id"])


def test_the_original_outlives_the_night(deposit, act, organization, demo_file):
    """As long as the corrected file is served, the one that was sent can be downloaded."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    act("scdl_deposit_correct", editor, id=sent["id"], level="likely")
    act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=sent["id"]), id=sent["id"])
    storage.forget_bytes(Deposit.get(sent["id"]).sha256)
    assert _bytes(sent["id"], corrected=False) == demo_file(REPAIRABLE)


@pytest.mark.parametrize("role", ["stranger", "member", None])
@pytest.mark.parametrize("action", ["scdl_deposit_preview", "scdl_deposit_correct", "scdl_deposit_restore"])
def test_nobody_else_corrects(deposit, act, organization, demo_file, stranger, role, action):
    """A member, a stranger and a visitor neither see nor change it."""
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    user = stranger if role == "stranger" else organization["people"].get(role)
    with pytest.raises(tk.NotAuthorized):
        act(action, user, id=sent["id"])
    model.Session.rollback()


def test_the_page_takes_what_is_ticked(app, deposit, organization, demo_file):
    """The form lists each change; those that are unticked are left."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    page = BeautifulSoup(app.get(f"/publier/{sent['id']}", headers=_as(editor)).body, "html.parser")
    form = page.find("form", class_="scdl-corrections")
    boxes = [box["value"] for box in form.find_all("input", attrs={"name": "change", "checked": True})]
    assert len(boxes) > 10
    kept = [box for box in boxes if not box.startswith("0-")]
    app.post(form["action"], headers=_as(editor), data={"take": "ticked", "change": kept})
    fields = {each["field"] for each in Deposit.get(sent["id"]).report["issues"] if each["level"] == "error"}
    assert fields == {"dateConvention"}


def test_bad_cells_are_marked_and_shown_not_run(app, deposit, organization):
    """The table view says what is wrong where it stands; what a file holds is text on our pages."""
    editor = organization["people"]["editor"]
    data = (
        "COLL_NOM,COLL_SIRET,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\r\n"
        "Commune,20007657800013,<b>x</b>,Anne,2,2024\r\n"
    )
    sent = deposit("prenoms.csv", data.encode())
    body = app.get(f"/publier/{sent['id']}", headers=_as(editor)).body
    assert "<b>x</b>" not in body
    page = BeautifulSoup(body, "html.parser")
    assert any("<b>x</b>" in cell.get_text() for cell in page.find_all("td", class_="scdl-bad"))


@pytest.mark.parametrize("path", ["corriger", "annuler-corrections", "fichier-original", "fichier-corrige"])
def test_the_routes_are_for_the_organisation(app, deposit, organization, demo_file, stranger, path):
    """A visitor is led to the login, or has no token of a form; a stranger and a member are refused."""
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    call = app.get if path.startswith("fichier") else app.post
    address = f"/publier/{sent['id']}/{path}"
    assert call(address, follow_redirects=False).status_code == (302 if call == app.get else 400)
    for user in (stranger, organization["people"]["member"]):
        assert call(address, headers=_as(user), status=403).status_code == 403


def test_both_files_are_downloaded(app, deposit, act, organization, demo_file):
    """The original byte for byte, the corrected one once there is one; neither runs in a browser."""
    editor = organization["people"]["editor"]
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    address = f"/publier/{sent['id']}/fichier-"
    assert app.get(f"{address}corrige", headers=_as(editor), status=404).status_code == 404
    act("scdl_deposit_correct", editor, id=sent["id"], level="likely")
    original = app.get(f"{address}original", headers=_as(editor))
    assert original.data == demo_file(REPAIRABLE)
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert app.get(f"{address}corrige", headers=_as(editor)).data == _bytes(sent["id"], corrected=True)


@pytest.fixture
def large(deposit, act, organization, demo_file):
    """A deposit above the size that is checked at once: the rows of a file many times over, checked by a worker."""
    header, _, rows = demo_file(REPAIRABLE).partition(b"\n")
    times = (6 << 20) // len(rows)
    spoilt = rows.splitlines(keepends=True)[0]
    sent = deposit(REPAIRABLE, header + b"\n" + rows.rstrip(b"\n") + b"\n" + rows * times + spoilt)
    assert sent["state"] == "queued"
    jobs.check_deposit(sent["id"])
    return act("scdl_deposit_show", organization["people"]["editor"], id=sent["id"])


def test_a_large_file_is_shown_and_corrected_as_a_small_one(app, act, organization, large):
    """Its faulty rows wherever they stand, by pages; corrections one by one, made by a worker."""
    editor = organization["people"]["editor"]
    shown = act("scdl_deposit_preview", editor, id=large["id"])
    faulty = {line for issue in large["report"]["issues"] for line in issue["rows"]}
    lines = [line for line, _ in shown["table"]["rows"]]
    assert shown["state"] == "ready" and set(lines) & faulty and not shown["table"]["whole"]
    assert lines == sorted(set(lines)) and len(lines) <= 300
    page = BeautifulSoup(app.get(f"/publier/{large['id']}?lignes=2", headers=_as(editor)).body, "html.parser")
    assert len(page.select(".scdl-rows tbody tr")) == 50
    assert page.select(".scdl-changes input[type=checkbox]")
    group = shown["proposal"]["groups"][0]
    choice = {"groups": [{"field": group["field"], "rule": group["rule"], "only": [group["changes"][0]["before"]]}]}
    asked = act("scdl_deposit_correct", editor, id=large["id"], level="likely", choice=choice)
    assert asked["state"] == "queued"
    page = app.get(f"/publier/{large['id']}", headers=_as(editor)).body
    assert 'data-module="scdl-wait"' in page and "scdl-issues" not in page
    jobs.check_deposit(large["id"])
    done = act("scdl_deposit_show", editor, id=large["id"])
    assert (done["state"], done["corrected"]) == ("checked", True)
    assert _errors(done) < _errors(large)


def _errors(deposit):
    return sum(issue["count"] for issue in deposit["report"]["issues"] if issue["level"] == "error")


@pytest.mark.ckan_config("ckanext.scdl.preview_megabytes", 0)
def test_above_the_setting_nothing_is_listed_and_the_page_says_so(app, organization, deposit, demo_file):
    """All corrections can be made all the same."""
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    page = app.get(f"/publier/{sent['id']}", headers=_as(organization["people"]["editor"])).body
    assert "trop gros pour que ses lignes" in page and 'name="level" value="sure"' in page
    assert "scdl-rows" not in page


def test_a_choice_is_never_taken_for_all(app, act, organization, deposit, demo_file, monkeypatch):
    """Where the proposal cannot be made again, nothing is corrected."""
    sent = deposit(REPAIRABLE, demo_file(REPAIRABLE))
    monkeypatch.setattr("ckanext.scdl.deposits.correcting.child_place", lambda: nullcontext(False))
    editor = organization["people"]["editor"]
    app.post(f"/publier/{sent['id']}/corriger", headers=_as(editor), data={"take": "ticked", "change": "0-0"})
    assert not act("scdl_deposit_show", editor, id=sent["id"])["corrected"]
