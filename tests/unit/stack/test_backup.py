"""Backups: whole or told, private, and kept inside their place when they come back."""

from __future__ import annotations

import importlib.util
import io
import json
import stat
import tarfile
from datetime import UTC, datetime

import pytest
from stack.layout import ROOT

NOW = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
INI = """[app:main]
sqlalchemy.url = postgresql://ckan:p%%40ss@127.0.0.1:5455/ckan
ckan.storage_path = {storage}
"""


@pytest.fixture(scope="module")
def backup():
    spec = importlib.util.spec_from_file_location("backup_script", ROOT / "scripts" / "backup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made(backup, tmp_path, monkeypatch):
    """A backup of a small instance, whose database a double dumps; what the double was given."""
    home, storage = tmp_path / "home", tmp_path / "storage"
    (storage / "resources").mkdir(parents=True)
    (storage / "resources" / "a.csv").write_text("a\n1\n")
    (storage / "webassets").mkdir()
    (storage / "webassets" / "made.css").write_text("")
    home.mkdir()
    (home / "ckan.ini").write_text(INI.format(storage=storage))
    (home / "state.json").write_text(json.dumps({"secret_key": "s", "postgres_admin": "local", "ports": {}}))
    ran = []

    def run(command, environ):
        ran.append((command, environ))
        (out,) = [part.partition("=")[2] for part in command if part.startswith("--file=")]
        (tmp_path / "backups" / "2026-03-01T023000Z").joinpath(out).write_bytes(b"dump")

    monkeypatch.setattr(backup, "run", run)
    return backup.make(home, home / "ckan.ini", tmp_path / "backups", NOW), ran


def test_a_backup_holds_databases_files_and_secrets(backup, made):
    """What cannot be made anew is in it; what this machine alone knows is not."""
    folder, _ = made
    assert set(backup.check(folder)["files"]) == {"portal.dump", "secrets.json", "storage.tar"}
    assert json.loads((folder / "secrets.json").read_text()) == {"secret_key": "s"}
    with tarfile.open(folder / "storage.tar") as archive:
        assert archive.getnames() == ["resources", "resources/a.csv"]


def test_a_backup_is_its_owners(made):
    """It holds every secret of the portal."""
    folder, _ = made
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_password_stands_among_arguments(made):
    """Any user of the machine can list them."""
    _, ran = made
    ((command, environ),) = ran
    assert environ["PGPASSWORD"] == "p@ss"
    assert not [part for part in command if "p@ss" in part or "postgresql://" in part]


def test_a_damaged_backup_is_told(backup, made):
    """Before anything is replaced."""
    folder, _ = made
    (folder / "portal.dump").write_bytes(b"dumq")
    with pytest.raises(backup.BackupError, match=r"portal\.dump is not what was written"):
        backup.check(folder)


def test_an_interrupted_backup_is_told(backup, made):
    """The manifest is written last."""
    folder, _ = made
    (folder / "manifest.json").unlink()
    with pytest.raises(backup.BackupError, match="was interrupted"):
        backup.check(folder)


@pytest.mark.parametrize("name", ["../outside", "/outside"])
def test_files_come_back_inside_the_storage(backup, tmp_path, name):
    """An archive from elsewhere writes nowhere else."""
    with tarfile.open(tmp_path / "storage.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    (tmp_path / "storage").mkdir()
    with pytest.raises(backup.BackupError, match="no file of the portal"):
        backup._unpack(tmp_path / "storage.tar", tmp_path / "storage")
    assert list((tmp_path / "storage").iterdir()) == []


def test_a_link_does_not_come_back(backup, tmp_path):
    """It could lead anywhere."""
    link = tarfile.TarInfo("resources")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    with tarfile.open(tmp_path / "storage.tar", "w") as archive:
        archive.addfile(link)
    with pytest.raises(backup.BackupError, match="no file of the portal"):
        backup._unpack(tmp_path / "storage.tar", tmp_path / "storage")
