"""Every form of an editor without a mouse: the tab key reaches each control and shows it, each answer has the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.e2e.deposits import VALID, as_new_dataset, of_people, prenoms, publish, send, with_questions
from tests.e2e.keyboard import press, tab_to


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """The secretary's page, on which axe finds nothing when the test is over."""
    yield page
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def _result(page: Page, sentence: str) -> None:
    """The focus is on what came out, so that it is read aloud first."""
    expect(page.locator("#resultat")).to_be_focused()
    expect(page.locator("#resultat")).to_contain_text(sentence)


def _said(page: Page, sentence: str) -> None:
    expect(page.locator(".flash-messages")).to_be_focused()
    expect(page.locator(".flash-messages")).to_contain_text(sentence)


def _choose(page: Page, radio: str) -> None:
    """Go down a group of choices, whose first one has the focus."""
    for _ in range(20):
        if page.locator(radio).is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(page.locator(radio)).to_be_checked()


def _from_error_to(page: Page, field: str) -> None:
    """Go from the list of what is wrong, which has the focus, into the field that its first line names."""
    summary = page.locator(".error-explanation")
    expect(summary).to_be_focused()
    press(page, summary.get_by_role("link").first)
    expect(page.locator(field)).to_be_focused()


def _replace(page: Page, field: str, text: str) -> None:
    tab_to(page, page.locator(field))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_deposit_and_short_form_by_keyboard(secretary: Page, file: Callable[[str], Path]) -> None:
    """From any page to a published dataset."""
    page = secretary
    press(page, page.locator("header").get_by_role("link", name="Publier", exact=True))
    expect(page.get_by_role("heading", name="Publier un fichier")).to_be_visible()
    tab_to(page, page.locator("#scdl-upload"))
    page.locator("#scdl-upload").set_input_files(file(VALID))  # the system's own file dialogue is not the page's
    expect(page.locator(".scdl-chosen")).to_contain_text(VALID)
    press(page, "Contrôler ce fichier")
    _result(page, "Ce fichier est conforme")
    if page.locator("#target-new").count():
        chosen = page.locator("[name=target]:checked")
        press(page, chosen if chosen.count() else page.locator("[name=target]").first, "Space")
        _choose(page, "#target-new")
    _replace(page, "#field-title", "Publié au clavier")
    press(page, "Publier maintenant")
    _said(page, "tout le monde peut le voir")


def test_errors_of_the_short_form_by_keyboard(secretary: Page, tmp_path: Path) -> None:
    """The focus is on the list of what is wrong, whose links lead into the fields."""
    page = secretary
    send(page, prenoms(tmp_path / "prenoms-1981.csv", 1981, "F,Anna,3"))
    as_new_dataset(page, "Prénoms de 1981")
    page.locator("#field-title").focus()
    _replace(page, "#field-tags", "/")
    press(page, "Publier maintenant")
    _from_error_to(page, "#field-tags")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.keyboard.press("Control+A")
    page.keyboard.type("état civil")
    press(page, "Publier maintenant")
    _said(page, "tout le monde peut le voir")


def test_a_refused_file_by_keyboard(secretary: Page, tmp_path: Path) -> None:
    """What speaks against a file has the focus, before it is sent as after."""
    page = secretary
    page.goto("/publier")
    large = tmp_path / "gros.ods"
    large.write_bytes(b"PK" + bytes(11 << 20))
    tab_to(page, page.locator("#scdl-upload")).set_input_files(large)
    press(page, "Contrôler ce fichier")
    expect(page.locator(".scdl-send-errors")).to_be_focused()
    expect(page.locator(".scdl-send-errors")).to_contain_text("gros.ods dépasse 10 Mo")
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")
    tab_to(page, page.locator("#scdl-upload")).set_input_files(empty)
    press(page, "Contrôler ce fichier")
    _result(page, "n'a pas pu être contrôlé")
    press(page, "Envoyer un autre fichier")
    expect(page.get_by_role("heading", name="Publier un fichier")).to_be_visible()


def test_corrections_and_questions_by_keyboard(secretary: Page, tmp_path: Path) -> None:
    """A group is opened, a correction left out, questions are answered, all of it taken back."""
    page = secretary
    send(page, with_questions(tmp_path / "deliberations.csv"))
    group = page.locator(".scdl-group", has=page.locator("table")).first
    press(page, group.locator("summary"))
    press(page, group.locator("input[type=checkbox]").first, "Space")
    expect(group.locator("input[type=checkbox]").first).not_to_be_checked()
    page.keyboard.press("Space")
    questions = page.locator(".scdl-questions")
    _replace(page, ".scdl-questions input", "20007657800018")
    press(page, questions.locator("select").first, "ArrowDown")
    expect(questions.locator("select").first).not_to_have_value("")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    press(page, "Accepter ce que j'ai choisi")
    expect(page.locator("#corrige")).to_be_focused()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
    press(page, "Annuler les corrections")
    _result(page, "à corriger")


def test_decision_about_personal_data_by_keyboard(secretary: Page, tmp_path: Path) -> None:
    """A reason and a sentence; a sentence that is too short has the focus on what is wrong with it."""
    page = secretary
    send(page, of_people(tmp_path / "agents.csv"))
    tab_to(page, page.locator("[name=reason]").first)
    _choose(page, "#reason-false-alarm")
    page.evaluate("document.querySelector('#scdl-sentence').removeAttribute('minlength')")
    _replace(page, "#scdl-sentence", "non")
    press(page, "Enregistrer cette décision")
    _from_error_to(page, "#scdl-sentence")
    page.keyboard.type(" : ce sont des numéros de lot")
    press(page, "Enregistrer cette décision")
    expect(page.locator("#publier")).to_be_focused()
    expect(page.get_by_role("button", name="Publier maintenant")).to_be_visible()


def test_replacement_and_undo_by_keyboard(secretary: Page, tmp_path: Path) -> None:
    """Where the file goes, what it changes, and the way back to the version before."""
    page = secretary
    send(page, prenoms(tmp_path / "prenoms-1971.csv", 1971, "F,Anna,3"))
    as_new_dataset(page, "Prénoms de 1971")
    publish(page)
    send(page, prenoms(tmp_path / "prenoms-1971-bis.csv", 1971, "F,Anna,4"))
    tab_to(page, page.locator("#target-replace"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#target-add")).to_be_checked()
    page.keyboard.press("ArrowUp")
    press(page, "Voir ces lignes")
    expect(page.locator("ins").filter(has_text="4")).to_be_visible()
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    press(page, "Revenir au dépôt")
    expect(page.locator("#target-replace")).to_be_checked()
    press(page, "Publier maintenant")
    _said(page, "tout le monde peut le voir")
    press(page, page.locator(".resource-item a.heading, .resource-list a").first)
    press(page, page.locator(".scdl-versions summary"))
    press(page, page.get_by_role("button", name="Revenir à cette version").first)
    _said(page, "de nouveau publiée")


def test_link_by_keyboard(secretary: Page) -> None:
    """The part of the form that is folded opens, takes an address, and the deposit says what became of it."""
    page = secretary
    page.goto("/publier")
    press(page, page.locator(".scdl-more summary"))
    tab_to(page, page.locator("#scdl-link"))
    page.keyboard.type("http://127.0.0.1/prenoms.csv")
    press(page, page.locator("#scdl-keep-link"), "Space")
    expect(page.locator("#scdl-keep-link")).to_be_checked()
    press(page, "Contrôler ce fichier")
    expect(page.get_by_text("une adresse que le portail ne visite pas")).to_be_visible()
    expect(page.locator("#resultat")).to_be_focused()
