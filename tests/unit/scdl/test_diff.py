"""What differs between two files: by natural key where it is certain, else by whole rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ckanext.scdl import commandline
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.diff import ChangedRow, Diff, Row, key_fields
from ckanext.scdl.core.diffing import compare
from ckanext.scdl.core.report import Report

HEADER = "COLL_SIRET,DELIB_ID,DELIB_OBJET,DELIB_DATE\n"
OLD = HEADER + "1,D1,Voirie,2024-01-01\n1,D2,École,2024-01-01\n1,D3,Camping,2024-01-01\n1,,Sans clé,2024-01-01\n"
NEW = "DELIB_ID;COLL_SIRET;Objet de la délibération;DELIB_DATE\n"
NEW += "D2;1;École maternelle;2024-01-01\n;1;Sans clé;2024-01-01\nD1;1;Voirie;2024-01-01\nD4;1;Eau;2024-02-01\n"


def _diff(old: str, new: str, schema: str | None = "scdl/deliberations") -> Diff:
    found = compare(old.encode(), new.encode(), Catalogue.bundled(), schema)
    assert isinstance(found, Diff)
    return found


def test_rows_are_known_by_their_key() -> None:
    """Order of rows and columns, separators and names of columns make no difference."""
    found = _diff(OLD, NEW)
    assert found.key == ("COLL_SIRET", "DELIB_ID")
    assert found.changed == (ChangedRow(("1", "D2"), 3, 2, (("DELIB_OBJET", "École", "École maternelle"),)),)
    assert found.added == (Row(5, ("D4", "1", "Eau", "2024-02-01")),)
    assert found.removed == (Row(4, ("D3", "1", "Camping", "2024-01-01")),)
    assert found.same == 2
    assert not found.is_empty


def test_a_key_that_comes_twice_is_no_key() -> None:
    """Then the rows are compared whole, as often as they occur."""
    twice = HEADER + "1,D1,Voirie,2024-01-01\n1,D1,Voirie,2024-01-01\n1,D1,Eau,2024-01-01\n"
    found = _diff(twice, HEADER + "1,D1,Voirie,2024-01-01\n1,D1,Gaz,2024-01-01\n")
    assert [row.line for row in found.removed] == [3, 4]
    assert [row.line for row in found.added] == [3]
    assert found.changed == ()


def test_without_schema_rows_are_compared_whole() -> None:
    """Any table has a difference with another."""
    found = _diff("a,b\n1,2\n3,4\n", "a,b,c\n3,4,x\n1,5,y\n", None)
    assert (found.key, found.added_columns) == ((), ("c",))
    assert [row.cells for row in found.added] == [("1", "5")]
    assert [row.cells for row in found.removed] == [("1", "2")]


def test_tables_without_a_column_in_common_share_no_row() -> None:
    """Nothing of theirs was compared, so nothing of it is the same."""
    found = _diff("a,b\n1,2\n3,4\n", "x,y\n1,2\n", None)
    assert (found.same, [row.line for row in found.removed], [row.line for row in found.added]) == (0, [2, 3], [2])


def test_a_file_does_not_differ_from_itself() -> None:
    """Nothing added, removed or changed; the same after a journey through JSON."""
    assert _diff(OLD, OLD).is_empty
    found = _diff(OLD, NEW)
    assert Diff.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_what_is_no_table_is_refused() -> None:
    """The report says why."""
    found = compare(b"", OLD.encode(), Catalogue.bundled())
    assert isinstance(found, Report)
    assert found.refusal is not None


def test_keys_name_fields_of_their_schema() -> None:
    """A key with a field that is not there would never be certain."""
    for schema in Catalogue.bundled().all():
        assert set(key_fields(schema)) <= set(schema.field_names)


def test_the_command_tells_and_returns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text for a person, JSON for a script, and an exit status for both."""
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(OLD)
    new.write_text(NEW)
    for arguments, status in (([old, new], 1), ([old, old, "--format", "json"], 0)):
        with pytest.raises(SystemExit) as end:
            commandline.main(["diff", *map(str, arguments), "--schema", "scdl/deliberations"])
        assert end.value.code == status
    out = capsys.readouterr().out
    assert "1 ligne ajoutée, 1 retirée, 1 modifiée, 2 inchangées" in out
    assert "ligne 2 (1 / D2) : DELIB_OBJET « École » → « École maternelle »" in out
    assert '"changed": []' in out
