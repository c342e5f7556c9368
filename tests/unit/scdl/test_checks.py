"""Each rule alone: what it accepts, what it refuses, and what it only remarks on."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from frictionless import Schema as TableSchema

from ckanext.scdl.core.checks import REGISTRY, asked_checks, build_checks
from ckanext.scdl.core.checks.base import WRONG, Finding
from ckanext.scdl.core.checks.cells import CONSTRAINTS, ColumnReader
from ckanext.scdl.core.checks.identifiers import _keys_hold
from ckanext.scdl.core.checks.readers import CONSTRAINTS_OF, cell_reader

SAMPLES: dict[str, list[tuple[dict[str, Any], tuple[Any, ...], str | None]]] = {
    "siret": [
        ({"column": "a"}, ("21220113100019",), None),
        ({"column": "a"}, ("21220113100018",), "siret"),
        ({"column": "a"}, ("35600000000048",), None),
        ({"column": "a"}, (None,), None),
        ({"column": "a"}, (WRONG,), None),
        ({"column": "a"}, ("0" * 14,), "lenient-siret"),
        ({"column": "a"}, ("212 201 131 00019",), "lenient-siret"),
        ({"column": "a"}, ("２１２２０１１３１０００１９",), "lenient-siret"),
    ],
    "siren": [
        ({"column": "a"}, ("212201131",), None),
        ({"column": "a"}, ("212201132",), "siren"),
        ({"column": "a"}, ("000000000",), "lenient-siren"),
    ],
    "nomenclature-acte": [
        ({"column": "a"}, ("Finances locales/Subventions",), None),
        ({"column": "a"}, ("LIBERTÉS PUBLIQUES et pouvoirs de police/x/y",), None),
        ({"column": "a"}, ("Finances locales",), "nomenclature-slash"),
        ({"column": "a"}, ("Finances locales / Subventions",), "nomenclature-space"),
        ({"column": "a"}, ("Finances/Subventions",), "nomenclature-domain"),
    ],
    "one-of-required": [
        ({"column1": "a", "column2": "b"}, ("x", None), None),
        ({"column1": "a", "column2": "b"}, (None, None), "one-of-required"),
        ({"column1": "a", "column2": "b"}, (WRONG, ""), "one-of-required"),
    ],
    "cohesive-columns-value": [
        ({"column": "a", "othercolumns": ["b", "c"]}, (1, 2, 3), None),
        ({"column": "a", "othercolumns": ["b", "c"]}, (None, None, None), None),
        ({"column": "a", "othercolumns": ["b", "c"]}, (0, None, 3), "cohesive-columns"),
        ({"column": "a", "othercolumns": ["b", "c"]}, (1, WRONG, None), None),
    ],
    "compare-columns-value": [
        ({"column": "a", "column2": "b", "op": ">="}, (3, 3), None),
        ({"column": "a", "column2": "b", "op": ">="}, ("10", "9"), None),
        ({"column": "a", "column2": "b", "op": ">"}, ("b", "a"), None),
        ({"column": "a", "column2": "b", "op": ">="}, (2, 3), "compare-columns"),
        ({"column": "a", "column2": "b", "op": "<"}, ("abc", 3), "compare-columns-kinds"),
        ({"column": "a", "column2": "b", "op": "<"}, (None, 3), None),
        ({"column": "a", "column2": "b", "op": "<"}, (Decimal("NaN"), 3), "compare-columns-kinds"),
    ],
    "sum-columns-value": [
        ({"column": "a", "columns": ["b", "c"]}, (3, 1, 2), None),
        ({"column": "a", "columns": ["b", "c"]}, (4, 1, 2), "sum-columns"),
        ({"column": "a", "columns": ["b", "c"]}, (4, 1, None), None),
    ],
    "year-interval-value": [
        ({"column": "a"}, ("2023/2024",), None),
        ({"column": "a", "allow-year-only": "yes"}, ("2023",), None),
        ({"column": "a"}, ("2023",), "year-interval"),
        ({"column": "a", "allow-year-only": "true"}, ("23",), "year-or-interval"),
        ({"column": "a"}, ("2024/2023",), "year-interval-order"),
        ({"column": "a"}, ("2024/2024",), "year-interval-order"),
    ],
    "phone-number-value": [
        ({"column": "a"}, ("02 99 00 27 37",), None),
        ({"column": "a"}, ("+33 2 99 00 27 37",), None),
        ({"column": "a"}, ("+352 27 21 28",), None),
        ({"column": "a"}, ("115",), None),
        ({"column": "a"}, ("3949",), None),
        ({"column": "a"}, ("02 99 00 27",), "phone-number"),
        ({"column": "a"}, ("standard",), "phone-number"),
    ],
    "opening-hours-value": [
        ({"column": "a"}, ("Mo-Fr 08:30-12:00; PH off",), None),
        ({"column": "a"}, ("du lundi au vendredi",), "opening-hours"),
    ],
    "french-gps-coordinates": [
        ({"column": "a"}, ((Decimal("-2.76"), Decimal("48.51")),), None),
        ({"column": "a"}, ((Decimal("55.5"), Decimal("-21.1")),), None),
        ({"column": "a"}, ((Decimal("48.51"), Decimal("-2.76")),), "gps-swapped"),
        ({"column": "a"}, ((Decimal("13.4"), Decimal("52.5")),), "gps-outside"),
    ],
}
ALIASES = {
    "coordonnees-gps-francaises": "french-gps-coordinates",
    "french-siret-value": "siret",
    "french-siren-value": "siren",
    "nomenclature-actes-value": "nomenclature-acte",
}


def test_every_custom_check_has_samples_that_pass_and_fail() -> None:
    """A check without both is not proven."""
    for name in REGISTRY:
        outcomes = {expected is None for _, _, expected in SAMPLES[ALIASES.get(name, name)]}
        assert outcomes == {True, False}, name


@pytest.mark.parametrize(
    ("name", "params", "cells", "code"),
    [(name, *sample) for name in REGISTRY for sample in SAMPLES[ALIASES.get(name, name)]],
)
def test_custom_checks_judge_as_meant(
    name: str, params: dict[str, Any], cells: tuple[Any, ...], code: str | None
) -> None:
    """Old and new names give the same answer on the same cells."""
    (built,), unknown = build_checks([{"name": name, "params": params}])
    finding = built.rule(cells)
    assert (finding.code if finding else None, unknown) == (code, [])


@pytest.mark.parametrize(
    ("name", "params", "present", "answer"),
    [
        ("siret", {"column": "a"}, {"b"}, False),
        ("one-of-required", {"column1": "a", "column2": "b"}, {"b"}, True),
        ("one-of-required", {"column1": "a", "column2": "b"}, {"c"}, "one-of-required-columns"),
        ("cohesive-columns-value", {"column": "a", "othercolumns": ["b"]}, {"a"}, "cohesive-columns-missing"),
        ("cohesive-columns-value", {"column": "a", "othercolumns": ["b"]}, {"c"}, False),
        ("sum-columns-value", {"column": "a", "columns": ["b"]}, {"a"}, False),
        ("compare-columns-value", {"column": "a", "column2": "b", "op": ">"}, {"a"}, False),
    ],
)
def test_absent_columns_are_judged_once(name: str, params: dict[str, Any], present: set[str], answer: object) -> None:
    """A check over columns that are not in the file is one remark about the header or nothing at all."""
    (built,), _ = build_checks([{"name": name, "params": params}])
    found = built.header(present)
    assert (found.code if isinstance(found, Finding) else found) == answer


def test_a_check_may_stand_beside_a_field() -> None:
    """Some schemas name a check inside the field it looks at."""
    descriptor = {"fields": [{"name": "a", "customCheck": "siret"}, {"name": "b", "customCheck": {"name": "siren"}}]}
    checks, unknown = build_checks(asked_checks(descriptor))
    assert ([check.columns for check in checks], unknown) == ([("a",), ("b",)], [])


def test_the_sums_of_numbers_are_those_of_the_library() -> None:
    """Our own sum may prove a number right, never one that the library refuses."""
    from stdnum.fr import siren, siret

    for number in range(400_000_000, 400_003_000):
        text = f"{number}"
        assert _keys_hold(text) == siren.is_valid(text)
        assert _keys_hold(text + "00019") <= siret.is_valid(text + "00019")


# Entry of the descriptor → texts that are right, texts that are wrong, of the type alone.
TYPES: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({}, ["x", " "], []),
    ({"type": "string", "format": "email"}, ["mairie@exemple.fr"], ["mairie", "a@b@c.fr"]),
    ({"type": "string", "format": "uri"}, ["https://exemple.fr/a?b=1"], ["exemple.fr", "a/b:c"]),
    ({"type": "string", "format": "uuid"}, ["2bb7bc04-3e4a-4b31-8ac1-0e8b1e0d6f2a"], ["2bb7"]),
    ({"type": "integer"}, ["1", "-4", " 7 "], ["1.0", "x", "1,2"]),
    ({"type": "integer", "bareNumber": False}, ["12 %", "€ 5"], ["x"]),
    ({"type": "number"}, ["1", "1.5", "1e3"], ["1,5", "x"]),
    ({"type": "number", "decimalChar": ","}, ["1,5", "2"], ["1.5"]),
    ({"type": "number", "groupChar": " ", "decimalChar": ","}, ["1 234,5"], ["1.234"]),
    ({"type": "number", "bareNumber": False}, ["12.5 €"], ["€"]),
    ({"type": "number", "floatNumber": True}, ["1.5"], ["x"]),
    ({"type": "boolean"}, ["true", "0"], ["oui"]),
    ({"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}, ["oui", "non"], ["true"]),
    ({"type": "date"}, ["2024-02-29"], ["2023-02-29", "24-01-05", "01/02/2024"]),
    ({"type": "date", "format": "default"}, ["2024-02-29"], ["2024"]),
    ({"type": "date", "format": "%Y"}, ["2024"], ["2024-01-01"]),
    ({"type": "date", "format": "%d/%m/%Y"}, ["31/12/2024"], ["2024-12-31"]),
    ({"type": "date", "format": "any"}, ["3 March 2024"], ["hier"]),
    ({"type": "datetime"}, ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00"], ["2024-01-01", "2024-01-01T10"]),
    ({"type": "datetime", "format": "%Y-%m-%d %H:%M"}, ["2024-01-01 10:00"], ["2024-01-01"]),
    ({"type": "time"}, ["10:00:00"], ["10:00", "25:00:00"]),
    ({"type": "time", "format": "%H:%M"}, ["10:00"], ["10"]),
    ({"type": "year"}, ["2024"], ["24", "vingt"]),
    ({"type": "yearmonth"}, ["2024-02"], ["2024-13"]),
    ({"type": "geopoint"}, ["-2.7,48.5", "1, 2"], ["-2.7;48.5", "1,91", "181,1"]),
    ({"type": "geopoint", "format": "array"}, ["[-2.7, 48.5]"], ["-2.7,48.5", "[1]"]),
    ({"type": "geopoint", "format": "object"}, ['{"lon": 1, "lat": 2}'], ['{"lon": 1}']),
    ({"type": "array"}, ["[1, 2]"], ["1, 2", "{}"]),
    ({"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": ["a"]}}}, ['["a"]'], ["a"]),
    ({"type": "object"}, ['{"a": 1}'], ["[]"]),
    ({"type": "geojson"}, ['{"type": "Point", "coordinates": [1, 2]}'], ['{"type": "Rond"}', "x"]),
    ({"type": "list"}, ["a,b"], []),
    ({"type": "list", "itemType": "integer"}, ["1,2"], ["1,x"]),
    ({"type": "duration"}, ["P1D"], ["un jour"]),
    ({"type": "any"}, ["x"], []),
]
BOUNDS: list[tuple[str, str, Any, str, str]] = [
    ("required", "string", True, "x", ""),
    ("minLength", "string", 2, "ab", "a"),
    ("maxLength", "string", 2, "ab", "abc"),
    ("minLength", "array", 1, "[1]", "[]"),
    ("minimum", "integer", 3, "3", "2"),
    ("maximum", "number", 1.5, "1.5", "1.6"),
    ("exclusiveMinimum", "number", 0, "0.1", "0"),
    ("exclusiveMaximum", "integer", 3, "2", "3"),
    ("minimum", "date", "2024-01-01", "2024-01-01", "2023-12-31"),
    ("minimum", "year", 2000, "2000", "1999"),
    ("maximum", "datetime", "2024-01-01T00:00:00", "2023-01-01T00:00:00", "2025-01-01T00:00:00"),
    ("pattern", "string", "[0-9]{5}", "22113", "2211"),
    ("pattern", "string", "^A|B$", "Ab", "bA"),
    ("enum", "string", ["a", "b "], "b ", "b"),
    ("enum", "integer", [1, "2"], "02", "3"),
]


@pytest.mark.parametrize(("described", "right", "wrong"), TYPES, ids=lambda value: str(value)[:60])
def test_types_accept_and_refuse(described: dict[str, Any], right: list[str], wrong: list[str]) -> None:
    """One sample of each side for every type and format."""
    read = ColumnReader({"name": "a", **described})
    assert [text for text in right if read(text).faults] == []
    assert [text for text in wrong if not read(text).faults] == []


def test_every_type_and_constraint_has_samples() -> None:
    """A new type or constraint without a sample fails here."""
    assert {described.get("type", "string") for described, _, _ in TYPES} == set(CONSTRAINTS_OF)
    assert {name for name, *_ in BOUNDS} == set(CONSTRAINTS)


@pytest.mark.parametrize(("name", "kind", "bound", "right", "wrong"), BOUNDS)
def test_constraints_accept_and_refuse(name: str, kind: str, bound: Any, right: str, wrong: str) -> None:
    """One sample of each side, and the code that tells a person which rule it was."""
    read = ColumnReader({"name": "a", "type": kind, "constraints": {name: bound}})
    assert read(right).faults == ()
    assert [(fault.code, fault.official) for fault in read(wrong).faults] == [(CONSTRAINTS[name], "constraint-error")]


CORPUS = [
    *{text for _, right, wrong in TYPES for text in (*right, *wrong)},
    *("", " ", "NA", "nan", "-Infinity", "1_000", "１２", "+202", " 202", "20_4", "1e99999", "B\n", "A", "-0", "0x1"),
    *("2024-1-5", " 2024-01-05", "2024-01-05 ", "2024-01-05T00:00:00+01:00", "10:00:00Z", "[NaN, 1]", "1,NaN"),
    *("[" * 3000, "null", "true", "True", '"a"', "http:", "a:b", "é@exemple.fr", "a b", "\ud800", "x" * 300),
]


@pytest.mark.parametrize(
    ("described", "constraints", "missing"),
    [
        *((described, {}, [""]) for described, _, _ in TYPES),
        *(({"type": kind}, {name: bound, "required": True}, ["", "NA"]) for name, kind, bound, _, _ in BOUNDS),
    ],
    ids=str,
)
def test_readers_answer_as_the_library(
    described: dict[str, Any], constraints: dict[str, Any], missing: list[str]
) -> None:
    """Same value and same broken rules as frictionless on every text, also where the library raises."""
    field = {"name": "a", **described, "constraints": constraints}
    profile = "https://datapackage.org/profiles/2.0/tableschema.json"
    table = TableSchema.from_descriptor({"$schema": profile, "fields": [field], "missingValues": missing})
    theirs = table.fields[0].create_cell_reader()
    ours = cell_reader(field, tuple(missing))
    for text in [None, *CORPUS]:
        assert _answer(ours, text) == _answer(theirs, text), text


def _answer(read: Any, text: str | None) -> tuple[str, tuple[str, ...]]:
    try:
        value, notes = read(text)
    except (ArithmeticError, TypeError, ValueError, RecursionError):
        return "raised", ()
    is_point = hasattr(value, "lon") or type(value) is tuple
    return repr(tuple(map(float, value)) if is_point else value), tuple(notes or ())


@pytest.mark.parametrize(
    ("described", "text", "code", "correction"),
    [
        ({"type": "number"}, "NaN", "lenient-number", None),
        ({"type": "number"}, "-Infinity", "lenient-number", None),
        ({"type": "number"}, "1e99999", "lenient-number", None),
        ({"type": "integer"}, "1_000", "lenient-number", None),
        ({"type": "integer"}, "１２", "lenient-number", "12"),
        ({"type": "year"}, " 202", "lenient-year", None),
        ({"type": "date"}, "２０２４-01-05", "lenient-date", "2024-01-05"),
        ({"constraints": {"pattern": r"\d{5}"}}, "２２１１３", "lenient-text", "22113"),
        ({"constraints": {"pattern": r"\d{5}"}}, "22113\n", "lenient-text", "22113"),
        ({"type": "number"}, "1e3", None, None),
        ({"type": "integer"}, " 12 ", None, None),
        ({"type": "year"}, "2024", None, None),
        ({"type": "date"}, "2024-01-05", None, None),
        ({"constraints": {"pattern": r"\d{5}"}}, "22113", None, None),
        ({}, "２", None, None),
    ],
)
def test_what_the_reference_should_not_accept_is_a_warning(
    described: dict[str, Any], text: str, code: str | None, correction: str | None
) -> None:
    """The official verdict stays; the publisher hears of it."""
    faults = ColumnReader({"name": "a", **described})(text).faults
    expected = [] if code is None else [(code, "warning", None, correction)]
    assert [(fault.code, fault.level, fault.official, fault.correction) for fault in faults] == expected


def test_no_two_rules_share_a_code() -> None:
    """Codes are what machines tell rules by."""
    for one, other in itertools.combinations(CONSTRAINTS.items(), 2):
        assert one[1] != other[1]


def test_a_list_whose_items_are_limited_tells_them() -> None:
    """What the items of a list may be is told where one is something else."""
    described = {"name": "x", "type": "array", "arrayItem": {"type": "string", "constraints": {"enum": ["a", "b"]}}}
    faults = ColumnReader(described)('["c"]').faults
    assert all(fault.expected in (("a", "b"), None) for fault in faults)
    assert faults
