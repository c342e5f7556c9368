"""Grids in the browser: drafts, checks, and the deposit they become, by each role."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.scdl import deposits, jobs
from ckanext.scdl.model import GridDraft

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

SCHEMA = "scdl/deliberations"
GOOD = {
    "COLL_NOM": "Commune de Guingamp", "COLL_SIRET": "21220070300016", "DELIB_ID": "2024-01",
    "DELIB_DATE": "2024-02-12", "DELIB_MATIERE_CODE": "7.1",
    "DELIB_MATIERE_NOM": "finances locales/décisions budgétaires", "DELIB_OBJET": "Budget du port",
}  # fmt: skip


@pytest.fixture
def columns(act):
    """Names of the schema's columns."""
    return [field["name"] for field in act("scdl_schema_show", id=SCHEMA)["descriptor"]["fields"]]


@pytest.fixture
def row(columns):
    """A good row, with other values."""
    return lambda **cells: [{**GOOD, **cells}.get(name, "") for name in columns]


@pytest.fixture
def grid(act, organization, columns):
    """Call an action on the organisation's grid as a person, by default its editor: `grid("save", rows=…)`."""

    def call(verb, user=None, **data):
        asked = {"organization_id": organization["id"], "schema": SCHEMA, "columns": columns, **data}
        if verb in ("show", "deposit", "delete"):
            del asked["columns"]
        return act(f"scdl_grid_{verb}", user or organization["people"]["editor"], **asked)

    return call


def test_an_empty_grid_has_the_columns_of_the_schema(grid, columns, organization):
    """Columns in their order, what is known of the publisher, the limits, and no draft."""
    shown = grid("show")
    assert [column["name"] for column in shown["columns"]] == columns
    assert shown["constants"] == {"COLL_NOM": organization["display_name"]}
    assert shown["limits"] == {"rows": 2000, "bytes": 1024 * 1024}
    assert shown["draft"] is None


def test_the_siret_of_the_organisation_is_proposed(grid, act, sysadmin, organization):
    """An organisation that has told its SIRET need not type it."""
    act("organization_patch", sysadmin, id=organization["id"], siret="21220070300016")
    assert grid("show")["constants"]["COLL_SIRET"] == "21220070300016"


def test_a_draft_is_kept_without_the_blank_rows_at_its_end(grid, row):
    """What was typed comes back as it was, with the revision to write next."""
    kept = grid("save", rows=[row(), [], row(DELIB_ID="2"), ["", " "]], revision=0)
    draft = grid("show")["draft"]
    assert draft["rows"] == [row(), [""] * 17, row(DELIB_ID="2")]
    assert (draft["revision"], draft["modified"]) == (kept["revision"], kept["modified"])
    assert grid("save", rows=[row()], revision=kept["revision"])["revision"] == kept["revision"] + 1


@pytest.mark.parametrize("known", [0, 1, 7])
def test_two_windows_do_not_overwrite_each_other(grid, row, known):
    """Whoever writes without having seen the last revision is told, and nothing changes."""
    grid("save", rows=[row()], revision=0)
    grid("save", rows=[row(DELIB_ID="2")], revision=1)
    with pytest.raises(tk.ValidationError) as caught:
        grid("save", rows=[], revision=known)
    assert "revision" in caught.value.error_dict
    assert grid("show")["draft"]["rows"] == [row(DELIB_ID="2")]


def test_a_deleted_draft_is_not_written_again_unseen(grid, row):
    """A window that was open while the draft was deleted is told; then it may begin anew."""
    grid("save", rows=[row()], revision=0)
    grid("delete")
    with pytest.raises(tk.ValidationError):
        grid("save", rows=[row()], revision=1)
    assert grid("save", rows=[row()], revision=0)["revision"] == 1


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"rows": [["x"] * 18]}, "rows"),
        ({"rows": ["x"]}, "rows"),
        ({"rows": [[5]]}, "rows"),
        ({"rows": [["\0"]]}, "rows"),
        ({"rows": [["\ud800"]]}, "rows"),
        ({"rows": [["x"]] * 2001}, "rows"),
        ({"rows": [["x" * 1024 * 1024]]}, "rows"),
        ({"rows": [[]], "columns": ["COLL_NOM"]}, "columns"),
    ],
)
@pytest.mark.parametrize("verb", ["save", "check"])
def test_what_is_no_table_of_the_schema_is_refused(grid, verb, data, key):
    """Rows of another shape, too many, too large, or with what no database takes, are errors of the sender."""
    with pytest.raises(tk.ValidationError) as caught:
        grid(verb, **{"rows": [], "revision": 0, **data})
    assert key in caught.value.error_dict


