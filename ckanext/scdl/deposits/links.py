"""Files that stand elsewhere: fetched through the one door, and read again by night where they stay a link."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import NamedTuple

from ckan import model

from .. import storage
from ..fetch import Fetched, FetchError, fetch
from ..model import AcceptedFile, Deposit, Link

log = logging.getLogger(__name__)

MAX_SECONDS = 300.0
NOT_MODIFIED = 304


class NotFetched(Exception):
    """A link gave no file; `cause` is the code of a deposit's message."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Copy(NamedTuple):
    """A file that was fetched: what the server said of it, and its bytes in the store."""

    answer: Fetched
    stored: storage.Stored


def fetched(url: str, headers: dict[str, str] | None = None) -> Copy | None:
    """Copy what stands at an address into the store; None where it is as the headers have it.

    The transaction holds the bytes until it ends.

    Raises:
        NotFetched: nothing was kept.
        storage.NoSpace: nothing was kept.
    """
    with tempfile.TemporaryDirectory(prefix="scdl-link-") as folder:
        path = Path(folder, "file")
        try:
            answer = fetch(url, path, max_bytes=storage.max_bytes(), max_seconds=MAX_SECONDS, headers=headers)
        except FetchError as error:
            raise NotFetched(f"link-{error.code}") from error
        if answer.status == NOT_MODIFIED:
            return None
        if answer.status != 200 or not answer.size:
            raise NotFetched("link-status")
        with path.open("rb") as file:
            return Copy(answer, storage.store().put(file, storage.max_bytes(), storage.keep_bytes))


def bring(deposit: Deposit) -> None:
    """Fetch the file of a deposit that has only its link, in the running transaction."""
    copy = fetched(deposit.link or "")
    if copy is None:
        raise NotFetched("link-status")
    deposit.sha256, deposit.size = copy.stored.sha256, copy.stored.size
    deposit.etag, deposit.last_modified = copy.answer.etag, copy.answer.last_modified
    deposit.filename = copy.answer.filename or deposit.filename


def reread(resource_id: str) -> str | None:
    """Look whether the file behind a link has changed; the id of the deposit of its new bytes.

    The row of the link says when that was, and how it went; a failure changes nothing else.
    """
    link = Link.get(resource_id)
    if link is None:
        return None
    known = {"If-None-Match": link.etag, "If-Modified-Since": link.last_modified}
    try:
        copy = fetched(link.url, {name: value for name, value in known.items() if value})
    except (NotFetched, storage.NoSpace) as error:
        model.Session.rollback()
        link.note_failure(getattr(error, "cause", "no-space"))
        model.Session.commit()
        log.warning("link of resource %s: %s, for the %s. time", resource_id, link.failure, link.failures)
        return None
    link.note_read()
    if copy is None:
        model.Session.commit()
        return None
    link.etag, link.last_modified = copy.answer.etag, copy.answer.last_modified
    return _deposited(link, copy)


def _deposited(link: Link, copy: Copy) -> str | None:
    current = AcceptedFile.current_of(link.resource_id)
    before = Deposit.get(current.deposit_id) if current and current.deposit_id else None
    if before is None or before.sha256 == copy.stored.sha256:
        model.Session.commit()
        return None
    deposit = Deposit(
        organization_id=before.organization_id, source="link", filename=before.filename, sha256=copy.stored.sha256,
        size=copy.stored.size, link=link.url, keep_link=True, etag=link.etag, last_modified=link.last_modified,
        schema_asked=before.schema_asked, resource_id=link.resource_id, dataset_id=before.dataset_id, publish=True,
    )  # fmt: skip
    model.Session.add(deposit)
    model.Session.commit()
    return deposit.id
