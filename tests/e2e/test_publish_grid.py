"""A secretary without a file: a table filled in the browser, checked while it is typed, published like any file.

It comes after the tests of the public pages, which count what is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.e2e.grids import PASSWORD, ROW, SECRETARY, cell, paste, saved, values, verdict
from tests.e2e.keyboard import press


@pytest.fixture(scope="module")
def kept(browser: Browser, portal: Any, plouha: dict[str, Any]) -> Iterator[Page]:
    """A grid that stays open for tests that change nothing in it."""
    context = browser.new_context(base_url=portal.url, locale="fr-FR")
    page = context.new_page()
    page.goto("/user/login")
    page.locator("#field-login").fill(SECRETARY)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("form:has(#field-password) button[type=submit]").click()
    page.goto(f"/publier/grille/{plouha['name']}/scdl/deliberations")
    expect(cell(page, 0, 0)).to_be_visible()
    yield page
    context.close()


def test_a_table_is_filled_and_published_by_keyboard(grid: Callable[..., Page], shot: Callable[..., Path]) -> None:
    """From Publier to the dataset without a mouse: choose, type, move, validate, publish."""
    page = grid()
    page.goto("/publier")
    press(page, "Remplissez un tableau sur ce portail")
    schemas = page.locator("#scdl-schema")
    schemas.focus()
    while schemas.input_value() != "scdl/deliberations":
        page.keyboard.press("ArrowDown")
    press(page, "Ouvrir le tableau")
    expect(cell(page, 0, 0)).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.row === '0' && document.activeElement.dataset.column === '0'"):
            break
    for text in (ROW[0], ROW[1], ROW[2], "02122024", ROW[4], ROW[5], ROW[6]):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    assert values(page, 0, 7) == ROW
    expect(verdict(page)).to_have_text("Une ligne, aucune erreur.")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.do") == "duplicate"
    shot("grille-remplie", page)
    press(page, "Valider ce tableau", most=250)
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
    shot("grille-verdict", page)
    press(page, "Publier maintenant")
    expect(page.get_by_text("tout le monde peut le voir")).to_be_visible()


def test_a_block_of_a_spreadsheet_is_pasted_and_undone(grid: Callable[..., Page], shot: Callable[..., Path]) -> None:
    """Cells with tabs between them and quoted line ends fall into place; Ctrl+Z takes all of it back."""
    page = grid()
    cell(page, 1, 2).click()
    paste(page, '2024-01\t2024-02-12\t7.1\tdivers\t"Deux\nlignes, ""citées"""\n2024-02\thier\t7.1\tdivers\tObjet\n')
    expect(page.locator(".scdl-grid-said")).to_have_text("2 lignes collées.")
    assert values(page, 1, 7) == ["", "", "2024-01", "2024-02-12", "7.1", "divers", 'Deux\nlignes, "citées"']
    assert values(page, 2, 7) == ["", "", "2024-02", "hier", "7.1", "divers", "Objet"]
    expect(cell(page, 2, 3)).to_have_attribute("aria-invalid", "true")
    shot("grille-collee", page)
    cell(page, 1, 2).click()
    page.keyboard.press("Control+Z")
    assert values(page, 1, 7) == [""] * 7
    saved(page)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('"a\nb"\t"say ""x"""\n', [["a\nb", 'say "x"']]),
        ('"a\tb"\tc', [["a\tb", "c"]]),
        ('5" tube\tb', [['5" tube', "b"]]),
        ('"never closed\tb\nc', [['"never closed', "b"], ["c"]]),
        ("a\n\nb\n", [["a"], [""], ["b"]]),
        ("\t\t", [["", "", ""]]),
        ("", [[""]]),
    ],
)
def test_what_spreadsheets_put_on_the_clipboard(kept: Page, text: str, cells: list[list[str]]) -> None:
    """Tabs and line ends part cells, quotes hold them together; a quote that is only a sign stays one."""
    assert kept.evaluate("text => scdlGrid.clipboard.rows(text)", text) == cells


@pytest.mark.parametrize(
    ("row", "places"),
    [
        (["DELIB_ID", "objet", "", "autre"], [2, 6, -1, -1]),
        (["Date du vote"], [3]),
        (["délib-id", "x", "y"], None),
        (["2024-01", "Budget"], None),
        ([""], None),
    ],
)
def test_which_rows_are_headers(kept: Page, row: list[str], places: list[int] | None) -> None:
    """A row is a header where half of its cells are names or titles of columns, however they are written."""
    columns = kept.evaluate("JSON.parse(document.querySelector('.scdl-grid-told').textContent).columns")
    assert kept.evaluate("([row, columns]) => scdlGrid.clipboard.header(row, columns)", [row, columns]) == places


def test_a_block_with_names_finds_its_columns(grid: Callable[..., Page]) -> None:
    """Columns in another order, by name or title; a column that the table does not have is named."""
    page = grid()
    cell(page, 0, 5).click()
    paste(page, "Objet\tDELIB_ID\tCommentaire\tDate du vote\nBudget\t2024-07\trien\t2024-07-01\n")
    assert values(page, 0, 7) == ["", "", "2024-07", "2024-07-01", "", "", "Budget"]
    expect(page.get_by_role("alert")).to_contain_text("Commentaire")
    saved(page)
    expect(page.get_by_role("alert")).to_contain_text("Commentaire")


