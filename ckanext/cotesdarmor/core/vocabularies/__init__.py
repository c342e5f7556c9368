"""Controlled words of the metadata: frequencies, themes, languages, access rights, licences, file types…

One file per vocabulary stands beside this module, with its origin. `value` is what a dataset stores: the
address of the term where an authority gives one, else its code (licences, grains), or its French label where
the list is open (legal bases).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
NAMES = (
    "access_right",
    "file_type",
    "frequency",
    "granularity",
    "language",
    "legal_basis",
    "license",
    "theme",
)
OPEN = ("legal_basis",)
LANGUAGES = ("fr", "en")


class InvalidVocabulary(ValueError):
    """A vocabulary's file cannot be used: which one, which term, why."""

    def __init__(self, vocabulary: str, term: str, reason: str) -> None:
        super().__init__(vocabulary, term, reason)
        self.vocabulary = vocabulary
        self.term = term
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a vocabulary: what is stored, its address, its labels and what else is known about it."""

    value: str
    code: str
    uri: str
    labels: Mapping[str, str]
    facts: Mapping[str, Any]

    def label(self, lang: str = "fr") -> str:
        """The label in a language, in French when there is none."""
        return self.labels.get(lang.partition("_")[0], self.labels["fr"])


@dataclass(frozen=True)
class Vocabulary:
    """A checked list of terms, in the order in which a form shows them."""

    name: str
    source: str
    terms: tuple[Term, ...]

    @cached_property
    def _by_word(self) -> Mapping[str, Term]:
        # The code and the address name a term too, so that clients need not know which of them is stored.
        words: dict[str, Term] = {}
        for term in self.terms:
            for word in (
                term.value,
                term.code,
                term.uri,
                *term.labels.values(),
                *term.facts.get("legacy_ids", ()),
            ):
                if word:
                    words.setdefault(word.casefold(), term)
        return words

    @cached_property
    def _by_format(self) -> Mapping[str, Term]:
        return {word: term for term in self.terms for word in term.facts.get("formats", ())}

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __contains__(self, value: object) -> bool:
        return any(term.value == value for term in self.terms)

    def find(self, word: str) -> Term | None:
        """The term that a value, a code, an address or a label names, whatever its case; or nothing."""
        return self._by_word.get(word.strip().casefold())

    def of_format(self, word: str) -> Term | None:
        """The term for the word that stands in a resource's field `format`; or nothing."""
        return self._by_format.get(word.strip().lstrip(".").casefold())

    def label(self, value: str, lang: str = "fr") -> str:
        """The label of a stored value, or the value itself when it is none of ours."""
        term = self.find(value)
        return term.label(lang) if term else value

    def choices(self) -> list[dict[str, Any]]:
        """The terms in the form that ckanext-scheming wants for a list of choices."""
        return [{"value": term.value, "label": dict(term.labels)} for term in self.terms]


@cache
def vocabulary(name: str) -> Vocabulary:
    """Read one of the vocabularies of `NAMES`, once per process.

    Raises:
        InvalidVocabulary: when its file is wrong, or there is none of this name.
    """
    if name not in NAMES:
        raise InvalidVocabulary(name, "", f"is none of {', '.join(NAMES)}")
    described = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    if isinstance(described.get("terms"), str):
        described["terms"] = _licenses(HERE / described["terms"])
    return build_vocabulary(described)


def build_vocabulary(described: Mapping[str, Any]) -> Vocabulary:
    """Check the description of a vocabulary as a whole and return it.

    Raises:
        InvalidVocabulary: with the first term that is wrong.
    """
    name = str(described.get("name") or "")
    if not described.get("source") or not described.get("terms"):
        raise InvalidVocabulary(name, "", "lacks its source or its terms")
    prefix = str(described.get("prefix") or "")
    terms = tuple(_term(name, prefix, each) for each in described["terms"])
    for part in ("value", "code"):
        seen: set[str] = set()
        for term in terms:
            word = getattr(term, part).casefold()
            if word in seen:
                raise InvalidVocabulary(name, term.code, f"has the {part} of another term")
            seen.add(word)
    return Vocabulary(name, str(described["source"]), terms)


def _term(vocabulary_name: str, prefix: str, described: Mapping[str, Any]) -> Term:
    code = str(described.get("code") or "")
    labels = {lang: str(described.get(lang) or "").strip() for lang in LANGUAGES}
    if not code or not all(labels.values()):
        raise InvalidVocabulary(vocabulary_name, code, "lacks its code, its French or its English label")
    uri = str(described.get("uri") or "") or (prefix + code if prefix else "")
    if vocabulary_name in OPEN:
        value = labels["fr"]
    elif prefix:
        value = uri
    else:
        value = code
    facts = {key: fact for key, fact in described.items() if key not in ("code", "uri", *LANGUAGES)}
    return Term(value, code, uri, MappingProxyType(labels), MappingProxyType(facts))


def _licenses(path: Path) -> list[dict[str, Any]]:
    """The licences of CKAN's list as terms; the other keys of the list are CKAN's business."""
    return [
        {
            "code": each["id"],
            "uri": each["url"],
            "fr": each["label_fr"],
            "en": each["label_en"],
            **{key: each[key] for key in ("title", "scdl", "licence_type", "legacy_ids", "od_conformance")},
        }
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]
