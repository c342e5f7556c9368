"""Several cells of a grid at once, and what becomes of a draft when the portal cannot keep it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.e2e.grids import cell, paste, saved, values, verdict

BLOCK = "a1\tb1\tc1\na2\tb2\tc2\na3\tb3\tc3"


@pytest.fixture
def filled(grid: Callable[..., Page]) -> Page:
    """A grid with nine cells of text, the cursor in the first of them."""
    page = grid("scdl/catalogue")
    cell(page, 0, 0).click()
    paste(page, BLOCK)
    expect(page.locator(".scdl-grid-said")).to_have_text("3 lignes collées.")
    expect(cell(page, 0, 0)).to_be_focused()
    return page


def _block(page: Page) -> list[list[str]]:
    return [values(page, row, 3) for row in range(3)]


def _said(page: Page, sentence: str) -> None:
    expect(page.locator(".scdl-grid-said")).to_have_text(sentence)


def _copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_cells_are_chosen_by_keyboard_and_copied(filled: Page, shot: Callable[..., Path]) -> None:
    """Shift and the arrows choose, the page says how many, Ctrl+C copies them as a spreadsheet does."""
    page = filled
    page.keyboard.press("Shift+ArrowRight")
    _said(page, "2 cellules choisies.")
    page.keyboard.press("Shift+ArrowDown")
    _said(page, "4 cellules choisies.")
    shot("grille-selection", page)
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.keyboard.press("Control+C")
    _said(page, "4 cellules copiées.")
    assert _copied(page) == "a1\tb1\na2\tb2"
    page.keyboard.press("Escape")
    expect(page.locator("td.is-chosen")).to_have_count(0)
    expect(cell(page, 0, 0)).to_be_focused()


def test_cells_are_chosen_with_the_mouse(filled: Page) -> None:
    """Shift and a click choose up to the cell that is clicked; so does pulling the mouse over them."""
    page = filled
    cell(page, 1, 1).click(modifiers=["Shift"])
    _said(page, "4 cellules choisies.")
    cell(page, 0, 0).click()
    expect(page.locator("td.is-chosen")).to_have_count(0)
    cell(page, 0, 1).hover()
    page.mouse.down()
    cell(page, 2, 2).hover()
    page.mouse.up()
    _said(page, "6 cellules choisies.")


def test_cells_are_cut_and_pasted_elsewhere(filled: Page) -> None:
    """What is cut leaves empty cells and comes back where it is pasted; one undo for each."""
    page = filled
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+X")
    assert _block(page) == [["", "b1", "c1"], ["", "b2", "c2"], ["a3", "b3", "c3"]]
    cell(page, 1, 2).click()
    page.keyboard.press("Control+V")
    expect(cell(page, 1, 2)).to_have_value("a1")
    assert _block(page) == [["", "b1", "c1"], ["", "b2", "a1"], ["a3", "b3", "a2"]]
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    assert _block(page) == [line.split("\t") for line in BLOCK.split("\n")]


def test_cells_are_emptied_and_filled(filled: Page) -> None:
    """Delete empties all of them, Ctrl+D copies their first row down, one pasted value goes into each."""
    page = filled
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Delete")
    assert _block(page) == [["", "", "c1"], ["", "", "c2"], ["a3", "b3", "c3"]]
    page.keyboard.press("Control+Z")
    expect(cell(page, 0, 0)).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+D")
    assert _block(page) == [["a1", "b1", "c1"], ["a1", "b1", "c2"], ["a1", "b1", "c3"]]
    page.keyboard.press("Shift+ArrowDown")
    paste(page, "même")
    assert [row[0] for row in _block(page)] == ["même", "même", "a1"]


def test_quotes_and_line_ends_survive_a_copy(filled: Page) -> None:
    """A cell with a quote, a tab or a line end comes back as it was."""
    page = filled
    cell(page, 0, 0).fill('dit "oui"\nou non')
    page.keyboard.press("Control+A")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+C")
    assert _copied(page) == '"dit ""oui""\nou non"\tb1'
    cell(page, 3, 0).click()
    page.keyboard.press("Control+V")
    assert values(page, 3, 2) == ['dit "oui"\nou non', "b1"]


def test_what_the_portal_could_not_keep_is_there_again(grid: Callable[..., Page]) -> None:
    """Without a network, and with the tab closed: the browser has kept the changes, and the portal gets them later."""
    page = grid()
    page.route("**/enregistrer", lambda route: route.abort())
    cell(page, 0, 2).fill("écrit sans réseau")
    expect(page.get_by_role("alert")).to_contain_text("Le portail ne répond pas")
    address, context = page.url, page.context
    page.close()
    later = context.new_page()
    later.goto(address)
    expect(cell(later, 0, 2)).to_have_value("écrit sans réseau")
    expect(later.get_by_role("alert")).to_contain_text("les revoici")
    saved(later)
    later.reload()
    expect(cell(later, 0, 2)).to_have_value("écrit sans réseau")
    expect(later.get_by_role("alert")).to_have_count(0)


def test_kept_changes_do_not_overwrite_a_later_draft(grid: Callable[..., Page]) -> None:
    """Where the draft was saved from elsewhere meanwhile, its editor chooses."""
    page = grid()
    page.route("**/enregistrer", lambda route: route.abort())
    cell(page, 0, 2).fill("ici")
    expect(page.get_by_role("alert")).to_contain_text("Le portail ne répond pas")
    elsewhere = page.context.browser.new_context(storage_state=page.context.storage_state(), locale="fr-FR").new_page()
    elsewhere.goto(page.url)
    elsewhere.evaluate("localStorage.clear()")
    elsewhere.reload()
    cell(elsewhere, 0, 2).fill("ailleurs")
    saved(elsewhere)
    elsewhere.context.close()
    page.unroute("**/enregistrer")
    address, context = page.url, page.context
    page.close()
    later = context.new_page()
    later.goto(address)
    expect(cell(later, 0, 2)).to_have_value("ailleurs")
    later.get_by_role("button", name="Les reprendre").click()
    expect(cell(later, 0, 2)).to_have_value("ici")
    expect(verdict(later)).to_contain_text("points à corriger")
