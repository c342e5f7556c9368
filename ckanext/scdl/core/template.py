"""Empty files to start from: a CSV with the official header, and a workbook that helps to fill it.

The workbook has three sheets: the data, under columns that keep a SIRET or a code as text, with a row of examples that
every reading leaves out; a help sheet with what each column holds; and the accepted values.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from typing import Any

from .catalogue import Field, Schema
from .sentences import translator
from .table import EXAMPLE_MARKS

LAST_ROW = 1_048_575
"""Position of the last row of a sheet: drop-downs and hints go that far down."""

_MADE = datetime.datetime(2024, 1, 1)  # noqa: DTZ001 - the writer wants it without zone; fixed, so that bytes are too
_MOST_PROMPT, _MOST_PROMPT_TITLE, _MOST_SHEET = 255, 32, 31
_TEXT = "@"
_NUMBER_FORMATS = {"integer": "0", "year": "0", "number": "General"}
FREE_DATES = {"default", "any", "%Y-%m-%d"}
_GREY = "#767676"
_HEADS = {True: "#1F4E79", False: "#5B7C99"}


def csv_template(schema: Schema) -> bytes:
    """Return the header of a schema as UTF-8 CSV with commas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(schema.field_names)
    return text.getvalue().encode()


def xlsx_template(schema: Schema, lang: str = "fr") -> bytes:
    """Return a workbook with the header of a schema, drop-downs, hints and a help sheet."""
    import xlsxwriter  # imported here: only this needs it, and the command starts sooner without

    _ = translator(lang)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": schema.title, "subject": schema.reference, "created": _MADE})
    data = book.add_worksheet(_sheet_name(schema.label(lang), _("Data")))
    guide = book.add_worksheet(_("Help"))
    lists = book.add_worksheet(_("Values"))
    places = _write_lists(book, lists, schema, _("Values"))
    described = {each["name"]: each for each in schema.descriptor["fields"]}
    bold = {"bold": True, "font_color": "white", "num_format": _TEXT}
    heads = {required: book.add_format({**bold, "bg_color": colour}) for required, colour in _HEADS.items()}
    for position, field in enumerate(schema.fields):
        data.write_string(0, position, field.name, heads[field.required])
        width = min(max(len(field.name), len(field.example), 10) + 2, 45)
        form = {"num_format": _number_format(described[field.name])}
        data.set_column(position, position, width, book.add_format(form))
        if example := _example(field, position, lang):
            data.write_string(1, position, example, book.add_format({**form, "italic": True, "font_color": _GREY}))
        data.data_validation(1, position, LAST_ROW, position, _validation(field, places.get(field.name), lang))
    data.freeze_panes(1, 0)
    _write_guide(book, guide, schema, lang)
    book.close()
    return target.getvalue()


def _example(field: Field, position: int, lang: str) -> str:
    """Return what stands below a heading as an example; the first one says that the row is no data."""
    mark = EXAMPLE_MARKS.get(lang.partition("_")[0], EXAMPLE_MARKS["en"])
    return field.example if position else f"{mark} : {field.example}".removesuffix(" : ")


def accepted_values(described: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the values a column is limited to, yes and no included; none when it is free."""
    listed = (described.get("constraints") or {}).get("enum")
    if listed:
        return tuple(str(value) for value in listed)
    if described.get("type") == "boolean":
        yes, no = described.get("trueValues") or ["true"], described.get("falseValues") or ["false"]
        return (str(yes[0]), str(no[0]))
    return ()


def _number_format(described: Mapping[str, Any]) -> str:
    """Return how cells of a column are shown; text is what keeps zeros, long numbers and codes as typed."""
    kind = described.get("type") or "string"
    if kind == "date" and (described.get("format") or "default") in FREE_DATES:
        return "yyyy-mm-dd"
    return _NUMBER_FORMATS.get(kind, _TEXT)


def _validation(field: Field, source: str | None, lang: str) -> dict[str, Any]:
    """Return the hint of a column and, where values are listed, its drop-down."""
    _ = translator(lang)
    needed = _("Required.") if field.required else _("Optional.")
    example = _("Example: {example}").format(example=field.example) if field.example else ""
    hint = " ".join(part for part in (needed, field.description, example) if part)
    shown: dict[str, Any] = {
        "validate": "any",
        "input_title": _shortened(field.title, _MOST_PROMPT_TITLE),
        "input_message": _shortened(hint, _MOST_PROMPT),
    }
    if source:
        shown |= {
            "validate": "list",
            "source": source,
            "error_title": _shortened(field.title, _MOST_PROMPT_TITLE),
            "error_message": _("Choose one of the values of the list."),
        }
    return shown


def _write_lists(book: Any, sheet: Any, schema: Schema, name: str) -> dict[str, str]:
    """Write the accepted values, one column per field, and return where those of each field stand."""
    from xlsxwriter.utility import xl_col_to_name

    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": _TEXT})
    places: dict[str, str] = {}
    for described in schema.descriptor["fields"]:
        values = accepted_values(described)
        if values:
            position = len(places)
            sheet.write_string(0, position, str(described.get("title") or described["name"]), bold)
            for row, value in enumerate(values, 1):
                sheet.write_string(row, position, value, text)
            sheet.set_column(position, position, min(max(map(len, values)) + 2, 60))
            letter = xl_col_to_name(position, col_abs=True)
            places[described["name"]] = f"='{name}'!{letter}$2:{letter}${len(values) + 1}"
    if not places:
        sheet.write_string(0, 0, "–")
    return places


def _write_guide(book: Any, sheet: Any, schema: Schema, lang: str) -> None:
    """Write what each column holds, one per row, with its example."""
    _ = translator(lang)
    bold = book.add_format({"bold": True, "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": _TEXT})
    sheet.write_string(0, 0, f"{schema.title} ({schema.reference})", book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, schema.description)
    sheet.write_string(2, 0, _("Fill in the first sheet; this one is for reading. The examples are only examples."))
    heads = (_("Column"), _("What it is"), _("Required"), _("What to write"), _("Accepted values"), _("Example"))
    for position, (head, width) in enumerate(zip(heads, (26, 30, 12, 70, 40, 40), strict=True)):
        sheet.write_string(4, position, head, bold)
        sheet.set_column(position, position, width)
    for row, (field, described) in enumerate(zip(schema.fields, schema.descriptor["fields"], strict=True), 5):
        values = ", ".join(accepted_values(described))
        cells = (
            field.name,
            field.title,
            _("yes") if field.required else _("no"),
            field.description,
            _shortened(values, 2_000),
            field.example,
        )
        for position, cell in enumerate(cells):
            sheet.write_string(row, position, cell, plain)
    sheet.freeze_panes(5, 1)


def _sheet_name(label: str, otherwise: str) -> str:
    kept = "".join(char for char in label if char not in "[]:*?/\\").strip("' ")
    return kept[:_MOST_SHEET].strip("' ") or otherwise


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
