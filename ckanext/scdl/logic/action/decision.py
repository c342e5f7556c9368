"""Actions on what people decide: personal data in a file, and going back to an earlier version."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import deposits
from ...model import AcceptedFile, Decision, Deposit
from .. import schema
from .shared import answer, found, user_id


@validate(schema.deposit_decide)
def scdl_deposit_decide(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say why a file in which personal data were found may be published; the decision is kept for good.

    Args:
        id: id of the deposit.
        reason: organisation, registers, professions, examinations, sports, politics, tourism, planning, archives,
            other-law, consent or false-alarm.
        sentence: what there is to say about it, for the register.

    Returns:
        The deposit, which can be accepted now, or was published if that had been asked for.
    """
    tk.check_access("scdl_deposit_decide", context, data_dict)
    deposit = found(data_dict["id"], held=True)
    decider = user_id(context)
    if deposit.state != "waiting" or not deposits.needs_decision(deposit) or decider is None:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("There is nothing to decide about this deposit.")]})
    model.Session.add(
        Decision(
            deposit_id=deposit.id, organization_id=deposit.organization_id, user_id=decider, filename=deposit.filename,
            sha256=deposit.served, reason=data_dict["reason"], sentence=data_dict["sentence"],
        )
    )  # fmt: skip
    deposit.message = ""
    # The decision stands, whatever becomes of a publication.
    model.Session.commit()
    deposits.settle(found(data_dict["id"], held=True))
    return answer(found(data_dict["id"]))


@tk.side_effect_free
@validate(schema.page)
def scdl_decision_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The register of decisions about personal data in the organisations that the user administers, newest first.

    Args:
        limit, offset: page; 50 and 0 by default, 100 at most.

    Returns:
        Entries of id, deposit_id, organization_id, user_id, filename, sha256, reason, sentence, created.
    """
    tk.check_access("scdl_decision_list", context, data_dict)
    mine = tk.get_action("organization_list_for_user")(tk.fresh_context(context), {"permission": "admin"})
    ids = [organization["id"] for organization in mine]
    rows = Decision.of_organizations(ids, limit=data_dict["limit"], offset=data_dict["offset"])
    return [row.as_dict() for row in rows]


@tk.side_effect_free
@validate(schema.file_list)
def scdl_file_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The versions of a resource's file that are kept, the latest first.

    Args:
        resource_id: id of the resource.

    Returns:
        Entries of id, filename, size, sha256, accepted, current, deposit_id and status (of the check).
    """
    tk.check_access("scdl_file_list", context, data_dict)
    entries = []
    for row in AcceptedFile.versions_of(data_dict["resource_id"]):
        deposit = Deposit.get(row.deposit_id) if row.deposit_id else None
        entries.append(
            {
                "id": row.id, "filename": row.filename, "size": row.size, "sha256": row.sha256,
                "accepted": row.accepted.isoformat(), "current": row.current, "deposit_id": row.deposit_id,
                "status": deposit.status if deposit else None,
            }
        )  # fmt: skip
    return entries


@validate(schema.deposit_revert)
def scdl_deposit_revert(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Go back to an earlier version of a published file; the resource keeps its id and its address.

    Args:
        resource_id: id of the resource.
        file_id: the version, of `scdl_file_list`; the one before the current when left out.

    Returns:
        The dataset.
    """
    tk.check_access("scdl_deposit_revert", context, data_dict)
    try:
        return deposits.revert(data_dict["resource_id"], data_dict.get("file_id"), tk.fresh_context(context))
    except LookupError as error:
        raise tk.ValidationError({"file_id": [tk._("This version is not kept, or there is none before.")]}) from error
