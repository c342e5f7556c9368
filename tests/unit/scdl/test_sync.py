"""A catalogue from outside fills a folder whole, or changes nothing; what cannot be used is said and left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckanext.scdl import commandline, sandbox
from ckanext.scdl.core import patterns
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.sync import Unusable, read_catalogue
from ckanext.scdl.fetch import Fetched, FetchError
from ckanext.scdl.schema_sync import SyncError, sync_schemas

SITE = "https://schema.example/schemas"
GOOD: dict[str, Any] = {
    "title": "Bancs publics",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": r"^B\d+$"}, "example": "B1"},
        {"name": "places", "type": "integer"},
        {"name": "posé le", "type": "date"},
    ],
}


def offered(name: str, *versions: str, kind: str = "tableschema") -> dict[str, Any]:
    """One entry of a catalogue."""
    urls = [{"version_name": each, "schema_url": f"{SITE}/{name}/{each}/schema.json"} for each in versions]
    return {"name": name, "title": f"Titre de {name}", "schema_type": kind, "versions": urls}


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Path]:
    """Write a copy of a catalogue: its entries, and the files that are not GOOD."""

    def write(*entries: dict[str, Any], **files: str | None) -> Path:
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        (folder / "schemas.json").write_text(json.dumps({"version": 1, "schemas": list(entries)}), "utf-8")
        for entry in entries:
            for version in entry["versions"]:
                content = files.get(entry["name"].split("/")[1], json.dumps(GOOD))
                path = folder / entry["name"] / version["version_name"] / "schema.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                if content is not None:
                    path.write_text(content, "utf-8")
        return folder

    return write


def test_a_folder_is_filled_and_read(site: Callable[..., Path], tmp_path: Path) -> None:
    """Published files arrive unchanged and join the bundled schemas, with their title and address."""
    into = tmp_path / "into"
    outcome = sync_schemas(str(site(offered("ville/bancs", "1.0", "1.1"))), into)
    assert (outcome.loaded, outcome.problems) == (("ville/bancs@1.0", "ville/bancs@1.1"), ())
    catalogue = Catalogue.load(into)
    schema = catalogue.get("ville/bancs", "1.0")
    assert (schema.url, schema.label("fr")) == (f"{SITE}/ville/bancs/1.0/schema.json", "Titre de ville/bancs")
    assert (schema.to_descriptor(), schema.theme) == (GOOD, "")
    assert catalogue.get("scdl/prenoms").version == "1.1.6"
    assert catalogue.detect(["ID", "Places", "Posé le"])[0].schema.id == "ville/bancs"


def test_official_files_win(site: Callable[..., Path], tmp_path: Path) -> None:
    """The published file replaces ours under the same version, and keeps our label and theme."""
    into = tmp_path / "into"
    sync_schemas(str(site(offered("scdl/prenoms", "1.1.6", "1.2.0"))), into)
    catalogue = Catalogue.load(into)
    assert catalogue.get("scdl/prenoms", "1.1.6").field_names == ("id", "places", "posé le")
    assert (catalogue.get("scdl/prenoms").version, catalogue.get("scdl/prenoms").label("fr")) == ("1.2.0", "Prénoms")
    assert catalogue.get("scdl/prenoms").theme == Catalogue.bundled().get("scdl/prenoms").theme


BROKEN = {
    "not-json": "{",
    "fields": json.dumps({"fields": [{"name": f"c{number}"} for number in range(301)]}),
    "library": json.dumps({"fields": [{"name": "a", "type": "licorne", "constraints": {"minimum": []}}]}),
    "pattern-broken": json.dumps({"fields": [{"name": "a", "constraints": {"pattern": "("}}]}),
    "pattern-slow": json.dumps({"fields": [{"name": "a", "constraints": {"pattern": "(a+)+"}}]}),
    "too-big": json.dumps({"fields": [{"name": "a"}], "x": "y" * (1 << 20)}),
    "absent": None,
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_entry_is_said_and_left_out(site: Callable[..., Path], tmp_path: Path, code: str) -> None:
    """One bad schema does not stop the others."""
    folder = site(offered("ville/bancs", "1.0"), offered("ville/casse", "1.0"), casse=BROKEN[code])
    outcome = sync_schemas(str(folder), tmp_path / "into")
    assert outcome.loaded == ("ville/bancs@1.0",)
    said = {(each.entry, each.code) for each in outcome.problems}
    assert said <= {("ville/casse@1.0", code), ("ville/casse@1.0", "library")} and said
    assert Catalogue.load(tmp_path / "into").versions("ville/casse") == ()


@pytest.mark.parametrize(
    "broken",
    [
        [],
        "x",
        {"fields": {}},
        {"fields": ["a"]},
        {"fields": [{"name": 3}]},
        {"fields": [{"name": "a", "constraints": 1}]},
    ],
)
def test_files_of_any_shape_end_in_a_reason(site: Callable[..., Path], tmp_path: Path, broken: object) -> None:
    """Whatever JSON a file holds, it is left out and nothing crashes."""
    folder = site(offered("ville/bancs", "1.0"), offered("ville/casse", "1.0"), casse=json.dumps(broken))
    outcome = sync_schemas(str(folder), tmp_path / "into")
    assert [each.code for each in outcome.problems] == ["fields"]


def test_what_failed_now_and_worked_before_is_kept(site: Callable[..., Path], tmp_path: Path) -> None:
    """A file that breaks at its source goes on serving from the former copy."""
    into = tmp_path / "into"
    sync_schemas(str(site(offered("ville/bancs", "1.0"), offered("ville/jeux", "1.0"))), into)
    outcome = sync_schemas(str(site(offered("ville/bancs", "1.0"), offered("ville/jeux", "1.0"), jeux="{")), into)
    assert (outcome.kept, [each.code for each in outcome.problems]) == (("ville/jeux@1.0",), ["not-json"])
    assert Catalogue.load(into).get("ville/jeux").field_names == ("id", "places", "posé le")


def test_the_folder_follows_its_source(site: Callable[..., Path], tmp_path: Path) -> None:
    """A schema that is no longer offered is gone after the next run, and nothing is left beside the folder."""
    into = tmp_path / "there" / "into"
    sync_schemas(str(site(offered("ville/bancs", "1.0"), offered("ville/jeux", "1.0"))), into)
    assert Catalogue.load(into).versions("ville/jeux") == ("1.0",)
    sync_schemas(str(site(offered("ville/bancs", "1.0"))), into)
    assert Catalogue.load(into).versions("ville/jeux") == ()
    assert [each.name for each in into.parent.iterdir()] == ["into"]


def test_a_folder_with_other_things_is_not_replaced(site: Callable[..., Path], tmp_path: Path) -> None:
    """What this command did not make, it does not remove."""
    into = tmp_path / "documents"
    into.mkdir()
    (into / "lettre.txt").write_text("Cher maire", "utf-8")
    with pytest.raises(SyncError) as caught:
        sync_schemas(str(site(offered("ville/bancs", "1.0"))), into)
    assert (caught.value.code, [each.name for each in into.iterdir()]) == ("not-ours", ["lettre.txt"])


def test_nothing_usable_changes_nothing(site: Callable[..., Path], tmp_path: Path) -> None:
    """A catalogue whose every entry is broken does not empty the folder."""
    into = tmp_path / "into"
    sync_schemas(str(site(offered("ville/bancs", "1.0"))), into)
    with pytest.raises(SyncError, match="empty"):
        sync_schemas(str(site(offered("ville/bancs", "1.0"), bancs="{")), into)
    assert Catalogue.load(into).versions("ville/bancs") == ("1.0",)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({**offered("ville/bancs", "1.0"), "name": "../../etc"}, "bad-name"),
        ({**offered("ville/bancs", "1.0"), "name": 3}, "bad-name"),
        (offered("ville/bancs", "latest"), "bad-version"),
        (offered("ville/bancs"), "bad-version"),
        ({**offered("a/b"), "versions": [{"version_name": "1.0", "schema_url": "http://a.fr/s.json"}]}, "bad-address"),
        ({**offered("a/b"), "versions": [{"version_name": "1.0", "schema_url": "file:///etc/x"}]}, "bad-address"),
        ({**offered("a/b"), "versions": [{"version_name": "1.0"}]}, "bad-address"),
        (offered("ville/bancs", "1.0", "v1.0"), "twice"),
        ("ville/bancs", "not-a-catalogue"),
    ],
)
def test_entries_that_cannot_be_trusted(entry: object, code: str) -> None:
    """Names that climb out of a folder, versions that are none, and addresses of other kinds are left out."""
    entries, problems = read_catalogue(json.dumps({"schemas": [entry]}).encode())
    assert ([each.code for each in problems], len(entries) <= 1) == ([code], True)


def test_schemas_of_other_kinds_are_passed_over() -> None:
    """JSON Schemas and documents are not for tables."""
    text = json.dumps({"schemas": [offered("a/b", "1.0", kind="jsonschema"), offered("a/c", "1.0", kind="other")]})
    assert read_catalogue(text.encode()) == ((), ())


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"schemas": 3}', b"[" * 100_000, b"\xff"])
def test_what_is_no_catalogue_is_refused(text: bytes) -> None:
    """The whole is refused when it has no list of schemas."""
    with pytest.raises(Unusable):
        read_catalogue(text)


def server(files: dict[str, bytes]) -> Callable[..., Fetched]:
    """Stand in for the door to the network."""

    def transfer(url: str, destination: Path, *, max_bytes: int, max_seconds: float) -> Fetched:
        if url not in files:
            raise FetchError("name", url)
        destination.write_bytes(files[url])
        status = 200 if files[url] else 404
        return Fetched(url, status, "application/json", "schema.json", None, None, "", len(files[url]))

    return transfer


def test_a_catalogue_is_read_from_its_address(tmp_path: Path) -> None:
    """Each file comes through the same door; a refusal and a failure are problems of their own."""
    entries = [offered("ville/bancs", "1.0"), offered("ville/refus", "1.0"), offered("ville/panne", "1.0")]
    files = {
        f"{SITE}/schemas.json": json.dumps({"schemas": entries}).encode(),
        f"{SITE}/ville/bancs/1.0/schema.json": json.dumps(GOOD).encode(),
        f"{SITE}/ville/refus/1.0/schema.json": b"",
    }
    outcome = sync_schemas(f"{SITE}/schemas.json", tmp_path / "into", transfer=server(files))
    assert outcome.loaded == ("ville/bancs@1.0",)
    assert [(each.entry, each.code) for each in outcome.problems] == [
        ("ville/refus@1.0", "status"), ("ville/panne@1.0", "name"),
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["http://schema.example/schemas.json", "ftp://a/b", "https://absent.example/s.json"])
def test_an_address_that_does_not_answer_changes_nothing(tmp_path: Path, source: str) -> None:
    """Only https, and only what the door lets through."""
    with pytest.raises(SyncError):
        sync_schemas(source, tmp_path / "into", transfer=server({}))
    assert not (tmp_path / "into").exists()


def test_the_door_is_the_guarded_one(tmp_path: Path) -> None:
    """Without another way given, a loopback address is refused before anything is sent."""
    with pytest.raises(SyncError, match="address"):
        sync_schemas("https://127.0.0.1/schemas.json", tmp_path / "into")


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        (r"^\d{14}$", None),
        (r"[a-z]+(-[a-z]+)*", None),
        ("(", "broken"),
        ("(a+)+", "slow"),
        (r"(\w+\s?)*", "slow"),
        (r"(a|a)*", "slow"),
    ],
)
def test_patterns_are_tried(pattern: str, verdict: str | None) -> None:
    """What can run for ever on a cell is found out, in a process that can be stopped."""
    assert patterns.judge([(pattern, "")]) == [verdict]


def test_a_folder_that_was_never_filled_adds_nothing(tmp_path: Path) -> None:
    """Before the first run, and without any folder, the bundled schemas serve."""
    assert Catalogue.load(tmp_path / "absent") is Catalogue.load(None) is Catalogue.bundled()


def test_a_copy_that_was_damaged_gives_way_to_ours(site: Callable[..., Path], tmp_path: Path) -> None:
    """A file that was cut short on disk is left aside, and the bundled one serves."""
    into = tmp_path / "into"
    sync_schemas(str(site(offered("scdl/prenoms", "1.1.6"))), into)
    (into / "scdl/prenoms/1.1.6/schema.json").write_text("{", "utf-8")
    assert Catalogue.load(into).get("scdl/prenoms").field_names[0] == "COMMUNE_NOM"


def test_the_command_says_what_it_did(
    site: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In French: what was loaded, what was left out and why."""
    folder = site(offered("ville/bancs", "1.0"), offered("ville/casse", "1.0"), casse="{")
    commandline.main(["schemas", "sync", str(folder), "--into", str(tmp_path / "into")])
    shown = capsys.readouterr()
    assert "1 schémas chargés, 0 gardés, 1 problèmes" in shown.out
    assert "ville/casse@1.0 laissé de côté : ce n'est pas du JSON" in shown.err
    with pytest.raises(SystemExit) as caught:
        commandline.main(["schemas", "sync", str(tmp_path / "absent"), "--into", str(tmp_path / "into")])
    assert (caught.value.code, "Rien n'a changé" in capsys.readouterr().err) == (1, True)


