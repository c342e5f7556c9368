"""The storage door: bytes are staged by their hash, and served only once a deposit of them was accepted.

Every upload of CKAN passes here, for `IUploader` is the one door of all stock actions. Bytes of one content stand once
under `<ckan.storage_path>/scdl/`, whoever sent them; table `scdl_file` says which content a resource serves. Files that
CKAN stored before this plugin was there are served as before.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from flask import has_request_context
from psycopg2.errors import DiskFull

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.uploader import ResourceUpload, get_storage_path

from . import config
from .model import AcceptedFile, Deposit

log = logging.getLogger(__name__)

CHUNK = 1 << 20
DAY = 86_400.0  # seconds
_SHA256 = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """A stream holds more than it may; `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NoSpace(Exception):
    """The disk is full; nothing of the stream was kept."""


def is_full(error: BaseException) -> bool:
    """Whether an error says that some disk is full: the files', that of temporary files, or the database's."""
    if isinstance(error, FileNotFoundError):
        return error.filename is None  # what `tempfile` says when no folder takes a byte
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, NoSpace) or isinstance(getattr(error, "orig", None), DiskFull)


@dataclass(frozen=True)
class Stored:
    """Bytes that are safe on disk."""

    sha256: str
    size: int


class Store:
    """A folder of files named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, stream: IO[bytes], max_bytes: int, before_keeping: Callable[[str], None] | None = None) -> Stored:
        """Copy a stream to disk, whole or not at all.

        Args:
            stream: where the bytes come from.
            max_bytes: how many there may be.
            before_keeping: called with the SHA-256 when all bytes are there, before they get their name.

        Raises:
            TooLarge: the stream holds more than `max_bytes`; nothing stays behind.
            NoSpace: the disk is full; nothing stays behind.
        """
        try:
            return self._put(stream, max_bytes, before_keeping)
        except OSError as error:
            if not is_full(error):
                raise
            raise NoSpace from error

    def _put(self, stream: IO[bytes], max_bytes: int, before_keeping: Callable[[str], None] | None) -> Stored:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with self._scratch() as (scratch, output):
            while part := stream.read(CHUNK):
                size += len(part)
                if size > max_bytes:
                    raise TooLarge(max_bytes)
                digest.update(part)
                output.write(part)
            output.flush()
            os.fsync(output.fileno())
            stored = Stored(digest.hexdigest(), size)
            if before_keeping:
                before_keeping(stored.sha256)
            target = self.path(stored.sha256)
            target.parent.mkdir(exist_ok=True)
            scratch.replace(target)
        return stored

    @contextmanager
    def _scratch(self) -> Iterator[tuple[Path, IO[bytes]]]:
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".coming-")
        try:
            with os.fdopen(descriptor, "wb") as output:
                yield Path(name), output
        finally:
            Path(name).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the bytes of that content stand, or would stand."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.folder / sha256[:2] / sha256

    def forget(self, sha256: str) -> None:
        """Remove the bytes of that content."""
        self.path(sha256).unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[Path]:
        """Every file, whole or half come, that was last written before that moment (seconds since 1970)."""
        if self.folder.exists():
            for path in self.folder.rglob("*"):
                if path.is_file() and path.stat().st_mtime < moment:
                    yield path


def not_kept(error: TooLarge | NoSpace) -> str:
    """Why a file was not taken, in words."""
    if isinstance(error, TooLarge):
        limit = tk.h.localised_number(round(error.limit / (1 << 20), 1))
        return tk._("This file is larger than {limit} MB.").format(limit=limit)
    return tk._("The portal has no room left for files. Nothing was changed: tell its administrator, and try later.")


def store() -> Store:
    """The store of this instance."""
    return Store(Path(get_storage_path()) / "scdl")


def max_bytes(filename: str = "") -> int:
    """The size of the largest file of that name that is taken."""
    most = int(tk.config["ckan.max_resource_size"]) << 20
    return min(most, config.largest_bytes().get(Path(filename).suffix.lstrip(".").lower(), most))


def keep_bytes(sha256: str) -> None:
    """Hold off, until the transaction ends, whoever would remove these bytes or name them at the same time."""
    # An advisory lock, for there is no row yet that stands for the bytes.
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(int(sha256[:15], 16))))


def forget_bytes(sha256: str) -> bool:
    """Remove bytes that neither an accepted file nor an open deposit needs; whether they were removed.

    Ends the running transaction.
    """
    keep_bytes(sha256)
    needed = AcceptedFile.references(sha256) or Deposit.needs(sha256)
    if not needed:
        store().forget(sha256)
    model.Session.commit()
    return not needed


def sweep(now: float) -> int:
    """Remove what saves that failed have left behind: bytes of yesterday or before that nothing needs; how many."""
    removed = 0
    for path in list(store().older_than(now - DAY)):
        if _SHA256.fullmatch(path.name):
            removed += forget_bytes(path.name)
        else:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


class StagingUploader(ResourceUpload):
    """Takes what stock forms and actions upload: the bytes are staged with a deposit, and nothing is overwritten."""

    def upload(self, id: str, max_size: int = 10) -> None:
        """Stage the bytes of resource `id`, in the transaction that saves the resource."""
        if not self.storage_path or not self.filename:
            return
        try:
            stored = store().put(self.upload_file, min(max_size << 20, max_bytes(self.filename)), keep_bytes)
        except (TooLarge, NoSpace) as error:
            raise tk.ValidationError({"upload": [not_kept(error)]}) from error
        finally:
            self.upload_file.close()
        current = AcceptedFile.current_of(id)
        if current and current.sha256 == stored.sha256:
            return
        resource = model.Resource.get(id)
        package = resource.package if resource else None
        user = tk.current_user if has_request_context() else None
        deposit = Deposit(
            organization_id=package.owner_org if package else None,
            user_id=user.id if user and user.is_authenticated else None,
            source="form",
            filename=self.filename,
            sha256=stored.sha256,
            size=stored.size,
            dataset_id=package.id if package else None,
            resource_id=id,
        )
        model.Session.add(deposit)
        deposit.overtake()

    def get_path(self, id: str) -> str:
        """The file that resource `id` serves; a page « not found » where none was accepted yet."""
        accepted = AcceptedFile.current_of(id)
        if accepted:
            return str(store().path(accepted.sha256))
        path = super().get_path(id)
        if not Path(path).exists() and has_request_context():
            tk.abort(404, tk._("This file is not published: it is waiting to be checked and accepted."))
        return path


def hand_back(resource_id: str) -> bool:
    """Lay the accepted file of a resource where stock CKAN looks for it; whether there was one.

    An administrator does this for every resource before the plugin is taken out.
    """
    accepted = AcceptedFile.current_of(resource_id)
    if accepted is None:
        return False
    target = Path(ResourceUpload({"id": resource_id}).get_path(resource_id))
    target.parent.mkdir(parents=True, exist_ok=True)
    source = store().path(accepted.sha256)
    scratch = target.with_name(target.name + "~")
    scratch.unlink(missing_ok=True)
    try:
        os.link(source, scratch)
    except OSError:  # another file system: a copy does as well
        shutil.copyfile(source, scratch)
    scratch.replace(target)
    return True
