"""The forms of an organisation, as a browser without JavaScript gets them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from ckan.tests import helpers

pytestmark = pytest.mark.usefixtures("clean_db")

SIREN = "212202782"


def page(app, url, user, **options):
    """A page as a parsed document, asked for as a user."""
    response = app.get(url, headers={"Authorization": user["token"]} if user else {}, **options)
    return BeautifulSoup(response.body, "html.parser")


def value_of(document, name):
    """What stands in a field of the organisation's form."""
    return document.select_one(f"#organization-edit-form [name={name}]")["value"]


def test_name_leads_to_a_filled_form(app, sysadmin):
    """A name that fits one collectivité fills in what the register knows of it."""
    document = page(app, "/organization/new/from-register?collectivite=ile de brehat", sysadmin)
    assert value_of(document, "title") == "Île-de-Bréhat"
    assert value_of(document, "siren") == "212200166"
    assert document.select_one("[name=kind] option[selected]")["value"] == "commune"


def test_suggestion_is_taken_exactly(app, sysadmin):
    """What the list suggests names one collectivité, whoever shares a part of its name."""
    document = page(app, f"/organization/new/from-register?collectivite=Saint-Brieuc ({SIREN})", sysadmin)
    assert value_of(document, "siren") == SIREN


def test_vague_name_gives_a_choice(app, sysadmin):
    """Several collectivités are shown as links to the filled form."""
    document = page(app, "/organization/new/from-register?collectivite=lannion", sysadmin)
    links = [link["href"] for link in document.select(".list-group a")]
    assert len(links) > 1
    assert all("siren=" in link for link in links)


def test_unknown_name_is_said(app, sysadmin):
    """A name that nobody has leads back to the search, with the name as typed and escaped."""
    document = page(app, "/organization/new/from-register?collectivite=<b>Atlantis", sysadmin)
    assert document.select_one("#pick-collectivite")["value"] == "<b>Atlantis"
    assert not document.select(".list-group a")


def test_existing_organisation_is_shown_instead(app, act, sysadmin):
    """Whoever picks a collectivité that is on the portal lands on its page."""
    act("cotesdarmor_organization_ensure", sysadmin, sirens=SIREN)
    document = page(app, "/organization/new/from-register?collectivite=22278", sysadmin)
    assert document.select_one("h1").text.strip() == "Saint-Brieuc"


@pytest.mark.parametrize("who", ["admin", "stranger", "visitor"])
def test_register_form_is_for_those_who_may_make_organisations(app, organization, stranger, who):
    """Others are refused."""
    user = {"admin": organization["people"]["admin"], "stranger": stranger, "visitor": None}[who]
    headers = {"Authorization": user["token"]} if user else {}
    response = app.get("/organization/new/from-register", headers=headers, follow_redirects=False)
    assert response.status_code in (302, 401, 403)
    assert "pick-collectivite" not in response.body


def test_form_says_the_fault_next_to_the_field(app, sysadmin):
    """The sentence stands in the field's own block."""
    data = {"title": "Saint-Brieuc", "name": "saint-brieuc", "siren": "212202783", "save": ""}
    response = app.post("/organization/new", data=data, headers={"Authorization": sysadmin["token"]})
    document = BeautifulSoup(response.body, "html.parser")
    block = document.select_one("#field-siren").find_parent(class_="form-group")
    assert "212202783" in block.select_one(".error-block").text


def test_sysadmin_edits_every_field(app, organization, sysadmin):
    """The form of a sysadmin has a field for each."""
    document = page(app, f"/organization/edit/{organization['name']}", sysadmin)
    assert document.select_one("[name=publication_policy]")


def test_admin_sees_reserved_values_as_text(app, act, organization, sysadmin):
    """An admin's form shows the SIREN and offers no field for it."""
    act("organization_patch", sysadmin, id=organization["id"], siren=SIREN)
    document = page(app, f"/organization/edit/{organization['name']}", organization["people"]["admin"])
    assert SIREN in document.select_one("#field-siren").text
    assert not document.select("[name=siren], [name=publication_policy], [name=kind]")


def test_admin_saves_the_form(app, act, organization, sysadmin):
    """Posting what the admin's form holds keeps the reserved values."""
    act("organization_patch", sysadmin, id=organization["id"], siren=SIREN, publication_policy="block")
    data = {"title": "Ville", "name": organization["name"], "contact_email": "mairie@exemple.fr", "save": ""}
    headers = {"Authorization": organization["people"]["admin"]["token"]}
    app.post(f"/organization/edit/{organization['name']}", data=data, headers=headers)
    shown = helpers.call_action("organization_show", id=organization["id"])
    assert (shown["title"], shown["contact_email"]) == ("Ville", "mairie@exemple.fr")
    assert (shown["siren"], shown["publication_policy"]) == (SIREN, "block")


def test_about_page_shows_labels(app, act, organization, sysadmin):
    """A visitor reads the kind in words; the policy is nobody else's business."""
    act("organization_patch", sysadmin, id=organization["id"], kind="ccas", publication_policy="block")
    document = page(app, f"/organization/about/{organization['name']}", None)
    assert "action sociale" in document.select_one("dl").text
    assert "bloquée" not in document.text
