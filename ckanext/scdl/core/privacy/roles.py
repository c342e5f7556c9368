"""What the name of a column says about what stands in it: `roles.yaml` has the words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from ..data_files import read_yaml

_HUMPS = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_WORDS = re.compile(r"[a-z0-9]+")
_MOST = 200
_NARROWER = {
    "birth-year": {"birth-date"},
    "birth-place": {"birth-date", "place"},
    "count": {"birth-date"},
    "access": {"sensitive"},
}
"""Roles that drive out those whose words their own phrases contain."""


@lru_cache(maxsize=4_096)
def roles_of(label: str) -> frozenset[str]:
    """Return the roles that the words of a label give its column, such as "birth-date"."""
    told = words_of(label)
    joined = f" {' '.join(told)} "
    collapsed = "".join(told)
    found = set()
    for role, phrases in _vocabulary().items():
        for phrase in phrases:
            run = phrase.replace(" ", "")
            if f" {phrase} " in joined or run in told or (run == collapsed and len(run) > 3):
                found.add(role)
                break
    for role, wider in _NARROWER.items():
        if role in found:
            found -= wider
    return frozenset(found)


def words_of(label: str) -> list[str]:
    """Return the words of a label, without those that say nothing of the column."""
    return [word for word in plain_words(_HUMPS.sub(" ", label)) if word not in _yaml()["fillers"]]


def plain_words(text: str) -> list[str]:
    """Return the words of a short text in lower case and without accents."""
    plain = text[:_MOST].casefold().replace("œ", "oe")
    if not plain.isascii():
        spread = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in spread if not unicodedata.combining(char))
    return _WORDS.findall(plain)


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    return {
        role: tuple(" ".join(words_of(str(phrase))) for phrase in phrases) for role, phrases in _yaml()["roles"].items()
    }


@cache
def _yaml() -> dict[str, dict[str, list[str]]]:
    read = read_yaml(Path(__file__).parent / "roles.yaml")
    return {**read, "fillers": frozenset(read["fillers"])}
