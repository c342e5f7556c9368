"""Who may make organisations from the register."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def cotesdarmor_organization_ensure(context: Context, data_dict: DataDict | None) -> AuthResult:
    """Sysadmins, whom CKAN lets pass before it asks."""
    return {"success": False, "msg": tk._("Only an administrator of the portal can make organizations.")}


def cotesdarmor_organization_grant(context: Context, data_dict: DataDict | None) -> AuthResult:
    """Sysadmins: the organisations are many, and each admin has the members' page of their own."""
    message = tk._("Only an administrator of the portal can give roles in several organizations.")
    return {"success": False, "msg": message}
