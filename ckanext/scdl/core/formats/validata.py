"""The report in the form that Validata's API answers in, so that what reads that form needs no change.

Same keys, our own words. One entry per place, with the line of the original file as its row number; what does not
count against the file is a sentence among the warnings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ..catalogue import Catalogue, SchemaNotFound
from ..report import Issue, Report
from ..titles import title
from .base import Checked

_HEADER_TAGS = ["#header", "#structure"]
_ROW_TAGS = ["#table", "#row", "#body"]
_CELL_TAGS = ["#table", "#row", "#cell", "#body"]
_TAGS = {
    "missing-label": _HEADER_TAGS,
    "extra-label": _HEADER_TAGS,
    "blank-label": _HEADER_TAGS,
    "duplicate-label": _HEADER_TAGS,
    "unmatched-header": _HEADER_TAGS,
    "error": _HEADER_TAGS,
    "blank-row": _ROW_TAGS,
    "primary-key": _ROW_TAGS,
    "missing-cell": _CELL_TAGS,
    "extra-cell": _CELL_TAGS,
}
_COLUMNS_FEWER = {"missing-label", "missing-optional-label"}
_COLUMNS_MORE = {"extra-label", "blank-label"}


def as_validata(checked: Sequence[Checked]) -> str:
    """Return one object for one file, a list for several."""
    whole = [validata(each) for each in checked]
    return json.dumps(whole[0] if len(whole) == 1 else whole, ensure_ascii=False, indent=2) + "\n"


def validata(checked: Checked) -> dict[str, Any]:
    """Return one report under the names of that API."""
    report = checked.report
    errors = list(places(report))
    warnings = [issue.message for issue in report.issues if issue.level != "error"]
    return {
        "version": _version(),
        "date": None if checked.when is None else checked.when.isoformat(timespec="seconds"),
        "report": {
            "valid": report.status == "valid",
            "stats": {
                "errors": report.errors or len(errors),
                "warnings": len(warnings),
                "seconds": round(checked.seconds, 3),
                "fields": columns(report),
                "rows": report.rows,
                "rows_processed": 0 if report.status == "refused" else report.rows,
            },
            "warnings": warnings,
            "errors": errors,
        },
    }


def places(report: Report) -> Iterator[dict[str, Any]]:
    """Yield what makes a file invalid place by place, under the keys that frictionless gives an error."""
    if report.refusal is not None:
        yield {
            "title": title("refused"),
            "message": report.refusal.message,
            "type": "source-error",
            "tags": ["#structure"],
            "rowNumber": report.refusal.line,
            "fieldName": None,
            "fieldNumber": None,
        }
    for issue in report.issues:
        if issue.level == "error":
            tags = _TAGS.get(issue.official or "", _CELL_TAGS if issue.field else _ROW_TAGS)
            rows: Sequence[int | None] = [None] if tags is _HEADER_TAGS else issue.rows or [None]
            for row in rows:
                yield _error(issue, tags, row)


def _error(issue: Issue, tags: list[str], row: int | None) -> dict[str, Any]:
    return {
        "title": title(issue.code),
        "message": issue.message,
        "type": issue.official or issue.code,
        "tags": tags,
        "rowNumber": row,
        "fieldName": issue.field or issue.label,
        "fieldNumber": _number(issue.column),
        **({} if tags is _HEADER_TAGS else {"cell": issue.value}),
    }


def _number(letters: str | None) -> int | None:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    if not letters:
        return None
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def columns(report: Report) -> int | None:
    """Return how many columns the file has, from those of its schema and what the header lacks or adds."""
    if report.schema is None:
        return None
    try:
        known = len(Catalogue.bundled().get(report.schema, report.version).fields)
    except SchemaNotFound:
        return None
    # A column that is there under another name is neither one more nor one fewer.
    codes = [issue.code for issue in report.issues if issue.code not in _COLUMNS_FEWER or issue.column is None]
    if "duplicate-label" in codes or "unnamed-columns" in codes:
        return None
    return known - sum(code in _COLUMNS_FEWER for code in codes) + sum(code in _COLUMNS_MORE for code in codes)


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("ckanext-scdl")
    except metadata.PackageNotFoundError:
        return "0"
