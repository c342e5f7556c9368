"""Names of places made comparable: a person types « st quay », the register says « Saint-Quay-Perros »."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_WORD = re.compile(r"[a-z0-9]+")
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def normalised(name: str) -> str:
    """Reduce a name to lower-case words without accents, apostrophes, hyphens or abbreviated « saint »."""
    folded = unicodedata.normalize("NFKD", name.translate(_LIGATURES)).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in _WORD.findall(plain))
