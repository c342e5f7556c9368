"""What an editor and an administrator meet: forms, with axe and with wrong values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SAINT_BRIEUC = "212202782"
PAGES = {
    "jeu-nouveau": "/dataset/new",
    "jeu-modifier": "/dataset/edit/travaux",
    "fichier-nouveau": "/dataset/travaux/resource/new",
    "fichier-modifier": "/dataset/travaux/resource/{file}/edit",
    "fichier": "/dataset/travaux/resource/{file}",
    "organisation-nouvelle": "/organization/new",
    "organisation-modifier": "/organization/edit/{organization}",
    "organisation-membres": "/organization/members/{organization}",
    "organisation-gerer": "/organization/manage_members/{organization}",
    "organisation-inviter": "/organization/invitation/{organization}",
    "compte": "/user/edit/admin",
    "tableau": "/dashboard/",
    "tableau-jeux": "/dashboard/datasets",
    "publier": "/publier",
    "depots": "/mes-depots",
    "moissons": "/harvest",
    "moisson-nouvelle": "/harvest/new",
}


@pytest.fixture(scope="session")
def edited(portal: Any) -> dict[str, str]:
    """A commune on board with one dataset: the name of the organisation, the id of the file."""
    [made] = portal.api("cotesdarmor_organization_ensure", sirens=[SAINT_BRIEUC])
    dataset = portal.api(
        "package_create",
        name="travaux",
        title="Travaux sur la voirie",
        owner_org=made["name"],
        notes="Un jeu de données écrit pour les essais.",
        license_id="lov2",
        resources=[{"url": "https://example.org/fichier.csv", "name": "Travaux de 2024", "format": "CSV"}],
    )
    return {"organization": made["name"], "file": dataset["resources"][0]["id"]}


@pytest.fixture
def visit(admin: Page, edited: dict[str, str]) -> Callable[[str], Page]:
    """Open one of PAGES as the administrator, when its scripts have done their work."""

    def visited(name: str) -> Page:
        admin.goto(PAGES[name].format(**edited), wait_until="networkidle")
        return admin

    return visited


@pytest.mark.parametrize("name", PAGES)
def test_form_is_accessible(visit: Callable[[str], Page], shot: Callable[..., Path], name: str) -> None:
    """Axe finds nothing to say of what an editor works with."""
    page = visit(name)
    shot(f"editor-{name}", page)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_new_dataset_is_public_unless_said_otherwise(visit: Callable[[str], Page]) -> None:
    """An open-data portal publishes: an editor who leaves the choice alone makes no secret."""
    expect(visit("jeu-nouveau").get_by_label("Visibilité")).to_have_value("False")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("temporal_start", "2024-12-31", "avant"),
        ("contact_email", "mairie", "mairie"),
        ("producer_siret", "123", "SIRET"),
        ("tag_string", "voirie, l’été : travaux", "été"),
    ],
)
def test_wrong_value_is_said_next_to_its_field(
    visit: Callable[[str], Page], shot: Callable[..., Path], field: str, typed: str, said: str
) -> None:
    """Sending the form keeps what was typed, and tells what is wrong where it stands."""
    page = visit("jeu-modifier")
    if field == "temporal_start":
        page.locator("#field-temporal_end").fill("2024-01-01")
    if field == "tag_string":
        page.evaluate("value => { document.querySelector('#field-tag_string').value = value }", typed)
    else:
        page.locator(f"#field-{field}").fill(typed)
    page.locator("#dataset-edit button[name=save][type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    shot(f"editor-faute-{field}", page)
    wrong = "temporal_end" if field == "temporal_start" else field
    group = page.locator(".form-group.error", has=page.locator(f"#field-{wrong}"))
    expect(group.locator(".error-block")).to_contain_text(said)
    expect(page.locator(f".error-explanation a[href='#field-{wrong}']")).to_be_visible()
