"""Who may fill grids: whoever may deposit a file for the organisation.

A draft is its writer's alone, administrators and sysadmins included: it is found under the name of who asks. What
stands in it was not looked through for personal data, and nobody has said yet that it is finished; once it is
deposited, the organisation's editors and administrators see the deposit.
"""

from __future__ import annotations

from typing import Any

from ckan import authz
from ckan.types import AuthResult, Context


def _deposits_for_organization(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    return authz.is_authorized("scdl_deposit_create", context, data_dict)


def scdl_grid_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation, each their own draft."""
    return _deposits_for_organization(context, data_dict)


def scdl_grid_save(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation, each their own draft."""
    return _deposits_for_organization(context, data_dict)


def scdl_grid_check(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation."""
    return _deposits_for_organization(context, data_dict)


def scdl_grid_deposit(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation, each their own draft."""
    return _deposits_for_organization(context, data_dict)


def scdl_grid_delete(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation, each their own draft."""
    return _deposits_for_organization(context, data_dict)


def scdl_grid_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Every user: the list holds their own drafts."""
    return {"success": True}
