"""The command `scdl fix`: what it writes, what it never overwrites, and its exit statuses."""

from __future__ import annotations

import errno
import importlib
import json
from pathlib import Path

import pytest

from ckanext.scdl import commandline

fix_command = importlib.import_module("ckanext.scdl.commandline.fix")
HEADER = "COMMUNE_NOM;COLL_INSEE;ENFANT_SEXE;ENFANT_PRENOM;NOMBRE_OCCURRENCES;ANNEE;NOTE\n"
FILE = HEADER + "Lannion;1004;f;Zoé;3,0;2024;=a\n\nLannion;1005;M;Léo;4;2024.0;\n"
FIXED = (
    "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE,NOTE\r\n"
    "Lannion,01004,F,Zoé,3,2024,=a\r\n"
    "Lannion,01005,M,Léo,4,2024,\r\n"
)


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    """A file with a fault of most kinds."""
    path = tmp_path / "prenoms.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return path


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        commandline.main(["fix", *map(str, arguments)])
    seen = capsys.readouterr()
    return int(end.value.code or 0), seen.out, seen.err


def test_without_output_it_shows_and_writes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The proposal is for reading."""
    status, out, _ = _run(capsys, file)
    assert status == 0
    assert "« 1004 » → « 01004 »" in out
    assert "Corrections probables" in out
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_corrected_file_is_standard(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """UTF-8, commas, official order, unknown columns last."""
    out = file.with_name("out.csv")
    assert _run(capsys, file, "-o", out, "--accept", "likely")[0] == 0
    assert out.read_bytes().decode() == FIXED
    assert _run(capsys, file, "-o", file.with_name("sure.csv"))[0] == 1


def test_nothing_is_overwritten(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the original, ever, nor another file unless it is said to be replaced."""
    out = file.with_name("out.csv")
    out.write_text("mine")
    status, _, told = _run(capsys, file, "-o", out)
    assert (status, out.read_text()) == (2, "mine")
    assert "existe déjà" in told
    assert _run(capsys, file, "-o", file, "--force")[0] == 64
    assert file.read_bytes() == FILE.encode("cp1252")
    assert _run(capsys, file, "-o", out, "--force")[0] == 1
    assert sorted(path.name for path in file.parent.iterdir()) == ["out.csv", "prenoms.csv"]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_two_files_never_share_a_name(
    file: Path, force: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The log would take the place of the corrected file; a workbook's name would hide a CSV, or take its place."""
    out = file.with_name("out.csv")
    assert _run(capsys, file, "-o", out, "--changes", out, *force)[0] == 64
    assert _run(capsys, file, "-o", out, "--excel", "--changes", out.with_suffix(".xlsx"), *force)[0] == 64
    assert _run(capsys, file, "-o", out.with_suffix(".xlsx"), *force)[0] == 64
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_full_disk_leaves_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be written whole is not written, and the sentence names what was asked for."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fix_command.repair, "fix", full)
    status, _, told = _run(capsys, file, "-o", file.with_name("out.csv"))
    assert (status, [path.name for path in file.parent.iterdir()]) == (2, [file.name])
    assert "out.csv ne peut pas être écrit" in told


def test_an_edited_log_is_replayed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the editor took out stays, what they wrote is done."""
    changes, out = file.with_name("changes.json"), file.with_name("out.csv")
    _run(capsys, file, "--changes", changes)
    log = json.loads(changes.read_text("utf-8"))
    log["changes"] = [each for each in log["changes"] if each["field"] != "COLL_INSEE"]
    log["changes"][0]["after"] = "G"
    changes.write_text(json.dumps(log), "utf-8")
    assert _run(capsys, file, "--apply", changes, "-o", out)[0] == 1
    assert out.read_bytes().decode() == FIXED.replace("0100", "100").replace(",F,", ",G,")


def test_a_log_of_another_file_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and a sentence says where it does not fit."""
    changes, out = file.with_name("changes.json"), file.with_name("out.csv")
    _run(capsys, file, "--changes", changes)
    file.write_bytes(FILE.replace(";f;", ";F;").encode("cp1252"))
    status, _, told = _run(capsys, file, "--apply", changes, "-o", out)
    assert (status, out.exists()) == (2, False)
    assert "la cellule de la ligne 2" in told
    changes.write_text('{"form": 1}')
    assert _run(capsys, file, "--apply", changes, "-o", out)[0] == 2


def test_a_log_that_spoils_the_file_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be read again is never written, nor called valid."""
    changes, out = file.with_name("changes.json"), file.with_name("out.csv")
    _run(capsys, file, "--changes", changes)
    log = json.loads(changes.read_text("utf-8"))
    for after in ("\0", "\ud800"):
        log["changes"][0]["after"] = after
        changes.write_text(json.dumps(log), "utf-8")
        assert (_run(capsys, file, "--apply", changes, "-o", out)[0], out.exists()) == (2, False)


def test_a_log_of_ten_thousand_brackets_is_misuse(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that no parser follows to its end is none, here and where a territory is asked for."""
    changes = file.with_name("changes.json")
    for option, text in (("--apply", "["), ("--territory", '{"a":')):
        changes.write_text(text * 100_000)
        assert _run(capsys, file, option, changes)[0] == 64


def test_a_folder_gets_the_official_name(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Day, SIREN, what it is; with the workbook beside it."""
    folder = file.parent / "out"
    folder.mkdir()
    options = ("--excel", "--today", "2024-06-01", "--publisher", "21220113100019")
    assert _run(capsys, file, "-o", folder, *options)[0] == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "20240601_212201131_prenoms.csv",
        "20240601_212201131_prenoms.xlsx",
    ]


def test_what_is_no_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read leaves nothing behind."""
    path = tmp_path / "arbres.csv"
    path.write_text("essence,hauteur\nif,3\n")
    assert _run(capsys, path, "-o", tmp_path / "out.csv")[0] == 2
    assert [each.name for each in tmp_path.iterdir()] == ["arbres.csv"]
