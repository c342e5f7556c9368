"""Telephone numbers, opening hours and yes or no."""

from __future__ import annotations

import re

from .base import Answer, Column, Doubt, Rewriter, Rewriting, clean, unaccented

_TWO_NUMBERS = re.compile(r"[/;,]|\bou\b|\bet\b")
_DIALLED_BEFORE = frozenset({"", "0", "33", "0033", "330", "00330"})

_TRUE = frozenset({"oui", "o", "yes", "vrai", "true", "1", "1.0"})
_FALSE = frozenset({"non", "n", "no", "faux", "false", "0", "0.0"})
_LETTERS = {"y": True, "v": True, "t": True, "f": False}
"""What may stand for other words than these."""

_DAYS = {
    "lundi": "Mo", "mardi": "Tu", "mercredi": "We", "jeudi": "Th", "vendredi": "Fr", "samedi": "Sa",
    "dimanche": "Su", "lun": "Mo", "mar": "Tu", "mer": "We", "jeu": "Th", "ven": "Fr", "sam": "Sa", "dim": "Su",
    "jours feries": "PH", "jour ferie": "PH", "feries": "PH", "ferme": "off",
}  # fmt: skip
_DAY = re.compile(r"\b(" + "|".join(sorted(_DAYS, key=len, reverse=True)) + r")\b\.?")
_HOUR = re.compile(r"\b(\d{1,2})\s?[hH:](?:\s?(\d{2}))?(?!\d)")


def phone(column: Column) -> Rewriter | None:
    """Write a telephone number in the first form that the schema takes: digits, with spaces, or with +33."""
    named = re.search(r"\btel|_tel|phone|no_appel", column.plain_name)
    if column.type != "string" or not named or column.accepts("x" * 60):
        return None

    def rewrite(text: str) -> Answer:
        import phonenumbers

        text = clean(text)
        digits = re.sub(r"[\s.\-()]", "", text)
        if _TWO_NUMBERS.search(text):
            return Doubt("two-phones")
        lost = digits.isdigit() and len(digits) == 9 and not digits.startswith("0")
        try:
            number = phonenumbers.parse("0" + digits if lost else text, "FR")
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number) or not _is_all_of(text, str(number.national_number)):
            return None
        forms = phonenumbers.PhoneNumberFormat
        national = phonenumbers.format_number(number, forms.NATIONAL)
        written = [phonenumbers.format_number(number, form) for form in (forms.E164, forms.INTERNATIONAL)]
        if number.country_code == 33:
            written = [national.replace(" ", ""), national, *written]
        after = next((each for each in written if column.accepts(each)), None)
        unsure = lost or any(char.isalpha() for char in text)
        return None if after is None else Rewriting(after, "likely" if unsure else "sure")

    return rewrite


def opening_hours(column: Column) -> Rewriter | None:
    """Write opening hours as OpenStreetMap does: the form of the hours is sure, words in French are likely."""
    checked = column.accepts("Mo-Fr 08:30-12:00") and not column.accepts("…")
    if column.type != "string" or not (checked or re.search(r"ouverture|horaire", column.plain_name)):
        return None

    def rewrite(text: str) -> Answer:
        import opening_hours as grammar

        text = clean(text)
        if not text or grammar.validate(text):
            return None
        if grammar.validate(by_hours := _with_hours(text)):
            return Rewriting(by_hours)
        translated = _translated(text)
        return Rewriting(translated, "likely") if grammar.validate(translated) else None

    return rewrite


def yes_no(column: Column) -> Rewriter | None:
    """Write yes and no in the words of the schema."""
    if column.type == "boolean":
        yes = str((column.described.get("trueValues") or ["true"])[0])
        no = str((column.described.get("falseValues") or ["false"])[0])
    else:
        choices = {unaccented(str(choice)): str(choice) for choice in column.constraints.get("enum") or ()}
        if not {"oui", "non"} <= set(choices):
            return None
        yes, no = choices["oui"], choices["non"]

    def rewrite(text: str) -> Answer:
        word = unaccented(clean(text))
        if word in _LETTERS:
            return Rewriting(yes if _LETTERS[word] else no, "likely")
        return Rewriting(yes) if word in _TRUE else Rewriting(no) if word in _FALSE else None

    return rewrite


def _is_all_of(text: str, number: str) -> bool:
    """Tell whether a text has no other digits than a number and what may be dialled before it: 0, 33, +33 (0)."""
    digits = re.sub(r"\D", "", text)
    return digits.endswith(number) and digits.removesuffix(number) in _DIALLED_BEFORE


def _with_hours(text: str) -> str:
    """Return a text with its hours as 08:30."""
    return _HOUR.sub(lambda found: f"{int(found[1]):02d}:{found[2] or '00'}", text)


def _translated(text: str) -> str:
    """Return hours in French with English days and hours of four digits."""
    plain = unaccented(text).replace("–", "-")
    plain = re.sub(r"\b(?:du|le|les|de|ouvert|tous)\b", " ", plain)
    plain = re.sub(r"\s*(?:\bau\b|\ba\b|->)\s*", "-", plain)
    plain = _DAY.sub(lambda found: _DAYS[found[1]], plain)
    plain = re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)s\b", r"\1", plain)
    plain = _with_hours(plain)
    plain = re.sub(r"\s*-\s*", "-", plain)
    plain = re.sub(r"\s*(?:\bet\b|,|/)\s*", ",", plain)
    plain = re.sub(r"\s*[;\n]\s*", "; ", plain)
    plain = re.sub(r"([A-Za-z])\s*:\s*(?=\d)", r"\1 ", plain)
    return " ".join(plain.split())
