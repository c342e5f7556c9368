"""The sentences themselves, one per code; `messages` fills in the facts.

Placeholders are `{place}`, `{value}` and the like; `_()` stands round each sentence so that it is found for
translation.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

DOMAIN = "ckanext-scdl"
LOCALES = Path(__file__).parents[1] / "i18n"

Translate = Callable[[str], str]


@lru_cache(maxsize=8)
def translator(lang: str) -> Translate:
    """Return the function that looks a sentence up; the English one where a language has none."""
    return gettext.translation(DOMAIN, LOCALES, languages=[lang.partition("_")[0]], fallback=True).gettext


@lru_cache(maxsize=8)
def issue_texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code; a code like `type-x` falls back to its first word."""
    _ = translator(lang)
    return {
        # the header
        "missing-label": _(
            "The required column “{field}” is missing. Add it to the header under exactly this name and "
            "fill it."
        ),
        "other-label": _(
            "{place}: the schema gives this column another name. Its cells were checked all the same; write "
            "the name of the schema in the header."
        ),
        "missing-optional-label": _(
            "The optional column “{field}” is absent. Add it, even empty, so that all files have the same "
            "columns."
        ),
        "extra-label": _(
            "{place}: the schema does not know this column. Remove it, or give it the name of the schema "
            "if it is one of its columns."
        ),
        "blank-label": _("{place}: this column has no name. Name it in the header, or remove it."),
        "duplicate-label": _(
            "Several columns are named “{label}” ({expected}). Keep one and rename or remove the others: "
            "nothing below the header could be checked."
        ),
        "unnamed-columns": _(
            "Several columns have no name ({expected}). Name or remove them: nothing below the header "
            "could be checked."
        ),
        "unmatched-header": _(
            "No column has a name of this schema. Check that the first line holds the names of the "
            "columns: {expected}."
        ),
        "label-order": _(
            "The columns are not in the order of the schema. The file is valid; the usual order is: "
            "{expected}."
        ),
        "older-version": _(
            "The file fits version {expected} of the schema better than version {value}, against which it was "
            "checked. Bring it to version {value}, which is the one in force."
        ),
        # reading
        "encoding": _(
            "The file is not in UTF-8; it was read as Windows text. Save it as “CSV UTF-8” so that accents "
            "stay right everywhere."
        ),
        "separator-line": _(
            "The file begins with a line that only names its separator (sep=). It was left out, but other tools "
            "take it for the header: delete it."
        ),
        "quoted-lines": _(
            "Whole lines of the file stand between quotes, as happens when it is opened with the wrong separator "
            "and saved again. They were read as rows, but other tools see one column: save the original again."
        ),
        "title-lines": _(
            "{place}: the header stands below other lines. It was found, but other tools refuse the file: "
            "remove the lines above it."
        ),
        "blank-columns": _(
            "There are empty columns on the right of the table. They were left out, but other tools refuse "
            "the file: delete them."
        ),
        "blank-lines": _(
            "{place}: {count} empty rows stand inside the table. They were left out, but other tools "
            "refuse them: delete them."
        ),
        "blank-columns-left": _(
            "There are empty columns on the left of the table. They were left out, but other tools refuse "
            "the file: delete them."
        ),
        "latin-9": _(
            "The file is not in UTF-8; it was read as Latin-9, told by its œ or €. Save it as “CSV UTF-8” so "
            "that accents stay right everywhere."
        ),
        "utf-16-no-bom": _(
            "The file was read as UTF-16, which nothing in it announces. Save it as “CSV UTF-8” so that other "
            "tools can read it."
        ),
        "false-bom": _(
            "The file announces UTF-8 and is Windows text. It was read as such, but other tools show wrong "
            "accents: save it as “CSV UTF-8”."
        ),
        "mixed-encodings": _(
            "Some lines of the file are in UTF-8 and others are Windows text, as happens when files are put "
            "together. Each was read as what it is; save the file as “CSV UTF-8”."
        ),
        "mojibake": _(
            "The accents of the file had been encoded twice (“Ã©” for “é”). They were put right for this check; "
            "save the file as “CSV UTF-8” from its original."
        ),
        "mojibake-cell": _(
            "{place}: the accents of “{value}” went wrong when the file was converted. Write them again."
        ),
        "replacement-characters": _(
            "{place}: “{value}” holds the sign � in place of letters that were lost. Write them again."
        ),
        "control-characters": _(
            "{place}: the cell holds characters that cannot be seen and mean nothing in a text. Write it again "
            "by hand, without copying."
        ),
        "line-separators": _(
            "{place}: the cell holds a line separator that some tools take for the end of the row. Replace it "
            "by a space."
        ),
        "direction-marks": _(
            "{place}: the cell holds unseen marks that change the direction of writing, so that it is not what "
            "it looks like. Write it again by hand."
        ),
        "unseen-characters": _(
            "{place}: the cell holds characters that cannot be seen. Searching for its text will fail: write "
            "it again by hand."
        ),
        "formula-like": _(
            "{place}: “{value}” begins like a formula, which a spreadsheet program may run for whoever opens "
            "the file. Begin the text with another character."
        ),
        "number-in-text": _(
            "{place}: {count} cells are stored as numbers where a text is expected. They were read as shown, "
            "but the national validator refuses them: format the column as text."
        ),
        "date-cell": _(
            "{place}: {count} cells are stored as dates of the spreadsheet program. They were read as "
            "year-month-day, but the national validator refuses them: save the file as CSV."
        ),
        "merged-cells": _(
            "{place}: the cells {value} are merged, and only the first one holds something. Unmerge them and "
            "fill each."
        ),
        "hidden-rows": _(
            "{place}: {count} rows are hidden in the workbook. They were checked like the others; publish them "
            "only if they are meant to be public."
        ),
        "hidden-columns": _(
            "{place}: the column is hidden in the workbook. It was checked like the others; publish it only if "
            "it is meant to be public."
        ),
        "hidden-sheet": _(
            "The workbook has a hidden sheet, “{value}”, that whoever downloads it can read. Delete it if it is "
            "not meant to be public."
        ),
        "cell-comments": _(
            "{place}: {count} cells carry a comment that whoever downloads the workbook can read. Delete what "
            "is not meant to be public."
        ),
        "formula-without-value": _(
            "{place}: {count} formulas were saved without their result, and were read as empty. Open the "
            "workbook in a spreadsheet program and save it again."
        ),
        "error-value": _("{place}: the formula gives the error {value}. Correct it, or write the value."),
        "rounded-number": _(
            "{place}: {count} numbers have more decimals than the workbook shows, such as {value}. They were "
            "read as shown."
        ),
        "digits-lost": _(
            "{place}: “{value}” has more digits than a spreadsheet program keeps, and the last ones are lost. "
            "Format the column as text and type the number again."
        ),
        "sheet": _(
            "The workbook has several sheets with content; only the one that looks like the schema was "
            "checked."
        ),
        "no-data": _("There is no row below the header. Add the data, or publish the file later."),
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
        "unique": _(
            "{place}: “{value}” already stands in an earlier row, and each value may appear only once here."
        ),
        "primary-key": _(
            "{place}: the row has the same key ({value}) as an earlier one. Remove the duplicate or "
            "correct the key."
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
            "{place}: “{value}” is not a date of the expected form. Write year-month-day, for example "
            "{expected}."
        ),
        "type-datetime": _(
            "{place}: “{value}” is not a date with a time. Write it like 2024-03-31T14:30:00Z."
        ),
        "type-time": _(
            "{place}: “{value}” is not a time of day. Write hours, minutes and seconds, for example 14:30:00."
        ),
        "type-year": _("{place}: “{value}” is not a year. Write it with four digits, for example 2024."),
        "type-geopoint": _(
            "{place}: “{value}” is not a position. Write the longitude, a comma, the latitude, for example "
            "{example}."
        ),
        "type-array": _(
            "{place}: “{value}” is not a list. Write it between square brackets, each item between double "
            "quotes and commas in between, for example {example}."
        ),
        "type": _(
            "{place}: “{value}” is not of the kind this column holds. Look at this example: {example}."
        ),
        "format-email": _(
            "{place}: “{value}” is not an e-mail address. Write one address, for example mairie@exemple.fr."
        ),
        "format-uri": _("{place}: “{value}” is not a web address. Write it whole, beginning with https://."),
        "format-uuid": _(
            "{place}: “{value}” is not a UUID, the identifier of 32 digits and letters a to f with dashes."
        ),
        "format": _("{place}: “{value}” does not have the expected form. Look at this example: {example}."),
        # constraints
        "required": _(
            "{place}: the cell is empty and this column is required. Fill it, for example {example}."
        ),
        "enum": _(
            "{place}: “{value}” is not one of the accepted values: {expected}. Use one of them, letter by "
            "letter."
        ),
        "pattern": _(
            "{place}: “{value}” does not have the expected form. Write it as in this example: {example}."
        ),
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
        "nomenclature-slash": _(
            "{place}: “{value}” lacks the slash. Write the domain, a slash, the sub-domain."
        ),
        "nomenclature-space": _("{place}: “{value}” has a space next to the slash. Remove it."),
        "nomenclature-domain": _(
            "{place}: “{value}” does not begin with one of the nine domains of the nomenclature of acts, "
            "for example “Finances locales” or “Commande publique”. Correct what stands before the slash."
        ),
        "one-of-required": _("{place}: neither {expected} is filled. Fill at least one of them."),
        "one-of-required-columns": _(
            "None of the columns {expected} is in the file. Add at least one of them."
        ),
        "cohesive-columns": _(
            "{place}: the row is half filled. The columns {expected} are filled together or left empty "
            "together."
        ),
        "cohesive-columns-missing": _(
            "Column “{field}” is in the file without those that go with it. Add {expected}, or remove it."
        ),
        "compare-columns": _(
            "{place}: “{value}” must be {comparison} the value of column “{other}” in the same row."
        ),
        "compare-columns-kinds": _(
            "{place}: “{value}” cannot be compared with column “{other}” in the same row. Write both in "
            "the same way."
        ),
        "sum-columns": _("{place}: “{value}” is not the sum of the columns {expected}. Check these numbers."),
        "year-interval": _(
            "{place}: “{value}” is not a span of years. Write two years with a slash, for example 2023/2024."
        ),
        "year-or-interval": _(
            "{place}: “{value}” is neither a year nor a span of years. Write 2024, or 2023/2024."
        ),
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
            "{place}: the point {value} lies outside the territory. Check longitude and latitude, in decimal "
            "degrees."
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
            "{place}: “{value}” does not lie in France. Write the longitude first, then the latitude, in "
            "degrees."
        ),
        "gps-swapped": _(
            "{place}: in “{value}”, longitude and latitude are swapped. Write the longitude first."
        ),
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
        "more-issues": _(
            "{count} more places are not listed: put right what is above, then check the file again."
        ),
    }


