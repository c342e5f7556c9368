"""What templates show of the instance: its texts, its pages, its contact, its colours."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from .. import instance
from ..core.instance import PAGES, Contact


def cotesdarmor_text(name: str) -> str:
    """A sentence of the instance (`tagline`, `introduction`, `footer`) in the language of the page."""
    return instance.current().text(name, language())


def cotesdarmor_title() -> str:
    """The portal's name: the one that the settings choose, else the instance's in this language."""
    chosen = tk.config.get("ckan.site_title")
    own = instance.current()
    return own.text("title", language()) if chosen in ("", None, own.title) else chosen


def cotesdarmor_pages() -> list[tuple[str, str]]:
    """Name and title of the instance's pages, those that the law wants first."""
    own = instance.current()
    others = sorted({name for name, _ in own.pages} - set(PAGES))
    return [(name, own.page(name, language()).title) for name in (*PAGES, *others)]


def cotesdarmor_contact() -> Contact:
    """Who is behind the portal, and where to write."""
    return instance.current().contact


def cotesdarmor_theme_url(file: str) -> str:
    """The address of the instance's `theme.css` or `logo.svg`."""
    # A file has no language: one address for both languages is one copy in the browser.
    return tk.h.url_for("cotesdarmor_home.appearance_file", file=file, locale="default")


def cotesdarmor_languages() -> list[dict[str, str | bool]]:
    """The languages of the portal with the address of this very page in each."""
    return [
        {
            "code": locale.language,
            "name": (locale.display_name or locale.language).capitalize(),
            "url": tk.h.url_for(tk.h.current_url(), locale=locale.language),
            "current": locale.language == language(),
        }
        for locale in tk.h.get_available_locales()
    ]


def language() -> str:
    """The language of the page as the instance's files name it."""
    return str(tk.h.lang()).partition("_")[0]
