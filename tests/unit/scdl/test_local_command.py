"""`scdl check` with a schema, a territory, a publisher and a day of its own, through the sandbox."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckanext.scdl import commandline
from ckanext.scdl.core.catalogue import Catalogue, InvalidCatalogue
from ckanext.scdl.core.loose_schema import loose_schema

EQUIPEMENTS = (
    "COLL_SIRET,EQUIP_UID,EQUIP_LONG,EQUIP_LAT\n"
    "21220113500015,22113-1,-3.4,48.7\n21220113500015,22113-1,2.3,48.8\n"
)
# More corners than an argument of a program could hold.
CIRCLE = [[-3 + math.cos(n / 2000) / 1.7, 48.5 + math.sin(n / 2000) / 2.3] for n in range(12_600)]
OWN = {
    "name": "nichoirs",
    "version": "v0.2.0-beta",
    "fields": [
        {"name": "essence", "type": "string", "constraints": {"enum": ["if", "hêtre"]}},
        {"name": "hauteur", "type": "number"},
    ],
}


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files and the facts to check them with; the command runs where they are."""
    polygon = {"type": "Polygon", "coordinates": [CIRCLE]}
    outline = {"type": "Feature", "properties": {"code": "22"}, "geometry": polygon}
    texts = {
        "equipements.csv": EQUIPEMENTS,
        "prenoms.csv": "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
        + "Rennes,35238,F,Zoé,3,2023\n" * 30,
        "nichoirs.csv": "essence,hauteur\nif,3\nchêne,4\n",
        "contour.geojson": json.dumps(outline),
        "communes.csv": "insee;nom\n22113;Lannion\n",
        "nichoirs.json": json.dumps(OWN),
        "vide.json": "{}",
        "liste.json": "[]",
        "cassé.json": "{",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _report(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    with pytest.raises(SystemExit):
        commandline.main(["check", "--format", "json", *arguments])
    return json.loads(capsys.readouterr().out)


def _codes(report: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in report["issues"] if issue["code"].startswith("local-")]


def test_a_territory_and_a_publisher_are_compared_with(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An outline too long for a command line reaches the sandbox; nothing is left undone."""
    more = ["--territory", "contour.geojson", "--publisher", "222 200 016", "--schema", "scdl/equipements"]
    report = _report([*more, "equipements.csv"], capsys)
    assert (sorted(_codes(report)), report["not_done"]) == (
        ["local-duplicate", "local-point", "local-publisher-siret"],
        [],
    )
    bare = _report(["--schema", "scdl/equipements", "equipements.csv"], capsys)
    assert (_codes(bare), bare["not_done"]) == (["local-duplicate"], ["publisher-siret", "point"])


def test_two_territory_files_are_one_territory(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day is the one given; the register tells the communes, finer than the code of the outline."""
    territory = ["--territory", "contour.geojson", "--territory", "communes.csv"]
    report = _report([*territory, "--today", "2022-12-31", "prenoms.csv"], capsys)
    assert report["status"] == "valid"
    assert sorted(_codes(report)) == ["local-commune", "local-duplicate", "local-future-date"]
    assert [len(issue["rows"]) for issue in report["issues"]] == [20, 20, 20]


def test_all_places_are_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row of every issue."""
    report = _report(["--all-places", "--today", "2022-12-31", "prenoms.csv"], capsys)
    assert {issue["code"]: len(issue["rows"]) for issue in report["issues"]} == {
        "local-duplicate": 29,
        "local-future-date": 30,
    }


def test_a_schema_of_ones_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft is checked like an official schema, under a name that says that it is none."""
    report = _report(["--schema-file", "nichoirs.json", "nichoirs.csv"], capsys)
    assert (report["status"], report["schema"], report["version"]) == ("invalid", "fichier/nichoirs", "0.2.0")
    assert [(issue["code"], issue["value"]) for issue in report["issues"]] == [("enum", "chêne")]


def test_an_official_schema_as_a_file_keeps_its_name() -> None:
    """Its address tells id and version, whatever the version inside says."""
    official = Catalogue.bundled().get("scdl/deliberations")
    schema = loose_schema({**official.to_descriptor(), "version": "9"})
    assert (schema.id, schema.version) == (official.id, official.version)
    with pytest.raises(InvalidCatalogue):
        loose_schema({"fields": []})


@pytest.mark.parametrize(
    "descriptor",
    [
        {"fields": [{"name": "a", "type": "zorglub"}]},
        {"fields": [{"name": "a", "type": ["string"]}]},
        {"fields": [{"name": "a", "constraints": {"pattern": "("}}]},
        {"fields": [{"name": "a", "constraints": [1]}]},
        {"fields": [{"name": 1}]},
        {"fields": ["a"]},
        {"fields": "a"},
        {"fields": [{"name": "a"}], "primaryKey": 3},
        {"fields": [{"name": "a"}], "custom_checks": 3},
    ],
)
def test_a_schema_that_cannot_be_applied_is_a_misuse(
    descriptor: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault is the schema's, and no file is refused for it."""
    (folder / "faux.json").write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        commandline.main(["check", "--schema-file", "faux.json", "nichoirs.csv"])
    assert (end.value.code, "faux.json" in capsys.readouterr().err) == (commandline.MISUSED, True)


def test_a_check_that_ends_badly_says_so_in_its_report_alone(folder: Path) -> None:
    """No traceback and no log on a person's screen."""
    script = (
        "import sys\nfrom ckanext.scdl import commandline, sandbox\n"
        "def crash(*arguments):\n    sandbox.log.warning('a traceback')\n    raise sandbox.SandboxError('crashed')\n"
        "sandbox.run = crash\ncommandline.main(['check', 'nichoirs.csv'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("nichoirs.csv : refusé")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--schema-file", "nichoirs.json", "--schema", "scdl/prenoms"],
        ["--schema-file", "nichoirs.json", "--version", "1"],
        ["--schema-file", "vide.json"],
        ["--schema-file", "liste.json"],
        ["--schema-file", "cassé.json"],
        ["--schema-file", "absent.json"],
        ["--territory", "nichoirs.csv"],
        ["--territory", "vide.json"],
        ["--publisher", "123"],
        ["--publisher", "00000000000000"],
        ["--publisher", "21220113500010"],
        ["--today", "hier"],
    ],
)
def test_what_cannot_be_used_is_a_misuse(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is checked with half of what was asked; standard output stays empty."""
    with pytest.raises(SystemExit) as end:
        commandline.main(["check", *arguments, "prenoms.csv"])
    seen = capsys.readouterr()
    assert (end.value.code, seen.out) == (commandline.MISUSED, "")
    assert seen.err
