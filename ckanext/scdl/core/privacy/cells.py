"""Detectors that look into cells: a sieve over many cells at once, a pattern on what passes, a proof on what matches.

A sieve reads the cells of a column joined into one text, before it looks at each. What it lets through is
searched with the detector's pattern, and what that finds is judged one by one: by its checksum where there is
one, else by what stands before it and by the name of its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from stdnum import iban as stdnum_iban
from stdnum.fr import nir as stdnum_nir

from . import masks, names
from .domains import GENERIC_MAILBOXES, SHARED_DOMAINS

JOINT = "\x00"
"""Stands between cells while all are searched at once; no text that was read holds it."""

_SPACES = "[ .\u00a0\u202f-]?"
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LEAST_DIGITS = 9
_BETWEEN_DIGITS = " .-()ABab\u00a0\u202f"
"""What may stand between the digits of one number; A and B do in Corsica."""

_ACCOUNT_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
"""Signs of an IBAN by country, for the countries of SEPA: what follows it in a text is cut off there."""


def as_one(texts: Iterable[str]) -> str:
    """Return cells as one text, before and behind each a JOINT."""
    return f"{JOINT}{JOINT.join(texts)}{JOINT}"


@dataclass(frozen=True)
class Sieve:
    """What cells must hold to be searched: one of some texts, or nine digits of one number.

    Attributes:
        signs: the texts.
        number: whether such digits pass.
        sentence: whether what has no space holds none of the texts; codes and addresses have none.
    """

    signs: tuple[str, ...] = ()
    number: bool = False
    sentence: bool = True

    def kept(self, texts: Iterable[str], joined: str) -> str:
        """Return the cells to search, joined; nothing when there are none.

        Args:
            texts: cells of a column.
            joined: the same as one text, before and behind each a JOINT.
        """
        if self.number:
            digits = joined.encode("utf-8", "replace").translate(_DIGITS, _BETWEEN_DIGITS.encode())
            return joined if b"0" * _LEAST_DIGITS in digits else ""
        if self.sentence and " " not in joined:
            return ""
        signs = [sign for sign in self.signs if sign in joined]
        return as_one(text for text in texts if any(sign in text for sign in signs)) if signs else ""

    def as_pattern(self) -> str:
        """Return a regular expression that lets through at least as much, for libraries that search columns."""
        between = "".join(rf"\x{{{ord(sign):x}}}" for sign in _BETWEEN_DIGITS)
        numbers = [rf"(?:[0-9][{between}]*){{{_LEAST_DIGITS}}}"] if self.number else []
        return "|".join([*map(re.escape, self.signs), *numbers])


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
        role: role of a column that is searched whatever the sieve says.
    """

    sieve: Sieve
    pattern: re.Pattern[str]
    judge: Callable[[Candidate], Verdict | None]
    role: str = ""


def _nir(candidate: Candidate) -> Verdict | None:
    """Judge a number of the social security by its key."""
    text = re.sub(r"[^\dABab]", "", candidate.text)
    if text[5:7] == "00" or text[7:10] == "000" or not stdnum_nir.is_valid(text):
        return None
    written = len(candidate.text) > len(text)
    return Verdict("nir", masks.shape(candidate.text, 1), sure=written or "nir" in candidate.roles)


def _nir_without_key(candidate: Candidate) -> Verdict | None:
    """Judge the 13 digits before the key, which prove nothing: the name of the column has to say so."""
    return Verdict("nir", masks.shape(candidate.text, 1)) if "nir" in candidate.roles else None


def _iban(candidate: Candidate) -> Verdict | None:
    """Judge an account by its length and its key; words that follow it are cut off."""
    compact = re.sub(r"[^0-9A-Za-z]", "", candidate.text).upper()
    account = compact[: _ACCOUNT_LENGTHS.get(compact[:2], 0)]
    if not account or not stdnum_iban.is_valid(account):
        return None
    return Verdict("iban-supplier" if "supplier" in candidate.roles else "iban", masks.shape(account, 2))


_ABOUT_PHONES = re.compile(r"(?:t[ée]l|portable|mobile|phone|appel|joindre|contact|gsm)\W*\w{0,12}\W{0,4}$", re.I)


def _phone(candidate: Candidate) -> Verdict | None:
    """Judge a number by how it is written; ten bare digits need a column or a word that speaks of phones."""
    text = candidate.text
    if candidate.before[-1:].isdigit() or candidate.before.endswith("+"):
        return None
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


