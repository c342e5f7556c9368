"""What the command writes is what its JSON Schema and its page promise."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from scripts import write_pages

from ckanext.scdl import commandline, sandbox
from ckanext.scdl.commandline.check import check as check_command
from ckanext.scdl.core import local, report
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.report import Report

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((Path(report.__file__).parent / "report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
PAGE = (ROOT / "docs" / "report.md").read_text("utf-8")

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
FILES: dict[str, bytes] = {
    "valide.csv": (HEADER + "Lannion,22113,F,Zoé,3,2024\n").encode(),
    "vide.csv": HEADER.encode(),
    "fautes.csv": (HEADER + "Lannion,22113,X,Zoé,trois,2024\nLannion,,F\n\nRennes,35238,F,Zoé,3,2999,,\n").encode(),
    "titres.csv": ("Prénoms\n\n" + HEADER.replace(",", ";") + "Lannion;22113;F;Zoé;3;2024;\n").encode("cp1252"),
    "doubles.csv": (HEADER.strip() + ",ANNEE\nLannion,22113,F,Zoé,3,2024,2024\n").encode(),
    "autres.csv": (HEADER + "".join(f"Lannion,22113,{n},Zoé,{n}a,2024\n" for n in range(900))).encode(),
    "inconnu.csv": b"essence,hauteur\nif,3\n",
    "ouvert.csv": (HEADER + 'Lannion,22113,F,"Zoé,3,2024\n' * 3).encode(),
    "rien.csv": b"",
    "page.csv": b"<!doctype html><html></html>",
    "image.csv": b"\x89PNG\r\n\x1a\n",
}


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files, and the engine without its walls, which have tests of their own."""
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)

    def direct(path: Path, filename: str, schema_ref: str | None, version: str | None, **options: Any) -> Report:
        kept = {name: options[name] for name in ("all_places", "facts")}
        return check(path, Catalogue.bundled(), schema_ref, version, **kept)

    monkeypatch.setattr(sandbox, "check", direct)
    return tmp_path


def _json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    with pytest.raises(SystemExit):
        commandline.main(["check", "--format", "json", *arguments])
    return json.loads(capsys.readouterr().out)


def test_the_schema_is_one() -> None:
    """It follows the draft it names."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("more", [[], ["--all-places", "--today", "2024-06-01", "--publisher", "222200016"]])
def test_one_file_gives_one_report(
    name: str, more: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Valid, invalid or refused, with every kind of finding."""
    written = _json([*more, str(folder / name)], capsys)
    assert isinstance(written, dict)
    VALIDATOR.validate(written)


def test_several_files_give_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order in which they were named."""
    written = _json([str(folder / name) for name in FILES], capsys)
    VALIDATOR.validate(written)
    assert len(written) == len(FILES)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "perhaps"},
        {"status": "refused"},
        {"status": "invalid"},
        {"confidence": 2},
        {"issues": [{"code": "enum"}]},
        {"not_done": None},
    ],
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, Any]) -> None:
    """A schema that accepts everything would prove nothing."""
    plain = Report("valid", schema="scdl/prenoms", version="1.1.6", rows=1).to_dict()
    VALIDATOR.validate(plain)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**plain, **change})


@pytest.mark.parametrize(
    ("name", "values"),
    [("report", report.Report), ("refusal", report.Refusal), ("reading", report.Reading), ("issue", report.Issue)],
)
def test_every_key_is_described_and_documented(name: str, values: type) -> None:
    """A key that is added to a report is added to its schema and its page."""
    fields = [each.name for each in dataclasses.fields(values)]
    assert SCHEMA["$defs"][name]["required"] == fields
    assert list(SCHEMA["$defs"][name]["properties"]) == fields
    assert [field for field in fields if f"`{field}`" not in PAGE] == []


def test_the_page_lists_every_code_with_its_sentence() -> None:
    """A new sentence is written into the page by its script."""
    wanted = write_pages.page("report", write_pages.report_part())
    assert wanted == PAGE, "run scripts/write_pages.py report"


def test_the_page_lists_levels_forms_and_local_checks() -> None:
    """Nothing that a reader may meet is missing."""
    forms = check_command.params
    choices = next(each.type.choices for each in forms if each.name == "form")
    options = [each.opts[0] for each in forms if each.name != "files"]
    words = ["error", "warning", "info", *choices, *local.NAMES]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
    assert [option for option in options if option not in PAGE] == []
