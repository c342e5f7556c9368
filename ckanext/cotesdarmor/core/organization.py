"""From a row of the register to an organisation of the portal: names, contents, what has to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stdnum.fr import siret as stdnum_siret

from .territory import Collectivite, is_valid_siren, normalised

# Bodies that the register does not hold are of the later kinds; the form lists them in this order.
KINDS = (
    "commune",
    "epci",
    "departement",
    "region",
    "syndicat",
    "ccas",
    "sdis",
    "centre_de_gestion",
    "etablissement_public",
    "autre",
)
POLICIES = ("warn", "block")
ROLES = ("member", "editor", "admin")
REGISTER_FIELDS = ("siren", "insee_code", "kind", "population", "population_year")

_SEPARATORS = re.compile(r"[\s.\-_\u00a0\u202f]")
_MAXIMUM_SLUG = 90  # CKAN allows 100; a code may follow


class SirenError(Exception):
    """What was typed is no SIREN.

    Attributes:
        reason: `characters`, `siret`, `length` or `key`.
        digits: what was typed, without its separators.
    """

    def __init__(self, reason: str, digits: str) -> None:
        super().__init__(reason, digits)
        self.reason = reason
        self.digits = digits


class SiretError(Exception):
    """What was typed is no SIRET, or that of another body.

    Attributes:
        reason: `characters`, `siren`, `length`, `key` or `other`.
        digits: what was typed, without its separators.
    """

    def __init__(self, reason: str, digits: str) -> None:
        super().__init__(reason, digits)
        self.reason = reason
        self.digits = digits


def clean_siren(text: str) -> str:
    """The nine digits of a SIREN, however they were grouped.

    Raises:
        SirenError: with the reason.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdecimal():
        raise SirenError("characters", digits)
    if len(digits) == 14:
        raise SirenError("siret", digits)
    if len(digits) != 9:
        raise SirenError("length", digits)
    if not is_valid_siren(digits):
        raise SirenError("key", digits)
    return digits


def clean_siret(text: str, siren: str = "") -> str:
    """The fourteen digits of a SIRET, however they were grouped.

    Args:
        text: what was typed.
        siren: the body it must be an establishment of, when that is known.

    Raises:
        SiretError: with the reason.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdecimal():
        raise SiretError("characters", digits)
    if len(digits) != 14:
        raise SiretError("siren" if len(digits) == 9 else "length", digits)
    if not stdnum_siret.is_valid(digits):
        raise SiretError("key", digits)
    if siren and not digits.startswith(siren):
        raise SiretError("other", digits)
    return digits


def dashed(name: str) -> str:
    """A name as it stands in an address: « L'Île-de-Bréhat » becomes `l-ile-de-brehat`, « ? » nothing."""
    return normalised(name).replace(" ", "-")[:_MAXIMUM_SLUG].rstrip("-")


def slug(name: str) -> str:
    """The address of a body: CKAN wants at least two characters."""
    plain = dashed(name)
    return plain if len(plain) > 1 else f"organisation-{plain}".rstrip("-")


def slugs(name: str, siren: str, insee: str = "") -> Iterator[str]:
    """Addresses to try in turn, for two bodies may share a name; the last one is the body's alone."""
    plain = slug(name)
    yield plain
    if insee:
        yield f"{plain}-{insee.lower()}"
    yield f"{plain}-{siren}"


def from_register(one: Collectivite) -> dict[str, str]:
    """What the register says of an organisation, as the portal stores it: as texts."""
    return {
        "siren": one.siren,
        "insee_code": one.insee,
        "kind": str(one.kind),
        "population": str(one.population),
        "population_year": str(one.population_year),
    }


def changes(stored: Mapping[str, object], wanted: Mapping[str, str]) -> dict[str, str]:
    """The wanted values that differ from the stored ones; a value that is absent equals an empty one."""
    return {key: value for key, value in wanted.items() if as_text(stored.get(key)) != as_text(value)}


def as_text(value: object) -> str:
    """A value as it is compared: numbers and texts alike, nothing as an empty text."""
    return "" if value is None else str(value).strip()


def siren_in(text: str) -> str | None:
    """The SIREN at the end of a suggestion such as « Lannion (212201131) », if there is one."""
    match = re.search(r"\((\d{9})\)\s*$", text)
    return match.group(1) if match else None
