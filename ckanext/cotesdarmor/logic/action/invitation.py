"""Inviting a person without sending mail: the link that sets the password is handed over by hand."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer
from ckan.logic.schema import create_user_for_user_invite_schema
from ckan.types import Context, DataDict

from ...core import invitation as core
from ...model import organization as organizations
from ..schema import invitation as schema


@tk.validate_action_data(schema.invitation_create)
def cotesdarmor_invitation_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Give the person with a mailbox a role in an organisation, with an account when there is none.

    The link is for an account that nobody has opened yet and that belongs to this organisation alone: whoever
    holds the link holds the account. It replaces an earlier one.

    Args:
        id: name or id of the organisation.
        email: the person's mailbox.
        fullname: the person's name, for a new account.
        role: `member`, `editor` or `admin`.

    Returns:
        outcome (`invited`, `renewed`, `granted`), user (name), fullname, role, link (or nothing).
    """
    tk.check_access("cotesdarmor_invitation_create", context, data_dict)
    group = model.Group.get(data_dict["id"])
    if group is None or not group.is_organization or not group.is_active():
        raise tk.ObjectNotFound(tk._("Organization not found"))
    email, role = data_dict["email"].lower(), data_dict["role"]
    organizations.lock_email(email)
    user = organizations.user_by_email(email)
    if user is None:
        user = _new_user(context, email, data_dict["fullname"])
        outcome, had = "invited", None
    else:
        had = organizations.role_in(group, user)
        outcome = core.outcome(
            awaits_first_login=_awaits_first_login(user),
            is_sysadmin=bool(user.sysadmin),
            has_role_here=had is not None,
            has_role_elsewhere=organizations.has_other_groups(group, user),
        )
    if outcome == "member":
        model.Session.rollback()
        message = tk._(
            "This person already belongs to the organization, as “{role}”. "
            "Change the role on the members' page."
        )
        raise tk.ValidationError({"email": [message.format(role=tk.h.roles_translated().get(had, had))]})
    if had != role:
        membership = {"id": group.id, "object": user.id, "object_type": "user", "capacity": role}
        tk.get_action("member_create")(tk.fresh_context(context, defer_commit=True), membership)
    if outcome != "granted":
        user.reset_key = mailer.make_key()
    # Account, role and key stand together or not at all.
    model.repo.commit()
    return {
        "outcome": outcome,
        "user": user.name,
        "fullname": user.display_name,
        "role": role,
        "link": mailer.get_reset_link(user) if outcome != "granted" else None,
    }


def _awaits_first_login(user: model.User) -> bool:
    """Whether nobody has opened the account yet; a pending account with a password was somebody's before."""
    return user.is_pending() and not user.password and user.last_active is None


def _new_user(context: Context, email: str, fullname: str) -> model.User:
    names = core.user_names(fullname, email)
    name = next(name for name in names if model.User.get(name) is None)
    data = {"name": name, "email": email, "fullname": fullname, "state": model.State.PENDING}
    special = {"schema": create_user_for_user_invite_schema(), "ignore_auth": True, "defer_commit": True}
    created = tk.get_action("user_create")(tk.fresh_context(context, **special), data)
    return model.User.get(created["id"])
