"""The sentences themselves, one per code; `messages` fills in the facts.

Placeholders are `{place}`, `{value}` and the like; `_()` stands round each sentence so that it is found for
translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .cells import cell_texts
from .language import DOMAIN, Translate, translator
from .refusals import refusal_steps, refusal_texts
from .tables import table_texts

__all__ = ["DOMAIN", "Translate", "issue_texts", "operator_words", "refusal_steps", "refusal_texts", "translator"]


@lru_cache(maxsize=8)
def issue_texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code; a code like `type-x` falls back to its first word."""
    return {**table_texts(lang), **cell_texts(lang)}


def operator_words(sign: str, lang: str = "fr") -> str:
    """Return a comparison sign in words."""
    _ = translator(lang)
    words = {
        ">": _("greater than (or after)"),
        ">=": _("greater than or equal to (or not before)"),
        "==": _("equal to"),
        "<=": _("less than or equal to (or not after)"),
        "<": _("less than (or before)"),
    }
    return words.get(sign, sign)