def _person(candidate: Candidate) -> Verdict | None:
    """Judge what stands behind a civility: a name, or an office, or a road that bears a name."""
    name = candidate.text.partition(" ")[2].strip()
    if not names.names_person_after(name, candidate.before):
        return None
    return Verdict("person-name-text", masks.words(candidate.text))


def _birth(candidate: Candidate) -> Verdict:
    return Verdict("birth-date-text", masks.shape(candidate.text, 2))


_ABOUT_PLATES = re.compile(r"(?:immat|plaque|v[ée]hicule|voiture|fourgon|camion|tracteur)", re.I)


def _plate(candidate: Candidate) -> Verdict | None:
    """Judge a plate by what it stands in: references are written alike."""
    if "plate" in candidate.roles or _ABOUT_PLATES.search(candidate.before):
        return Verdict("plate", masks.shape(candidate.text))
    return None


_NUMBER = Sieve(number=True)
_NIR = (
    rf"[1-478](?<![\dA-Za-z][1-478]){_SPACES}\d\d{_SPACES}(?:0[1-9]|1[0-2]|[2-9]\d){_SPACES}(?:\d\d|2[ABab]){_SPACES}"
    rf"\d{{3}}{_SPACES}\d{{3}}"
)

CELL_DETECTORS: Mapping[str, CellDetector] = {
    "nir": CellDetector(
        _NUMBER,
        re.compile(rf"{_NIR}{_SPACES}\d\d(?![\dA-Za-z])"),
        _nir,
    ),
    "nir without key": CellDetector(_NUMBER, re.compile(rf"{_NIR}(?![\dA-Za-z]|{_SPACES}\d)"), _nir_without_key),
    "iban": CellDetector(
        _NUMBER,
        re.compile(
            rf"(?:{'|'.join(_ACCOUNT_LENGTHS)}|fr)(?<![0-9A-Za-z][A-Za-z][A-Za-z])"
            rf"\d\d(?:[ \u00a0\u202f]?[0-9A-Za-z]{{4}}){{2,7}}"
            r"(?:[ \u00a0\u202f]?[0-9A-Za-z]{1,4})?(?![0-9A-Za-z])"
        ),
        _iban,
    ),
    "phone": CellDetector(
        _NUMBER,
        re.compile(rf"(?:\+33{_SPACES}(?:\(0\){_SPACES})?|0033{_SPACES}|0)[1-79](?:{_SPACES}\d\d){{4}}(?!{_SPACES}\d)"),
        _phone,
    ),
    "email": CellDetector(
        Sieve(("@",), sentence=False),
        re.compile(r"(?<![\w.+'-])[\w+'-][\w.+'-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[A-Za-z]{2,63}"),
        _email,
    ),
    "person-name": CellDetector(
        Sieve(("M. ", "MM. ", "Mr", "Mme", "MME", "Mlle", "MLLE", "onsieur", "adame", "ONSIEUR", "ADAME")),
        names.CIVILITY_IN_TEXT,
        _person,
    ),
    "birth-date": CellDetector(
        Sieve(("né le", "née le", "nés le", "nées le", "né(e) le", "Né le", "Née le", "Né(e) le", "NÉ LE", "NÉE LE")),
        re.compile(
            r"(?<!\w)né(?:e|s|es|\(e\))? le \d{1,2}(?:er)?(?:[/. -]\d{1,2}[/. -]| \w{3,9} )(?:1[89]|20)?\d\d(?!\d)",
            re.IGNORECASE,
        ),
        _birth,
    ),
    "plate": CellDetector(
        Sieve(("mmat", "IMMAT", "laque", "hicule", "oiture", "ourgon", "amion", "racteur")),
        re.compile(
            r"(?<![\w-])(?:[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}"
            r"|\d{2,4}[ -]?[A-Z]{2,3}[ -]?(?:\d\d|2[AB]|97\d))(?![\w-])"
        ),
        _plate,
        role="plate",
    ),
}
"""The detectors of single values, by name: the kind of what they find, unless two find the same."""

ANY_SIEVE = "|".join(dict.fromkeys(detector.sieve.as_pattern() for detector in CELL_DETECTORS.values()))
"""What no cell of a column holds in which no detector finds anything; the columns of SEARCHED are searched anyway."""

SEARCHED = frozenset(detector.role for detector in CELL_DETECTORS.values() if detector.role)
