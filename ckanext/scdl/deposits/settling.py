"""Carry a checked deposit on: into a dataset where its sender asked for that and nothing speaks against it."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from .. import config
from ..core.course import Facts, next_step
from ..core.privacy.findings import Findings
from ..core.proposal import propose
from ..model import AcceptedFile, Decision, Deposit
from ..model.deposit import BY_HAND, OPEN_STATES
from . import publishing, targeting
from .targeting import Ambiguous, Removed, Target

log = logging.getLogger(__name__)


def settle(deposit: Deposit) -> dict[str, Any] | None:
    """Give a checked deposit, which the running transaction holds, its next state and commit; the dataset, if any."""
    deposit_id = deposit.id
    if deposit.publish:
        targeting.hold(deposit)
    target, hindrance = find_target(deposit)
    step = next_step(
        Facts(
            deposit.status,  # type: ignore[arg-type]  # the column holds nothing else
            publishes=deposit.publish,
            personal=needs_decision(deposit),
            blocks=publishing.policy_of(deposit.organization_id) == "block",
            hindrance=hindrance or _refused_to(deposit, target) or _unsearched(deposit),
        )
    )
    if step.state == "published":
        try:
            return publishing.accept(deposit, fields_of(deposit), _context(deposit), target)
        except tk.ValidationError as error:
            log.warning("deposit %s could not be published by itself: %s", deposit_id, error.error_dict)
            return _kept_waiting(deposit_id, "search-away" if _search_is_away(error) else "not-accepted")
    deposit.state, deposit.message, deposit.lease_until = step.state, step.cause, None
    deposit.overtake()
    model.Session.commit()
    log.info("deposit %s: %s %s", deposit_id, step.state, step.cause)
    return None


def find_target(deposit: Deposit) -> tuple[Target | None, str]:
    """Find out where a deposit belongs and note it there; the target, or the code of why there is none."""
    try:
        target = targeting.place(deposit)
    except Ambiguous:
        deposit.target = None
        return None, "which-target"
    except Removed:
        deposit.target = None
        return None, "removed"
    current = AcceptedFile.current_of(target.resource_id) if target.kind == "replace" and target.resource_id else None
    deposit.target, deposit.replaces = target.kind, current.id if current else None
    if deposit.source not in BY_HAND:  # there its editor chooses
        deposit.dataset_id, deposit.resource_id = target.dataset_id, target.resource_id
    return target, ""


def needs_decision(deposit: Deposit) -> bool:
    """Whether the bytes to be published hold personal data about which nobody has decided."""
    if not has_personal_data(deposit):
        return False
    return Decision.about(deposit.id, str(deposit.served)) is None


def has_personal_data(deposit: Deposit) -> bool:
    """Whether the scan found something that blocks."""
    return bool(deposit.privacy) and Findings.from_dict(deposit.privacy).blocks


def fields_of(deposit: Deposit) -> dict[str, Any]:
    """Fields of a new dataset for a deposit: those that were sent, and what schema, file and organisation tell."""
    group = model.Group.get(deposit.organization_id)
    known = config.catalogue().get(deposit.schema, deposit.version) if deposit.schema else None
    proposal = propose(known, group.display_name if group else "", deposit.filename)
    period = deposit.period
    fields = {
        "title": proposal.title,
        "notes": proposal.notes,
        "tag_string": ",".join(proposal.tags),
        "theme": list(proposal.themes),
        "frequency": proposal.frequency,
        "license_id": config.license_id(),
        "temporal_start": period.start.isoformat() if period else None,
        "temporal_end": period.end.isoformat() if period else None,
    }
    return fields | (deposit.fields or {})


def is_orphaned(deposit: Deposit) -> bool:
    """Whether the organisation that a deposit was sent for is gone."""
    group = model.Group.get(deposit.organization_id) if deposit.organization_id else None
    return group is None or not group.is_active()


def _refused_to(deposit: Deposit, target: Target | None) -> str:
    """Return the code of why the sender may not publish there any more, if so."""
    if is_orphaned(deposit):
        return "organization-deleted"
    if not deposit.publish or deposit.source == "link":
        return ""
    user = model.User.get(deposit.user_id) if deposit.user_id else None
    if user is None or user.state != "active":
        return "not-allowed"
    may = authz.has_user_permission_for_group_or_org(deposit.organization_id, user.name, "create_dataset")
    if may and target and target.dataset_id:
        may = model.Package.get(target.dataset_id).owner_org == deposit.organization_id
    return "" if may else "not-allowed"


def _unsearched(deposit: Deposit) -> str:
    """Return the code of a scan that gave no answer: nobody but a person can say that the file names nobody."""
    found = Findings.from_dict(deposit.privacy) if deposit.privacy else None
    return "not-searched" if found and found.status == "refused" else ""


def _context(deposit: Deposit) -> dict[str, Any]:
    user = model.User.get(deposit.user_id) if deposit.user_id else None
    name = user.name if user else tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"ignore_auth": True, "user": name}


def _search_is_away(error: tk.ValidationError) -> bool:
    return isinstance(error.__cause__, publishing.SEARCH_AWAY)


def _kept_waiting(deposit_id: str, cause: str) -> None:
    deposit = Deposit.held(deposit_id)
    if deposit is None or deposit.state not in OPEN_STATES:
        model.Session.rollback()
        return
    deposit.state, deposit.message, deposit.lease_until = "waiting", cause, None
    model.Session.commit()
