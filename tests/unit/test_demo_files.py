"""The files of the demonstration are what their manifest says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from demo.flaws import FLAWS
from demo.make_files import content, main, read_manifest, read_organizations, write_files
from demo.tables import MAKERS
from frictionless import Dialect, Report, Resource, formats
from frictionless import Schema as TableSchema
from stdnum.fr import siren, siret

from ckanext.scdl.core import engine
from ckanext.scdl.core.catalogue import Catalogue

DEPOSITS: list[dict[str, Any]] = read_manifest()["deposits"]


def deposits(**wanted: str) -> list[Any]:
    """The deposits that have these values, as named parameters of a test."""
    kept = [each for each in DEPOSITS if all(each[key] == value for key, value in wanted.items())]
    return [pytest.param(each, id=each["file"]) for each in kept]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file of the manifest."""
    target = tmp_path_factory.mktemp("demo")
    write_files(target)
    return target


def open_table(folder: Path, deposit: dict[str, Any]) -> Resource:
    """The deposited table, read as its recipe wrote it and checked column by column name."""
    flaws = deposit["make"].get("flaws", ())
    what: dict[str, Any] = {"path": deposit["file"], "basepath": str(folder)}
    if deposit["file"].endswith(".csv"):
        what["encoding"] = "cp1252" if "cp1252" in flaws else "utf-8-sig" if "bom" in flaws else "utf-8"
        separator = ";" if "semicolon" in flaws else ","
        what["dialect"] = Dialect(controls=[formats.CsvControl(delimiter=separator)])
    if deposit["schema"]:
        descriptor = Catalogue.bundled().get(deposit["schema"]).to_descriptor() | {"fieldsMatch": "partial"}
        what["schema"] = TableSchema.from_descriptor(descriptor)
    return Resource(**what)


def check(folder: Path, deposit: dict[str, Any]) -> Report:
    """The verdict of frictionless on a deposit."""
    return open_table(folder, deposit).validate()


