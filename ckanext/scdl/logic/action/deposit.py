"""Actions on deposits."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import config, deposits, jobs, storage
from ...core.catalogue import SchemaNotFound
from ...core.proposal import propose
from ...model import Deposit
from .. import schema

# What a deposit's answer says to programs, in this order.
KEYS = (
    "id", "state", "status", "schema", "version", "report", "dataset_id", "resource_id", "organization_id", "filename",
    "size", "message", "source", "created", "modified",
)  # fmt: skip

# What a deposit itself says of its dataset.
NOT_THE_EDITORS = frozenset({"id", "publish", "resources", "owner_org", "state", "type"})


def _answer(deposit: Deposit) -> dict[str, Any]:
    values = deposit.as_dict()
    return {key: values[key] for key in KEYS}


def _user_id(context: Context) -> str | None:
    user = model.User.get(context.get("user") or "")
    return user.id if user else None


@validate(schema.deposit_create)
def scdl_deposit_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Deposit a file for an organisation: it is staged and checked, nothing is published.

    Args:
        upload: the file (multipart).
        organization_id: id or name of the organisation.
        schema: reference of a schema; recognised from the file when left out.

    Returns:
        The deposit: id, state, status, schema, version, report, message…
    """
    tk.check_access("scdl_deposit_create", context, data_dict)
    upload = data_dict["upload"]
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise tk.ValidationError({"upload": [tk._("Choose a file.")]})
    organization = model.Group.get(data_dict["organization_id"])
    if organization is None or not organization.is_organization or not organization.is_active():
        raise tk.ValidationError({"organization_id": [tk._("There is no such organization.")]})
    asked = data_dict.get("schema") or None
    if asked:
        try:
            asked = config.catalogue().resolve(asked).reference
        except SchemaNotFound as error:
            raise tk.ValidationError(
                {"schema": [tk._("There is no schema {reference}.").format(reference=error.reference)]}
            ) from error
    try:
        deposit = deposits.receive(
            upload.stream,
            upload.filename,
            organization_id=organization.id,
            user_id=_user_id(context),
            source=data_dict["source"],
            schema=asked,
        )
    except storage.TooLarge as error:
        raise tk.ValidationError(
            {"upload": [tk._("This file is larger than {limit} MB.").format(limit=error.limit >> 20)]}
        ) from error
    small = deposit.source in ("browser", "grid") and deposit.size <= config.check_at_once_bytes()
    if not (small and deposits.check_at_once(deposit.id)):
        jobs.enqueue_check(deposit.id)
    return _answer(_found(deposit.id))


def _found(ident: str) -> Deposit:
    deposit = Deposit.get(ident)
    if deposit is None:
        raise tk.ObjectNotFound(tk._("This deposit does not exist."))
    return deposit


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A deposit with its report.

    Args:
        id: id of the deposit.
    """
    tk.check_access("scdl_deposit_show", context, data_dict)
    return _answer(_found(data_dict["id"]))


@tk.side_effect_free
@validate(schema.deposit_list)
def scdl_deposit_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The deposits of the organisations in which the user may publish, newest first, without their reports.

    Args:
        organization_id: only those of this organisation.
        state: only those in this state.
        limit, offset: page; 50 and 0 by default, 100 at most.
    """
    tk.check_access("scdl_deposit_list", context, data_dict)
    mine = tk.get_action("organization_list_for_user")(tk.fresh_context(context), {"permission": "create_dataset"})
    wanted = data_dict.get("organization_id")
    ids = [
        organization["id"]
        for organization in mine
        if not wanted or wanted in (organization["id"], organization["name"])
    ]
    rows = Deposit.of_organizations(
        ids, state=data_dict.get("state"), limit=data_dict["limit"], offset=data_dict["offset"]
    )
    return [{key: value for key, value in _answer(row).items() if key != "report"} for row in rows]


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_propose(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Fields of a dataset for a deposit, from its schema and its organisation: what the short form begins with.

    Args:
        id: id of the deposit.

    Returns:
        title, notes, tag_string, theme (addresses), frequency (address or None), territory (code or None), license_id.
    """
    tk.check_access("scdl_deposit_show", context, data_dict)
    deposit = _found(data_dict["id"])
    organization = model.Group.get(deposit.organization_id)
    known = config.catalogue().get(deposit.schema, deposit.version) if deposit.schema else None
    proposal = propose(known, organization.display_name if organization else "", deposit.filename)
    extras = (organization.extras or {}) if organization else {}
    return {
        "title": proposal.title,
        "notes": proposal.notes,
        "tag_string": ",".join(proposal.tags),
        "theme": list(proposal.themes),
        "frequency": proposal.frequency,
        "territory": extras.get("siren") or None,
        "license_id": config.license_id(),
    }


def scdl_deposit_accept(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish a checked deposit: as a new dataset, or as the new file of the resource that it was sent for.

    Args:
        id: id of the deposit.
        publish: false leaves a new dataset as a draft.
        Every other key is a field of a new dataset.

    Returns:
        The dataset.
    """
    own, errors = tk.navl_validate(
        {key: data_dict[key] for key in ("id", "publish") if key in data_dict}, schema.deposit_accept(), context
    )
    if errors:
        raise tk.ValidationError(errors)
    data = {key: value for key, value in data_dict.items() if key not in NOT_THE_EDITORS}
    ident = own["id"]
    tk.check_access("scdl_deposit_accept", context, {"id": ident})
    deposit = Deposit.held(ident)
    if deposit is None:
        raise tk.ObjectNotFound(tk._("This deposit does not exist."))
    if deposit.state == "published" and (dataset_id := deposits.dataset_id_of(deposit)):
        # A second click on the same button: the work is done, its result is the answer.
        model.Session.rollback()
        return tk.get_action("package_show")(tk.fresh_context(context), {"id": dataset_id})
    if deposit.state != "checked":
        model.Session.rollback()
        raise tk.ValidationError(
            {"id": [tk._("This deposit cannot be published: it is not checked, or it was given up.")]}
        )
    return deposits.accept(
        deposit, data | {"state": "active" if own["publish"] else "draft"}, tk.fresh_context(context)
    )


@validate(schema.deposit_id)
def scdl_deposit_cancel(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give a deposit up; its bytes are removed.

    Args:
        id: id of the deposit.
    """
    tk.check_access("scdl_deposit_cancel", context, data_dict)
    deposit = Deposit.held(data_dict["id"])
    if deposit is None:
        raise tk.ObjectNotFound(tk._("This deposit does not exist."))
    if deposit.state in ("published", "superseded"):
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This deposit is already published.")]})
    deposits.cancel(deposit)
    return _answer(_found(data_dict["id"]))
