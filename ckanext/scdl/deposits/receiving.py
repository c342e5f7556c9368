"""Take a file or a link in, once however often it is asked, and give it up again."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import IntegrityError

from ckan import model
from ckan.lib.munge import munge_filename

from .. import storage
from ..model import Deposit


class KeyTaken(Exception):
    """The user has used this idempotency key for something else."""


def receive(
    stream: IO[bytes],
    filename: str,
    *,
    organization_id: str,
    user_id: str | None,
    source: str,
    schema: str | None = None,
    **wishes: Any,
) -> Deposit:
    """Stage bytes and write the deposit that stands for them.

    Args:
        stream: where the bytes come from.
        filename: what their sender calls them.
        organization_id: for whom they are.
        user_id: who sends them.
        source: browser, api, form or link.
        schema: what they are said to follow.
        wishes: other columns of the deposit: publish, source_key, idempotency_key…

    Raises:
        storage.TooLarge: nothing was kept.
        storage.NoSpace: nothing was kept.
        KeyTaken: nothing was kept.
    """
    stored = storage.store().put(stream, storage.max_bytes(filename), storage.keep_bytes)
    values = {"filename": _name(filename), "sha256": stored.sha256, "size": stored.size, "schema_asked": schema}
    deposit = Deposit(organization_id=organization_id, user_id=user_id, source=source, **values, **wishes)
    entered = None
    try:
        entered = _entered(deposit)
        return entered
    finally:
        if entered is not deposit:
            storage.forget_bytes(stored.sha256)


def receive_link(
    link: str, *, organization_id: str, user_id: str | None, source: str, schema: str | None = None, **wishes: Any
) -> Deposit:
    """Write the deposit of a file that stands at an address; a worker fetches it.

    Raises:
        KeyTaken: the user has used the idempotency key for something else.
    """
    values = {"filename": _name(unquote(urlsplit(link).path)), "link": link, "schema_asked": schema}
    return _entered(Deposit(organization_id=organization_id, user_id=user_id, source=source, **values, **wishes))


def _name(filename: str) -> str:
    return munge_filename(PurePath(filename).name or "fichier")


def _entered(deposit: Deposit) -> Deposit:
    """Write a deposit, or find the one that stands for the same request."""
    asked = (deposit.user_id, deposit.idempotency_key)
    sent = (deposit.organization_id, deposit.sha256 if deposit.link is None else None, deposit.link)
    if before := _asked_before(*asked):
        return _same(before, sent)
    model.Session.add(deposit)
    try:
        deposit.overtake()
        model.Session.commit()
    except IntegrityError:  # the same request, at the same moment
        model.Session.rollback()
        before = _asked_before(*asked)
        if before is None:
            raise
        return _same(before, sent)
    return deposit


def _asked_before(user_id: str | None, idempotency_key: str | None) -> Deposit | None:
    return Deposit.asked_before(user_id, idempotency_key) if user_id and idempotency_key else None


def _same(before: Deposit, sent: tuple[str | None, str | None, str | None]) -> Deposit:
    if sent != (before.organization_id, before.sha256 if before.link is None else None, before.link):
        raise KeyTaken
    return before


def cancel(deposit: Deposit, message: str = "") -> None:
    """Give a deposit up; its bytes go unless something else rests on them."""
    deposit.state, deposit.message = "cancelled", message
    bytes_of = [sha256 for sha256 in (deposit.sha256, deposit.corrected) if sha256]
    model.Session.commit()
    for sha256 in bytes_of:
        storage.forget_bytes(sha256)