def test_an_error_is_marked_then_corrected(grid: Callable[..., Page], shot: Callable[..., Path]) -> None:
    """The engine's sentence stands on the cell and in the list, which leads to the cell; put right, both go."""
    page = grid()
    cell(page, 0, 0).click()
    paste(page, "\t".join([*ROW[:4], "sept", *ROW[5:]]))
    bad = cell(page, 0, 4)
    expect(bad).to_have_attribute("aria-invalid", "true")
    expect(bad).to_have_attribute("title", re.compile("Code matière.*ligne 1.*sept.*n’a pas la forme attendue"))
    described = bad.get_attribute("aria-describedby").split()[0]
    expect(page.locator(f"#{described}")).to_contain_text("n’a pas la forme attendue")
    expect(verdict(page)).to_have_text("Un point à corriger.")
    shot("grille-erreur", page)
    page.locator(f"#{described}").click()
    expect(bad).to_be_focused()
    page.keyboard.type("7.1")
    expect(verdict(page)).to_have_text("Une ligne, aucune erreur.")
    expect(bad).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".scdl-grid-findings li.scdl-grid-error")).to_have_count(0)


def test_what_a_cell_holds_is_shown_not_run(grid: Callable[..., Page]) -> None:
    """Markup that was pasted into a cell is text wherever it comes back: in the cell, on its mark, in the list."""
    page = grid()
    markup = "<img src=x onerror=\"document.title='run'\">"
    cell(page, 0, 4).fill(markup)
    expect(page.locator(".scdl-grid-findings li", has_text="<img src=x")).to_be_visible()
    saved(page)
    page.reload()
    expect(page.locator(".scdl-grid-findings li", has_text="<img src=x")).to_be_visible()
    expect(cell(page, 0, 4)).to_have_value(markup)
    assert page.title() != "run"


def test_a_proposal_is_taken_by_a_click(grid: Callable[..., Page]) -> None:
    """Where the engine knows what was meant, a button writes it."""
    page = grid()
    cell(page, 0, 0).click()
    paste(page, "\t".join([*ROW[:3], "12/02/2024", *ROW[4:]]))
    page.get_by_role("button", name="Mettre « 2024-02-12 »").click()
    expect(verdict(page)).to_have_text("Une ligne, aucune erreur.")
    assert values(page, 0, 7) == ROW


def test_a_list_and_what_is_not_on_it(grid: Callable[..., Page]) -> None:
    """A column of listed values is chosen from; a pasted value that is none of them stays to be seen."""
    page = grid("scdl/equipements")
    theme = cell(page, 0, 3)
    assert theme.evaluate("control => control.tagName") == "SELECT"
    theme.select_option("Equipement culturel")
    saved(page)
    cell(page, 1, 3).click()
    page.keyboard.press("Escape")
    cell(page, 1, 3).focus()
    paste(page, "Piscine")
    assert cell(page, 1, 3).input_value() == "Piscine"
    expect(cell(page, 1, 3)).to_have_attribute("aria-invalid", "true")