@pytest.mark.ckan_config("ckanext.scdl.grid_rows", "2")
@pytest.mark.ckan_config("ckanext.scdl.grid_kilobytes", "1")
def test_limits_are_settings(grid, row):
    """Fewer rows, fewer kilobytes, as the operator says; blank rows do not count."""
    assert grid("save", rows=[row(), row(DELIB_ID="2"), []], revision=0)
    for rows in ([row()] * 3, [row(DELIB_OBJET="x" * 900)]):
        with pytest.raises(tk.ValidationError):
            grid("save", rows=rows, revision=1)


def test_a_check_names_the_cells(grid, row):
    """The engine's sentence, for each bad cell, with the row of the grid; nothing is kept."""
    checked = grid("check", rows=[row(), [], row(DELIB_ID="2", DELIB_DATE="hier")])
    assert (checked["status"], checked["rows"], checked["errors"]) == ("invalid", 2, 1)
    bad = checked["findings"][0]
    assert (bad["level"], bad["field"], bad["rows"], bad["value"]) == ("error", "DELIB_DATE", (3,), "hier")
    assert "ligne 3" in bad["message"]
    assert model.Session.query(GridDraft).count() == 0


def test_a_check_of_nothing_says_so(grid):
    """Blank rows are not worth a check."""
    assert grid("check", rows=[[], [" "]])["status"] == "empty"


def test_checks_have_no_more_places_than_the_sandbox(grid, row, monkeypatch):
    """While deposits take all places a check answers that it is busy; the page asks again."""
    monkeypatch.setattr("ckanext.scdl.deposits.checking.PATIENCE", 0.01)
    with deposits.CHILDREN, deposits.CHILDREN:
        assert grid("check", rows=[row()])["status"] == "busy"
    assert grid("check", rows=[row()])["status"] == "valid"


def test_many_findings_are_bounded(grid, row):
    """A page lists a few hundred findings and counts the others."""
    checked = grid("check", rows=[row(DELIB_ID=str(n), DELIB_DATE=f"x{n}", PREF_DATE=f"y{n}") for n in range(150)])
    assert (len(checked["findings"]), checked["hidden"]) == (200, 100)


def test_a_grid_becomes_an_ordinary_deposit(grid, row, act, organization):
    """The file passes the same door as any other, and is published like any other."""
    revision = grid("save", rows=[row(), [], row(DELIB_ID="2", DELIB_OBJET="Deux\nlignes")], revision=0)["revision"]
    made = grid("deposit", revision=revision)
    assert (made["source"], made["state"], made["status"], made["schema"]) == ("grid", "checked", "valid", SCHEMA)
    assert made["filename"] == f"deliberations-{organization['name']}.csv"
    assert made["report"]["rows"] == 2
    assert grid("show")["draft"]["deposit_id"] == made["id"]
    editor = organization["people"]["editor"]
    dataset = act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=made["id"]), id=made["id"])
    assert dataset["resources"][0]["validation_status"] == "success"


def test_a_deposit_wants_the_draft_that_was_seen(grid, row):
    """Another window's changes, an empty draft or none at all are not deposited."""
    with pytest.raises(tk.ObjectNotFound):
        grid("deposit", revision=0)
    revision = grid("save", rows=[], revision=0)["revision"]
    with pytest.raises(tk.ValidationError) as caught:
        grid("deposit", revision=revision)
    assert "rows" in caught.value.error_dict
    grid("save", rows=[row()], revision=revision)
    with pytest.raises(tk.ValidationError) as caught:
        grid("deposit", revision=revision)
    assert "revision" in caught.value.error_dict


def test_a_draft_is_its_writers_alone(grid, row, organization, act, sysadmin):
    """Nobody else finds it, not even the organisation's administrator: each begins a draft of their own."""
    grid("save", rows=[row()], revision=0)
    for person in (organization["people"]["admin"], sysadmin):
        assert grid("show", person)["draft"] is None
        assert act("scdl_grid_list", person) == []
        assert grid("save", person, rows=[row(DELIB_ID="x")], revision=0)["revision"] == 1
    assert grid("show")["draft"]["rows"] == [row()]


