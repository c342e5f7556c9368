"""What the tests of the grid share: who fills it in, what goes into it, where things stand on the page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

PLOUHA = "212202220"
SECRETARY, PASSWORD = "secretaire-de-plouha", "une phrase de passe assez longue"
ROW = [
    "Commune de Guingamp", "21220070300016", "2024-01", "2024-02-12", "7.1", "finances locales/décisions budgétaires",
    "Budget du port",
]  # fmt: skip
CONTEXT: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell, by its row and column from 0."""
    return page.locator(f'tbody [data-row="{row}"][data-column="{column}"]')


def paste(page: Page, text: str) -> None:
    """Put a text on the clipboard, and paste it where the cursor is."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def values(page: Page, row: int, count: int) -> list[str]:
    """What the first cells of a row hold."""
    return [cell(page, row, column).input_value() for column in range(count)]


def saved(page: Page) -> None:
    """Wait until the portal has kept the draft."""
    # Longer than the pause after which the page tries again.
    expect(page.locator(".scdl-grid-saved")).to_contain_text("Brouillon enregistré", timeout=10_000)


def verdict(page: Page) -> Locator:
    """The sentence that counts what is to be put right."""
    return page.locator(".scdl-grid-verdict")
