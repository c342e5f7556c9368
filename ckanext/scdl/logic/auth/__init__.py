"""Who may do what with deposits: an editor acts for its organisation, and what is not published is nobody else's."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context

from ... import config
from ...model import Deposit
from .grid import (
    scdl_grid_check,
    scdl_grid_delete,
    scdl_grid_deposit,
    scdl_grid_list,
    scdl_grid_save,
    scdl_grid_show,
)

__all__ = [
    "resource_validation_delete",
    "resource_validation_run",
    "resource_validation_run_batch",
    "resource_validation_show",
    "scdl_check",
    "scdl_conformity_list",
    "scdl_decision_list",
    "scdl_deposit_accept",
    "scdl_deposit_cancel",
    "scdl_deposit_compare",
    "scdl_deposit_correct",
    "scdl_deposit_create",
    "scdl_deposit_decide",
    "scdl_deposit_group",
    "scdl_deposit_list",
    "scdl_deposit_preview",
    "scdl_deposit_restore",
    "scdl_deposit_revert",
    "scdl_deposit_show",
    "scdl_deposit_targets",
    "scdl_file_list",
    "scdl_grid_check",
    "scdl_grid_delete",
    "scdl_grid_deposit",
    "scdl_grid_list",
    "scdl_grid_save",
    "scdl_grid_show",
    "scdl_link_list",
    "scdl_schema_list",
    "scdl_schema_show",
    "scdl_template",
]


def _publishes_for(context: Context, organization_id: str | None) -> AuthResult:
    group = model.Group.get(organization_id) if organization_id else None
    if group and group.is_organization and group.state == "active":
        user = context.get("user")
        if user and authz.has_user_permission_for_group_or_org(group.id, user, "create_dataset"):
            return {"success": True}
    return {"success": False, "msg": tk._("You are not allowed to publish for this organisation.")}


def _of_deposit(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    deposit = Deposit.get(str(data_dict.get("id") or ""))
    if deposit is None:
        # Whether a deposit exists is nobody's business but its organisation's.
        return {"success": False, "msg": tk._("You are not allowed to see this deposit.")}
    return _publishes_for(context, deposit.organization_id)


def scdl_deposit_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation."""
    return _publishes_for(context, data_dict.get("organization_id"))


def scdl_deposit_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_accept(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_cancel(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_preview(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_targets(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_compare(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_correct(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_restore(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the deposit's organisation."""
    return _of_deposit(context, data_dict)


def scdl_deposit_group(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the organisation."""
    return _publishes_for(context, data_dict.get("organization_id"))


def scdl_deposit_revert(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the resource."""
    return _of_resource(context, data_dict)


def scdl_file_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the resource: earlier versions are no longer public."""
    return _of_resource(context, data_dict)


def _of_resource(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    resource = model.Resource.get(str(data_dict.get("resource_id") or ""))
    if resource is None or resource.state != "active":
        return {"success": False, "msg": tk._("You are not allowed to change this file.")}
    return authz.is_authorized("package_update", context, {"id": resource.package_id})


def scdl_decision_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Every user: the register holds the decisions of the organisations that it administers."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def scdl_check(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Every user; visitors too, where the setting opens it."""
    if context.get("user") or config.check_is_open():
        return {"success": True}
    return {"success": False, "msg": tk._("Log in to have a file checked.")}


@tk.auth_allow_anonymous_access
def scdl_template(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody."""
    return {"success": True}


def scdl_deposit_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Every user: the list holds what it may see."""
    return {"success": True}


def scdl_link_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Every user: the list holds what it may see."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def scdl_schema_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def scdl_schema_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def scdl_conformity_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody: it counts public files only."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def resource_validation_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the resource."""
    return authz.is_authorized("resource_show", context, {"id": data_dict.get("resource_id")})


def resource_validation_run(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the resource."""
    return authz.is_authorized("resource_update", context, {"id": data_dict.get("resource_id")})


def resource_validation_delete(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the resource."""
    return authz.is_authorized("resource_update", context, {"id": data_dict.get("resource_id")})


def resource_validation_run_batch(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Nobody but sysadmins, whom CKAN lets pass before it asks."""
    return {"success": False, "msg": tk._("Only an administrator of the portal checks many files at once.")}