def test_the_list_holds_ones_own_drafts(grid, row, act, organization):
    """Organisation, schema, number of rows, last change; none of an organisation one has left."""
    grid("save", rows=[row(), row(DELIB_ID="2")], revision=0)
    editor = organization["people"]["editor"]
    [draft] = act("scdl_grid_list", editor)
    assert (draft["organization_id"], draft["schema"], draft["rows"]) == (organization["id"], SCHEMA, 2)
    act("organization_member_delete", organization["people"]["admin"], id=organization["id"], username=editor["name"])
    assert act("scdl_grid_list", editor) == []


@pytest.mark.parametrize(
    ("role", "may"),
    [("visitor", False), ("stranger", False), ("other", False), ("member", False), ("editor", True), ("admin", True),
     ("sysadmin", True)],
)  # fmt: skip
def test_roles(grid, row, act, organization, stranger, sysadmin, role, may):
    """Editors and administrators of the organisation fill grids for it; nobody else does anything with them."""
    other = factories.UserWithToken()
    factories.Organization(users=[{"name": other["name"], "capacity": "editor"}])
    people = {**organization["people"], "visitor": {"name": ""}, "stranger": stranger, "other": other}
    person = {**people, "sysadmin": sysadmin}[role]
    calls = {
        "show": {}, "save": {"rows": [row()], "revision": 0}, "check": {"rows": [row()]}, "deposit": {"revision": 1},
        "delete": {},
    }  # fmt: skip
    done = []
    for verb, data in calls.items():
        try:
            grid(verb, person, **data)
            done.append(verb)
        except tk.NotAuthorized:
            model.Session.rollback()
    assert done == (list(calls) if may else [])


def test_the_night_forgets_old_drafts_and_those_nobody_can_open(grid, row, organization, act, sysadmin):
    """A draft of this week stays; an old one, or one of somebody who was deleted, goes."""
    grid("save", rows=[row()], revision=0)
    grid("save", organization["people"]["admin"], rows=[row()], revision=0)
    grid("save", sysadmin, rows=[row()], revision=0)
    old = datetime.now(UTC) - timedelta(days=201)
    model.Session.query(GridDraft).filter_by(user_id=sysadmin["id"]).update({"modified": old})
    act("user_delete", sysadmin, id=organization["people"]["admin"]["id"])
    jobs.nightly("2024-01-01")
    [left] = model.Session.query(GridDraft)
    assert left.user_id == organization["people"]["editor"]["id"]


def test_a_draft_of_another_version_finds_its_columns(grid, row, organization):
    """Values follow their columns; one without a column is told."""
    grid("save", rows=[row()], revision=0)
    older = {"columns": ["COLL_SIRET", "ANCIENNE"], "rows": [["21220070300016", "perdu"]]}
    model.Session.query(GridDraft).update(older)
    model.Session.commit()
    draft = grid("show")["draft"]
    assert draft["lost"] == ["ANCIENNE"]
    assert [cell for cell in draft["rows"][0] if cell] == ["21220070300016"]


# Pages


@pytest.fixture
def page(app, organization):
    """Open or send something of the grid's page as a person: `page()`, `page("controler", json={…})`."""

    def call(what="", user=None, **options):
        path = f"/publier/grille/{organization['name']}/{SCHEMA}" + (f"/{what}" if what else "")
        headers = {"Authorization": (user or organization["people"]["editor"])["token"]}
        return (app.post if what else app.get)(path, headers=headers, **options)

    return call


def test_the_form_leads_to_the_grid(app, organization):
    """A collectivité and a kind of data, then the table."""
    headers = {"Authorization": organization["people"]["editor"]["token"]}
    assert "Remplissez un tableau" in app.get("/publier", headers=headers).body
    asked = f"/publier/grille?organization_id={organization['name']}&schema={SCHEMA}"
    answer = app.get(asked, headers=headers, follow_redirects=False)
    assert answer.headers["Location"].endswith(f"/publier/grille/{organization['name']}/{SCHEMA}")


def test_the_page_says_what_each_column_wants(page):
    """Titles, marks of required columns, help and example stand in the page; so does what to do without JavaScript."""
    soup = BeautifulSoup(page().body, "html.parser")
    assert [link.text for link in soup.select(".scdl-facts a[href*=modele]")] == ["XLSX", "CSV"]
    heads = soup.select("thead th[style]")
    assert len(heads) == 17
    assert "obligatoire" in str(heads[0])
    assert "Exemple" in soup.find(id="scdl-h3").text
    assert soup.find("noscript").find("a")["href"].endswith("/publier/modele/scdl/deliberations.xlsx")


