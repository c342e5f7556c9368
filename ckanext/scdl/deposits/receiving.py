"""Take bytes in, and give them up again."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

from ckan import model
from ckan.lib.munge import munge_filename

from .. import storage
from ..model import Deposit


def receive(
    stream: IO[bytes], filename: str, *, organization_id: str, user_id: str | None, source: str, schema: str | None
) -> Deposit:
    """Stage bytes and write the deposit that stands for them.

    Raises:
        storage.TooLarge: nothing was kept.
    """
    stored = storage.store().put(stream, storage.max_bytes(), storage.keep_bytes)
    deposit = Deposit(
        organization_id=organization_id,
        user_id=user_id,
        source=source,
        state="queued",
        filename=munge_filename(PurePath(filename).name or "fichier"),
        sha256=stored.sha256,
        size=stored.size,
        schema_asked=schema,
    )
    model.Session.add(deposit)
    model.Session.commit()
    return deposit


def cancel(deposit: Deposit, message: str = "") -> None:
    """Give a deposit up; its bytes go unless something else rests on them."""
    deposit.state = "cancelled"
    deposit.message = message
    sha256 = deposit.sha256
    model.Session.commit()
    storage.forget_bytes(sha256)
