"""What is said of rows and cells: types, constraints, custom and local checks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .language import translator


@lru_cache(maxsize=8)
def cell_texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code about rows and cells; `type-x` falls back to `type`."""
    _ = translator(lang)
    return {
        # rows
        "blank-row": _("{place}: the row says nothing. Delete it."),
        "missing-cell": _(
            "{place}: the row ends before this column. Check the number of separators in the row; a text "
            "that holds the separator must be between quotes."
        ),
        "extra-cell": _(
            "{place}: the row goes on after the last column with “{value}”. Put a text that holds the "
            "separator between quotes, or remove the surplus."
        ),
        "unique": _("{place}: “{value}” already stands in an earlier row, and each value may appear only once here."),
        "primary-key": _(
            "{place}: the row has the same key ({value}) as an earlier one. Remove the duplicate or correct the key."
        ),
        "primary-key-empty": _("{place}: the row has no key. Fill {expected}."),
        # types
        "type-integer": _(
            "{place}: “{value}” is not a whole number. Write digits only, without spaces, unit or decimals."
        ),
        "type-number": _(
            "{place}: “{value}” is not a number. Write digits with a point for decimals, without spaces or "
            "unit, for example 1234.50."
        ),
        "type-boolean": _("{place}: “{value}” is neither yes nor no. Write {expected}."),
        "type-date": _(
            "{place}: “{value}” is not a date of the expected form. Write year-month-day, for example {expected}."
        ),
        "type-datetime": _("{place}: “{value}” is not a date with a time. Write it like 2024-03-31T14:30:00Z."),
        "type-time": _(
            "{place}: “{value}” is not a time of day. Write hours, minutes and seconds, for example 14:30:00."
        ),
        "type-year": _("{place}: “{value}” is not a year. Write it with four digits, for example 2024."),
        "type-geopoint": _(
            "{place}: “{value}” is not a position. Write the longitude, a comma, the latitude, for example {example}."
        ),
        "type-array": _(
            "{place}: “{value}” is not a list. Write it between square brackets, each item between double "
            "quotes and commas in between, for example {example}."
        ),
        "type": _("{place}: “{value}” is not of the kind this column holds. Look at this example: {example}."),
        "format-email": _(
            "{place}: “{value}” is not an e-mail address. Write one address, for example mairie@exemple.fr."
        ),
        "format-uri": _("{place}: “{value}” is not a web address. Write it whole, beginning with https://."),
        "format-uuid": _(
            "{place}: “{value}” is not a UUID, the identifier of 32 digits and letters a to f with dashes."
        ),
        "format": _("{place}: “{value}” does not have the expected form. Look at this example: {example}."),
        # constraints
        "required": _("{place}: the cell is empty and this column is required. Fill it, for example {example}."),
        "enum": _(
            "{place}: “{value}” is not one of the accepted values: {expected}. Use one of them, letter by letter."
        ),
        "pattern": _("{place}: “{value}” does not have the expected form. Write it as in this example: {example}."),
        "minimum": _("{place}: “{value}” is too small. The smallest accepted value is {expected}."),
        "maximum": _("{place}: “{value}” is too big. The biggest accepted value is {expected}."),
        "exclusive-minimum": _("{place}: “{value}” is too small. It must be more than {expected}."),
        "exclusive-maximum": _("{place}: “{value}” is too big. It must be less than {expected}."),
        "min-length": _("{place}: “{value}” is too short. At least {expected} characters are needed."),
        "max-length": _("{place}: “{value}” is too long. At most {expected} characters are accepted."),
        # custom checks
        "siret": _(
            "{place}: “{value}” is not an existing SIRET form: 14 digits, the last ones of which are a "
            "check. Copy it again from annuaire-entreprises.data.gouv.fr; in a spreadsheet, format the "
            "column as text first."
        ),
        "siren": _(
            "{place}: “{value}” is not an existing SIREN form: 9 digits, the last of which is a check. "
            "Copy it again from annuaire-entreprises.data.gouv.fr; in a spreadsheet, format the column as "
            "text first."
        ),
        "nomenclature-slash": _("{place}: “{value}” lacks the slash. Write the domain, a slash, the sub-domain."),
        "nomenclature-space": _("{place}: “{value}” has a space next to the slash. Remove it."),
        "nomenclature-domain": _(
            "{place}: “{value}” does not begin with one of the nine domains of the nomenclature of acts, "
            "for example “Finances locales” or “Commande publique”. Correct what stands before the slash."
        ),
        "one-of-required": _("{place}: neither {expected} is filled. Fill at least one of them."),
        "one-of-required-columns": _("None of the columns {expected} is in the file. Add at least one of them."),
        "cohesive-columns": _(
            "{place}: the row is half filled. The columns {expected} are filled together or left empty together."
        ),
        "cohesive-columns-missing": _(
            "Column “{field}” is in the file without those that go with it. Add {expected}, or remove it."
        ),
        "compare-columns": _("{place}: “{value}” must be {comparison} the value of column “{other}” in the same row."),
        "compare-columns-kinds": _(
            "{place}: “{value}” cannot be compared with column “{other}” in the same row. Write both in the same way."
        ),
        "sum-columns": _("{place}: “{value}” is not the sum of the columns {expected}. Check these numbers."),
        "year-interval": _(
            "{place}: “{value}” is not a span of years. Write two years with a slash, for example 2023/2024."
        ),
        "year-or-interval": _("{place}: “{value}” is neither a year nor a span of years. Write 2024, or 2023/2024."),
        "year-interval-order": _("{place}: in “{value}”, the second year must come after the first."),
        # local checks
        "local-publisher-siret": _(
            "{place}: “{value}” is not the SIRET of the collectivité that publishes this file ({expected}). "
            "Check that it is the right file, or correct the SIRET."
        ),
        "local-publisher-establishment": _(
            "{place}: “{value}” is another establishment of the collectivité that publishes this file "
            "({expected}). Nothing to do if that is meant."
        ),
        "local-commune": _(
            "{place}: commune “{value}” is not in the territory. Check the INSEE code; it is not the postcode."
        ),
        "local-point": _(
            "{place}: the point {value} lies outside the territory. Check longitude and latitude, in decimal degrees."
        ),
        "local-point-swapped": _(
            "{place}: the point {value} would lie in the territory with longitude and latitude exchanged. "
            "Exchange them."
        ),
        "local-future-date": _(
            "{place}: “{value}” is in the future (the check was done for {expected}). Correct the date."
        ),
        "local-matiere": _(
            "{place}: in “{value}”, code and name do not go together. This code stands for “{expected}”: "
            "correct the code or the name, and keep the code as text, for a spreadsheet makes 7.1 of 7.10."
        ),
        "local-duplicate": _(
            "{place}: “{value}” already stands on line {expected}. Remove the duplicate, or correct what "
            "tells the two apart."
        ),
        "phone-number": _(
            "{place}: “{value}” is not a telephone number. Write one number only, for example 02 99 00 27 37 "
            "or +33 2 99 00 27 37."
        ),
        "opening-hours": _(
            "{place}: “{value}” does not say opening hours as OpenStreetMap writes them. Write days in "
            "English, then hours with two digits, for example {example}."
        ),
        "gps-outside": _(
            "{place}: “{value}” does not lie in France. Write the longitude first, then the latitude, in degrees."
        ),
        "gps-swapped": _("{place}: in “{value}”, longitude and latitude are swapped. Write the longitude first."),
        # accepted by the national validator, and still not right
        "lenient-number": _(
            "{place}: “{value}” is accepted by the national validator, but other programs read no number "
            "there, or another one. Write plain digits, or leave the cell empty."
        ),
        "lenient-year": _(
            "{place}: “{value}” is accepted by the national validator, but is not a year. Write it with four "
            "digits, for example 2024."
        ),
        "lenient-date": _(
            "{place}: “{value}” is accepted by the national validator, but other programs read no date "
            "there. Write plain digits, for example 2024-03-31."
        ),
        "lenient-text": _(
            "{place}: “{value}” is accepted by the national validator, but holds a line end or digits of "
            "another script. Type it again."
        ),
        "lenient-siret": _(
            "{place}: “{value}” is accepted by the national validator, but no establishment has this SIRET. "
            "Write its 14 digits without anything in between."
        ),
        "lenient-siren": _(
            "{place}: “{value}” is accepted by the national validator, but no body has this SIREN. Write its "
            "9 digits without anything in between."
        ),
        # the rest
        "unknown-check": _(
            "The schema asks for a check named “{value}” that is not done here. Nothing is asked of you."
        ),
        "more-issues": _("{count} more places are not listed: put right what is above, then check the file again."),
    }
