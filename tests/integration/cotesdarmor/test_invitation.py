"""Inviting people by a link that is handed over."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.cotesdarmor.model import organization as organizations

pytestmark = pytest.mark.usefixtures("clean_db")

WANTED = {"email": "anne@exemple.fr", "fullname": "Anne Le Gall", "role": "editor"}


@pytest.fixture
def invite(act, organization):
    """Invite as a user, by default the organisation's admin; `WANTED` unless told otherwise."""

    def call(user=organization["people"]["admin"], **data):
        return act("cotesdarmor_invitation_create", user, **{"id": organization["id"], **WANTED, **data})

    return call


def role_of(name, organization):
    """The role of a user in an organisation."""
    return organizations.role_in(model.Group.get(organization["id"]), model.User.get(name))


def test_new_person_gets_an_account_and_a_link(invite, organization):
    """The account waits for its first login and has the role."""
    made = invite(email="Anne@Exemple.fr")
    user = model.User.get(made["user"])
    assert (made["outcome"], user.name, user.email, user.state) == (
        "invited",
        "anne-le-gall",
        "anne@exemple.fr",
        "pending",
    )
    assert urlsplit(made["link"]).path.endswith(f"/user/reset/{user.id}")
    assert user.reset_key in made["link"]
    assert role_of("anne-le-gall", organization) == "editor"


def test_sysadmin_invites_too(invite, sysadmin):
    """A sysadmin may invite into any organisation."""
    assert invite(sysadmin)["link"]


@pytest.mark.parametrize("who", ["member", "editor", "stranger", "visitor", "other admin"])
def test_others_may_not_invite(invite, organization, stranger, who):
    """Who does not manage this organisation's members is refused, and no account is made."""
    other = factories.UserWithToken()
    factories.Organization(users=[{"name": other["name"], "capacity": "admin"}])
    user = {**organization["people"], "stranger": stranger, "visitor": None, "other admin": other}[who]
    with pytest.raises(tk.NotAuthorized):
        invite(user)
    assert model.User.by_email(WANTED["email"]) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "anne"),
        ("fullname", "  "),
        ("role", "sysadmin"),
        ("role", ""),
        ("email", "  "),
    ],
)
def test_fault_is_said_of_its_field(invite, field, value):
    """A wrong value is refused, next to its field."""
    with pytest.raises(tk.ValidationError) as caught:
        invite(**{field: value})
    assert list(caught.value.error_dict) == [field]


def test_open_account_gets_the_role_and_no_link(invite, organization, stranger):
    """Nobody takes over an account by inviting its mailbox: neither link nor key are made."""
    email = model.User.get(stranger["name"]).email
    made = invite(email=email.upper())
    assert (made["outcome"], made["user"], made["link"]) == ("granted", stranger["name"], None)
    assert role_of(stranger["name"], organization) == "editor"
    assert not model.User.get(stranger["name"]).reset_key


def test_sysadmins_account_is_never_opened(invite, sysadmin):
    """Not even one that is set back to pending."""
    model.User.get(sysadmin["name"]).state = model.State.PENDING
    model.Session.commit()
    assert invite(email=model.User.get(sysadmin["name"]).email)["link"] is None


def test_pending_account_with_a_password_is_somebodys(invite, stranger):
    """An account that was open before belongs to its person."""
    model.User.get(stranger["name"]).state = model.State.PENDING
    model.Session.commit()
    assert invite(email=model.User.get(stranger["name"]).email)["link"] is None


def test_pending_account_of_another_organisation_is_not_opened(act, invite):
    """Who was invited elsewhere gets the role; the link stays with those who invited first."""
    first = factories.UserWithToken()
    elsewhere = factories.Organization(users=[{"name": first["name"], "capacity": "admin"}])
    act("cotesdarmor_invitation_create", first, id=elsewhere["id"], **WANTED)
    key = model.User.by_email(WANTED["email"]).reset_key
    made = invite()
    assert (made["outcome"], made["link"]) == ("granted", None)
    assert model.User.by_email(WANTED["email"]).reset_key == key


def test_lost_link_is_made_again(invite):
    """Inviting the same address before its first login makes a new link; the earlier one dies."""
    first, second = invite(), invite(role="admin")
    assert (second["outcome"], second["user"]) == ("renewed", first["user"])
    assert first["link"] != second["link"]
    assert model.User.get(second["user"]).reset_key in second["link"]


def test_member_is_not_changed_by_the_way(invite, organization):
    """Who is in the organisation keeps the role: it is changed on the members' page."""
    editor = organization["people"]["editor"]
    with pytest.raises(tk.ValidationError) as caught:
        invite(email=model.User.get(editor["name"]).email, role="admin")
    assert list(caught.value.error_dict) == ["email"]
    assert role_of(editor["name"], organization) == "editor"


