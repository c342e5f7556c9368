"""What may be shown of a value: enough to find it in one's own file, too little to use it."""

from __future__ import annotations

import re

_HIDDEN = "•"
_SIGN = re.compile(r"\w")


def shape(text: str, kept: int = 0) -> str:
    """Return a text whose letters and digits are dots, but the first ones.

    Args:
        text: a value of the file.
        kept: number of characters at the start that may be read.
    """
    return text[:kept] + _SIGN.sub(_HIDDEN, text[kept:])


def words(text: str) -> str:
    """Return the first letter of each word; the length of a word stays untold."""
    return " ".join(word[0] + _HIDDEN * 3 for word in text.split()[:4])


def email(address: str, known_domain: bool) -> str:
    """Return an address without its name; the domain only where thousands share it."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}{_HIDDEN * 3}@" + (domain if known_domain else _HIDDEN * 3)
