"""The verdict is the official one: frictionless with the reference checks, on files from every bundled schema."""

from __future__ import annotations

import csv
import importlib.util
import io
import random
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from ckanext.scdl.core import engine
from ckanext.scdl.core.catalogue import Catalogue, Schema
from ckanext.scdl.core.engine import check, known_labels
from ckanext.scdl.core.fast import pieces
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.report import Report

CATALOGUE = Catalogue.bundled()
REFERENCE = Path(__file__).resolve().parents[2] / "bench" / "reference.py"
# What real files hold where something else is meant, for any column.
FAULTS = [
    "", "NA", "néant", "12,5", "1 200,00 €", "-1", "0", "99999", "31/12/2023", "2023-02-30", "24-01-05", "2031-01-01",
    "oui", "Oui", "1", "212 201 131 00019", "21220113100018", "00000000000000", "2024_2025", "2025/2024", "2024",
    "Finances locales", "Finances locales / Subventions", "http://a b", "www.exemple.fr", "48.5,-2.7", "[48.5, 181]",
    "02 96 62 62 22", "du lundi au vendredi", "Mo-Fr 08:00-12:00", "x" * 300, "a\nb", "NaN", "３",
]  # fmt: skip


@cache
def reference() -> ModuleType:
    """The reference, which the benchmark uses too."""
    spec = importlib.util.spec_from_file_location("reference", REFERENCE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _file(schema: Schema, seed: int) -> bytes:
    """Rows of the schema's own examples with faults planted in some cells, the columns in another order."""
    chance = random.Random(seed)
    fields = list(schema.fields)
    if seed:
        chance.shuffle(fields)
        # A rule over columns that are not all there is judged on the header, which is tested elsewhere.
        needed = {name for each in schema.descriptor.get("custom_checks") or () for name in _columns(each["params"])}
        fields = [field for field in fields if field.name in needed or field.required or chance.random() < 0.9]
    rows = [[field.example for field in fields] for _ in range(60)]
    for cells in rows:
        while chance.random() < 0.6:
            cells[chance.randrange(len(cells))] = chance.choice(FAULTS)
        if chance.random() < 0.2:
            some, other = chance.sample(range(len(cells)), 2)
            cells[some], cells[other] = cells[other], cells[some]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[field.name for field in fields], *rows])
    return text.getvalue().encode()


def _columns(params: dict[str, object]) -> set[str]:
    found: set[str] = set()
    for value in params.values():
        found |= {value} if isinstance(value, str) else set(value) if isinstance(value, list) else set()
    return found


def _places(report: Report) -> Counter[tuple[int, str | None, str]]:
    found: Counter[tuple[int, str | None, str]] = Counter()
    for issue in report.issues:
        if issue.official:
            assert issue.count == len(issue.rows)
            found.update((row, issue.field, issue.official) for row in issue.rows)
    return found


@pytest.mark.parametrize("way", ["by row", "by column"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda schema: schema.id)
def test_the_same_places_are_wrong(schema: Schema, seed: int, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, fields and types of error are those of the reference, no more and no fewer, read either way."""
    monkeypatch.setattr(engine, "FAST_FROM", 0 if way == "by column" else 1 << 40)
    monkeypatch.setattr(pieces, "BLOCK", 5_000)
    data = _file(schema, seed)
    table = read(data, known_labels(CATALOGUE))
    expected = reference().places(schema.descriptor, table.labels, table.rows, table.lines)
    if way == "by column":
        monkeypatch.setattr(engine, "read", None)  # the careful reader is not to be needed
    found = _places(check(data, CATALOGUE, schema.id, all_places=True))
    assert found == expected


def test_the_planted_faults_reach_every_kind_of_error() -> None:
    """Files without faults would prove little."""
    kinds: Counter[str] = Counter()
    for schema in CATALOGUE.all():
        kinds.update(kind for _, _, kind in _places(check(_file(schema, 1), CATALOGUE, schema.id, all_places=True)))
    assert min(kinds[kind] for kind in ("type-error", "constraint-error", "custom-check", "primary-key")) > 10


def test_every_check_of_the_bundled_schemas_is_in_the_reference() -> None:
    """A check that the reference leaves out would be compared with nothing."""
    known = {*reference()._RULES, "one-of-required", "cohesive-columns-value"}
    asked = {each["name"] for schema in CATALOGUE.all() for each in schema.descriptor.get("custom_checks") or ()}
    assert asked <= known
