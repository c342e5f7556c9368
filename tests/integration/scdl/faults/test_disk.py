"""F11: a disk is really full, that of the files or that of temporary ones."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.scdl.faults.town import Town
from urllib3 import encode_multipart_formdata

from ckan import model

from ckanext.scdl import jobs, storage
from ckanext.scdl.deposits import leases
from ckanext.scdl.model import Deposit

KILOBYTES = 2_048
SAID = "plus de place"  # whatever way the rest is escaped


class Disk:
    """A file system of two megabytes in the memory of a process, and with it gone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        script = f'mount -t tmpfs -o size={KILOBYTES}k tmpfs "$0" && echo there && exec sleep infinity'
        as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        argv = ["unshare", "--mount", *as_root, "sh", "-c", script, str(folder)]
        self._holder = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self._holder.stdout and self._holder.stderr
        assert self._holder.stdout.readline() == "there\n", self._holder.stderr.read()
        self.path = Path(f"/proc/{self._holder.pid}/root{folder}")

    @contextmanager
    def full(self, but_for: int = 0) -> Iterator[None]:
        """Fill it, but for some kilobytes."""
        filler = self.path / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    os.write(file.fileno(), bytes(4_096))
            except OSError:
                file.truncate(file.tell() - (but_for << 10))
        try:
            yield
        finally:
            filler.unlink()

    def close(self) -> None:
        """Let it go."""
        self._holder.kill()
        self._holder.communicate()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk."""
    small = Disk(tmp_path / "disk")
    yield small
    small.close()


@pytest.fixture
def room(disk: Disk, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The portal's files are on the small disk, unless a test wants its temporary files there."""
    return tmp_path if "temporary_files" in request.fixturenames else disk.path


@pytest.fixture
def temporary_files(disk: Disk, processes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files are on the small disk."""
    monkeypatch.setattr(tempfile, "tempdir", str(disk.path))
    processes.environ["TMPDIR"] = str(disk.path)


def _stored() -> list[str]:
    return sorted(str(path) for path in storage.store().folder.rglob("*") if path.is_file())


def test_an_upload_on_a_full_disk(ends_as_its_twin, disk, prenoms, app):
    """Refused with a sentence by API, page and stock action; the published file stays, nothing is half there."""

    def two_files(town: Town, disturb: Callable[..., None]) -> None:
        first = town.send(prenoms(2023))
        town.processes.work()
        disturb(first)
        town.send(prenoms(2024))
        town.processes.work()

    def full(town: Town, first: str) -> None:
        row, before = town.deposit(first), _stored()
        download = f"/dataset/{row.dataset_id}/resource/{row.resource_id}/download/prenoms.csv"
        with disk.full():
            for address, status, values in (
                ("/api/3/action/scdl_deposit_create", 409, {"organization_id": town.id, "publish": "true"}),
                ("/publier", 400, {"organization_id": town.id}),
                ("/api/3/action/resource_patch", 409, {"id": row.resource_id}),
            ):
                data = {**values, "upload": (BytesIO(prenoms(2024)), "prenoms.csv")}
                options = {"headers": {"Authorization": town.editor["token"]}, "content_type": "multipart/form-data"}
                assert SAID in app.post(address, data=data, status=status, **options).body
            assert app.get(download).data == prenoms(2023)
        assert _stored() == before

    ends_as_its_twin(two_files, full)


def test_an_upload_that_finds_no_room_on_its_way(town, temporary_files, disk, prenoms, app):
    """A large body is written down while it comes: that may fail before anything of ours has seen it."""
    body, kind = encode_multipart_formdata({"organization_id": town.id, "upload": ("a.csv", prenoms() * 10_000)})
    with disk.full():
        answer = app.post(
            "/publier", data=body, content_type=kind, headers={"Authorization": town.editor["token"]}, status=503
        )
    assert SAID in answer.body
    assert (model.Session.query(Deposit).count(), list(disk.path.iterdir())) == (0, [])


def test_a_check_without_room_for_temporary_files(town, temporary_files, disk, prenoms, monkeypatch):
    """The deposit fails once, with its cause; when there is room again, the next file is published."""
    ident = town.send(prenoms())
    with disk.full():
        # A process that is started now looks for another folder; here is none.
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(disk.path)])
        jobs.check_deposit(ident)
    row = town.deposit(ident)
    assert (row.state, row.message, row.attempt) == ("failed", "no-space", 1)
    assert (leases.sweep(), list(disk.path.iterdir())) == ([], [])
    again = town.send(prenoms())
    town.processes.work()
    assert town.deposit(again).state == "published"


def test_a_correction_without_room_is_no_correction(town, temporary_files, disk, prenoms):
    """However little room there is: a file that was to be put right is published put right, or not at all."""
    head, _, row = prenoms().partition(b"\n")
    row = row.replace(b",F,", b",f,")
    wrong = head + b"\n" + b"".join(row.replace(b",3,", b",%d," % count) for count in range(3, 3_003))
    ends = []
    for kilobytes in range(0, KILOBYTES, 64):
        ident = town.send(wrong, fix="sure")
        with disk.full(but_for=kilobytes):
            jobs.check_deposit(ident)
        deposit = town.deposit(ident)
        ends.append((deposit.state, deposit.message, deposit.corrected is not None))
        if deposit.state == "published":
            break
    assert set(ends[:-1]) == {("failed", "no-space", False)}
    assert ends[-1] == ("published", "", True)


def test_a_database_without_room_for_the_report(town, prenoms):
    """What PostgreSQL says when its disk is full: the deposit fails with that cause, and is not tried again."""
    with model.meta.engine.begin() as connection:
        for statement in (
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER no_room BEFORE UPDATE ON scdl_deposit FOR EACH ROW "
            "WHEN (NEW.report IS NOT NULL) EXECUTE FUNCTION no_room()",
        ):
            connection.execute(sa.text(statement))
    try:
        ident = town.send(prenoms())
        town.processes.work()
        row = town.deposit(ident)
        assert (row.state, row.message, row.report) == ("failed", "no-space", None)
        assert leases.sweep() == []
    finally:
        model.Session.remove()
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text("DROP FUNCTION no_room CASCADE"))
