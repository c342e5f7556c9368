"""Large files by columns: the same report as in plain Python, or none at all."""

from __future__ import annotations

import csv
import datetime
import io
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stdnum.fr import siren

from ckanext.scdl.core import engine
from ckanext.scdl.core.catalogue import Catalogue, Schema, build_schema
from ckanext.scdl.core.fast import blocks, pieces, scan
from ckanext.scdl.core.fast.proofs import rust_pattern, text_proof
from ckanext.scdl.core.local import Facts
from ckanext.scdl.core.plan import make_plan
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.report import Report

CATALOGUE = Catalogue.bundled()
FACTS = Facts(today=datetime.date(2026, 1, 1), publisher="21220113100019")
HOSTILE = [
    "", " ", "NA", "NaN", "1e9", "1_000", "３", "12,5", "oui", "2024-02-30", "24-01-05", "[1", "x" * 300, "é" * 90,
    "a\nb", 'a"b', "-1", "+5", "007", "2030-01-01", "0", "99999999999999999999", "00000000000000", "A", "bA", "22113\n",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are read in many pieces, so that every border is met."""
    monkeypatch.setattr(engine, "FAST_FROM", 0)
    monkeypatch.setattr(blocks, "HEAD", 4_000)
    monkeypatch.setattr(pieces, "BLOCK", 3_000)


def _fast(
    data: bytes, schema: Schema | None, catalogue: Catalogue = CATALOGUE, all_places: bool = False
) -> Report | None:
    return engine._in_blocks(data, catalogue, schema, None, all_places, FACTS)


def _slow(
    data: bytes,
    schema: Schema | None,
    monkeypatch: pytest.MonkeyPatch,
    catalogue: Catalogue = CATALOGUE,
    all_places: bool = False,
) -> Report:
    with monkeypatch.context() as patched:
        patched.setattr(engine, "FAST_FROM", 1 << 40)
        return engine.check(data, catalogue, schema and schema.id, all_places=all_places, facts=FACTS)


def _csv(rows: list[list[str]], separator: str = ",", end: str = "\n", quoting: Any = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue().encode()


def _rows(schema: Schema, seed: int, rate: float = 0.3, hostile: list[str] = HOSTILE) -> list[list[str]]:
    chance = random.Random(seed)
    good = [field.example or "x" for field in schema.fields]
    rows = [list(good) for _ in range(150)]
    for number, cells in enumerate(rows):
        cells[0] = f"{cells[0]}{number}" if seed % 2 else cells[0]
        while chance.random() < rate:
            cells[chance.randrange(len(cells))] = chance.choice(hostile)
    return [list(schema.field_names), *rows]


@pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda schema: schema.id)
@pytest.mark.parametrize("seed", range(4))
def test_the_report_is_that_of_the_careful_reader(schema: Schema, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted faults of every kind, quotes and line ends in cells, several separators and ends of line."""
    separator, end = [(",", "\n"), (";", "\r\n"), ("\t", "\n"), ("|", "\n")][seed]
    data = _csv(_rows(schema, seed), separator, end)
    for all_places in (False, True):
        fast = _fast(data, schema, all_places=all_places)
        assert fast is not None
        assert fast == _slow(data, schema, monkeypatch, all_places=all_places)


@pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda schema: schema.id)
@pytest.mark.parametrize("seed", range(2))
def test_a_table_that_was_read_with_care_is_checked_by_columns_alike(
    schema: Schema, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its cells hold besides was noticed when it was read: formulas, unseen characters, a wrong encoding."""
    odd = ["=1+1", "@x", "\t1", "a\x0bb", "\u200b12", "Ã©tÃ©", "2024\u2028", "\x8512"]
    rows = _rows(schema, seed, hostile=[*HOSTILE, *odd])
    lines = [5 + 2 * number for number in range(len(rows) - 1)]
    table = replace(read(b"a;b\n1;2\n", frozenset()), labels=tuple(rows[0]), rows=rows[1:], lines=lines)
    monkeypatch.setattr(blocks, "_ROWS", 40)
    for all_places in (False, True):
        monkeypatch.setattr(engine, "FAST_FROM_CELLS", 0)
        with monkeypatch.context() as patched:
            patched.setattr(engine, "check_rows", None)
            fast = engine.check_table(table, schema, all_places=all_places)
        monkeypatch.setattr(engine, "FAST_FROM_CELLS", 1 << 40)
        slow = engine.check_table(table, schema, all_places=all_places)
        assert set(fast.issues) == set(slow.issues)
        assert len(fast.issues) == len(slow.issues)


def test_titles_blank_rows_and_a_byte_order_mark_are_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is common in real files and easily proven does not cost the speed."""
    schema = CATALOGUE.get("scdl/prenoms")
    rows = _rows(schema, 1)
    blank = [""] * len(rows[0])
    data = b"\xef\xbb\xbf" + _csv([["Mes noms"] + blank[1:], *rows[:50], blank, *rows[50:], blank, blank]) + b"\n\n"
    fast = _fast(data, None)
    assert fast is not None and fast == _slow(data, None, monkeypatch)
    assert {"title-lines", "blank-lines"} <= {issue.code for issue in fast.issues}


def test_columns_under_other_names_are_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column is found by what its label means, on either way."""
    schema = CATALOGUE.get("scdl/prenoms")
    header, *rows = _rows(schema, 1)
    data = _csv([["Code INSEE" if label == "COLL_INSEE" else label.lower() for label in header], *rows])
    fast = _fast(data, None)
    assert fast is not None and fast == _slow(data, None, monkeypatch)
    assert {"missing-label", "pattern"} <= {issue.code for issue in fast.issues}


ODD_WINDOWS = [
    b"",
    b"\x9cuvre",
    b"l\x92\xe9cole \x80",
    b"\xc3\xa9t\xe9",
    b"c\xbdur",
    b"\xa4",
    b"caf\x82 ",
    b"\x81",
    b"\xe2\x80\x99",
]


@pytest.mark.parametrize("odd", ODD_WINDOWS, ids=repr)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
def test_windows_text_is_in_reach_as_long_as_nothing_makes_it_another_kind(
    odd: bytes, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a French Excel writes is as fast as UTF-8; what tells of another encoding further down is not overlooked."""
    schema = CATALOGUE.get("scdl/prenoms")
    rows = _rows(schema, 1, hostile=["", "é" * 9, "Zoé", "a\nb", 'a"b', "1", "-"])
    rows[1][0] = "Évran"
    data = _csv(rows, ";", end).decode().encode("cp1252") + odd + b";22113;F;Anne;3;2024\n"
    fast = _fast(data, schema)
    assert (fast is None) == (odd in ODD_WINDOWS[3:])
    if fast is not None:
        assert fast == _slow(data, schema, monkeypatch)
    assert engine.check(data, CATALOGUE, schema.id, facts=FACTS) == _slow(data, schema, monkeypatch)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data.replace(b"\n", b"\n\n", 9),
        lambda data: data + b"a,b\n",
        lambda data: data + b"a," * 30 + b"\n",
        lambda data: data + b'"open,' + b"x," * 20 + b"\n",
        lambda data: data.replace(b"Lannion", b"Lanni\xe9", 1),
        lambda data: data.replace(b"Lannion", "LanniÃ©".encode(), 1),
        lambda data: data + data[-40:].replace(b"F", b"\x00"),
        lambda data: data + data.splitlines(keepends=True)[-1].replace(b"Lannion", b"=1+1"),
        lambda data: data + data.splitlines(keepends=True)[-1].replace(b"Lannion", b"a\x07b"),
        lambda data: data + data.splitlines(keepends=True)[-1].replace(b"Lannion", b'La"nnion"x'),
        lambda data: data + data.splitlines(keepends=True)[-1].replace(b"Lannion", b'"a\nb,c,d,e,f,g\nh"'),
        lambda data: data.replace(b"\n", b"\r", 3),
        lambda data: data.replace(b",", b",,", 1),
        lambda data: data[:-1],
    ],
)
def test_what_is_not_plain_gives_the_same_answer(spoilt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to the careful reader or not, the caller sees no difference."""
    schema = CATALOGUE.get("scdl/prenoms")
    line = b"Lannion,22113,F,Anne,3,2024\n"
    data = spoilt(_csv([list(schema.field_names)]) + line * 400)
    assert engine.check(data, CATALOGUE, facts=FACTS) == _slow(data, None, monkeypatch)


@pytest.mark.parametrize("seed", range(150))
def test_any_bytes_below_a_header_give_the_same_answer(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise of quotes, separators and ends of line: never another report, never an exception."""
    chance = random.Random(seed)
    schema = CATALOGUE.get("scdl/prenoms")
    parts = [
        '"',
        ",",
        "\n",
        '""',
        "a",
        "é",
        "1",
        ";",
        "\r\n",
        " ",
        "=",
        "\u2028",
        ',"x\ny",',
        "Lannion,22113,F,Anne,3,2024\n" * 3,
    ]
    noise = "".join(
        chance.choices(parts, weights=[2, 6, 6, 1, 4, 1, 2, 1, 1, 1, 0.3, 0.1, 2, 9], k=chance.randrange(5, 400))
    )
    data = _csv([list(schema.field_names)]) + b"Lannion,22113,F,Anne,3,2024\n" * 30 + noise.encode()
    assert engine.check(data, CATALOGUE, schema.id, facts=FACTS) == _slow(data, schema, monkeypatch)


def _schema(fields: list[dict[str, Any]], **more: Any) -> tuple[Schema, Catalogue]:
    portal = {"label": {"fr": "Essai", "en": "Trial"}, "theme": "GOVE", "frequency": "ANNUAL"}
    schema = build_schema("essai/essai", "1.0.0", {"fields": fields, "x-portal": portal, **more})
    return schema, Catalogue([schema])


FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "entier", "type": "integer", "constraints": {"minimum": 2, "maximum": 2000}},
    {"name": "nombre", "type": "number", "constraints": {"minimum": 0}},
    {"name": "taux", "type": "number", "constraints": {"maximum": 0.5}},
    {"name": "montant", "type": "number", "decimalChar": ",", "groupChar": " "},
    {"name": "nu", "type": "integer", "bareNumber": False},
    {"name": "un", "type": "string", "constraints": {"pattern": "^A|B$"}},
    {"name": "deux", "type": "string", "constraints": {"pattern": r"\d{2,5}", "maxLength": 4}},
    {"name": "trois", "type": "string", "constraints": {"pattern": r"[^,;]+", "minLength": 2}},
    {"name": "quatre", "type": "string", "constraints": {"pattern": r"(a|é)*\s?.*"}},
    {"name": "cinq", "type": "string", "constraints": {"pattern": r"(?!x)\w+"}},
    {"name": "lien", "type": "string", "format": "uri"},
    {"name": "jour", "type": "date", "missingValues": ["", "NA"]},
    {"name": "autre_jour", "type": "date"},
    {"name": "point", "type": "geopoint"},
    {"name": "liste", "type": "array"},
    {"name": "vrai", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    {"name": "siret"},
]  # fmt: skip
CHECKS = [
    {"name": "compare-columns-value", "params": {"column": "entier", "column2": "nombre", "op": ">"}},
    {"name": "compare-columns-value", "params": {"column": "autre_jour", "column2": "jour", "op": "<="}},
    {"name": "compare-columns-value", "params": {"column": "un", "column2": "deux", "op": "=="}},
    {"name": "cohesive-columns-value", "params": {"column": "jour", "othercolumns": ["entier", "lien"]}},
    {"name": "sum-columns-value", "params": {"column": "entier", "columns": ["nombre", "nu"]}},
    {"name": "sum-columns-value", "params": {"column": "entier", "columns": "nombre"}},
    {"name": "one-of-required", "params": {"column1": "nombre", "column2": "cinq"}},
    {"name": "siret", "params": {"column": "siret"}},
]