def test_deleted_account_does_not_come_back(invite, stranger):
    """A mailbox whose account was deleted gets a new one."""
    user = model.User.get(stranger["name"])
    helpers.call_action("user_delete", id=user.id)
    made = invite(email=user.email)
    assert (made["outcome"], made["user"] == stranger["name"]) == ("invited", False)


def test_same_names_get_different_accounts(invite):
    """Two people of one name are two accounts."""
    assert [invite()["user"], invite(email="autre@exemple.fr")["user"]] == ["anne-le-gall", "anne-le-gall-2"]


def test_deleted_organisation_invites_nobody(act, invite, organization, sysadmin):
    """There is nothing to be invited into."""
    act("organization_delete", sysadmin, id=organization["id"])
    with pytest.raises(tk.ObjectNotFound):
        invite(sysadmin)


@pytest.fixture
def post(app, organization):
    """Post the form as the organisation's admin."""

    def call(**data):
        url = f"/organization/invitation/{organization['name']}"
        headers = {"Authorization": organization["people"]["admin"]["token"]}
        return app.post(url, data={**WANTED, **data}, headers=headers)

    return call


def test_members_page_has_the_button(app, organization):
    """An admin finds the way from the members' page, to a form that carries its CSRF token."""
    headers = {"Authorization": organization["people"]["admin"]["token"]}
    members = app.get(f"/organization/manage_members/{organization['name']}", headers=headers)
    url = f"/organization/invitation/{organization['name']}"
    assert url in members.body
    form = BeautifulSoup(app.get(url, headers=headers).body, "html.parser").select_one("form[method=post]")
    assert form.select_one("input[name=_csrf_token]")


@pytest.mark.parametrize("who", ["member", "editor", "stranger", "visitor"])
def test_page_is_for_admins(app, organization, stranger, who):
    """Others neither see nor send the form."""
    user = {**organization["people"], "stranger": stranger, "visitor": None}[who]
    headers = {"Authorization": user["token"]} if user else {}
    url = f"/organization/invitation/{organization['name']}"
    for answer in (
        app.get(url, headers=headers, follow_redirects=False),
        app.post(url, data=WANTED, headers=headers, follow_redirects=False),
    ):
        # A visitor has no session, so the guard of forms answers a post before anybody asks who it is.
        assert answer.status_code in (302, 400, 401, 403)
    assert model.User.by_email(WANTED["email"]) is None


def test_unknown_organisation_is_not_found(app, sysadmin):
    """A wrong address is a plain 404."""
    headers = {"Authorization": sysadmin["token"]}
    assert app.post("/organization/invitation/nulle-part", data=WANTED, headers=headers).status_code == 404


def test_link_is_shown_to_nobody_else(post, caplog):
    """No cache keeps the page, and no log carries the key."""
    with caplog.at_level(logging.DEBUG):
        answer = post()
    key = model.User.by_email(WANTED["email"]).reset_key
    assert key in answer.body
    assert answer.cache_control.private
    assert answer.cache_control.no_store
    assert not answer.cache_control.public
    assert key not in caplog.text


def test_page_of_an_open_account_has_no_link(post, stranger):
    """The page says that the role was given, and shows no way into the account."""
    answer = post(email=model.User.get(stranger["name"]).email)
    assert stranger["name"] in answer.body
    assert "/user/reset/" not in answer.body


def test_fault_stands_next_to_the_field(post):
    """What was typed stays, with the sentence in its block."""
    document = BeautifulSoup(post(email="anne").body, "html.parser")
    field = document.select_one("#field-email")
    assert field["value"] == "anne"
    assert field.find_parent(class_="form-group").select_one(".error-block")


def submit(app, path, **data):
    """Open a page as a visitor and send its form, with its CSRF token, in the same session."""
    page = BeautifulSoup(app.get(path).body, "html.parser")
    token = page.select_one("form[method=post] input[name=_csrf_token]")["value"]
    return app.post(path, data={**data, "_csrf_token": token}, follow_redirects=False)


def test_person_sets_a_password_and_logs_in(app, post, organization):
    """The link leads through CKAN's own page to an account that works, once."""
    document = BeautifulSoup(post().body, "html.parser")
    link = document.select_one("#invitation-link")["value"]
    path = f"{urlsplit(link).path}?{urlsplit(link).query}"
    passwords = {"password1": "un-mot-de-passe", "password2": "un-mot-de-passe"}
    submit(app, path, **passwords, name="anne")
    model.Session.expire_all()
    user = model.User.get("anne")
    assert (user.state, user.validate_password("un-mot-de-passe")) == ("active", True)
    assert role_of("anne", organization) == "editor"
    assert submit(app, "/user/login", login="anne", password="un-mot-de-passe").status_code == 302
    assert app.get(path).status_code == 403
