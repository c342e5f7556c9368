"""What everybody sees of a file's conformity: badge, report, template, and others of the same schema."""

from __future__ import annotations

import pytest

from ckan import model
from ckan.tests import helpers

from ckanext.validation.model import Validation

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

INVALID = "departement-subventions-2024.csv"


@pytest.fixture
def publish(deposit, demo_file, act, organization):
    """Publish a file as the organisation's editor; its resource."""

    def published(content=None, **fields):
        editor = organization["people"]["editor"]
        made = deposit(INVALID, content or demo_file(INVALID))
        proposed = act("scdl_deposit_propose", editor, id=made["id"]) | fields
        return act("scdl_deposit_accept", editor, **proposed, id=made["id"])["resources"][0]

    return published


def _report(resource, kind=""):
    return f"/dataset/{resource['package_id']}/resource/{resource['id']}/validation{kind}"


def test_a_published_file_shows_its_conformity(app, publish, publish_subventions):
    """On the pages of dataset and resource: verdict, schema with its version, day, report, template, others."""
    good, bad = publish_subventions()["resources"][0], publish()
    for resource, words in ((good, "Conforme à son schéma"), (bad, "Non conforme à son schéma")):
        page = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}")
        assert words in page.body
        assert "2.1.1" in page.body
        assert "/validation" in page.body
        for kind in ("csv", "xlsx"):
            assert app.get(f"/publier/modele/scdl/subventions@2.1.1.{kind}").status_code == 200
            assert f"scdl/subventions@2.1.1.{kind}" in page.body.replace("%40", "@")
        assert "Données du même schéma" in page.body
        assert words in app.get(f"/dataset/{resource['package_id']}").body
    other = helpers.call_action("package_show", id=bad["package_id"])
    page = app.get(f"/dataset/{good['package_id']}/resource/{good['id']}")
    assert f"/dataset/{other['name']}" in page.body


def test_the_report_is_public_with_its_file(app, publish, organization, stranger, act):
    """Page, CSV and PDF for everybody; for a private dataset only for its organisation, and no cache keeps it."""
    resource = publish()
    types = {"": "text/html", ".csv": "text/csv", ".pdf": "application/pdf"}
    for kind, mimetype in types.items():
        answer = app.get(_report(resource, kind))
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert not answer.cache_control.no_store
    assert app.get(_report(resource, ".pdf")).data.startswith(b"%PDF-")
    member = {"Authorization": organization["people"]["member"]["token"]}
    act("package_patch", organization["people"]["editor"], id=resource["package_id"], private=True)
    for kind in types:
        assert app.get(_report(resource, kind), status=404)
        assert app.get(_report(resource, kind), headers={"Authorization": stranger["token"]}, status=404)
        answer = app.get(_report(resource, kind), headers=member)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_file_that_stays_the_same_is_not_sent_again(app, publish):
    """A conditional request for the table of the report is answered by its status alone."""
    address = _report(publish(), ".csv")
    tag = app.get(address).headers["ETag"]
    assert app.get(address, headers={"If-None-Match": tag}, status=304).data == b""


def test_what_stands_in_a_file_is_no_markup(app, publish, demo_file):
    """A cell of a hostile file is text on the page."""
    hostile = demo_file("departement-subventions-2023.csv").replace(b"2023-", b"<script>alert(1)</script>", 3)
    page = app.get(_report(publish(hostile)))
    assert "<script>alert" not in page.body
    assert "&lt;script&gt;alert" in page.body


def test_reports_of_before_are_shown(app, publish):
    """A row that ckanext-validation wrote is told as well, bounded and escaped; a strange one breaks nothing."""
    resource = publish()

    def write(**values):
        model.Session.query(Validation).filter_by(resource_id=resource["id"]).update(values)
        model.Session.commit()

    errors = [{"message": "<b>faux</b>", "rowNumber": 7}] * 500
    for report, said in (
        ({"tasks": [{"errors": errors}]}, "&lt;b&gt;faux&lt;/b&gt;"),
        ({"tables": [{"errors": errors}]}, ""),
        ({"tasks": ["x", {"errors": [1, {"rowNumber": {}}]}]}, ""),
        ("no json", ""),
        (None, ""),
    ):
        write(report=report)
        page = app.get(_report(resource))
        assert said in page.body
        assert page.body.count("faux") <= 200
    write(status="running")
    assert "role=\"status\"" in app.get(_report(resource)).body


def test_there_is_no_report_where_there_is_none(app, publish, publish_bytes, act, organization):
    """No such resource, one that was never checked, one of another dataset: the same answer."""
    one, unchecked = publish(), publish_bytes("a.csv", b"a,b\n1,2\n")
    for address in (
        _report(unchecked),
        _report({**one, "package_id": unchecked["package_id"]}),
        _report({**one, "id": "none"}),
        _report({**one, "package_id": "none"}),
        _report(one, ".exe"),
    ):
        app.get(address, status=404)


def test_an_editor_takes_the_report_of_a_deposit_as_pdf(app, deposit, demo_file, organization, stranger):
    """Nobody else does."""
    address = f"/publier/{deposit(INVALID, demo_file(INVALID))['id']}/rapport.pdf"
    answer = app.get(address, headers={"Authorization": organization["people"]["editor"]["token"]})
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert app.get(address, headers={"Authorization": stranger["token"]}, status=403)