@lru_cache(maxsize=8)
def refusal_texts(lang: str) -> Mapping[str, str]:
    """Return why a file could not be checked, for every code."""
    _ = translator(lang)
    return {
        "empty": _("The file is empty."),
        "not-a-table": _("The file is not a table. CSV, XLSX, ODS and XLS files can be checked."),
        "pdf": _("The file is a PDF, which shows a table but does not hold it as data."),
        "image": _("The file is an image, not a table."),
        "document": _("The file is a text document, not a table."),
        "archive": _("The file is an archive. Take the table out of it and send the table."),
        "web-page": _("The file is a web page, perhaps a page that asks to log in, not a table."),
        "json": _("The file holds JSON. Only tables (CSV, XLSX, ODS, XLS) are checked here."),
        "nul-bytes": _("The file holds NUL characters that no text has: it is damaged or not a table."),
        "utf-32": _("The file is in UTF-32, an encoding that hardly any program reads."),
        "encoding": _("The file holds characters that are neither UTF-8 nor Windows text."),
        "old-encoding": _(
            "The accents of the file were written by DOS or by an old Mac, and which of the two cannot be known."
        ),
        "far-cell": _(
            "Cell {address} holds something very far from the rest of the table, so that it cannot be read whole."
        ),
        "xlsb": _("The file is a binary Excel workbook (XLSB). CSV, XLSX, ODS and XLS files can be checked."),
        "xml-workbook": _(
            "The file is a workbook written as XML. CSV, XLSX, ODS and XLS files can be checked."
        ),
        "html-table": _(
            "The file is a web page that holds a table, though it may be named like a workbook."
        ),
        "old-workbook": _("The file is a workbook of a program from before 1997."),
        "numbers-workbook": _("The file is a workbook of Numbers."),
        "too-big": _("The file is bigger than 100 MB."),
        "too-many-columns": _("The table has more than 1,000 columns."),
        "too-many-cells": _(
            "The table has too many cells: something stands very far from the rest, or the file is too big."
        ),
        "too-many-lines": _("The file has more than five million lines."),
        "line-too-long": _("A line of the file is longer than a million characters."),
        "cell-too-long": _("A cell of the file is longer than 100,000 characters."),
        "unbalanced-quote": _(
            "A double quote is opened and never closed, so that the rest of the file falls into one cell."
        ),
        "zip-bomb": _("The workbook unpacks to something far too big."),
        "password": _("The workbook is protected by a password."),
        "damaged": _("The workbook is damaged and cannot be opened."),
        "schema-unknown": _("The columns are not those of a known schema. The nearest are {nearest}."),
        "schema-not-found": _("The schema asked for is not known here. Known are, among others, {nearest}."),
        "version-unknown": _("This version of the schema is not known here. Known are {nearest}."),
        "too-heavy": _("The file needs more memory than a check may take. Something in it is unusually big."),
        "timeout": _("The check took longer than it may."),
        "crashed": _("The file could not be read, for a reason that is not known."),
    }


