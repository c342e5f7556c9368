"""SIREN, SIRET and the nomenclature of acts: what a single code must look like.

The digits' form is the schema's own pattern; here only what a pattern cannot say. The national validator
accepts separators inside, digits of other scripts and nothing but zeros: these are warnings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .base import Finding, RowCheck, column_check

MATIERES = frozenset(
    {
        "commande publique",
        "urbanisme",
        "domaine et patrimoine",
        "fonction publique",
        "institutions et vie politique",
        "libertes publiques et pouvoirs de police",
        "finances locales",
        "domaines de competences par themes",
        "autres domaines de competences",
    }
)
"""First level of the national nomenclature of acts sent to the prefect, without accents."""


LENIENT_SIRET = Finding("lenient-siret", level="warning")
LENIENT_SIREN = Finding("lenient-siren", level="warning")


def siret(params: Mapping[str, Any]) -> RowCheck:
    """Check the two keys of a SIRET, La Poste's own rule included."""
    return _numbered(params, Finding("siret"), LENIENT_SIRET, 14, "siret")


def siren(params: Mapping[str, Any]) -> RowCheck:
    """Check the key of a SIREN."""
    return _numbered(params, Finding("siren"), LENIENT_SIREN, 9, "siren")


def nomenclature_acte(params: Mapping[str, Any]) -> RowCheck:
    """Check the shape `Domaine/Sous-domaine`; the part after the slash is free."""

    def rule(cell: Any) -> Finding | None:
        prefix, slash, rest = str(cell).partition("/")
        if not slash:
            return Finding("nomenclature-slash")
        if prefix[-1:].isspace() or rest[:1].isspace():
            return Finding("nomenclature-space")
        if _plain(prefix) not in MATIERES:
            return Finding("nomenclature-domain")
        return None

    return column_check(params["column"], rule)


def _numbered(
    params: Mapping[str, Any],
    wrong: Finding,
    lenient: Finding,
    length: int,
    kind: str,
) -> RowCheck:
    def rule(cell: Any) -> Finding | None:
        text = str(cell)
        plain = len(text) == length and text.isascii() and text.isdigit()
        if plain and _keys_hold(text):
            return None if text.strip("0") else lenient
        if plain and not text.startswith(_LA_POSTE):
            return wrong
        if not _reference(kind)(text):
            return wrong
        return None if plain else lenient

    return column_check(params["column"], rule, kind)


@cache
def _reference(kind: str) -> Callable[[str], bool]:
    # Few numbers need it, and to import it takes as long as to check ten thousand of them.
    is_valid: Callable[[str], bool] = import_module(f"stdnum.fr.{kind}").is_valid
    return is_valid


def _keys_hold(digits: str) -> bool:
    """Tell whether the sums that a SIREN and a SIRET carry are right, save for La Poste's own rule."""
    return _luhn(digits[:9]) and (len(digits) == 9 or _luhn(digits))


def _luhn(digits: str) -> bool:
    """Add digits from the right, every second one doubled and its own digits added."""
    return (sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


_LA_POSTE = "356000000"
_DOUBLED = str.maketrans("0123456789", "0246813579")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
