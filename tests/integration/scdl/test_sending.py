"""The page that takes files and links, and the list of what was sent."""

from __future__ import annotations

from io import BytesIO

import pytest
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.scdl import config
from ckanext.scdl.model import Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def _as(user, **headers):
    return {"Authorization": user["token"], **headers}


@pytest.fixture
def post(app, organization, editor):
    def sent(*files, status=200, headers=None, **data):
        data = {"organization_id": organization["id"], "batch": "lot-1", **data}
        data["upload"] = [(BytesIO(content), name) for name, content in files]
        options = {"headers": _as(editor, **(headers or {})), "content_type": "multipart/form-data"}
        return app.post("/publier", data=data, status=status, **options)

    return sent


def test_several_files_share_a_batch(post, prenoms):
    """Whoever sends three files sees the three of them, grouped by schema."""
    page = post(("a.csv", prenoms(2001)), ("b.csv", prenoms(2002)), ("notice.pdf", b"%PDF-1.4"))
    assert page.request.path == "/publier/lot/lot-1"
    names = [link.get_text() for link in BeautifulSoup(page.body, "html.parser").select(".scdl-deposits tbody td a")]
    assert sorted(names) == ["a.csv", "b.csv", "notice.pdf"]


def test_one_file_has_no_batch(post, prenoms):
    """One file leads to its own page."""
    page = post(("a.csv", prenoms(2001)))
    deposit_id = page.request.path.rpartition("/")[2]
    assert Deposit.get(deposit_id).batch is None


def test_a_script_is_answered_in_json(post, prenoms):
    """The address of the page to go to; or sentences, with the status of an error."""
    json = {"Accept": "application/json"}
    taken = post(("a.csv", prenoms(2001)), headers=json).json
    assert taken["address"].startswith("/publier/")
    assert taken["errors"] == []
    refused = post(headers=json, status=400).json
    assert refused["address"] == ""
    assert refused["errors"]


def test_a_link_is_taken_and_waits_for_a_worker(post):
    """A link without a file becomes a deposit that a worker fetches."""
    page = post(link="https://exemple.test/prenoms.csv", keep_link="true")
    deposit = Deposit.get(page.request.path.rpartition("/")[2])
    assert (deposit.state, deposit.link, deposit.keep_link) == ("queued", "https://exemple.test/prenoms.csv", True)


def test_an_address_that_is_none_is_told(post):
    """What was typed comes back with a sentence."""
    page = post(link="ftp://exemple.test/x", status=400)
    assert "ftp://exemple.test/x" in page.body


@pytest.mark.ckan_config("ckanext.scdl.largest_megabytes", "csv=0.00001")
def test_a_kind_of_file_has_its_limit(post, prenoms):
    """The limit of the ending holds, and the sentence names it."""
    page = post(("a.csv", prenoms(2001)), status=400)
    alert = BeautifulSoup(page.body, "html.parser").find(class_="scdl-send-errors")
    assert "Mo" in alert.get_text()


def test_a_wrong_limit_is_refused_with_a_sentence(monkeypatch):
    """The operator is told which setting, and how it is written."""
    monkeypatch.setitem(tk.config, "ckanext.scdl.largest_megabytes", "csv=beaucoup")
    with pytest.raises(CkanConfigurationException, match="largest_megabytes"):
        config.largest_bytes()


def test_deposits_are_narrowed(app, post, editor, prenoms):
    """By state: what was checked is found under its state only; each says what to do next."""
    post(("a.csv", prenoms(2001)))
    assert "a.csv" in app.get("/mes-depots?state=checked", headers=_as(editor)).body
    assert "a.csv" not in app.get("/mes-depots?state=failed", headers=_as(editor)).body
    assert "Le publier" in app.get("/mes-depots", headers=_as(editor)).body


@pytest.mark.parametrize("path", ["/publier/lot/lot-1", "/decisions"])
def test_pages_are_for_those_concerned(app, post, prenoms, stranger, path):
    """A visitor is led to the login; a stranger meets nothing of others."""
    post(("a.csv", prenoms(2001)), ("b.csv", prenoms(2002)))
    assert app.get(path, follow_redirects=False).status_code == 302
    answer = app.get(path, headers=_as(stranger), expect_errors=True)
    assert answer.status_code in (403, 404)


def test_a_template_is_found_by_its_form(app):
    """The form leads to the empty file of the schema; without a choice, back to the page."""
    answer = app.get("/publier/modele?schema=scdl/prenoms&kind=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert app.get("/publier/modele", follow_redirects=False).status_code == 302
    assert tk.h.url_for("scdl.new") in app.get("/publier/modele", follow_redirects=False).headers["Location"]


def test_a_state_is_told_to_its_organisation(app, post, editor, prenoms, stranger):
    """What a waiting page asks; nobody else learns it."""
    page = post(("a.csv", prenoms(2001)))
    address = f"{page.request.path}/etat"
    assert app.get(address, headers=_as(editor)).json == {"state": "checked"}
    assert app.get(address, headers=_as(stranger), status=403).status_code == 403
