"""The command `scdl`: its exit statuses, its JSON and its words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckanext.scdl import commandline, sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.report import Report

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
FILES = {
    "valide.csv": HEADER + "Lannion,22113,F,Zoé,3,2024\n",
    "fautes.csv": HEADER + "Lannion,22113,X,Zoé,trois,2024\n",
    "refus.csv": "essence,hauteur\nif,3\n",
}


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three files, and the engine without its walls, which have tests of their own."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def direct(path: Path, filename: str, schema_ref: str | None, version: str | None, **options: Any) -> Report:
        kept = {name: options[name] for name in ("all_places", "facts")}
        return check(path, Catalogue.bundled(), schema_ref, version, **kept)

    monkeypatch.setattr(sandbox, "check", direct)
    return tmp_path


def _run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        commandline.main(arguments)
    seen = capsys.readouterr()
    return int(end.value.code or 0), seen.out, seen.err


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["valide.csv"], 0),
        (["fautes.csv"], 1),
        (["refus.csv"], 2),
        (["valide.csv", "fautes.csv"], 1),
        (["refus.csv", "fautes.csv", "valide.csv"], 2),
    ],
)
def test_exit_status_is_the_worst_verdict(
    names: list[str], status: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script can decide without reading."""
    assert _run(["check", *(str(folder / name) for name in names)], capsys)[0] == status


def test_json_is_one_report_or_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output holds the reports and nothing else."""
    _, out, _ = _run(["check", "--format", "json", str(folder / "fautes.csv")], capsys)
    report = Report.from_dict(json.loads(out))
    assert [issue.code for issue in report.issues] == ["enum", "type-integer"]
    _, out, _ = _run(
        ["check", "--format", "json", str(folder / "fautes.csv"), str(folder / "valide.csv")], capsys
    )
    assert [each["status"] for each in json.loads(out)] == ["invalid", "valid"]


def test_text_is_french_and_ends_with_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Grouped by level, one sentence at the end."""
    _, out, err = _run(["check", str(folder / "fautes.csv")], capsys)
    lines = out.strip().splitlines()
    assert lines[0] == "fautes.csv : non valide pour scdl/prenoms 1.1.6 (1 ligne de données)"
    assert "À corriger (2)" in lines
    assert lines[-1].startswith("Commencez par")
    assert err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "absent.csv"],
        ["check", "--format", "pdf", "valide.csv"],
        ["check", "--schema", "nulle/part", "valide.csv"],
        ["check", "--schema", "scdl/prenoms", "--version", "99.0", "valide.csv"],
        ["schemas", "show", "nulle/part"],
        ["danser"],
        ["--musique"],
    ],
)
def test_misuse_has_a_status_of_its_own(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error is not a verdict on a file."""
    monkeypatch.chdir(folder)
    status, out, err = _run(arguments, capsys)
    assert (status, out) == (commandline.MISUSED, "")
    assert err


def test_schemas_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Every schema of the catalogue stands in the list, every column in its description."""
    commandline.main(["schemas", "list"])
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in listed] == [schema.id for schema in Catalogue.bundled().all()]
    commandline.main(["schemas", "show", "scdl/prenoms"])
    assert "ENFANT_PRENOM (string, obligatoire)" in capsys.readouterr().out
    commandline.main(["schemas", "show", "scdl/prenoms", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["fields"][0]["name"] == "COMMUNE_NOM"


def test_a_schema_file_of_ten_thousand_brackets_is_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that no parser follows to its end is none."""
    path, schema = tmp_path / "valide.csv", tmp_path / "schema.json"
    path.write_text(FILES["valide.csv"], encoding="utf-8")
    schema.write_text("[" * 100_000)
    status, _, told = _run(["check", str(path), "--schema-file", str(schema)], capsys)
    assert status == 64
    assert "pas du JSON" in told


def test_the_command_needs_no_ckan(tmp_path: Path) -> None:
    """With CKAN made unimportable, a file is still checked, through the sandbox."""
    path = tmp_path / "valide.csv"
    path.write_text(FILES["valide.csv"], encoding="utf-8")
    script = (
        "import sys\nsys.modules.update({'ckan': None, 'flask': None, 'sqlalchemy': None})\n"
        "from ckanext.scdl.commandline import main\nmain(['check', sys.argv[1]])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "valide pour scdl/prenoms" in done.stdout
