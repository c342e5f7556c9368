"""What the actions on deposits share: how they answer, whom they look up, how they take a file."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ... import causes, config, deposits, jobs
from ...core.catalogue import SchemaNotFound
from ...model import Deposit
from ...model.deposit import BY_HAND

# What a deposit's answer says to programs, in this order.
KEYS = (
    "id", "state", "status", "schema", "version", "report", "dataset_id", "resource_id", "organization_id", "filename",
    "size", "message", "source", "created", "modified", "cause", "target", "source_key", "batch", "link", "keep_link",
    "period", "privacy", "difference", "corrected", "corrections", "choice", "group",
)  # fmt: skip


def answer(deposit: Deposit) -> dict[str, Any]:
    """Return a deposit as programs and pages read it."""
    period = deposit.period
    values = deposit.as_dict() | {
        "cause": deposit.message,
        "message": causes.sentence(deposit.message),
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()} if period else None,
        "corrected": deposit.corrected is not None,
        "group": deposit.group,
    }
    return {key: values[key] for key in KEYS}


def found(ident: str, *, held: bool = False) -> Deposit:
    """Return a deposit, held until the transaction ends where asked so.

    Raises:
        tk.ObjectNotFound: there is none.
    """
    deposit = Deposit.held(ident) if held else Deposit.get(ident)
    if deposit is None:
        raise tk.ObjectNotFound(tk._("This deposit does not exist."))
    return deposit


def begin_check(deposit: Deposit) -> None:
    """Check a queued deposit: at once where an editor waits for a file of ordinary size, else in the background."""
    small = deposit.source in BY_HAND and (deposit.size or 1 << 40) <= config.check_at_once_bytes()
    if not (small and deposits.check_at_once(deposit.id)):
        jobs.enqueue_check(deposit.id)


def user_id(context: Context) -> str | None:
    """Return the id of who acts."""
    user = model.User.get(context.get("user") or "")
    return user.id if user else None


def organization_of(data: dict[str, Any]) -> model.Group:
    """Return the organisation that `organization_id` (id or name) or `siren` names.

    Raises:
        tk.ValidationError: neither is there, or names an organisation of the portal.
    """
    if data.get("organization_id"):
        group = model.Group.get(data["organization_id"])
        if group is None or not group.is_organization or not group.is_active():
            raise tk.ValidationError({"organization_id": [tk._("There is no such organization.")]})
        return group
    if not data.get("siren"):
        raise tk.ValidationError({"organization_id": [tk._("Say for which organization: organization_id, or siren.")]})
    group = by_siren(data["siren"])
    if group is None:
        raise tk.ValidationError({"siren": [tk._("No organization of this portal has this SIREN.")]})
    return group


def by_siren(siren: str) -> model.Group | None:
    """Return the active organisation with that SIREN; spaces in it do not count."""
    digits = "".join(siren.split())
    query = sa.select(model.Group).where(
        model.Group.is_organization,
        model.Group.state == "active",
        sa.cast(model.Group.extras, JSONB)["siren"].astext == digits,
    )
    return model.Session.scalars(query).first()


def file_of(data: dict[str, Any]) -> FileStorage:
    """Return the file of a request.

    Raises:
        tk.ValidationError: there is none.
    """
    upload = data.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise tk.ValidationError({"upload": [tk._("Choose a file.")]})
    return upload


def schema_reference(reference: str | None) -> str | None:
    """Return the full reference of a schema that is asked for.

    Raises:
        tk.ValidationError: the portal does not know it.
    """
    if not reference:
        return None
    try:
        return config.catalogue().resolve(reference).reference
    except SchemaNotFound as error:
        message = tk._("There is no schema {reference}.").format(reference=error.reference)
        raise tk.ValidationError({"schema": [message]}) from error
