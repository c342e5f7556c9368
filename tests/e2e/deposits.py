"""What the tests of the deposits share: who sends files, which ones, and the ways that each of them begins with."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

DINAN = "200076578"
SECRETARY, PASSWORD = "secretaire-de-dinan", "une phrase de passe assez longue"
CORRECTABLE = "departement-subventions-2024.csv"
VALID, REPAIRABLE, HOPELESS = "dinan-prenoms-2024.csv", "dinan-subventions-2024.csv", "erquy-subventions-2023.csv"


def send(page: Page, path: Path) -> None:
    """Send a file from the page Publier, and wait until its verdict has the focus."""
    page.locator("header").get_by_role("link", name="Publier", exact=True).click()
    page.locator("#scdl-upload").set_input_files(path)
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator("#resultat")).to_be_focused()


def as_new_dataset(page: Page, title: str) -> None:
    """Fill in the short form of a new dataset, whatever other place is proposed for the file."""
    if page.locator("#target-new").count():
        if not page.locator("#target-new").is_checked():
            # The script has hidden the form by then; what is below the choice does not move under the pointer any more.
            expect(page.locator(".scdl-new-dataset")).to_be_hidden()
        page.locator("#target-new").check()
    page.locator("#field-title").fill(title)


def decide(page: Page, sentence: str) -> None:
    """Say that what looks like personal data is none, and why; then it can be published."""
    page.locator("#reason-false-alarm").check()
    page.locator("#scdl-sentence").fill(sentence)
    page.get_by_role("button", name="Enregistrer cette décision").click()
    expect(page.get_by_role("button", name="Publier maintenant")).to_be_visible()


def publish(page: Page) -> None:
    """Publish what is on the page, and wait until everybody sees it."""
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_text("tout le monde peut le voir")).to_be_visible()


def prenoms(path: Path, year: int, *rows: str) -> Path:
    """Write a valid file of first names: rows of sex, name and count."""
    header = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE"
    lines = (f"Dinan,22050,{row},{year}" for row in rows)
    path.write_text("\n".join([header, *lines, ""]))
    return path


def of_people(path: Path) -> Path:
    """Write a file with social security numbers, which nobody has."""
    number = 1850578006084
    rows = (f"{name};{number + at}{97 - (number + at) % 97:02}\n" for at, name in enumerate("ABCD"))
    path.write_text("libelle;numero\n" + "".join(rows))
    return path


def with_questions(path: Path) -> Path:
    """Write a file in which a day may be a month, a SIRET lacks a digit, and a cell has spaces too many."""
    path.write_text(
        "COLL_NOM,COLL_SIRET,DELIB_ID,DELIB_DATE,DELIB_MATIERE_CODE,DELIB_MATIERE_NOM,DELIB_OBJET\n"
        "Dinan,20007657800018,2024-01,03/04/2024,7.1,finances locales/décisions budgétaires,Budget\n"
        "Dinan,2000765780001,2024-02,2024-03-05,7.1,finances locales/décisions budgétaires,Travaux\n"
        "Dinan, 20007657800018 ,2024-03,2024-03-05,7.1,finances locales/décisions budgétaires,Voirie\n"
    )
    return path
