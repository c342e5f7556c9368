"""The public pages and what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan.tests import factories

from ckanext.cotesdarmor import cache

LANNION, BROONS, LANNION_TREGOR = "212201131", "212200208", "200065928"


@pytest.fixture(autouse=True)
def _fresh(clean_db: None, clean_index: None) -> Iterator[None]:
    """Each test begins with an empty portal and no memory of another."""
    cache.forget()
    yield
    cache.forget()


@pytest.fixture
def lannion(act: Callable[..., Any], sysadmin: dict[str, Any]) -> dict[str, Any]:
    """The organisation of a commune that is on board."""
    return act("cotesdarmor_organization_ensure", sysadmin, sirens=[LANNION])[0]


def _dataset(organization: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return factories.Dataset(
        owner_org=organization["id"],
        notes="Des données",
        license_id="lov2",
        resources=[{"url": "https://example.org/f.csv", "name": "Fichier de 2024", "format": "CSV"}],
        **fields,
    )


def test_home_counts_public_data_only(
    act: Callable[..., Any], lannion: dict[str, Any], sysadmin: Any
) -> None:
    """A private dataset and its files appear in no figure and no list, even when a sysadmin asks."""
    _dataset(lannion, title="Écoles", private=False)
    _dataset(lannion, title="Secret", private=True)
    shown = act("cotesdarmor_home_show", sysadmin)
    assert shown["figures"] == {
        "datasets": 1,
        "files": 1,
        "organizations": 1,
        "communes_on_board": 1,
        "communes": 344,
    }
    assert [one["title"] for one in shown["latest"]] == ["Écoles"]
    assert [one["name"] for one in shown["latest"][0]["files"]] == ["Fichier de 2024"]
    assert shown["on_board"] == {LANNION: lannion["name"]}


def test_home_is_remembered_for_a_minute(act: Callable[..., Any], lannion: dict[str, Any]) -> None:
    """A second visit costs no query: what was published since then shows a little later."""
    before = act("cotesdarmor_home_show")
    _dataset(lannion)
    assert act("cotesdarmor_home_show") == before
    cache.forget()
    assert act("cotesdarmor_home_show")["figures"]["datasets"] == 1


def test_empty_home_answers(app: Any) -> None:
    """A portal without any data has a home page."""
    page = app.get("/")
    assert page.status_code == 200
    assert page.body.count('href="/collectivite/') >= 344


def test_collectivite_on_board_leads_to_its_organization(app: Any, lannion: dict[str, Any]) -> None:
    """The SIREN of an organisation redirects to its page."""
    answer = app.get(f"/collectivite/{LANNION}", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/organization/{lannion['name']}")


def test_collectivite_not_on_board_shows_the_register(app: Any) -> None:
    """Another collectivité has a page with its facts and its EPCI."""
    body = app.get(f"/collectivite/{BROONS}").body
    assert "Broons" in body
    assert "Dinan Agglomération" in body
    assert BROONS in body


def test_epci_lists_its_communes(act: Callable[..., Any], lannion: dict[str, Any]) -> None:
    """An EPCI knows its communes, and is not on board because one of them is."""
    shown = act("cotesdarmor_collectivite_show", siren=LANNION_TREGOR)
    assert shown["organization"] is None
    assert LANNION in {one["siren"] for one in shown["communes"]}


@pytest.mark.parametrize(
    "path", ["/collectivite/213500000", "/collectivite/x", "/page/rien", "/instance/rien.css"]
)
def test_unknown_things_are_not_found(app: Any, path: str) -> None:
    """What does not exist answers 404, with a page for people."""
    assert app.get(path, status=404).status_code == 404


def test_single_result_is_shown_at_once(app: Any) -> None:
    """One collectivité found: its page; several: a list; none: a sentence, in which nothing typed is run."""
    assert app.get("/collectivites?q=broons", follow_redirects=False).location.endswith(
        f"/collectivite/{BROONS}"
    )
    assert "Saint-Quay-Perros" in app.get("/collectivites?q=st+quay").body
    assert app.get("/collectivites?q=%3Cscript%3E").body.count("<script>") == 0


@pytest.mark.parametrize("name", ["mentions-legales", "accessibilite", "donnees-personnelles"])
def test_instance_pages_are_linked_and_shown(app: Any, name: str) -> None:
    """Each page that the law wants is in the footer and can be read in both languages."""
    assert f'href="/page/{name}"' in app.get("/").body
    assert app.get(f"/page/{name}").status_code == 200
    assert '<html lang="en"' in app.get(f"/en/page/{name}").body


def test_look_of_the_instance_is_served(app: Any) -> None:
    """Colours and logo come from the instance's folder, and a browser that has them gets nothing twice."""
    sheet = app.get("/instance/theme.css")
    assert "--portal-primary: #00537a" in sheet.body
    assert app.get("/instance/logo.svg").headers["Content-Type"].startswith("image/svg+xml")
    again = app.get("/instance/theme.css", headers={"If-None-Match": sheet.headers["ETag"]}, status=304)
    assert again.status_code == 304


