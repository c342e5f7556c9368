"""Codes that a spreadsheet took for numbers: SIRET, SIREN, INSEE and postal codes, and other codes with a pattern.

A zero is put back in front of a SIRET when its keys then hold, which chance does once in a hundred times on other
thirteen digits; an INSEE or postal code carries no key, so only the territory makes it sure. A number that lost digits
(2,12E+13) is asked for, and a SIREN is no SIRET.
"""

from __future__ import annotations

import re

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from .base import Answer, Column, Doubt, Rewriter, Rewriting, clean

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?\s?E\s?\+?\s?\d{1,2}", re.ASCII | re.IGNORECASE)
_DECIMALS = re.compile(r"[.,]0+$")
_BETWEEN = re.compile(r"[\s.\-_/']")
_LETTERS_BEFORE = re.compile(r"^(?:n°?\s*)?(?:siret|siren)\s*:?\s*(?:n°)?\s*", re.IGNORECASE)
_COMMUNE = re.compile(r"\d{4}", re.ASCII)
_A_WORD = re.compile(r"(?:^|[\s,;'’(])[^\W\d_]{2,}(?:$|[\s,;'’)])")
_WHOLE_CODE = re.compile(r"\d[\dAB]\d{3}", re.ASCII)
_MANY_DEPARTEMENTS = 10

_A_SIRET, _A_SIREN = "21220113100019", "212201131"


def siret(column: Column) -> Rewriter | None:
    """Write a SIRET as 14 digits."""
    if not _is_number(column, "siret", _A_SIRET):
        return None
    publisher = column.known.publisher.siret

    def rewrite(text: str) -> Answer:
        if _SCIENTIFIC.fullmatch(text):
            return Doubt("scientific", _same_head(publisher, text))
        digits = _digits(text)
        if digits is None:
            return None
        if len(digits) == 13:
            padded = "0" + digits
            holds = not digits.startswith("0") and stdnum_siret.is_valid(padded)
            return Rewriting(padded) if holds else Doubt("siret-short")
        if len(digits) == 9 and stdnum_siren.is_valid(digits):
            return Doubt("siren-for-siret", (publisher,) if publisher and publisher.startswith(digits) else ())
        return Rewriting(digits) if len(digits) == 14 and digits.strip("0") else None

    return rewrite


def siren(column: Column) -> Rewriter | None:
    """Write a SIREN as 9 digits."""
    if not _is_number(column, "siren", _A_SIREN) or column.accepts(_A_SIRET):
        return None

    def rewrite(text: str) -> Answer:
        if _SCIENTIFIC.fullmatch(text):
            return Doubt("scientific")
        digits = _digits(text)
        return Rewriting(digits) if digits and len(digits) == 9 and digits.strip("0") else None

    return rewrite


def insee(column: Column) -> Rewriter | None:
    """Put the zero back in front of the INSEE code of a commune."""
    if column.type != "string" or "insee" not in column.plain_name or not column.accepts("22113", "01004"):
        return None
    territory = column.known.territory
    lost = _zeros_are_lost(column)

    def rewrite(text: str) -> Answer:
        code = _bare(text).upper()
        if not _COMMUNE.fullmatch(code):
            return Rewriting(code)
        padded = "0" + code
        if not territory.codes:
            return Rewriting(padded, "likely") if lost else Doubt("commune-short", (padded,))
        return Rewriting(padded) if territory.holds_commune(padded) else Doubt("commune-short", (padded,))

    return rewrite


def postal_code(column: Column) -> Rewriter | None:
    """Put the zero back in front of a postal code."""
    named = re.search(r"postal|_cp\b|\bcp_|codepostal", column.plain_name)
    if column.type != "string" or not named or not column.accepts("22000", "01000"):
        return None

    lost = _zeros_are_lost(column)

    def rewrite(text: str) -> Answer:
        code = _bare(text)
        if not _COMMUNE.fullmatch(code):
            return Rewriting(code)
        return Rewriting("0" + code, "likely") if lost else Doubt("postal-short", ("0" + code,))

    return rewrite


def code(column: Column) -> Rewriter | None:
    """Write a code that has to follow a pattern without the spaces and decimals that it got on its way."""
    if column.type != "string" or "pattern" not in column.constraints:
        return None

    def rewrite(text: str) -> Answer:
        text = clean(text)
        if not any(char.isdigit() for char in text) or _A_WORD.search(text):
            return None  # the pattern is that of a name or an address
        bare = _DECIMALS.sub("", text)
        for candidate in (bare, _BETWEEN.sub("", bare), text.replace(",", "."), text.upper(), text.lower()):
            if candidate != text and column.accepts(candidate):
                return Rewriting(candidate, "likely")
        return None

    return rewrite


_BETWEEN_DOMAINS = re.compile(r"\s*[/\\]\s*")


def nomenclature(column: Column) -> Rewriter | None:
    """Write the sign between domain and subject of an act: no spaces beside it, no backslash as in version 1.1.0."""
    if column.accepts("Finances locales / Subventions") or not column.accepts("Finances locales/Subventions"):
        return None
    return lambda text: Rewriting(_BETWEEN_DOMAINS.sub("/", clean(text), count=1))


def _bare(text: str) -> str:
    return _DECIMALS.sub("", clean(text)).replace(" ", "")


def _zeros_are_lost(column: Column) -> bool:
    """Tell whether codes of four digits are rather without their zero than wrong.

    They are where all codes are that short, or where codes from all over France stand beside them and none begins
    with a zero; among codes of one or two départements a short one lacks any digit.
    """
    codes = {_bare(text) for text in column.texts}
    short = {code for code in codes if _COMMUNE.fullmatch(code)}
    whole = {code for code in codes if _WHOLE_CODE.fullmatch(code)}
    if not whole:
        return bool(short)
    return not any(code.startswith("0") for code in whole) and len({code[:2] for code in whole}) >= _MANY_DEPARTEMENTS


def _is_number(column: Column, name: str, sample: str) -> bool:
    """Tell whether a column holds such numbers: by its rules, or by its name where they let everything pass."""
    if column.type != "string" or not column.accepts(sample):
        return False
    return name in column.plain_name or not column.accepts(sample[:-1] + "0")


def _digits(text: str) -> str | None:
    """Return the digits of a number that may have spaces, dots, decimals or its own name around them."""
    bare = _BETWEEN.sub("", _DECIMALS.sub("", _LETTERS_BEFORE.sub("", clean(text))))
    return bare if bare.isascii() and bare.isdigit() else None


def _same_head(publisher: str | None, text: str) -> tuple[str, ...]:
    """Return the publisher's SIRET as a choice where the digits that were kept are its own."""
    kept = re.sub(r"\D", "", text.upper().partition("E")[0]).rstrip("0")
    return (publisher,) if publisher and publisher.lstrip("0").startswith(kept) and len(kept) >= 2 else ()
