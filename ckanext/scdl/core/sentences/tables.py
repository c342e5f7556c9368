"""What is said of a file as a whole: its header, and how it had to be read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .language import translator


@lru_cache(maxsize=8)
def table_texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code about a header or the reading of a file."""
    _ = translator(lang)
    return {
        # the header
        "missing-label": _(
            "The required column “{field}” is missing. Add it to the header under exactly this name and fill it."
        ),
        "other-label": _(
            "{place}: the schema gives this column another name. Its cells were checked all the same; write "
            "the name of the schema in the header."
        ),
        "missing-optional-label": _(
            "The optional column “{field}” is absent. Add it, even empty, so that all files have the same columns."
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
            "Several columns have no name ({expected}). Name or remove them: nothing below the header could be checked."
        ),
        "unmatched-header": _(
            "No column has a name of this schema. Check that the first line holds the names of the columns: {expected}."
        ),
        "label-order": _(
            "The columns are not in the order of the schema. The file is valid; the usual order is: {expected}."
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
        "example-row": _(
            "The row of examples of the template was left out. Delete it: other tools take it for data."
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
            "{place}: the cells {value} are merged, and only the first one holds something. Unmerge them and fill each."
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
            "The workbook has several sheets with content; only the one that looks like the schema was checked."
        ),
        "no-data": _("There is no row below the header. Add the data, or publish the file later."),
    }
