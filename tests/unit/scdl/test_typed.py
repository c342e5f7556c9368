"""A table as a database wants it: names, types, rows that convert."""

from __future__ import annotations

import csv
import io

import pytest

from ckanext.scdl.core.schema import Schema, official_schema
from ckanext.scdl.core.typed import MAX_NAME_BYTES, Typed, column_names

# Beside a moment with a zone: neither type of PostgreSQL holds both.
MOMENT = "2024-01-31T10:00:01"


def _schema(**types: str) -> Schema:
    fields = [
        {"name": name, "type": kind, "title": name.title(), "description": f"What {name} is."}
        for name, kind in types.items()
    ]
    return official_schema("test/types", "1.0.0", {"fields": fields, "missingValues": ["", "NC"]})


def _typed(kind: str, *cells: str) -> tuple[str, list[str]]:
    """The type of a column of these cells, and the cells as they are copied."""
    typed = Typed(_schema(a=kind), ["a"], {0: "a"})
    rows = [[cell] for cell in cells]
    typed.look(rows)
    written = b"".join(typed.copied(rows)).decode()
    return typed.columns[0].type, [row[0] for row in csv.reader(io.StringIO(written))]


@pytest.mark.parametrize(
    ("kind", "cells", "expected", "written"),
    [
        ("integer", ("1", " 2", "", "NC"), "int8", ["1", "2", "", ""]),
        ("integer", ("1", "9223372036854775808"), "numeric", ["1", "9223372036854775808"]),
        ("integer", ("1", "un"), "text", ["1", "un"]),
        ("number", ("1.50", "2"), "numeric", ["1.50", "2"]),
        ("number", ("1.5", "NaN"), "text", ["1.5", "NaN"]),
        ("number", ("1", "1E99999"), "text", ["1", "1E99999"]),
        ("boolean", ("true", "0"), "bool", ["True", "False"]),
        ("date", ("2024-02-29",), "date", ["2024-02-29"]),
        ("date", ("2024-02-29", "2023-02-29"), "text", ["2024-02-29", "2023-02-29"]),
        ("datetime", ("2024-01-31T10:00:00",), "timestamp", ["2024-01-31T10:00:00"]),
        ("datetime", ("2024-01-31T10:00:00Z",), "timestamptz", ["2024-01-31T10:00:00+00:00"]),
        ("datetime", ("2024-01-31T10:00:00Z", MOMENT), "text", ["2024-01-31T10:00:00Z", MOMENT]),
        ("time", ("10:00:00",), "time", ["10:00:00"]),
        ("year", ("2024",), "int4", ["2024"]),
        ("geopoint", ("-3.4,48.7",), "text", ["-3.4,48.7"]),
        ("string", ("007", "NC", "a\0b"), "text", ["007", "", "ab"]),
        ("integer", ("", ""), "text", ["", ""]),
    ],
)  # fmt: skip
def test_a_column_has_its_type_if_every_cell_converts(kind, cells, expected, written):
    """One cell that is not of the type makes the column text, as it stands in the file."""
    assert _typed(kind, *cells) == (expected, written)


def test_columns_bear_the_words_of_the_schema():
    """The name of the field, its title and what it is; a column that nobody knows keeps its label."""
    typed = Typed(_schema(nom="string"), ["Nom du lieu", "autre"], {0: "nom"})
    known, unknown = typed.columns
    assert (known.name, known.label, known.notes) == ("nom", "Nom", "What nom is.")
    assert (unknown.name, unknown.label, unknown.type) == ("autre", "", "text")


def test_short_rows_are_filled():
    """A row with too few cells has nothing in the others."""
    typed = Typed(_schema(a="string", b="string"), ["a", "b"], {0: "a", 1: "b"})
    rows = [["x"], ["y", "z"]]
    typed.look(rows)
    assert b"".join(typed.copied(rows)) == b'"x",""\n"y","z"\n'


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["nom", "nom", "nom_2"], ("nom", "nom_2", "nom_2_2")),
        (["_id", ' "x" ', "", "\t"], ("id", "x", "colonne_3", "colonne_4")),
        (["é" * 40, "é" * 40], ("é" * 31, "é" * 30 + "_2")),
        (["a\u200bb", "__"], ("ab", "colonne_2")),
    ],
)
def test_names_are_those_that_the_datastore_takes(labels, names):
    """Different, not empty, without quote or underscore in front, no longer than PostgreSQL keeps."""
    assert column_names(labels) == names
    assert all(len(name.encode()) <= MAX_NAME_BYTES for name in names)


@pytest.mark.parametrize("cell", ["a\nb", 'say "x"', "\\.", ";,", " x ", "\u2028", "'", "\\N"])
def test_text_comes_back_as_it_was(cell):
    """Whatever stands in a text column is copied whole."""
    assert _typed("string", cell, "y") == ("text", [cell, "y"])