@pytest.mark.parametrize("missing", [{}, {"missingValues": ["", "NA", "-1"]}, {"missingValues": []}], ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_every_proof_agrees_with_its_rule(missing: dict[str, Any], seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Types, bounds, patterns and rules of all kinds, on columns of few and of many values."""
    monkeypatch.setattr(scan, "_MANY", 0 if seed % 2 else 600)
    schema, catalogue = _schema(FIELDS, custom_checks=CHECKS, primaryKey=["id", "jour"], **missing)
    chance = random.Random(seed)
    pool = [*HOSTILE, "2", "3.5", "1 234,5", "12 %", "AB", "B", "2024-01-05", "2024-01-04", "1,2", "[]",
            "https://a.fr/b?c=1",
            "http://a b", "ftp://x", "21220113100019", "aé", "x1", "2001", "1.5"]  # fmt: skip
    labels = [*schema.field_names, "inconnue"]
    rows = [labels] + [[chance.choice(pool) for _ in labels] for _ in range(300)]
    data = _csv(rows)
    fast = _fast(data, schema, catalogue, all_places=True)
    assert fast is not None
    slow = _slow(data, schema, monkeypatch, catalogue, all_places=True)
    assert fast.issues == slow.issues and fast == slow


@pytest.mark.parametrize(
    "pattern",
    ["[0-9]{5}", "^A|B$", r"\d{2}", r"^[A-Z]{2}-\w+$", r"(a|b)*", r"[^\d]",
     "a++", "[[:alpha:]]", "(?i)a", r"\bA", r"a{,3}",
     r".\.",
     r"[a&&b]", r"é+", r"[\w\s]+", "^$", r"a\/b", r"(?:x|y)?z", r"[]a]", r"\u00e9", "a{2,}?"],
)  # fmt: skip
def test_a_pattern_in_the_other_language_only_matches_what_the_first_does(pattern: str) -> None:
    """Narrower is allowed, wider never is."""
    import polars as pl

    narrowed = rust_pattern(pattern)
    if narrowed is None:
        return
    python = re.compile(f"^{pattern}$").match
    texts = [
        "A",
        "AB",
        "B",
        "xB",
        "12",
        "１２",
        "a\n",
        "ab",
        "aé",
        "é",
        "",
        "AB-x",
        "a/b",
        "xz",
        "z",
        "aaaa",
        "&",
        "]a",
        " ",
        ". .",
        "x.",
    ]
    matched = pl.Series(texts).str.contains(f"^(?:{narrowed})")
    assert [text for text, found in zip(texts, matched, strict=True) if found and not python(text)] == []


def test_a_file_may_be_a_path_or_open(tmp_path: Path) -> None:
    """Whatever way the bytes come, the report is one; an open file is read from its start."""
    data = _csv(_rows(CATALOGUE.get("scdl/prenoms"), 1))
    path = tmp_path / "prenoms.csv"
    path.write_bytes(data)
    reports = [engine.check(source, CATALOGUE, facts=FACTS) for source in (data, path)]
    with path.open("rb") as file:
        reports.append(engine.check(file, CATALOGUE, facts=FACTS))
    assert reports[0] == reports[1] == reports[2] == replace(reports[0])


def _numbers(length: int) -> list[str]:
    chance = random.Random(length)
    rights = [body + check for body in (f"{chance.randrange(10 ** (length - 1)):0{length - 1}d}" for _ in range(3_000))
              for check in (str(digit) for digit in range(10)) if siren.is_valid((body + check)[:9])]  # fmt: skip
    others = ["0" * length, "35600000000048"[:length], "1" * (length + 1), "３" * length, "", "12a", " " + rights[0]]
    return [*rights, *others]


def _days() -> list[str]:
    days = [str(datetime.date(1999, 1, 1) + datetime.timedelta(number)) for number in range(900)]
    return [*days, "2024-02-30", "0000-01-01", "24-01-05", "2024-1-05", " 2024-01-05", "2024-13-01", "", "２024-01-05"]


@pytest.mark.parametrize(
    ("described", "name", "texts"),
    [
        ({"type": "string"}, "siren", _numbers(9)),
        ({"type": "string", "constraints": {"required": True}}, "siret", _numbers(14)),
        ({"type": "date"}, None, _days()),
    ],
    ids=["siren", "siret", "days"],
)
def test_a_text_is_only_proven_where_nothing_can_be_said_of_it(
    described: dict[str, Any], name: str | None, texts: list[str]
) -> None:
    """Numbers with their sums and days; most of what is right is proven, or the proof would be worth nothing."""
    import polars as pl

    asked = [] if name is None else [{"name": name, "params": {"column": "a"}}]
    schema, _ = _schema([{"name": "a", **described}, {"name": "b"}], custom_checks=asked)
    table = read(b"a;b\n1;2\n", frozenset())
    plan = make_plan(schema, table, {0: "a", 1: "b"})
    column = plan.columns["a"]
    proof = text_proof(column, plan.checks)
    assert proof is not None
    proven = set(pl.DataFrame({"0": texts}).filter(proof)["0"])
    verdicts = {text: column.reader(text) for text in texts}
    clean = {
        text
        for text, verdict in verdicts.items()
        if not verdict.faults and not any(check.rule((verdict.value,)) for check in plan.checks)
    }
    assert proven <= clean
    assert len(proven) > 0.85 * len(clean)
