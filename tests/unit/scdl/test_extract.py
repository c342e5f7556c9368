"""Rows on their way from a file, through the sandbox, to a database."""

from __future__ import annotations

import io

import pytest

from ckanext.scdl import extract
from ckanext.scdl.sandbox import SandboxError

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE,note\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "prenoms.csv"
    path.write_text(HEADER + "Lannion,22113,F,Zoé,3,2024,\nLannion,22113,F,Anaë,4,2024,x\n", encoding="utf-8")
    return path


def test_rows_come_with_their_columns(file):
    """Columns with types and words, rows to copy from the start of the target on."""
    target = io.BytesIO()
    columns = extract.rows(file, "scdl/prenoms", target)
    types = {column.name: column.type for column in columns}
    assert types["NOMBRE_OCCURRENCES"] == "int8"
    assert types["note"] == "text"
    assert columns[3].label
    assert target.read().decode().splitlines()[0] == '"Lannion","22113","F","Zoé","3","2024",""'


def test_what_is_no_table_is_told(tmp_path):
    """The code of the refusal, no text."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(SandboxError) as error:
        extract.rows(path, "scdl/prenoms", io.BytesIO())
    assert error.value.code == "pdf"


def test_a_child_that_answers_something_else_has_crashed(file, monkeypatch):
    """Nothing it says is taken for columns."""
    monkeypatch.setattr("ckanext.scdl.sandbox.run", lambda *_: {"columns": [{"name": "a", "sql": "x"}]})
    with pytest.raises(SandboxError) as error:
        extract.rows(file, "scdl/prenoms", io.BytesIO())
    assert error.value.code == "crashed"
