"""What the official verdict is: frictionless on the table as read, with the custom checks as checks of its own.

Written apart from the engine, so that a fault of the engine is not repeated here: rules are stated row by
row, in the simplest way.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from frictionless import Check, Checklist, Resource, system
from frictionless import Schema as TableSchema
from frictionless.errors import CellError, RowError
from frictionless.resources import TableResource
from stdnum.fr import siren, siret

Place = tuple[int, str | None, str]
"""Line, field (None for the whole row) and official type of an error."""

_DOMAINS = (
    "commande publique", "urbanisme", "domaine et patrimoine", "fonction publique",
    "institutions et vie politique", "libertes publiques et pouvoirs de police", "finances locales",
    "domaines de competences par themes", "autres domaines de competences",
)  # fmt: skip


class CustomError(CellError):
    """A custom check that a cell does not pass."""

    type = "custom-check"


class CustomRowError(RowError):
    """A custom check that a row does not pass."""

    type = "custom-check-row"


@attrs.define(kw_only=True, repr=False)
class RowRules(Check):
    """The custom checks of a schema, applied to each row."""

    type = "row-rules"
    Errors = [CustomError, CustomRowError]
    rules: Sequence[Mapping[str, Any]] = ()

    def validate_row(self, row: Any) -> Iterable[Any]:
        """Yield an error for each rule that the row breaks."""
        wrong = {error.field_name for error in row.errors if error.type == "type-error"}
        for rule in self.rules:
            yield from _judge(rule["name"], rule["params"], row, wrong)


def _judge(name: str, params: Mapping[str, Any], row: Any, wrong: set[str]) -> Iterator[Any]:
    column = params.get("column")
    if name == "one-of-required":
        if not any(row.get(params[key]) for key in ("column1", "column2")):
            yield CustomRowError.from_row(row, note=name)
        return
    if name == "cohesive-columns-value":
        names = [column, *_names(params["othercolumns"])]
        filled = sum(1 for each in names if row.get(each) not in (None, ""))
        if filled not in (0, len(names)) and not wrong.intersection(names):
            yield CustomError.from_row(row, note=name, field_name=column)
        return
    if row.get(column) in (None, ""):
        return
    if not _RULES[name](row, params):
        yield CustomError.from_row(row, note=name, field_name=column)


def _compare(row: Any, params: Mapping[str, Any]) -> bool:
    left, right = row.get(params["column"]), row.get(params["column2"])
    if right in (None, ""):
        return True
    if not isinstance(left, int | Decimal):
        left, right = str(left), str(right)
    sign = params["op"]
    return bool(
        {">": left > right, ">=": left >= right, "==": left == right, "<=": left <= right, "<": left < right}[sign]
    )


def _sum(row: Any, params: Mapping[str, Any]) -> bool:
    parts = [row.get(name) for name in _names(params["columns"])]
    return any(part is None for part in parts) or sum(parts) == row[params["column"]]


def _years(row: Any, params: Mapping[str, Any]) -> bool:
    text = row[params["column"]]
    first, slash, second = text.partition("/")
    years = all(
        len(part) == 4 and part.isascii() and part.isdigit() for part in ([first, second] if slash else [first])
    )
    if not slash:
        return years and str(params.get("allow-year-only")).lower() in ("true", "yes")
    return years and first < second


def _nomenclature(row: Any, params: Mapping[str, Any]) -> bool:
    head, slash, tail = row[params["column"]].partition("/")
    plain = "".join(char for char in unicodedata.normalize("NFKD", head.lower()) if not unicodedata.combining(char))
    return bool(slash) and head == head.rstrip() and tail == tail.lstrip() and plain in _DOMAINS


def _names(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _phone(row: Any, params: Mapping[str, Any]) -> bool:
    import phonenumbers as book

    try:
        number = book.parse(row[params["column"]], "FR")
    except book.NumberParseException:
        return False
    return book.is_valid_number(number) or book.is_valid_short_number_for_region(number, "FR")


def _hours(row: Any, params: Mapping[str, Any]) -> bool:
    import opening_hours

    return bool(opening_hours.validate(row[params["column"]]))


_RULES: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "french-siret-value": lambda row, params: siret.is_valid(row[params["column"]]),
    "french-siren-value": lambda row, params: siren.is_valid(row[params["column"]]),
    "compare-columns-value": _compare,
    "sum-columns-value": _sum,
    "year-interval-value": _years,
    "nomenclature-actes-value": _nomenclature,
    "phone-number-value": _phone,
    "opening-hours-value": _hours,
}


def table_schema(descriptor: Mapping[str, Any]) -> TableSchema:
    """Return the official schema without what is ours in a bundled one."""
    kept = {key: descriptor[key] for key in ("fields", "missingValues", "primaryKey") if key in descriptor}
    return TableSchema.from_descriptor({**json.loads(json.dumps(kept)), "fieldsMatch": "partial"})


def applicable(descriptor: Mapping[str, Any], labels: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rules whose columns are all in the file; the others are judged on the header, or not at all."""
    present = set(labels)
    rules = []
    for each in descriptor.get("custom_checks") or ():
        params = each["params"]
        names = {params[key] for key in ("column", "column1", "column2") if key in params}
        names |= {name for key in ("othercolumns", "columns") for name in _names(params.get(key, ()))}
        if names <= present:
            rules.append(each)
    return rules


def places(
    descriptor: Mapping[str, Any], labels: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[int]
) -> Counter[Place]:
    """Return every place of a table that the reference finds wrong, each with its number of errors."""
    built = table_schema(descriptor)
    names = {field.name for field in built.fields}
    check = RowRules(rules=applicable(descriptor, labels))
    found: Counter[Place] = Counter()
    with TableResource(data=[list(labels), *map(list, rows)], schema=built) as resource:
        for error in resource.header.errors:
            found[1, getattr(error, "field_name", None) or None, error.type] += 1
        for line, row in zip(lines, resource.row_stream, strict=True):
            for error in (*row.errors, *check.validate_row(row)):
                field = getattr(error, "field_name", None)
                known = field in names and error.type != "primary-key"
                found[line, field if known else None, error.type.removesuffix("-row")] += 1
    return found


def validate(path: Path, descriptor: Mapping[str, Any]) -> Counter[tuple[int, str | None, str]]:
    """Validate a CSV file or workbook as a person would with the library: record numbers instead of lines."""
    system_context = system.use_context(trusted=True)
    with system_context:
        with Resource(path=str(path)) as opened:
            header = opened.labels
        checklist = Checklist(checks=[RowRules(rules=applicable(descriptor, header))])
        resource = Resource(path=str(path), schema=table_schema(descriptor), encoding="utf-8")
        report = resource.validate(checklist, limit_errors=10_000_000)
    found: Counter[tuple[int, str | None, str]] = Counter()
    for task in report.tasks:
        for error in task.errors:
            number, field = getattr(error, "row_number", 1), getattr(error, "field_name", None)
            found[number, field, error.type.removesuffix("-row")] += 1
    return found