@lru_cache(maxsize=8)
def refusal_steps(lang: str) -> Mapping[str, str]:
    """Return what to do about a refusal, where there is more to say than to save the file again."""
    _ = translator(lang)
    return {
        "empty": _("Check that you chose the right file: this one holds nothing."),
        "pdf": _("Ask for the spreadsheet the PDF was made from, and send that."),
        "archive": _("Open the archive and send the table it holds."),
        "password": _("Open the workbook with its password, save it without, and send it again."),
        "damaged": _(
            "Open the workbook in a spreadsheet program, save it under another name, and send that file."
        ),
        "unbalanced-quote": _("Go to that line, close or remove the double quote, and check the file again."),
        "schema-unknown": _("Say which schema the file follows, or start from its empty template."),
        "schema-not-found": _("Choose a schema from the list."),
        "version-unknown": _("Choose one of the known versions, or the latest."),
        "too-big": _("Split the file by year, and send the parts."),
        "encoding": _("Open the file in a spreadsheet program and save it as “CSV UTF-8”."),
        "utf-32": _("Open the file in a spreadsheet program and save it as “CSV UTF-8”."),
        "old-encoding": _(
            "Open the file in a spreadsheet program, choose the encoding that shows the accents right, and save "
            "it as “CSV UTF-8”."
        ),
        "far-cell": _("Go to that cell, empty it if it is there by mistake, and check the file again."),
        "xlsb": _("Open the workbook and save it as XLSX, then send that file."),
        "xml-workbook": _("Open the workbook and save it as XLSX, then send that file."),
        "html-table": _("Open the file in a spreadsheet program and save it as XLSX, then send that file."),
        "old-workbook": _("Open the workbook and save it as XLSX, then send that file."),
        "numbers-workbook": _("Open the workbook in Numbers, export it as XLSX, and send that file."),
    }


def operator_words(sign: str, lang: str = "fr") -> str:
    """Return a comparison sign in words."""
    _ = translator(lang)
    words = {
        ">": _("greater than (or after)"),
        ">=": _("greater than or equal to (or not before)"),
        "==": _("equal to"),
        "<=": _("less than or equal to (or not after)"),
        "<": _("less than (or before)"),
    }
    return words.get(sign, sign)
