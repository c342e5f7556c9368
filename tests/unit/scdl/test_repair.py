"""The door to corrections: what comes back when a child misbehaves, and files that are whole or not there."""

from __future__ import annotations

import datetime
import io
import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ckanext.scdl import repair, sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.corrections import NoLog, Proposal, Taken, Unfit, accept, apply
from ckanext.scdl.core.corrections.fixing import Fixed, Wishes, answered, fix
from ckanext.scdl.core.corrections.writing import official_name, write_xlsx
from ckanext.scdl.core.local import Facts
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.report import Report
from ckanext.scdl.core.table import Refused
from ckanext.scdl.sandbox import SandboxError

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE,NOTE\n"
FILE = HEADER + "Lannion,01004,f,Zoé,3,2024,=1+1\n"


def fixed(text: str, **wishes: Any) -> tuple[Fixed, bytes]:
    """A text put right, and the bytes of it."""
    target = io.BytesIO()
    done = fix(io.BytesIO(text.encode()), target, Catalogue.bundled(), Wishes(**wishes), Facts())
    assert isinstance(done, Fixed)
    return done, target.getvalue()


@pytest.mark.parametrize("answer", [{}, {"report": {}}, {"report": 3}, {"report": None, "log": []}])
def test_an_answer_that_is_none_is_a_refusal(
    answer: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that was taken over gets no further than its own refusal."""
    path = tmp_path / "a.csv"
    path.write_text(FILE)
    monkeypatch.setattr(sandbox, "run", lambda *given: answer)
    done = repair.fix(path, Wishes(), Facts())
    assert (done.log, done.report.status) == (None, "refused")
    found = repair.diff(path, path)
    assert isinstance(found, Report)


def test_a_child_that_dies_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the code of its death."""
    path = tmp_path / "a.csv"
    path.write_text(FILE)

    def die(*given: object) -> None:
        raise SandboxError("timeout")

    monkeypatch.setattr(sandbox, "run", die)
    refusal = repair.fix(path, Wishes(), Facts()).report.refusal
    assert refusal is not None and refusal.code == "timeout"
    assert isinstance(repair.diff(path, path), Report)


def test_a_draft_is_whole_or_not_there(tmp_path: Path) -> None:
    """Nothing is left of work that failed, nothing of a name is replaced unasked, and others may read what is kept."""
    target = tmp_path / "out.csv"
    with pytest.raises(RuntimeError), repair.Draft(tmp_path) as draft:
        draft.file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with repair.Draft(tmp_path) as draft:
        draft.file.write(b"whole")
        draft.keep(target)
    with repair.Draft(tmp_path) as draft, pytest.raises(FileExistsError):
        draft.keep(target)
    assert (target.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"whole", ["out.csv"])
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask


def test_the_workbook_keeps_codes_as_text() -> None:
    """A SIRET is text, a number a number, and a formula the text that it was in the file."""
    done, content = fixed(FILE, level="likely")
    target = io.BytesIO()
    write_xlsx(io.BytesIO(content), done.schema, target)
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet[2]] == ["Lannion", "01004", "F", "Zoé", 3, "2024", "=1+1"]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "s", "s", "n", "s", "s"]
    assert sheet.column_dimensions["B"].width > 0


def test_a_cell_too_long_for_a_workbook_is_not_cut() -> None:
    """There is no workbook then, and no file."""
    done, _ = fixed(FILE)
    with pytest.raises(Refused):
        write_xlsx(io.BytesIO(f"a,b\r\n1,{'x' * 40_000}\r\n".encode()), done.schema, io.BytesIO())


def test_a_replayed_log_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposed, written as JSON, read back and replayed."""
    done, content = fixed(FILE, level="likely")
    again, replayed = fixed(FILE, log=json.loads(json.dumps(done.log.to_dict())))
    assert (again.log, replayed) == (done.log, content)
    monkeypatch.chdir(tmp_path)
    wishes = {"log": {**done.log.to_dict(), "labels": ["x"]}}
    assert answered(io.BytesIO(FILE.encode()), Catalogue.bundled(), wishes, Facts())["unfit"]["reason"] == "labels"


@pytest.mark.parametrize(
    "edit",
    [
        {"form": 2}, {"schema": 3}, {"labels": "x"}, {"columns": [{"label": "x"}]}, {"changes": [{"lines": ["2"]}]},
        {"changes": [{"unknown": 1}]}, {"runs": [[1]]}, {"runs": [[-1, 2]]}, {"blank_lines": [True]},
        {"reading": None}, {"questions": {}}, {"columns": [{"label": "x", "source": "0"}]}, {"above": [[1]]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_log_is_refused(edit: dict[str, Any]) -> None:
    """Whatever somebody puts into the file, it is a log or it is not."""
    done, _ = fixed(FILE)
    with pytest.raises(NoLog):
        Proposal.from_dict({**done.log.to_dict(), **edit})


def test_a_log_may_be_edited() -> None:
    """A column left out, a question answered, one cell left alone."""
    text = HEADER + "Lannion,01004,f,Zoé,3,2024,a\nLannion,01004,f,Léo,NC,2024,b\n"
    done, _ = fixed(text)
    table = read(text.encode(), Catalogue.bundled().label_keys())
    log = accept(done.log, Taken(), refused_cells=[("ENFANT_SEXE", 3)], dropped=["NOTE"])
    told = log.to_dict()
    told["questions"][0]["answer"] = "4"
    corrected = apply(table, Proposal.from_dict(told))
    assert corrected.labels[-1] == "ANNEE"
    assert [row[2:5] for row in corrected.rows] == [["F", "Zoé", "3"], ["f", "Léo", "4"]]
    told["changes"][0]["lines"] = [2, 99]
    with pytest.raises(Unfit) as error:
        apply(table, Proposal.from_dict(told))
    assert (error.value.reason, error.value.line) == ("line", 99)


def test_the_official_name() -> None:
    """Without a publisher the name has two parts."""
    day = datetime.date(2024, 6, 1)
    assert official_name("scdl/prenoms", "212201131", day) == "20240601_212201131_prenoms"
    assert official_name("etalab/schema-bal", "", day) == "20240601_bal"