def rows(folder: Path, deposit: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a valid deposit, cells as their schema types them."""
    with open_table(folder, deposit) as resource:
        return [row.to_dict() for row in resource.row_stream]


def amount(made: list[dict[str, Any]], section: str, sense: str) -> int:
    """What a budget votes in one section and one sense."""
    wanted = (section, sense)
    return sum(row["BGT_MTPREV"] for row in made if (row["BGT_SECTION"], row["BGT_CODRD"]) == wanted)


@pytest.mark.parametrize("deposit", deposits(expected="valid"))
def test_valid_deposit(folder: Path, deposit: dict[str, Any]) -> None:
    """A deposit said to be valid is valid for frictionless, and has rows."""
    report = check(folder, deposit)
    assert report.flatten(["rowNumber", "fieldName", "message"]) == []
    assert report.tasks[0].stats["rows"] > 5


@pytest.mark.parametrize("deposit", deposits(expected="invalid"))
def test_invalid_deposit(folder: Path, deposit: dict[str, Any]) -> None:
    """A deposit said to be invalid has errors against its schema."""
    assert check(folder, deposit).flatten(["message"]) != []


@pytest.mark.parametrize("deposit", deposits(expected="refused"))
def test_refused_deposit(folder: Path, deposit: dict[str, Any]) -> None:
    """A deposit said to be refused is empty, another kind of document, or a table that claims no schema."""
    written = (folder / deposit["file"]).read_bytes()
    assert not written or written.startswith(b"%PDF-") or deposit["schema"] is None
    assert check(folder, deposit).valid is (deposit["schema"] is None)


@pytest.mark.parametrize("deposit", deposits())
def test_engine_gives_the_expected_verdict(folder: Path, deposit: dict[str, Any]) -> None:
    """Our own engine, which reads tolerantly, comes to the verdict that the manifest announces."""
    report = engine.check(folder / deposit["file"], Catalogue.bundled(), deposit["schema"])
    assert report.status == deposit["expected"]


@pytest.mark.parametrize("deposit", deposits(family="repairable"))
def test_repairable_deposit_is_sound_underneath(tmp_path: Path, deposit: dict[str, Any]) -> None:
    """Without its flaws, a repairable file is a valid one: its story is the only thing wrong."""
    sound = deposit | {"make": deposit["make"] | {"flaws": ()}}
    (tmp_path / deposit["file"]).write_bytes(content(sound))
    assert check(tmp_path, sound).flatten(["rowNumber", "fieldName", "message"]) == []
    assert deposit["expected"] == "invalid"


@pytest.mark.parametrize("deposit", deposits(expected="valid", schema="scdl/subventions"))
def test_valid_grants_name_their_bodies(folder: Path, deposit: dict[str, Any]) -> None:
    """Valid grants carry true SIRET keys, and each beneficiary has a SIRET or an RNA number."""
    made = rows(folder, deposit)
    written = {row["idAttribuant"] for row in made} | {row["idBeneficiaire"] for row in made} - {None}
    assert [number for number in written if not siret.is_valid(number)] == []
    assert all(row["idBeneficiaire"] or row["rnaBeneficiaire"] for row in made)
    assert {row["idAttribuant"][:9] for row in made} == {deposit["organization"]}
    assert all(row["idBeneficiaire"].startswith("999") for row in made if row["idBeneficiaire"])


@pytest.mark.parametrize("deposit", deposits(expected="valid", schema="scdl/deliberations"))
def test_valid_decisions_add_up(folder: Path, deposit: dict[str, Any]) -> None:
    """Valid decisions have votes that add up, days in order, a true SIRET and a number of their own."""
    made = rows(folder, deposit)
    for row in made:
        voices = row["VOTE_POUR"] + row["VOTE_CONTRE"] + row["VOTE_ABSTENTION"]
        assert row["VOTE_EFFECTIF"] >= row["VOTE_REEL"] == voices and row["VOTE_POUR"] > 0
    assert all(row["PREF_DATE"] >= row["DELIB_DATE"] and siret.is_valid(row["COLL_SIRET"]) for row in made)
    assert all(bool(row["BUDGET_ANNEE"]) == bool(row["BUDGET_NOM"]) for row in made)
    assert len({row["DELIB_ID"] for row in made}) == len(made)


@pytest.mark.parametrize("deposit", deposits(expected="valid", schema="scdl/budget"))
def test_valid_budgets_balance(folder: Path, deposit: dict[str, Any]) -> None:
    """A valid budget has as many receipts as expenses in each section, none below zero."""
    made = rows(folder, deposit)
    for section in ("fonctionnement", "investissement"):
        assert amount(made, section, "recette") == amount(made, section, "dépense")
    assert min(row["BGT_MTPREV"] for row in made) >= 0


def test_same_bytes_twice(folder: Path, tmp_path: Path) -> None:
    """Writing the files again gives the same bytes, workbooks included."""
    again = write_files(tmp_path)
    assert [path.name for path in again if path.read_bytes() != (folder / path.name).read_bytes()] == []


def test_every_body_takes_part() -> None:
    """Each body has one to four deposits, and nobody else deposits."""
    counted = Counter(each["organization"] for each in DEPOSITS)
    assert set(counted) == set(read_organizations())
    assert max(counted.values()) <= 4


def test_files_and_titles_are_unique() -> None:
    """No deposit takes the place of another."""
    for key in ("file", "title"):
        assert len({each[key] for each in DEPOSITS}) == len(DEPOSITS)


def test_bodies_are_known() -> None:
    """The bodies carry a true SIREN, one of the two policies and a mailbox that cannot exist."""
    for each in read_organizations().values():
        assert siren.is_valid(each["siren"])
        assert each["policy"] in {"warn", "block"}
        assert each["contact_email"].endswith(".example")


def test_demonstration_shows_everything() -> None:
    """Every maker and every flaw serves at least once, and the three families are there."""
    assert {each["schema"] for each in DEPOSITS} == {*MAKERS, None}
    assert {flaw for each in DEPOSITS for flaw in each["make"].get("flaws", ())} == set(FLAWS)
    assert {each["family"] for each in DEPOSITS} == {"valid", "repairable", "hopeless"}


def test_command_asks_for_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a folder the command says how to use it and fails."""
    assert main([]) == 2
    assert "FOLDER" in capsys.readouterr().err
