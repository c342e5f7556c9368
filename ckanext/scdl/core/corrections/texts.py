"""Text that is right but for its form: spaces nobody sees, an encoding applied twice, case and accents of a choice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from ..decoding import once
from .base import Answer, Column, Rewriter, Rewriting, clean, unaccented

_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‑": "-", "_": " "})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_ITEMS = re.compile(r"[,;|/]")
_QUOTES = " \"'«»“”\u00a0"
_SHORTEST = 4
"""Letters of a word that may stand for a whole choice."""


def spaces(column: Column) -> Rewriter | None:
    """Take away spaces around a text, and what nobody sees in it."""
    return lambda text: _rewritten(text, clean(text))


def mojibake(column: Column) -> Rewriter | None:
    """Undo an encoding that was applied twice; once more for each time it was."""
    return lambda text: None if text.isascii() else _rewritten(text, repaired(text))


def repaired(text: str) -> str:
    """Return a text as it was before UTF-8 was taken for Windows text, however often that was done."""
    for _ in range(4):
        better = once(text, "").text
        if better == text:
            break
        text = better
    return text


def enumeration(column: Column) -> Rewriter | None:
    """Write a choice as the schema does: case, accents and punctuation are sure, missing words are likely."""
    choices = [str(choice) for choice in column.constraints.get("enum") or ()]
    return _chooser(choices) if choices else None


def choices_in_list(column: Column) -> Rewriter | None:
    """Write choices as the list in brackets that later versions of a schema want where one text held them before."""
    described = column.described.get("arrayItem") or {}
    choices = [str(choice) for choice in (described.get("constraints") or {}).get("enum") or ()]
    if column.type != "array" or not choices:
        return None
    exact, choose = frozenset(choices), _chooser(choices)

    def rewrite(text: str) -> Answer:
        items = [item for part in _BETWEEN_ITEMS.split(clean(text).strip("[]")) if (item := part.strip(_QUOTES))]
        answers = [Rewriting(item) if item in exact else choose(item) for item in items]
        chosen = [answer for answer in answers if isinstance(answer, Rewriting)]
        if not chosen or len(chosen) < len(answers):
            return None
        after = json.dumps([each.after for each in chosen], ensure_ascii=False, separators=(",", ":"))
        return Rewriting(after, "sure" if all(each.confidence == "sure" for each in chosen) else "likely")

    return rewrite


def _chooser(choices: Sequence[str]) -> Rewriter:
    same, alike = _only_one(choices, _folded), _only_one(choices, _letters)

    def rewrite(text: str) -> Answer:
        if choice := same.get(_folded(text)):
            return Rewriting(choice)
        choice = alike.get(_letters(text)) or _by_words(text, choices)
        return Rewriting(choice, "likely") if choice else None

    return rewrite


def _rewritten(before: str, after: str) -> Answer:
    return Rewriting(after) if after and after != before else None


def _only_one(choices: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    """Return choices by a form of theirs; those that share it stand for the same only when they differ in case."""
    found: dict[str, list[str]] = {}
    for choice in choices:
        found.setdefault(form(choice), []).append(choice)
    return {key: each[0] for key, each in found.items() if len({_folded(choice) for choice in each}) == 1}


def _folded(text: str) -> str:
    """Return a text without case, accents, kinds of apostrophe and dash, and surplus spaces."""
    return " ".join(unaccented(clean(text).translate(_PUNCTUATION)).translate(_LIGATURES).split())


def _letters(text: str) -> str:
    """Return letters and digits alone, and the signs that make a difference."""
    return "".join(char for char in _folded(text) if char.isalnum() or char in "+<>=%")


def _words(text: str) -> frozenset[str]:
    return frozenset(_singular(word) for word in _WORD.findall(_folded(text)))


def _last_word(text: str) -> str:
    return _singular((_WORD.findall(_folded(text)) or [""])[-1])


def _singular(word: str) -> str:
    return word.rstrip("sx") or word


def _by_words(text: str, choices: Iterable[str]) -> str | None:
    """Return the choice that holds all words of a text, its last one among them, and least besides.

    In French what tells one choice from another comes last: "numéraire" is a way of helping, "aide" is none.
    """
    words = _words(text)
    if not any(len(word) >= _SHORTEST for word in words):
        return None
    holding = [choice for choice in choices if words <= _words(choice) and _last_word(choice) in words]
    least = min((len(_words(choice)) for choice in holding), default=0)
    best = [choice for choice in holding if len(_words(choice)) == least]
    return best[0] if len({_words(choice) for choice in best}) == 1 else None