def test_what_a_draft_holds_is_data(page, grid, row):
    """A cell with markup in it neither ends the page's script nor becomes part of the page."""
    grid("save", rows=[row(DELIB_OBJET="</script><script>alert(1)</script>")], revision=0)
    assert "</script><script>alert(1)" not in page().body


def test_the_page_saves_checks_and_deposits(page, columns, row):
    """What the browser module sends, and where it ends."""
    sent = {"columns": columns, "rows": [row()], "revision": 0}
    saved = page("enregistrer", json=sent)
    assert json.loads(saved.body)["revision"] == 1
    clash = page("enregistrer", json=sent, status=409)
    assert json.loads(clash.body)["revision"] == 1
    assert "autre fenêtre" in json.loads(clash.body)["message"]
    assert json.loads(page("controler", json=sent).body)["status"] == "valid"
    verdict = page("deposer", data={"revision": "1"})
    assert "Ce fichier est conforme" in verdict.body
    again = BeautifulSoup(page().body, "html.parser")
    assert again.find("a", href=verdict.request.path)
    assert "brouillon est supprimé" in page("supprimer").body


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"rows": 5}', b'"x"'])
@pytest.mark.parametrize("what", ["enregistrer", "controler"])
def test_what_is_no_json_of_ours_is_refused(page, what, body):
    """The answer is a sentence, never a failure."""
    answer = page(what, data=body, content_type="application/json", status=400)
    assert json.loads(answer.body)["message"]


def test_a_body_beyond_the_limit_is_refused(page):
    """Nobody makes the portal read megabytes as a table."""
    answer = page("enregistrer", data=b"x" * (3 << 20), content_type="application/json", status=400)
    assert "trop grand" in json.loads(answer.body)["message"]


def test_a_busy_check_says_503(page, columns, row, monkeypatch):
    """The page then asks again by itself."""
    monkeypatch.setattr("ckanext.scdl.deposits.checking.PATIENCE", 0.01)
    with deposits.CHILDREN, deposits.CHILDREN:
        page("controler", json={"columns": columns, "rows": [row()]}, status=503)


def test_another_site_writes_nothing(app, organization, columns, row):
    """A request that rests on a cookie alone, without the page's token, is refused."""
    settings = app.flask_app.config
    before, settings["WTF_CSRF_ENABLED"] = settings["WTF_CSRF_ENABLED"], True
    try:
        browser = app.test_client(user=model.User.get(organization["people"]["editor"]["name"]))
        path = f"/publier/grille/{organization['name']}/{SCHEMA}"
        sent = {"columns": columns, "rows": [row()], "revision": 0}
        for what in ("enregistrer", "controler", "deposer", "supprimer"):
            assert browser.post(f"{path}/{what}", json=sent).status_code == 400
    finally:
        settings["WTF_CSRF_ENABLED"] = before
    assert model.Session.query(GridDraft).count() == 0


def test_others_meet_a_closed_door(app, page, organization, stranger):
    """A visitor is asked to log in; a stranger and a member are refused; nothing tells what exists."""
    path = f"/publier/grille/{organization['name']}/{SCHEMA}"
    for address in ("/publier/grille", path):
        assert app.get(address, follow_redirects=False).status_code == 302
    for person in (stranger, organization["people"]["member"]):
        assert page(user=person, status=403)
        assert page("deposer", user=person, data={"revision": "1"}, status=403)
    headers = {"Authorization": organization["people"]["editor"]["token"]}
    app.get(f"/publier/grille/{organization['name']}/scdl/rien", headers=headers, status=404)
    app.get(f"/publier/grille/personne/{SCHEMA}", headers=headers, status=403)


@pytest.mark.parametrize(("kind", "start"), [("csv", b"COLL_NOM,COLL_SIRET,DELIB_ID"), ("xlsx", b"PK")])
def test_the_empty_template_is_everybodys(app, kind, start):
    """A file to fill in, for whoever prefers a spreadsheet program."""
    answer = app.get(f"/publier/modele/{SCHEMA}.{kind}")
    assert answer.data.startswith(start)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="deliberations-2.1.5.{kind}"'
    app.get("/publier/modele/scdl/rien.csv", status=404)
