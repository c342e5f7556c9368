"""What a citizen sees of a published file: its conformity, its rows as a table, its report, others like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from demo.make_files import content, read_manifest
from playwright.sync_api import Page, expect

LANNION = "212201131"
SECRETARY, PASSWORD = "secretaire-de-lannion", "une phrase de passe assez longue"
VALID, INVALID = "departement-subventions-2023.csv", "departement-subventions-2024.csv"
ROWS = 60


@pytest.fixture(scope="module")
def lannion(portal: Any) -> dict[str, Any]:
    """A commune on the portal, with one secretary."""
    [line] = portal.api("cotesdarmor_organization_ensure", sirens=[LANNION])
    portal.api("user_create", name=SECRETARY, email="secretaire@lannion.example", password=PASSWORD)
    portal.api("cotesdarmor_organization_grant", username=SECRETARY, sirens=[LANNION], role="editor")
    return line


@pytest.fixture
def publish(
    lannion: dict[str, Any], new_page: Callable[..., Page], log_in: Callable[..., Page], portal: Any, tmp_path: Path
) -> Callable[[str, str], dict[str, Any]]:
    """Publish a file of the demonstration as the secretary does; the dataset."""
    by_name = {deposit["file"]: deposit for deposit in read_manifest()["deposits"]}
    page = log_in(new_page(), SECRETARY, PASSWORD)

    def published(name: str, title: str) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content(by_name[name]))
        page.goto("/publier")
        page.locator("#scdl-upload").set_input_files(path)
        page.get_by_role("button", name="Contrôler ce fichier").click()
        expect(page.locator(".scdl-verdict")).to_be_visible()
        if page.locator("#target-new").count():
            page.locator("#target-new").check()
        page.locator("#field-title").fill(title)
        page.get_by_role("button", name="Publier maintenant").click()
        expect(page.get_by_text("tout le monde peut le voir")).to_be_visible()
        return portal.api("package_show", id=page.url.rstrip("/").rpartition("/")[2])

    return published


def _open_table(page: Page, address: str) -> Any:
    """The frame of the table view, once a worker has loaded the rows and the page shows them."""
    frame = page.frame_locator("iframe").first
    for _ in range(30):
        page.goto(address)
        if page.locator("iframe").count():
            break
        page.wait_for_timeout(500)
    expect(frame.locator("#dtprv tbody tr").first).to_be_visible()
    return frame


def test_a_citizen_looks_at_the_rows_of_a_file(
    publish: Callable[[str, str], dict[str, Any]], page: Page, shot: Callable[..., Path], portal: Any
) -> None:
    """Soon after publication the page shows verdict and rows, and a word is looked for among these."""
    dataset = publish(VALID, "Subventions de Lannion pour un citoyen")
    [resource] = dataset["resources"]
    frame = _open_table(page, f"/dataset/{dataset['name']}/resource/{resource['id']}")
    expect(page.locator(".scdl-badge").first).to_have_text("Conforme à son schéma")
    expect(page.get_by_role("link", name="Voir le rapport")).to_be_visible()
    expect(page.locator(".scdl-template").get_by_role("link", name="XLSX")).to_be_visible()
    expect(frame.locator("#dtprv_info")).to_contain_text(str(ROWS))
    shot("ressource-table")
    row = portal.api("datastore_search", resource_id=resource["id"], limit=1)["records"][0]
    search = frame.locator("#dtprv_filter input[type=search]")
    search.fill(row["idBeneficiaire"])
    search.press("Enter")
    expect(frame.locator("#dtprv_info")).not_to_contain_text(f"sur {ROWS}")
    expect(frame.locator("#dtprv tbody tr").first).to_contain_text(row["idBeneficiaire"])


def test_a_citizen_reads_the_report(
    publish: Callable[[str, str], dict[str, Any]], page: Page, shot: Callable[..., Path]
) -> None:
    """A file that is not conform says so, and what is wrong with it; the same as CSV and PDF."""
    dataset = publish(INVALID, "Subventions de Lannion à corriger")
    page.goto(f"/dataset/{dataset['name']}")
    shot("jeu-non-conforme")
    page.get_by_role("link", name="Non conforme à son schéma").click()
    expect(page.locator(".scdl-verdict")).to_contain_text("à corriger")
    expect(page.locator(".scdl-issues tbody tr").first).to_be_visible()
    shot("rapport-public")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    for kind in ("CSV", "PDF"):
        with page.expect_download() as download:
            page.locator(".scdl-downloads").get_by_role("link", name=kind).click()
        assert Path(download.value.path()).stat().st_size > 500


def test_keyboard_alone_leads_to_the_report(publish: Callable[[str, str], dict[str, Any]], page: Page) -> None:
    """Every link of the conformity is reached by Tab and opened by Enter."""
    dataset = publish(VALID, "Subventions de Lannion au clavier")
    [resource] = dataset["resources"]
    page.goto(f"/dataset/{dataset['name']}/resource/{resource['id']}")
    link = page.get_by_role("link", name="Voir le rapport")
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".scdl-verdict")).to_contain_text("Ce fichier est conforme")
