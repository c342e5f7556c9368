"""SIREN, SIRET and the nomenclature of acts: what a single code must look like.

The digits' form is the schema's own pattern; here only what a pattern cannot say. Known to be accepted as
by the national validator, and to be warned about later: spaces inside, a SIRET of zeros.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

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


def siret(params: Mapping[str, Any]) -> RowCheck:
    """Check the two keys of a SIRET, La Poste's own rule included."""
    return _numbered(params, "siret", stdnum_siret.is_valid)


def siren(params: Mapping[str, Any]) -> RowCheck:
    """Check the key of a SIREN."""
    return _numbered(params, "siren", stdnum_siren.is_valid)


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


def _numbered(params: Mapping[str, Any], code: str, is_valid: Callable[[str], bool]) -> RowCheck:
    def rule(cell: Any) -> Finding | None:
        return None if is_valid(str(cell)) else Finding(code)

    return column_check(params["column"], rule)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