def test_portal_has_its_own_name(app: Any) -> None:
    """CKAN's placeholder is nowhere; the instance's title is."""
    assert tk.config["ckan.site_title"] == "Données ouvertes des Côtes-d'Armor"
    assert "<title>Données ouvertes" not in app.get("/dataset/").body
    assert "Données ouvertes des Côtes-d&#39;Armor" in app.get("/dataset/").body


def test_facets_speak_french(app: Any, lannion: dict[str, Any]) -> None:
    """Addresses and codes of the index are shown as words."""
    theme = "http://publications.europa.eu/resource/authority/data-theme/ECON"
    _dataset(lannion, theme=[theme])
    body = app.get("/dataset/", query_string={"portal_theme": theme}).body
    assert "Économie et finances" in body
    assert "Licence Ouverte" in body
    assert "Lannion-Trégor Communauté" in body


def test_nothing_is_asked_from_elsewhere(app: Any, lannion: dict[str, Any]) -> None:
    """No page loads a picture, a script or a style from another site."""
    dataset = _dataset(lannion)
    for path in (
        "/",
        "/dataset/",
        f"/dataset/{dataset['name']}",
        f"/organization/{lannion['name']}",
        "/collectivites",
    ):
        body = app.get(path).body
        assert not [part for part in ('src="http', 'src="//', "gravatar") if part in body]


def test_lists_sort_as_french_does(app: Any, lannion: dict[str, Any]) -> None:
    """É stands with E, in the list of datasets and in that of organisations."""
    for title in ("Zones", "Eau", "Écoles", "Finances"):
        _dataset(lannion, title=title)
        factories.Organization(title=title)
    page = app.get("/dataset/?sort=title_string+asc").body
    assert sorted(("Zones", "Eau", "Écoles", "Finances"), key=lambda title: page.index(f">{title}</a>")) == [
        "Eau", "Écoles", "Finances", "Zones"
    ]  # fmt: skip
    page = app.get("/organization/?sort=title+asc").body
    assert sorted(("Zones", "Eau", "Écoles", "Finances"), key=lambda title: page.index(f">{title}</a>")) == [
        "Eau", "Écoles", "Finances", "Zones"
    ]  # fmt: skip


def test_head_of_a_page_says_whose_it_is(app: Any) -> None:
    """A link that is shared shows the portal's name and sentence, and no version of its software."""
    head = app.get("/").body.partition("</head>")[0]
    assert head.count('property="og:site_name"') == head.count('name="description"') == 1
    assert "ckan 2" not in head.lower()
    assert 'content="en_GB"' in app.get("/en/").body


def test_robots_are_told_what_to_leave(app: Any) -> None:
    """Lists narrowed in every way and the API are not for them; datasets and the feed are."""
    rules = app.get("/robots.txt").body
    assert "Disallow: /api/" in rules
    assert "Disallow: /dataset/?" in rules
    assert "Disallow: /catalog" not in rules
