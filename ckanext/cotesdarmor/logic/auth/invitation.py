"""Who may invite people into an organisation."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict


def cotesdarmor_invitation_create(context: Context, data_dict: DataDict | None) -> AuthResult:
    """Its admins, and sysadmins, whom CKAN lets pass before it asks."""
    group = model.Group.get((data_dict or {}).get("id"))
    user = context.get("user")
    if (
        group is not None
        and group.is_organization
        and group.is_active()
        and user
        and authz.has_user_permission_for_group_or_org(group.id, user, "membership")
    ):
        return {"success": True}
    message = tk._("Only an administrator of the organization can invite people into it.")
    return {"success": False, "msg": message}
