"""Names of people: in cells that hold nothing else, and behind a civility in a text.

First names come from the French list of the package Faker, since no better kept one is published: about two
thirds of the people in a file bear one of them, so a column is judged by a share of its cells, and how a name
is written counts as well. Words that organisations, roads and buildings have in their names speak against.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from ..data_files import read_yaml
from .roles import plain_words

_CAPITAL, _LETTER = "A-ZÀ-ÖØ-ÝŒ", "A-Za-zÀ-ÖØ-öø-ÿŒœ"
_SHAPE = re.compile(rf"[{_CAPITAL}][{_LETTER}'’.-]*(?: [{_LETTER}'’.-]+){{1,3}}")
_CIVILITY = re.compile(r"(?:m|mm|mme|mlle|mr|monsieur|madame|mademoiselle)\b\.?\s+(?=\S)", re.IGNORECASE)
_PARTICLES = frozenset({"le", "la", "de", "du", "des", "d", "l", "van", "von", "ben", "el", "al"})
_MOST = 60

CIVILITY_IN_TEXT = re.compile(
    rf"(?<![\w'’])(?:M\.|MM\.|Mr\.?|Mme|Mlle|Monsieur|Madame|Mademoiselle|MME|MLLE|MONSIEUR|MADAME) {{1,2}}"
    rf"(?:(?:de|du|des|le|la|van|von) )?[{_CAPITAL}][{_LETTER}'’-]*"
    rf"(?: (?:(?:de|du|le|la) )?[{_CAPITAL}][{_LETTER}'’-]+){{0,3}}"
)


def has_civility(text: str) -> bool:
    """Tell whether a cell that is a name begins with Monsieur or Madame."""
    match = _CIVILITY.match(text)
    return match is not None and names_person_after(text[match.end() :], "")


def names_person_after(name: str, before: str) -> bool:
    """Tell a person from an office or a road that is named after one.

    Args:
        name: what stands behind the civility.
        before: what stands in front of it.
    """
    words = [word for word in plain_words(name) if word not in _PARTICLES]
    if not words or words[0] in _lists()["offices"] or words[0] in _lists()["things"]:
        return False
    return not _lists()["before_places"].intersection(plain_words(before)[-3:])


@lru_cache(maxsize=50_000)
def is_structured(text: str) -> bool:
    """Tell a name written as administrations do: LE GOFF Yann, Yann LE GOFF."""
    words = _bare_name(text)
    upper = [len(word) > 1 and word.isupper() for word in words]
    title = [word[:1].isupper() and word[1:].islower() for word in words if len(word) > 1]
    if not words or not any(upper) or not any(title):
        return False
    turns = sum(1 for one, other in zip(upper, upper[1:], strict=False) if one != other)
    return turns == 1


@lru_cache(maxsize=50_000)
def bears_first_name(text: str) -> bool:
    """Tell a cell of two to four words, the first or last of which is a first name."""
    words = _bare_name(text)
    return bool(words) and any(is_first_name(word) for word in (words[0], words[-1]))


def is_first_name(word: str) -> bool:
    """Tell whether a word, or its first half before a hyphen, is a known French first name."""
    return not first_names().isdisjoint(plain_words(word)[:1])


@cache
def first_names() -> frozenset[str]:
    """Return French first names in lower case, without accents."""
    from faker.providers.person.fr_FR import Provider  # imported here: few files need it

    return frozenset(word for name in Provider.first_names for word in plain_words(name)[:1])


def _bare_name(text: str) -> list[str]:
    """Return the words of a cell that may be a name; none where it is something else."""
    text = _CIVILITY.sub("", text[:_MOST].strip(), count=1)
    if not _SHAPE.fullmatch(text) or _lists()["things"].intersection(plain_words(text)):
        return []
    return [word for word in text.split() if word.casefold() not in _PARTICLES] if " " in text else []


@cache
def _lists() -> dict[str, frozenset[str]]:
    read = read_yaml(Path(__file__).parent / "names.yaml")
    return {name: frozenset(word for each in words for word in plain_words(str(each))) for name, words in read.items()}
