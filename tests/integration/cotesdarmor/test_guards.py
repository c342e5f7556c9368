"""The walls round every request."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def guarded(app):
    """The application with the CSRF check as it runs in production; the tests of CKAN switch it off."""
    flask_app = app.flask_app
    before = flask_app.config["WTF_CSRF_ENABLED"]
    flask_app.config["WTF_CSRF_ENABLED"] = True
    yield app
    flask_app.config["WTF_CSRF_ENABLED"] = before


def _session(app, user):
    """A browser's cookies of a logged-in user."""
    return app.test_client(user=model.User.get(user["name"]))


def test_a_forged_form_is_refused_even_after_an_anonymous_get(guarded):
    """CKAN 2.12.0 exempts a view for everybody once a visitor has seen its form; ours asks for the token still."""
    user = factories.Sysadmin()
    guarded.get("/user/login")
    guarded.get("/organization/new")  # a visitor's GET: the request that used to switch the check off
    client = _session(guarded, user)
    answer = client.post("/organization/new", data={"name": "forged", "title": "Forged"})
    assert answer.status_code == 400
    assert model.Group.get("forged") is None


def test_a_form_with_its_token_passes(guarded):
    """The token of the page is what opens it."""
    client = _session(guarded, factories.Sysadmin())
    page = client.get("/organization/new").get_data(as_text=True)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(
        "/organization/new", data={"name": "honest", "title": "Honest", "save": "save", "_csrf_token": token}
    )
    assert answer.status_code == 200
    assert model.Group.get("honest") is not None


def test_logging_in_wants_a_token_too(guarded):
    """A visitor's form is a form: nobody is logged in by another site."""
    assert guarded.test_client().post("/user/login", data={"login": "a", "password": "b"}).status_code == 400


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://test.ckan.net/publier/42?lignes=2", "/publier/42"),
        ("http://test.ckan.net//evil.example/a", "/evil.example/a"),
        (None, "/"),
    ],
)
def test_a_session_that_ended_leads_back_to_its_page(guarded, referrer, back):
    """Who is no longer logged in is told so, and comes back after the login to a page of this portal only."""
    headers = {"Referer": referrer} if referrer else {}
    answer = guarded.test_client().post("/publier/42/corriger", headers={**headers, "Accept-Language": "fr"})
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert "Votre session est terminée" in page
    assert quote(f"/user/login?next={back}", safe="/?=") in page.replace("%2F", "/")


def test_a_program_with_a_token_of_its_own_needs_no_csrf_token(guarded):
    """An API token cannot be borrowed by another site."""
    user = factories.SysadminWithToken()
    answer = guarded.test_client().post(
        "/api/3/action/organization_create",
        json={"name": "by-program", "title": "By program"},
        headers={"Authorization": user["token"]},
    )
    assert answer.status_code == 200


def test_a_visitor_may_call_the_api_by_post(guarded):
    """Reading by POST rests on no cookie."""
    assert guarded.test_client().post("/api/3/action/package_search", json={"rows": 0}).status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        "ckan.auth.user_create_organizations",
        "ckan.auth.user_create_groups",
        "ckan.auth.user_delete_organizations",
        "ckan.auth.user_delete_groups",
        "ckan.auth.public_user_details",
        "ckan.auth.create_user_via_web",
    ],
)
def test_what_ckan_leaves_open_is_shut(key):
    """These settings of CKAN are off without a line in the ini file."""
    assert tk.config[key] is False


def test_an_organisations_admin_cannot_delete_it(organization, act):
    """Only a sysadmin takes a collectivité off the portal."""
    with pytest.raises(tk.NotAuthorized):
        act("organization_delete", organization["people"]["admin"], id=organization["id"])


def test_a_visitor_does_not_see_agents(app):
    """The names of agents are for those who work with them."""
    user = factories.User()
    assert app.get(f"/api/3/action/user_show?id={user['name']}", expect_errors=True).status_code == 403


@pytest.mark.parametrize(
    "path", ["/organization/activity/{name}", "/api/3/action/organization_activity_list?id={name}"]
)
def test_a_visitor_does_not_see_who_did_what(app, sysadmin, organization, path):
    """Activity streams name agents: a visitor is refused, a colleague reads them."""
    address = path.format(name=organization["name"])
    answer = app.get(address, expect_errors=True, follow_redirects=False)
    assert answer.status_code in (302, 403)
    assert app.get(address, headers={"Authorization": sysadmin["token"]}).status_code == 200


def test_no_page_asks_gravatar_for_a_picture(app, sysadmin):
    """A logged-in user's page shows a picture of this site."""
    page = app.get("/dataset/", headers={"Authorization": sysadmin["token"]})
    assert "gravatar.com" not in page.body


def test_french_and_paris_by_default():
    """Without a line in the ini file the portal speaks French and lives in Paris."""
    assert tk.config["ckan.locale_default"] == "fr"
    assert tk.config["ckan.display_timezone"] == "Europe/Paris"


def test_cookies_are_lax(app):
    """Session and remember cookies are sent from this site only."""
    assert app.flask_app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert app.flask_app.config["REMEMBER_COOKIE_SAMESITE"] == "Lax"
    assert not app.flask_app.config["SESSION_COOKIE_SECURE"]


@pytest.mark.ckan_config("ckan.site_url", "https://localhost")
def test_cookies_are_secure_once_the_site_is(make_app):
    """An https address makes both cookies travel over https only."""
    config = make_app().flask_app.config
    assert config["SESSION_COOKIE_SECURE"]
    assert config["REMEMBER_COOKIE_SECURE"]


def test_a_visitors_body_is_bounded(app):
    """A visitor's body over a megabyte is refused before it is read."""
    answer = app.test_client().post(
        "/api/3/action/package_search", data=b"x" * (2 << 20), content_type="application/json"
    )
    assert answer.status_code == 413


@pytest.mark.ckan_config("ckan.max_resource_size", 1)
def test_a_users_body_is_bounded_by_the_largest_file(app, sysadmin):
    """A user's body may be as large as the largest file and a form round it."""
    headers = {"Authorization": sysadmin["token"]}
    for size, status in ((1, 400), (3, 413)):
        answer = app.test_client().post(
            "/api/3/action/status_show", data=b"x" * (size << 20), content_type="application/json", headers=headers
        )
        assert answer.status_code == status


def test_what_a_user_sees_is_cached_by_nobody(app, sysadmin):
    """Pages and answers made for a user say so."""
    for path in ("/", "/api/3/action/user_show?id=" + sysadmin["name"]):
        answer = app.get(path, headers={"Authorization": sysadmin["token"]})
        assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("page.html", False), ("image.svg", False), ("table.csv", False), ("acte.pdf", True), ("logo.png", True)],
)
def test_downloads_are_saved_not_run(app, name, shown, publish_bytes):
    """Only PDF and raster images may open in the browser; nothing is sniffed."""
    resource = publish_bytes(name, b"<script>alert(1)</script>")
    answer = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/{name}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.get("Content-Disposition", "inline").startswith("attachment") is not shown
