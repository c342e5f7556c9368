"""What is said where there is no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .language import translator


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
        "xml-workbook": _("The file is a workbook written as XML. CSV, XLSX, ODS and XLS files can be checked."),
        "html-table": _("The file is a web page that holds a table, though it may be named like a workbook."),
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
        "damaged": _("Open the workbook in a spreadsheet program, save it under another name, and send that file."),
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
