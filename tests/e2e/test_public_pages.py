"""What a citizen sees: home page, territory, lists, pages of the instance; with axe, a keyboard, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SAINT_BRIEUC, LANNION, BREHAT, BROONS = "212202782", "212201131", "212200166", "212200208"
THEME = "http://publications.europa.eu/resource/authority/data-theme/ECON"
PAGES = {
    "accueil": "/",
    "jeux": "/dataset/",
    "jeux-filtres": "/dataset/?q=subventions&res_format=CSV",
    "jeu": "/dataset/subventions-saint-brieuc",
    "fichier": "/dataset/subventions-saint-brieuc/resource/{file}",
    "organisations": "/organization/",
    "organisation": "/organization/{saint_brieuc}",
    "territoire": "/collectivites",
    "recherche-collectivite": "/collectivites?q=saint",
    "collectivite": f"/collectivite/{BROONS}",
    "epci": "/collectivite/200065928",
    "mentions-legales": "/page/mentions-legales",
    "accessibilite": "/page/accessibilite",
    "donnees-personnelles": "/page/donnees-personnelles",
    "a-propos": "/about",
    "connexion": "/user/login",
    "introuvable": "/page/rien",
    "home-en": "/en/",
}


@pytest.fixture(scope="session")
def published(portal: Any) -> dict[str, Any]:
    """Three communes on board, and a dataset of each of the first two.

    Returns:
        the name of each organisation by its SIREN, and under `file` the id of a file.
    """
    made = portal.api("cotesdarmor_organization_ensure", sirens=[SAINT_BRIEUC, LANNION, BREHAT])
    names = {one["siren"]: one["name"] for one in made}
    for slug, title, siren in (
        ("subventions-saint-brieuc", "Subventions versées par Saint-Brieuc", SAINT_BRIEUC),
        ("ecoles-lannion", "Écoles de Lannion", LANNION),
    ):
        dataset = portal.api(
            "package_create",
            name=slug,
            title=title,
            owner_org=names[siren],
            notes="Un jeu de données écrit pour les essais.",
            license_id="lov2",
            theme=[THEME],
            resources=[
                {"url": "https://example.org/fichier.csv", "name": "Fichier de 2024", "format": "CSV"},
                {"url": "https://example.org/notice.pdf", "name": "Notice", "format": "PDF"},
            ],
        )
        names.setdefault("file", dataset["resources"][0]["id"])
    return names


@pytest.fixture
def visit(published: dict[str, Any]) -> Callable[[Page, str], Page]:
    """Open one of PAGES."""

    def visited(page: Page, name: str) -> Page:
        page.goto(PAGES[name].format(saint_brieuc=published[SAINT_BRIEUC], file=published["file"]))
        return page

    return visited


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(page: Page, visit: Callable[..., Page], shot: Callable[..., Path], name: str) -> None:
    """Axe finds nothing to say, on a desktop and on a phone, where nothing sticks out of the screen."""
    visit(page, name)
    for width, suffix in ((1280, ""), (380, "-phone")):
        page.set_viewport_size({"width": width, "height": 800})
        shot(f"public-{name}{suffix}")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", ["accueil", "jeux", "jeu", "organisation", "connexion"])
def test_page_runs_no_inline_script(page: Page, visit: Callable[..., Page], name: str) -> None:
    """Scripts come from files only, so that a strict Content-Security-Policy is possible."""
    inline = visit(page, name).locator("script:not([src]):not([type='application/ld+json'])")
    handlers = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/.test(a.name))).length"
    )
    assert (inline.count(), handlers) == (0, 0)


def test_home_tells_whose_portal_it_is(page: Page, visit: Callable[..., Page]) -> None:
    """Name, figures, themes and the whole territory are there, in French."""
    visit(page, "accueil")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page).to_have_title("Accueil - Données ouvertes des Côtes-d'Armor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Données ouvertes des Côtes-d'Armor")
    expect(page.locator(".portal-figures")).to_contain_text("344")
    expect(page.locator(".portal-map a")).to_have_count(344)
    expect(page.locator(".portal-map .on-board")).to_have_count(3)
    expect(page.locator("#latest")).to_contain_text("Écoles de Lannion")


def test_theme_leads_to_its_datasets(page: Page, visit: Callable[..., Page]) -> None:
    """A theme of the home page opens the list narrowed by that theme, named in words."""
    visit(page, "accueil")
    page.get_by_role("link", name="Économie et finances").click()
    expect(page.locator(".portal-chosen")).to_contain_text("Économie et finances")
    expect(page.locator(".dataset-item")).to_have_count(2)


def test_map_leads_to_a_commune(page: Page, visit: Callable[..., Page], published: dict[str, Any]) -> None:
    """A commune on board leads to its organisation, another one to what the register knows of it."""
    visit(page, "accueil")
    page.locator(f".portal-map a[href$='/collectivite/{LANNION}'] path").click()
    expect(page).to_have_url(re.compile(f"/organization/{published[LANNION]}$"))
    page.goto(f"/collectivite/{BROONS}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Broons")
    expect(page.locator(".portal-notice")).to_contain_text("n'a pas encore publié ici")


def test_collectivite_is_found_by_name(page: Page, visit: Callable[..., Page]) -> None:
    """A name typed without accents leads straight to the commune when there is one of it."""
    visit(page, "accueil")
    page.get_by_label("Nom, code postal ou code INSEE").fill("chatelaudren plouagat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Châtelaudren-Plouagat")


def test_keyboard_reaches_the_content_first(page: Page, visit: Callable[..., Page]) -> None:
    """The first stop skips to the content; the map adds no stop of its own."""
    visit(page, "accueil")
    page.keyboard.press("Tab")
    expect(page.locator(".portal-skip")).to_be_focused()
    expect(page.locator(".portal-skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#home-search")).to_be_focused()
    assert page.locator(".portal-map a:not([tabindex='-1'])").count() == 0


def test_keyboard_searches_and_filters(page: Page, visit: Callable[..., Page]) -> None:
    """Search, a facet, and taking it back, without a mouse."""
    visit(page, "accueil")
    page.locator("#home-search").focus()
    page.keyboard.type("ecole lannion")
    page.keyboard.press("Enter")
    expect(page.locator(".dataset-item")).to_have_count(1)
    page.locator(".portal-facet a", has_text="PDF").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".portal-chosen")).to_contain_text("PDF")
    page.locator(".portal-chosen a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".portal-chosen")).to_have_count(0)
    expect(page.locator(".dataset-item")).to_have_count(1)


def test_lists_work_without_scripts(new_page: Callable[..., Page], visit: Callable[..., Page]) -> None:
    """Search, sort and facets are plain links and forms."""
    bare = visit(new_page(java_script_enabled=False), "jeux")
    bare.locator("#field-order-by").select_option("title_string asc")
    bare.get_by_role("button", name="Appliquer").click()
    expect(bare.locator(".dataset-heading").first).to_contain_text("Écoles de Lannion")
    facet = bare.get_by_role("navigation", name="Filtrer par : Organisation")
    facet.get_by_role("link", name=re.compile("Lannion")).first.click()
    expect(bare.get_by_role("link", name="Écoles de Lannion")).to_be_visible()
    expect(bare.get_by_role("link", name="Subventions versées par Saint-Brieuc")).to_have_count(0)


def test_language_can_be_changed(page: Page, visit: Callable[..., Page]) -> None:
    """The same page in English, and back."""
    visit(page, "territoire")
    page.locator(".portal-account").get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Collectivités of the territory")
    page.locator(".portal-account").get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Collectivités du territoire")


def test_administrator_logs_in_and_out(admin: Page, shot: Callable[..., Path]) -> None:
    """The real form logs in, the head says who one is, and logging out is a button of a form."""
    admin.goto("/")
    expect(admin.locator(".portal-account")).to_contain_text("admin")
    results = Axe().run(admin)
    assert results.violations_count == 0, results.generate_report()
    shot("home-logged-in", admin, full_page=False)
    admin.locator(".portal-account button").click()
    expect(admin.locator(".portal-account a[href$='/user/login']")).to_be_visible()
