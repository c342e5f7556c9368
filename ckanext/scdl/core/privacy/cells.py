"""Detectors that look into cells: a sieve over many cells at once, a pattern on what passes, a proof on what matches.

A sieve reads the cells of a column joined into one text, without looking at each. What it lets through is
searched with the detector's pattern, and what that finds is judged one by one: by its checksum where there is
one, else by what stands before it and by the name of its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum import iban as stdnum_iban
from stdnum.fr import nir as stdnum_nir

from . import masks
from .domains import GENERIC_MAILBOXES, SHARED_DOMAINS

JOINT = "\x00"
"""Stands between cells while all are searched at once; no text that was read holds it."""

_SPACES = "[ .\u00a0\u202f-]?"
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_BETWEEN_DIGITS = " .-()\u00a0\u202f".encode()


@dataclass(frozen=True)
class Candidate:
    """What a pattern found: its text, what stands just before it, and the roles of its column."""

    text: str
    before: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What a candidate is.

    Attributes:
        code: code of the finding.
        mask: how it may be shown.
        sure: False where it counts only if most candidates of its column are right.
    """

    code: str
    mask: str
    sure: bool = True


@dataclass(frozen=True)
class CellDetector:
    """One way to find something in a cell.

    Attributes:
        sieve: tells from joined cells whether to search them at all.
        pattern: finds candidates.
        judge: returns what a candidate is, None when it is nothing.
    """

    sieve: Callable[[str], bool]
    pattern: re.Pattern[str]
    judge: Callable[[Candidate], Verdict | None]


def long_numbers(joined: str) -> bool:
    """Tell whether nine digits follow one another somewhere, whatever stands between them in a written number."""
    data = joined.encode("utf-8", "replace")
    return b"000000000" in data.translate(_DIGITS, _BETWEEN_DIGITS)


def _nir(candidate: Candidate) -> Verdict | None:
    """Judge a number of the social security by its key; the 13 digits without key prove nothing."""
    text = re.sub(r"[^\dABab]", "", candidate.text)
    if text[5:7] == "00" or text[7:10] == "000" or not stdnum_nir.is_valid(text):
        return None
    written = len(candidate.text) > len(text)
    return Verdict("nir", masks.shape(candidate.text, 1), sure=written or "nir" in candidate.roles)


def _iban(candidate: Candidate) -> Verdict | None:
    """Judge an account by its key; words that follow it are cut off."""
    compact = re.sub(r"[^0-9A-Za-z]", "", candidate.text).upper()
    for length in range(len(compact), 14, -1):
        if stdnum_iban.is_valid(compact[:length]):
            code = "iban-supplier" if "supplier" in candidate.roles else "iban"
            return Verdict(code, masks.shape(" ".join((compact[:4], compact[4:length])), 2))
    return None


_ABOUT_PHONES = re.compile(r"(?:t[ée]l|portable|mobile|phone|appel|joindre|contact|gsm)\W*\w{0,12}\W{0,4}$", re.I)


def _phone(candidate: Candidate) -> Verdict | None:
    """Judge a number by how it is written; ten bare digits need a column or a word that speaks of phones."""
    text = candidate.text
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    national = "0" + digits[-9:]
    written = text.startswith(("+", "00")) or len(text) >= 14
    told = "phone" in candidate.roles or bool(_ABOUT_PHONES.search(candidate.before))
    if not written and not told:
        return None
    code = "phone-mobile" if national[1] in "67" else "phone-landline"
    return Verdict(code, masks.shape(text, 2 if text.startswith("0") and text[1:2] != "0" else 3))


def _email(candidate: Candidate) -> Verdict:
    """Judge an address by its domain, unless it is the mailbox of a service."""
    local, _, domain = candidate.text.lower().partition("@")
    shared = domain in SHARED_DOMAINS
    mask = masks.email(candidate.text, shared)
    parts = [part for part in re.split(r"[^a-zà-ÿ]+", local) if part]
    if any(part in GENERIC_MAILBOXES for part in parts) or local.startswith(GENERIC_MAILBOXES):
        return Verdict("email-generic", mask)
    if shared:
        return Verdict("email-personal", mask)
    return Verdict("email-named" if len(parts) == 2 and "." in local else "email-generic", mask)


CELL_DETECTORS: Mapping[str, CellDetector] = {
    "nir": CellDetector(
        long_numbers,
        re.compile(
            rf"(?<![\dA-Za-z])[1-478]{_SPACES}\d\d{_SPACES}(?:0[1-9]|1[0-2]|[2-9]\d){_SPACES}(?:\d\d|2[ABab]){_SPACES}"
            rf"\d{{3}}{_SPACES}\d{{3}}{_SPACES}\d\d(?![\dA-Za-z])"
        ),
        _nir,
    ),
    "iban": CellDetector(
        long_numbers,
        re.compile(
            r"(?<![0-9A-Za-z])[A-Za-z]{2}\d\d(?:[ \u00a0\u202f]?[0-9A-Za-z]{4}){2,7}"
            r"(?:[ \u00a0\u202f]?[0-9A-Za-z]{1,4})?(?![0-9A-Za-z])"
        ),
        _iban,
    ),
    "phone": CellDetector(
        long_numbers,
        re.compile(
            rf"(?<![\d+])(?:(?:\+|00)33{_SPACES}(?:\(0\){_SPACES})?|0)[1-79](?:{_SPACES}\d\d){{4}}(?!{_SPACES}\d)"
        ),
        _phone,
    ),
    "email": CellDetector(
        lambda joined: "@" in joined,
        re.compile(r"(?<![\w.+'-])[\w+'-][\w.+'-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
        _email,
    ),
}
"""The detectors of single values, by kind."""
