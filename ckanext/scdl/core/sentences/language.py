"""Looks sentences up in the catalogues of the package."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

DOMAIN = "ckanext-scdl"
LOCALES = Path(__file__).parents[2] / "i18n"

Translate = Callable[[str], str]


@lru_cache(maxsize=8)
def translator(lang: str) -> Translate:
    """Return the function that looks a sentence up; the English one where a language has none."""
    return gettext.translation(DOMAIN, LOCALES, languages=[lang.partition("_")[0]], fallback=True).gettext
