"""No English on the pages of an editor: what is read, what is read aloud, and what a script has written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.deposits import (
    CORRECTABLE,
    HOPELESS,
    VALID,
    as_new_dataset,
    of_people,
    prenoms,
    publish,
    send,
    with_questions,
)
from tests.e2e.grids import cell

ENGLISH = re.compile(
    r"\b(the|and|with|your|you|this|that|from|for|not|was|are|has|have|file|files|row|rows|column|field|fields|"
    r"dataset|datasets|resource|publish|published|check|checked|upload|download|save|saved|delete|add|remove|edit|"
    r"choose|draft|missing|value|values|required|error|errors|warning|next|previous|close|search|home|license|"
    r"title|tags|bytes|log in|log out|settings|loading|show|hide|of|by|to|is|in)\b",
    re.IGNORECASE,
)
# Words of every element that is for people; names of columns and files, code and the link to English are none of ours.
READ = """() => {
  const ours = [];
  const skipped = "code, .scdl-rows, .scdl-issues td:first-child, [lang=en], script, style, noscript, option";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    if (!holder.closest(skipped)) ours.push(texts.currentNode.textContent);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    document.querySelectorAll(`[${name}]`).forEach(each => {
      if (!each.closest(skipped) && each.checkVisibility()) ours.push(each.getAttribute(name));
    });
  ours.push(document.title);
  return ours.map(text => text.trim()).filter(Boolean);
}"""
# French that looks English, and names that stand in a sentence.
NAMES = re.compile(r"[\w-]+\.(csv|pdf|ods|xlsx)|https?://\S+|«[^»]*»|[A-Z]+_[A-Z_]+|\bscdl/\S+|Open Licence")


@pytest.fixture
def french(page: Page) -> Callable[[], None]:
    """Fail where a word of the page is English."""

    def read() -> None:
        texts = page.evaluate(READ)
        found = [text for text in texts if ENGLISH.search(NAMES.sub(" ", text))]
        assert len(texts) > 20
        assert not found, f"{page.url}: {found}"

    return read


def test_pages_of_a_valid_file_are_in_french(secretary: Page, tmp_path: Path, french: Callable[[], None]) -> None:
    """From the form to the versions of what was published."""
    page = secretary
    page.goto("/publier")
    french()
    send(page, prenoms(tmp_path / "mots.csv", 1951, "F,Anna,3", "M,Yann,4"))
    french()
    as_new_dataset(page, "Prénoms de 1951")
    publish(page)
    french()
    send(page, prenoms(tmp_path / "mots-bis.csv", 1951, "F,Anna,5", "F,Nolwenn,4"))
    french()
    page.get_by_role("link", name="Voir ces lignes").click()
    french()
    page.get_by_role("link", name="Revenir au dépôt").click()
    publish(page)
    page.locator(".resource-item a.heading, .resource-list a").first.click()
    page.get_by_text("Versions précédentes de ce fichier").click()
    french()
    page.get_by_role("link", name="Voir le rapport").click()
    french()


@pytest.mark.parametrize("name", [CORRECTABLE, HOPELESS])
def test_pages_of_a_faulty_file_are_in_french(
    secretary: Page, file: Callable[[str], Path], french: Callable[[], None], name: str
) -> None:
    """What was found and what can be put right, before and after; what cannot be read."""
    send(secretary, file(name))
    french()
    if name == CORRECTABLE:
        secretary.get_by_role("button", name="Accepter toutes les corrections").click()
        expect(secretary.locator(".scdl-corrected")).to_be_visible()
        french()


def test_questions_and_decisions_are_in_french(secretary: Page, tmp_path: Path, french: Callable[[], None]) -> None:
    """What the portal asks, and what it says of answers that do not do."""
    page = secretary
    send(page, with_questions(tmp_path / "deliberations.csv"))
    french()
    send(page, of_people(tmp_path / "agents.csv"))
    french()
    page.evaluate("document.querySelectorAll('[required]').forEach(field => { field.required = false; })")
    page.get_by_role("button", name="Enregistrer cette décision").click()
    expect(page.locator(".error-explanation")).to_be_visible()
    french()


def test_errors_of_the_forms_are_in_french(
    secretary: Page, file: Callable[[str], Path], french: Callable[[], None]
) -> None:
    """An empty form, an empty title, a page that does not exist, one that is not for us."""
    page = secretary
    page.goto("/publier")
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.get_by_text("Choisissez un fichier.")).to_be_visible()
    french()
    send(page, file(VALID))
    page.evaluate("document.querySelectorAll('[required]').forEach(field => { field.required = false; })")
    as_new_dataset(page, "")
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.locator(".error-explanation")).to_be_visible()
    french()
    for address in ("/publier/rien", "/decisions"):
        page.goto(address)
        french()


def test_lists_and_tables_are_in_french(
    secretary: Page, dinan: dict[str, Any], tmp_path: Path, french: Callable[[], None]
) -> None:
    """Files sent together, Mes dépôts, the choice of a table, and the table with what its script writes."""
    page = secretary
    paths = [prenoms(tmp_path / f"prenoms-{year}.csv", year, "F,Anna,3") for year in (1941, 1942)]
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(paths)
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.get_by_role("heading", name="Fichiers envoyés ensemble")).to_be_visible()
    french()
    for address in ("/mes-depots", "/publier/grille"):
        page.goto(address)
        french()
    page.goto(f"/publier/grille/{dinan['name']}/scdl/deliberations")
    cell(page, 0, 2).fill("x")
    expect(page.locator(".scdl-grid-verdict")).to_contain_text("points à corriger")
    page.keyboard.press("Shift+ArrowDown")
    french()
