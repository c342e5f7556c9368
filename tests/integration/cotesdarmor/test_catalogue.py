"""The catalogue of an organisation, for whoever asks."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan.tests import helpers

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def publisher(organization, act, sysadmin):
    """An organisation whose SIRET is known."""
    return act("organization_patch", sysadmin, id=organization["id"], siren="212201362", siret="21220136200010")


def _bare(act, organization, **fields):
    """A dataset with nothing but what the portal requires."""
    resources = [{"url": "https://a.example/b"}]
    return act(
        "package_create", organization["people"]["editor"], name="nu", title="Nu", notes="N",
        owner_org=organization["id"], **{"resources": resources, **fields},
    )  # fmt: skip


def test_the_file_passes_its_own_check(app, publisher, publish_subventions, act, organization):
    """A well described dataset and a bare one, both in a file that the engine finds conform."""
    dataset = publish_subventions()
    _bare(act, organization)
    answer = app.get(f"/organization/{publisher['name']}/catalogue.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="catalogue-{publisher["name"]}.csv"'
    report = check(answer.data, Catalogue.bundled(), "scdl/catalogue")
    assert (report.status, report.rows) == ("valid", 2)
    rows = helpers.call_action("cotesdarmor_catalogue_show", id=publisher["id"])["rows"]
    assert [row["ID"] for row in rows] == sorted([dataset["name"], "nu"])
    assert f"/organization/{publisher['name']}/catalogue.csv" in app.get(f"/organization/{publisher['name']}").body


@pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}, {"resources": []}])
def test_only_what_everybody_sees_is_in_it(publisher, act, organization, sysadmin, hidden):
    """Neither private datasets nor drafts, whoever asks, nor datasets without a file."""
    _bare(act, organization, **hidden)
    for user in (None, organization["people"]["editor"], sysadmin):
        assert act("cotesdarmor_catalogue_show", user, id=publisher["name"])["rows"] == []


def test_an_organisation_without_siret_has_none(app, organization, publish_subventions):
    """The official schema requires it: the page does not offer the file, and its address says why."""
    publish_subventions()
    with pytest.raises(tk.ValidationError):
        helpers.call_action("cotesdarmor_catalogue_show", id=organization["id"])
    assert "catalogue.csv" not in app.get(f"/organization/{organization['name']}").body
    assert "SIRET" in app.get(f"/organization/{organization['name']}/catalogue.csv", status=404).body
    app.get("/organization/nobody/catalogue.csv", status=404)


def test_a_reader_who_has_the_file_is_not_sent_it_again(app, publisher):
    """A conditional request is answered by its status alone."""
    address = f"/organization/{publisher['name']}/catalogue.csv"
    first = app.get(address)
    assert app.get(address, headers={"If-None-Match": first.headers["ETag"]}, status=304).data == b""
