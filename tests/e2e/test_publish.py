"""The thread through the house: a secretary's file, from the browser to the feed that data.gouv.fr reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from rdflib import DCAT, DCTERMS, Graph, Literal, URIRef
from tests.e2e.deposits import (
    CORRECTABLE,
    DINAN,
    HOPELESS,
    PASSWORD,
    REPAIRABLE,
    SECRETARY,
    VALID,
    as_new_dataset,
    decide,
    of_people,
    publish,
    send,
)
from tests.unit.scdl.document_samples import pdf
from tests.unit.scdl.privacy_samples import NIR_WRITTEN


def test_a_secretary_publishes_a_file(
    secretary: Page, portal: Any, dinan: dict[str, Any], file: Callable[[str], Path], shot: Callable[..., Path]
) -> None:
    """Log in, Publier, drop, read the verdict, publish; then everybody finds it: search, collectivité, feed."""
    page = secretary
    page.goto("/publier")
    shot("publier")
    send(page, file(VALID))
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
    expect(page.locator(".scdl-verdict")).to_contain_text("scdl/prenoms")
    shot("verdict-conforme")
    as_new_dataset(page, "Prénoms des nouveau-nés à Dinan")
    publish(page)
    shot("jeu-publie")

    page.goto("/dataset/?q=prenom")
    expect(page.get_by_role("link", name="Prénoms des nouveau-nés à Dinan")).to_be_visible()
    page.goto(f"/organization/{dinan['name']}")
    expect(page.get_by_role("link", name="Prénoms des nouveau-nés à Dinan")).to_be_visible()
    page.goto(f"/collectivite/{DINAN}")
    assert page.url.endswith(f"/organization/{dinan['name']}")
    feed = Graph().parse(f"{portal.url}/catalog.xml", format="xml")
    [dataset] = feed.subjects(DCTERMS.title, Literal("Prénoms des nouveau-nés à Dinan", lang="fr"))
    [distribution] = feed.objects(dataset, DCAT.distribution)
    schema = "https://schema.data.gouv.fr/schemas/scdl/prenoms/1.1.6/schema.json"
    assert list(feed.objects(distribution, DCTERMS.conformsTo)) == [URIRef(schema)]


def test_the_file_is_downloaded_as_it_was_sent(
    secretary: Page, portal: Any, file: Callable[[str], Path], new_page: Callable[..., Page]
) -> None:
    """A citizen downloads, byte for byte, what the secretary accepted."""
    send(secretary, file(VALID))
    as_new_dataset(secretary, "Prénoms de Dinan, pour un citoyen")
    publish(secretary)
    citizen = new_page()
    citizen.goto(secretary.url)
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="Télécharger").first.click()
    assert Path(download.value.path()).read_bytes() == file(VALID).read_bytes()


def test_a_draft_is_nobodys_business(
    secretary: Page, file: Callable[[str], Path], new_page: Callable[..., Page]
) -> None:
    """What is left as a draft is not found by a citizen, neither by search nor by its address."""
    send(secretary, file(VALID))
    as_new_dataset(secretary, "Brouillon confidentiel")
    secretary.get_by_role("button", name="Laisser en brouillon").click()
    expect(secretary.get_by_text("Enregistré en brouillon")).to_be_visible()
    citizen = new_page()
    assert citizen.goto(secretary.url).status in (403, 404) or "/user/login" in citizen.url
    citizen.goto("/dataset/?q=confidentiel")
    expect(citizen.get_by_role("link", name="Brouillon confidentiel")).to_have_count(0)


def test_a_faulty_file_is_explained(
    secretary: Page, file: Callable[[str], Path], shot: Callable[..., Path]
) -> None:
    """The secretary reads, in French, what is wrong, where, and what to do first; the report is hers to keep."""
    page = secretary
    send(page, file(REPAIRABLE))
    expect(page.locator(".scdl-verdict")).to_contain_text("à corriger")
    expect(page.locator(".scdl-issues tbody tr").first).to_be_visible()
    shot("verdict-a-corriger")
    with page.expect_download() as download:
        page.locator(".scdl-downloads").get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("rapport-")
    page.get_by_role("button", name="Abandonner ce dépôt").click()
    expect(page.get_by_text("Ce dépôt est abandonné")).to_be_visible()
    shot("mes-depots")


def test_a_repairable_file_is_put_right_and_published(
    secretary: Page, file: Callable[[str], Path], new_page: Callable[..., Page], shot: Callable[..., Path]
) -> None:
    """The secretary reads before and after, accepts, publishes; a citizen downloads the corrected file."""
    page = secretary
    send(page, file(CORRECTABLE))
    expect(page.locator(".scdl-bad").first).to_be_visible()
    page.locator(".scdl-group summary").nth(1).click()
    expect(page.locator("del").filter(has_text="12/02/2024").first).to_be_visible()
    shot("corrections-proposees")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.get_by_role("button", name="Accepter toutes les corrections").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
    shot("corrections-acceptees")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le fichier corrigé").click()
    corrected = Path(download.value.path()).read_bytes()
    as_new_dataset(page, "Subventions corrigées par le portail")
    publish(page)
    citizen = new_page()
    citizen.goto(page.url)
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="Télécharger").first.click()
    assert Path(download.value.path()).read_bytes() == corrected != file(CORRECTABLE).read_bytes()


def test_corrections_are_taken_back(secretary: Page, file: Callable[[str], Path]) -> None:
    """What was accepted by mistake is undone with one button: the file is as it was sent."""
    page = secretary
    send(page, file(CORRECTABLE))
    page.get_by_role("button", name="Accepter toutes les corrections").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
    page.get_by_role("button", name="Annuler les corrections").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("à corriger")
    expect(page.get_by_role("button", name="Accepter toutes les corrections")).to_be_visible()


def test_personal_data_wait_for_a_decision(
    secretary: Page, tmp_path: Path, new_page: Callable[..., Page], log_in: Callable[..., Page], portal: Any,
    shot: Callable[..., Path],
) -> None:  # fmt: skip
    """Publishing stops until the secretary has chosen a reason and written a sentence; administrators read it."""
    page = secretary
    send(page, of_people(tmp_path / "agents.csv"))
    expect(page.locator(".scdl-personal")).to_contain_text("Données personnelles")
    expect(page.get_by_role("button", name="Publier maintenant")).to_have_count(0)
    shot("donnees-personnelles")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    decide(page, "Ce sont des numéros de lot, sans rapport avec des personnes.")
    admin = log_in(new_page(), portal.admin, portal.password)
    admin.goto("/decisions")
    expect(admin.locator("table")).to_contain_text("numéros de lot")
    shot("registre", admin)
    assert Axe().run(admin).violations_count == 0, Axe().run(admin).generate_report()
    assert page.goto("/decisions").status == 403


def test_a_file_is_replaced_and_the_replacement_undone(
    secretary: Page, tmp_path: Path, new_page: Callable[..., Page], shot: Callable[..., Path]
) -> None:
    """The same period proposes to replace; the differences are read first; one button goes back."""
    page = secretary
    header = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
    first, second = tmp_path / "prenoms-2011.csv", tmp_path / "prenoms-2011-bis.csv"
    first.write_text(f"{header}Dinan,22050,F,Anna,3,2011\nDinan,22050,M,Yann,4,2011\n")
    second.write_text(f"{header}Dinan,22050,F,Anna,5,2011\nDinan,22050,F,Maëlle,3,2011\n")
    send(page, first)
    as_new_dataset(page, "Prénoms de 2011")
    publish(page)
    dataset = page.url

    send(page, second)
    expect(page.locator("#target-replace")).to_be_checked()
    expect(page.locator("#field-title")).to_be_hidden()
    shot("remplacer")
    page.get_by_role("link", name="Voir ces lignes").click()
    expect(page.locator("ins").filter(has_text="5")).to_be_visible()
    expect(page.get_by_text("Maëlle")).to_be_visible()
    shot("differences")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.get_by_role("link", name="Revenir au dépôt").click()
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    publish(page)
    assert page.url == dataset

    citizen = new_page()
    assert _downloaded(citizen, dataset) == second.read_bytes()
    page.locator(".resource-item a.heading, .resource-list a").first.click()
    page.get_by_text("Versions précédentes de ce fichier").click()
    shot("versions")
    page.get_by_role("button", name="Revenir à cette version").first.click()
    expect(page.get_by_text("de nouveau publiée")).to_be_visible()
    assert _downloaded(citizen, dataset) == first.read_bytes()


def _downloaded(page: Page, dataset: str) -> bytes:
    page.goto(dataset)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").first.click()
    return Path(download.value.path()).read_bytes()


def test_several_files_are_sent_together(
    secretary: Page, tmp_path: Path, portal: Any, shot: Callable[..., Path]
) -> None:
    """Two years of one schema become two files of one dataset; the third file stands for itself."""
    page = secretary
    header = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
    paths = [tmp_path / "prenoms-1991.csv", tmp_path / "prenoms-1992.csv", tmp_path / "notice.pdf"]
    for path, year in zip(paths, (1991, 1992), strict=False):
        path.write_text(f"{header}Dinan,22050,F,Anna,3,{year}\n")
    paths[2].write_bytes(b"%PDF-1.4 notice")
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(paths)
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.get_by_role("heading", name="Fichiers envoyés ensemble")).to_be_visible()
    expect(page.locator(".scdl-deposits tbody tr")).to_have_count(3)
    shot("plusieurs-fichiers")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.get_by_role("link", name="prenoms-1991.csv").click()
    as_new_dataset(page, "Prénoms des années 1990")
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_role("heading", name="Fichiers envoyés ensemble")).to_be_visible()
    page.get_by_role("link", name="prenoms-1992.csv").click()
    expect(page.locator("#target-add")).to_be_checked()
    publish(page)
    [dataset] = [
        each
        for each in portal.api("package_search", q="title:1990", rows=10)["results"]
        if each["title"] == "Prénoms des années 1990"
    ]
    # Not what the index has of it: the job that loads the first file's rows may be writing that at this very moment.
    assert len(portal.api("package_show", id=dataset["id"])["resources"]) == 2


def test_files_are_grouped_otherwise_by_keyboard(
    secretary: Page, tmp_path: Path, shot: Callable[..., Path]
) -> None:
    """A table and the note that explains it become one dataset, without a mouse; the other table stays alone."""
    page = secretary
    header = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
    for name, year in (("naissances-1981.csv", 1981), ("naissances-1982.csv", 1982)):
        (tmp_path / name).write_text(f"{header}Dinan,22050,F,Anna,3,{year}\n")
    (tmp_path / "mode-emploi.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(sorted(tmp_path.iterdir()))
    page.get_by_role("button", name="Contrôler ce fichier").click()
    numbers = {
        name: page.get_by_label(f"Numéro du jeu de données de {name}")
        for name in ("mode-emploi.geojson", "naissances-1981.csv", "naissances-1982.csv")
    }
    expect(page.get_by_role("heading", name="Jeu de données 2")).to_be_visible()
    assert numbers["naissances-1981.csv"].input_value() == numbers["naissances-1982.csv"].input_value()
    numbers["mode-emploi.geojson"].focus()
    page.keyboard.type(numbers["naissances-1981.csv"].input_value())
    numbers["naissances-1982.csv"].focus()
    page.keyboard.type("3")
    shot("regrouper")
    page.get_by_role("button", name="Enregistrer ces regroupements").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vos fichiers sont regroupés")).to_be_visible()
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    tables = page.locator(".scdl-deposits")
    expect(tables).to_have_count(2)
    together = page.locator(".scdl-deposits", has=page.get_by_role("link", name="naissances-1981.csv"))
    expect(together.locator("tbody tr")).to_have_count(2)
    expect(together).to_contain_text("mode-emploi.geojson")
    shot("regroupes")


def test_a_pdf_that_names_people_is_stopped(
    secretary: Page, tmp_path: Path, shot: Callable[..., Path]
) -> None:
    """What was found, on which page, and what nobody could read; published once its editor has said why."""
    page = secretary
    path = tmp_path / "compte-rendu.pdf"
    path.write_bytes(pdf("Ordre du jour", f"Agent n. {NIR_WRITTEN}", ""))
    send(page, path)
    personal = page.locator(".scdl-personal")
    expect(personal).to_contain_text("Page 2")
    expect(personal).to_contain_text("sans doute numérisées")
    expect(page.get_by_role("button", name="Publier maintenant")).to_have_count(0)
    shot("pdf-donnees-personnelles")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    decide(page, "Ce sont des numéros de matériel, sans rapport avec des personnes.")


def test_the_short_form_is_filled_in_and_open_to_change(
    secretary: Page, portal: Any, file: Callable[[str], Path], shot: Callable[..., Path]
) -> None:
    """Theme, frequency and period come from schema and data; the secretary changes two of them."""
    page = secretary
    send(page, file(VALID))
    as_new_dataset(page, "Prénoms, thème changé")
    expect(page.get_by_label("Population et société")).to_be_checked()
    expect(page.get_by_label("Fréquence de mise à jour")).to_have_value(re.compile("/ANNUAL$"))
    page.get_by_label("Population et société").uncheck()
    page.get_by_label("Santé").check()
    page.get_by_label("Fréquence de mise à jour").select_option(label="Tous les mois")
    shot("formulaire-court")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_text("tout le monde peut le voir")).to_be_visible()
    dataset = portal.api("package_show", id=page.url.rpartition("/")[2])
    assert [theme.rpartition("/")[2] for theme in dataset["theme"]] == ["HEAL"]
    assert dataset["frequency"].endswith("/MONTHLY")


def test_a_large_file_is_corrected_one_by_one(
    secretary: Page, tmp_path: Path, file: Callable[[str], Path], shot: Callable[..., Path]
) -> None:
    """Above what is checked at once: a worker does it, and the page shows rows and corrections as for any file."""
    page = secretary
    header, _, rows = file(CORRECTABLE).read_bytes().partition(b"\n")
    path = tmp_path / "subventions-longues.csv"
    path.write_bytes(header + b"\n" + (rows.rstrip(b"\n") + b"\n") * ((6 << 20) // len(rows)))
    page.locator("header").get_by_role("link", name="Publier", exact=True).click()
    page.locator("#scdl-upload").set_input_files(path)
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator(".scdl-verdict")).to_be_visible(timeout=60_000)
    expect(page.locator(".scdl-rows tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Lignes suivantes").click()
    expect(page.locator(".scdl-rows tbody tr").first).to_be_visible()
    group = page.locator("details", has=page.locator(".scdl-changes")).first
    group.locator("summary").click()
    expect(group.locator("input[type=checkbox]").first).to_be_visible()
    shot("gros-fichier")
    page.get_by_role("button", name="Accepter ce que j'ai choisi").click()
    expect(page.locator(".scdl-corrected")).to_be_visible(timeout=60_000)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(secretary: Page, tmp_path: Path) -> None:
    """The sentence comes at once, with the limit of that kind of file."""
    path = tmp_path / "gros.ods"
    path.write_bytes(b"PK" + bytes(11 << 20))
    secretary.goto("/publier")
    secretary.locator("#scdl-upload").set_input_files(path)
    secretary.get_by_role("button", name="Contrôler ce fichier").click()
    expect(secretary.get_by_role("alert")).to_contain_text("gros.ods dépasse 10 Mo")


def test_without_javascript_one_file_is_sent(
    new_page: Callable[..., Page], log_in: Callable[..., Page], dinan: dict[str, Any], file: Callable[[str], Path]
) -> None:
    """The form is an ordinary form."""
    page = log_in(new_page(java_script_enabled=False), SECRETARY, PASSWORD)
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(file(VALID))
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")


def test_what_is_no_table_is_named(secretary: Page, file: Callable[[str], Path], shot: Callable[..., Path]) -> None:
    """A PDF called .csv is refused in a sentence, without a form to publish it."""
    send(secretary, file(HOPELESS))
    expect(secretary.locator(".scdl-verdict")).to_contain_text("n'a pas pu être contrôlé")
    expect(secretary.get_by_role("button", name="Publier maintenant")).to_have_count(0)
    shot("verdict-illisible")


@pytest.mark.parametrize("where", ["publier", "valide", "a-corriger", "mes-depots"])
def test_pages_of_the_deposits_are_accessible(secretary: Page, file: Callable[[str], Path], where: str) -> None:
    """axe finds no violation on the editor's pages."""
    if where == "publier":
        secretary.goto("/publier")
    elif where == "mes-depots":
        secretary.goto("/mes-depots")
    else:
        send(secretary, file(VALID if where == "valide" else REPAIRABLE))
    result = Axe().run(secretary)
    assert result.violations_count == 0, result.generate_report()


def test_on_a_small_screen(
    new_page: Callable[..., Page], log_in: Callable[..., Page], dinan: dict[str, Any], file: Callable[[str], Path],
    shot: Callable[..., Path],
) -> None:  # fmt: skip
    """On a telephone nothing is cut off: the page is as wide as the screen."""
    page = log_in(new_page(width=400, height=800), SECRETARY, PASSWORD)
    page.goto("/publier")
    page.locator("#scdl-upload").set_input_files(file(REPAIRABLE))
    page.get_by_role("button", name="Contrôler ce fichier").click()
    expect(page.locator(".scdl-verdict")).to_be_visible()
    shot("verdict-telephone", page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
