"""Every correction of cells, in the order in which a text is held against them."""

from __future__ import annotations

from . import codes, contacts, dates, numbers, texts
from .base import Rule

FORM = (Rule("mojibake", texts.mojibake, beyond_faults=True), Rule("spaces", texts.spaces))
"""Corrections of any text; what comes after them sees their result."""

MEANING = (
    Rule("yes-no", contacts.yes_no),
    Rule("enumeration", texts.enumeration),
    Rule("list", texts.choices_in_list),
    Rule("date", dates.date),
    Rule("year", dates.year),
    Rule("period", dates.period),
    Rule("percentage", numbers.percentage, reads_all=True),
    Rule("number", numbers.number),
    Rule("siret", codes.siret),
    Rule("siren", codes.siren),
    Rule("insee", codes.insee, reads_all=True),
    Rule("postal-code", codes.postal_code, beyond_faults=True, reads_all=True),
    Rule("phone", contacts.phone),
    Rule("opening-hours", contacts.opening_hours, beyond_faults=True, reads_all=True),
    Rule("nomenclature", codes.nomenclature),
    Rule("code", codes.code),
    Rule("nothing", numbers.nothing),
)
"""Corrections of what a field means; the first that knows a text answers."""

OF_ROWS = ("coordinates", "publisher")
"""Corrections that look at a whole row or column."""

OF_LAYOUT = ("heading", "order", "optional-column")
"""Corrections of names and places of columns."""

CODES = (*(rule.code for rule in (*FORM, *MEANING)), *OF_ROWS, *OF_LAYOUT)
"""Every correction that may be refused by name."""