def test_moving_as_in_a_spreadsheet(grid: Callable[..., Page]) -> None:
    """Enter and the arrows lead through the cells, a row begins below the last, Ctrl+D copies from above."""
    page = grid()
    cell(page, 8, 2).click()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+D")
    assert cell(page, 9, 2).input_value() == "a"
    page.keyboard.press("Enter")
    expect(cell(page, 10, 2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, 9, 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(cell(page, 9, 3)).to_be_focused()
    page.keyboard.press("Control+ArrowRight")
    expect(cell(page, 9, 4)).to_be_focused()
    page.keyboard.type("une")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("deux")
    assert cell(page, 9, 4).input_value() == "une\ndeux"
    page.keyboard.press("Alt+Delete")
    assert cell(page, 9, 4).input_value() == ""
    page.keyboard.press("Control+Z")
    assert cell(page, 9, 4).input_value() == "une\ndeux"


def test_rows_are_added_duplicated_and_removed(grid: Callable[..., Page]) -> None:
    """The buttons act on the row one is in, and say which; what the collectivité is fills its column."""
    page = grid()
    page.get_by_role("button", name="Remplir « Qui a voté » avec Plouha").click()
    assert cell(page, 0, 0).input_value() == "Plouha"
    cell(page, 0, 2).fill("x")
    page.get_by_role("button", name="Dupliquer la ligne 1").click()
    assert values(page, 1, 3) == ["Plouha", "", "x"]
    cell(page, 0, 2).click()
    page.get_by_role("button", name="Supprimer la ligne 1").click()
    page.get_by_role("button", name="Ajouter des lignes").click()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("button", name="Annuler").click()
    assert cell(page, 1, 2).input_value() == "x"


def test_many_rows_come_in_pages(grid: Callable[..., Page]) -> None:
    """More than a hundred rows are turned through; what the check found leads to the right page."""
    page = grid()
    cell(page, 0, 0).click()
    lines = ["\t".join([*ROW[:2], f"n-{number}", *ROW[3:]]) for number in range(150)]
    paste(page, "\n".join([*lines, "\t".join([*ROW[:2], "n-150", "hier", *ROW[4:]])]))
    expect(page.locator("tbody tr")).to_have_count(100)
    expect(page.locator(".scdl-grid-page-of")).to_have_text("Lignes 1 à 100 sur 151")
    page.locator(".scdl-grid-findings .scdl-grid-error button").first.click()
    expect(cell(page, 150, 3)).to_be_focused()
    expect(page.locator(".scdl-grid-page-of")).to_have_text("Lignes 101 à 151 sur 151")


def test_a_draft_is_taken_up_again(
    grid: Callable[..., Page], new_page: Callable[..., Page], log_in: Callable[..., Page]
) -> None:
    """After a reload, and in another browser another day, everything is where it was, the marks too."""
    page = grid()
    cell(page, 0, 0).click()
    paste(page, "\t".join([*ROW[:3], "hier", *ROW[4:]]))
    saved(page)
    page.reload()
    expect(page.locator(".scdl-grid-saved")).to_contain_text("Brouillon enregistré")
    assert values(page, 0, 4) == [*ROW[:3], "hier"]
    expect(cell(page, 0, 3)).to_have_attribute("aria-invalid", "true")
    later = log_in(new_page(), SECRETARY, PASSWORD)
    later.goto("/publier/grille")
    later.get_by_role("link", name="Délibérations").click()
    expect(cell(later, 0, 2)).to_have_value("2024-01")


def test_two_windows_do_not_overwrite_each_other(grid: Callable[..., Page]) -> None:
    """The second writer is told, and chooses: the other window's table, or this one's."""
    first = grid()
    second = first.context.new_page()
    second.goto(first.url)
    cell(first, 0, 2).fill("premier")
    saved(first)
    cell(second, 0, 2).fill("second")
    expect(second.get_by_role("alert")).to_contain_text("modifié entre-temps dans une autre fenêtre")
    second.get_by_role("button", name="Garder ce qui est ici").click()
    saved(second)
    cell(first, 0, 2).fill("encore")
    first.get_by_role("button", name="Voir ce que l'autre fenêtre a enregistré").click()
    expect(cell(first, 0, 2)).to_have_value("second")


def test_a_session_that_ends_loses_nothing(grid: Callable[..., Page], log_in: Callable[..., Page]) -> None:
    """The page says so, waits, and saves once its editor has logged in again in another window."""
    page = grid()
    context = page.context
    context.clear_cookies()
    cell(page, 0, 2).fill("avant la nuit")
    expect(page.get_by_role("alert")).to_contain_text("Votre session est terminée")
    log_in(context.new_page(), SECRETARY, PASSWORD)
    saved(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_portal_that_fails_is_asked_again(grid: Callable[..., Page]) -> None:
    """While saving and checking fail the page says so; once they work again, it goes on by itself."""
    page = grid()
    page.route("**/enregistrer", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.route("**/controler", lambda route: route.abort())
    cell(page, 0, 2).fill("x")
    expect(page.get_by_role("alert")).to_contain_text("Le portail ne répond pas")
    page.unroute("**/enregistrer")
    saved(page)
    expect(verdict(page)).to_contain_text("Le contrôle se fait attendre")
    page.unroute("**/controler")
    expect(verdict(page)).to_contain_text("points à corriger", timeout=10_000)


@pytest.mark.parametrize("where", ["vide", "erreurs", "choix"])
def test_pages_of_the_grid_are_accessible(grid: Callable[..., Page], where: str) -> None:
    """axe finds no violation, neither on an empty table nor on one with errors."""
    page = grid("scdl/equipements" if where == "vide" else "scdl/deliberations")
    if where != "vide":
        cell(page, 0, 2).fill("x")
        expect(verdict(page)).to_contain_text("points à corriger")
    if where == "choix":
        saved(page)
        page.goto("/publier/grille")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_on_a_small_screen(grid: Callable[..., Page], shot: Callable[..., Path]) -> None:
    """On a telephone each row is a form, as wide as the screen."""
    page = grid(width=400, height=800)
    cell(page, 0, 2).fill("2024-01")
    expect(verdict(page)).to_contain_text("points à corriger")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    shot("grille-telephone", page)


def test_without_javascript(
    portal: Any, new_page: Callable[..., Page], log_in: Callable[..., Page], plouha: dict[str, Any]
) -> None:
    """A sentence says what to do instead, and leads to the empty template."""
    page = log_in(new_page(java_script_enabled=False), SECRETARY, PASSWORD)
    page.goto(f"/publier/grille/{plouha['name']}/scdl/deliberations")
    expect(page.locator("noscript p")).to_contain_text("Le tableau a besoin de JavaScript")
    with page.expect_download() as download:
        page.locator("noscript a", has_text="Modèle vierge").click()
    assert download.value.suggested_filename == "deliberations-2.1.5.xlsx"
