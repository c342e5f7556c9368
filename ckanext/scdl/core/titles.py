"""A few words for each kind of finding, for lists and for forms that ask for a title."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .sentences import translator


def title(code: str, lang: str = "fr") -> str:
    """Return the title of a code; the one of its family where it has none of its own."""
    known = titles(lang)
    return known.get(code) or known.get(code.partition("-")[0]) or known["other"]


@lru_cache(maxsize=8)
def titles(lang: str) -> Mapping[str, str]:
    """Return the titles by code or family of codes."""
    _ = translator(lang)
    return {
        "refused": _("File not checked"),
        "missing-label": _("Column missing"),
        "missing-optional-label": _("Column missing"),
        "extra-label": _("Column not expected"),
        "blank-label": _("Column without name"),
        "duplicate-label": _("Column twice"),
        "unnamed-columns": _("Column without name"),
        "unmatched-header": _("Header not recognised"),
        "older-version": _("Older version of the schema"),
        "blank-row": _("Empty row"),
        "missing-cell": _("Row too short"),
        "extra-cell": _("Row too long"),
        "unique": _("Value twice"),
        "primary": _("Row twice"),
        "type": _("Value of another kind"),
        "type-integer": _("Not a whole number"),
        "type-number": _("Not a number"),
        "type-boolean": _("Neither yes nor no"),
        "type-date": _("Date not well written"),
        "type-datetime": _("Date not well written"),
        "type-year": _("Year not well written"),
        "format": _("Form not respected"),
        "pattern": _("Form not respected"),
        "required": _("Cell empty"),
        "enum": _("Value not in the list"),
        "minimum": _("Value too small"),
        "exclusive-minimum": _("Value too small"),
        "maximum": _("Value too big"),
        "exclusive-maximum": _("Value too big"),
        "min-length": _("Text too short"),
        "max-length": _("Text too long"),
        "siret": _("SIRET not valid"),
        "siren": _("SIREN not valid"),
        "nomenclature": _("Subject not in the nomenclature"),
        "one": _("One of two columns to fill"),
        "cohesive": _("Row half filled"),
        "compare": _("Values that contradict each other"),
        "sum": _("Sum not right"),
        "year": _("Years not well written"),
        "local": _("Local check"),
        "other": _("To look at"),
    }
