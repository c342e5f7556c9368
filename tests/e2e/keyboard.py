"""A person without a mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

REACHED = """(wanted) => {
  const found = document.activeElement;
  return found === wanted && (found.matches(":focus-visible") || found.matches("iframe"));
}"""


def tab_to(page: Page, target: Locator | str, most: int = 60) -> Locator:
    """Press the tab key until a control has the focus, and shows that it has; a text names a button or a link."""
    if isinstance(target, str):
        name = page.get_by_role("button", name=target, exact=True)
        target = name.or_(page.get_by_role("link", name=target, exact=True)).first
    wanted = target.element_handle()
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(REACHED, wanted):
            return target
    raise AssertionError(f"the tab key does not reach {target}")


def press(page: Page, target: Locator | str, key: str = "Enter", most: int = 60) -> None:
    """Reach a control by the tab key, and press a key on it."""
    tab_to(page, target, most)
    page.keyboard.press(key)
