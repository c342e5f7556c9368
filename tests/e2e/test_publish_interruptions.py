"""What a secretary does that no form foresees: click twice, go back, open two windows, be away for lunch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.deposits import PASSWORD, REPAIRABLE, SECRETARY, VALID, as_new_dataset, of_people, prenoms, publish, send

PHONE, DOUBLE = 375, 640
"""Widths in CSS pixels: of a telephone, and of a desktop's window at 200 %."""


def _deposits(portal: Any, filename: str) -> list[dict[str, Any]]:
    return [each for each in portal.api("scdl_deposit_list", limit=100) if each["filename"] == filename]


def test_a_double_click_is_one_deposit_and_one_dataset(secretary: Page, portal: Any, tmp_path: Path) -> None:
    """Whoever clicks twice gets what one click gives."""
    page = secretary
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(prenoms(tmp_path / "double-clic.csv", 1961, "F,Anna,3"))
    page.get_by_role("button", name="Contrôler ce fichier").dblclick()
    expect(page.locator(".scdl-verdict")).to_be_visible()
    as_new_dataset(page, "Publié d'un double clic")
    page.get_by_role("button", name="Publier maintenant").dblclick()
    expect(page.get_by_text("tout le monde peut le voir")).to_be_visible()
    assert len(_deposits(portal, "double-clic.csv")) == 1
    found = portal.api("package_search", q="title:double", rows=10)["results"]
    assert [each["title"] for each in found] == ["Publié d'un double clic"]


def test_going_back_after_publishing_shows_what_is_done(secretary: Page, tmp_path: Path) -> None:
    """The page one comes back to offers nothing that is over, and the way to the dataset."""
    page = secretary
    send(page, prenoms(tmp_path / "retour.csv", 1962, "F,Anna,3"))
    as_new_dataset(page, "Publié, puis retour")
    publish(page)
    page.go_back()
    page.reload()
    expect(page.get_by_role("link", name="Voir le jeu de données")).to_be_visible()
    expect(page.get_by_role("button", name="Publier maintenant")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("button", name="Contrôler ce fichier")).to_be_enabled()


def test_a_reload_in_the_middle_loses_nothing(secretary: Page, file: Callable[[str], Path]) -> None:
    """The verdict is there again, and in Mes dépôts as well."""
    page = secretary
    send(page, file(REPAIRABLE))
    page.reload()
    expect(page.locator(".scdl-verdict")).to_contain_text("à corriger")
    page.goto("/mes-depots")
    page.get_by_role("link", name=REPAIRABLE).first.click()
    expect(page.locator(".scdl-verdict")).to_contain_text("à corriger")


def test_the_second_window_is_told_what_the_first_has_done(secretary: Page, tmp_path: Path) -> None:
    """Given up in one window, published in the other: a sentence, and the next step."""
    page = secretary
    send(page, prenoms(tmp_path / "deux-fenetres.csv", 1963, "F,Anna,3"))
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Abandonner ce dépôt").click()
    expect(other.get_by_text("Ce dépôt est abandonné")).to_be_visible()
    as_new_dataset(page, "Trop tard")
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.locator(".error-explanation")).to_contain_text("il a été abandonné")
    expect(page.get_by_role("link", name="Envoyer un autre fichier")).to_be_visible()


def test_a_file_is_sent_after_the_session_has_ended(
    secretary: Page, log_in: Callable[..., Page], file: Callable[[str], Path]
) -> None:
    """The page says what to do, keeps the chosen file, and takes it once its editor has logged in again."""
    page = secretary
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(file(VALID))
    page.context.clear_cookies()
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.get_by_role("alert")).to_contain_text("Votre session est terminée")
    log_in(page.context.new_page(), SECRETARY, PASSWORD)
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")


def test_a_form_sent_after_the_session_has_ended_leads_back(
    secretary: Page, file: Callable[[str], Path], shot: Callable[..., Path]
) -> None:
    """From the page that says so, through the login, to the deposit one was at."""
    page = secretary
    send(page, file(VALID))
    as_new_dataset(page, "Publié après le déjeuner")
    address = page.url.partition("#")[0]
    page.context.clear_cookies()
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_role("heading", name="Votre session est terminée")).to_be_visible()
    shot("session-terminee")
    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    page.locator("#field-login").fill(SECRETARY)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("form:has(#field-password) button[type=submit]").click()
    expect(page).to_have_url(address)


def test_a_portal_that_is_away_is_said(secretary: Page, file: Callable[[str], Path]) -> None:
    """The network is cut while the file is sent: the page says so, and sends it when asked again."""
    page = secretary
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(file(VALID))
    page.route("**/publier", lambda route: route.abort())
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.get_by_role("alert")).to_contain_text("n'a pas pu être envoyé")
    page.unroute("**/publier")
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")


@pytest.mark.parametrize("width", [PHONE, DOUBLE], ids=["telephone", "200-pour-cent"])
def test_nothing_is_cut_off(
    new_page: Callable[..., Page], log_in: Callable[..., Page], dinan: dict[str, Any], file: Callable[[str], Path],
    tmp_path: Path, shot: Callable[..., Path], width: int,
) -> None:  # fmt: skip
    """Every page of a deposit is as wide as the screen, and what is to be pressed is on it."""
    page = log_in(new_page(width=width, height=800), SECRETARY, PASSWORD)

    def fits(name: str) -> None:
        shot(f"{name}-{width}", page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        for button in page.get_by_role("main").get_by_role("button").all():
            box = button.bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= width), (name, button.inner_text())

    page.goto("/publier")
    fits("publier")
    send(page, file(REPAIRABLE))
    for group in page.locator(".scdl-group summary").all():
        group.click()
    fits("corrections")
    send(page, of_people(tmp_path / "agents.csv"))
    fits("donnees-personnelles")
    page.goto("/mes-depots")
    fits("mes-depots")
    page.goto("/publier/grille")
    fits("grille-choix")