def test_a_synced_schema_is_recognised_and_checked(
    site: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the folder to the sandbox: a table is recognised by a schema that does not come with the package."""
    into, table = tmp_path / "into", tmp_path / "bancs.csv"
    sync_schemas(str(site(offered("ville/bancs", "1.0"))), into)
    table.write_text("id,places,posé le\nB1,4,2024-05-02\n", "utf-8")
    report = sandbox.check(table, schemas_folder=into)
    assert (report.status, report.schema) == ("valid", "ville/bancs")
    assert sandbox.check(table).status == "refused"
    for arguments, shown in (
        (["detect", "--schemas", str(into), str(table)], "ville/bancs 1.0 (confiance 100 %)"),
        (["check", "--schemas", str(into), str(table)], "valide pour ville/bancs 1.0"),
        (["check", "--schemas", str(into), "--schema", "ville/bancs", str(table)], "valide pour ville/bancs 1.0"),
        (["schemas", "list", "--schemas", str(into)], "ville/bancs\t1.0"),
        (["schemas", "show", "--schemas", str(into), "ville/bancs"], "places (integer, facultatif)"),
    ):
        try:
            commandline.main(arguments)
        except SystemExit as end:
            assert end.code in (0, None)
        assert shown in capsys.readouterr().out


def test_detect_says_what_is_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of another kind is no schema's: status 2, and three names to look at."""
    table = tmp_path / "autre.csv"
    table.write_text("essence,hauteur\nChêne,12\n", "utf-8")
    with pytest.raises(SystemExit) as caught:
        commandline.main(["detect", "--format", "json", str(table)])
    answer = json.loads(capsys.readouterr().out)
    assert (caught.value.code, answer["schema"], len(answer["nearest"])) == (2, None, 3)
