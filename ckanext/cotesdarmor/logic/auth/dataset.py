"""Who may make sources of harvesting, and write data past the check of files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

HARVEST_SOURCE = "harvest"


@tk.chained_auth_function
def package_create(next_auth: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """As CKAN has it, but for sources of harvesting: the portal opens the addresses in them."""
    return _refused_source() if (data_dict or {}).get("type") == HARVEST_SOURCE else next_auth(context, data_dict)


@tk.chained_auth_function
def package_update(next_auth: AuthFunction, context: Context, data_dict: DataDict) -> AuthResult:
    """As CKAN has it, but for sources of harvesting."""
    package = context.get("package") or model.Package.get((data_dict or {}).get("id"))
    return _refused_source() if package and package.type == HARVEST_SOURCE else next_auth(context, data_dict)


@tk.chained_auth_function
def harvest_source_create(next_auth: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Nobody but sysadmins, whom CKAN lets pass before it asks."""
    return _refused_source()


def _refused_source() -> AuthResult:
    return {"success": False, "msg": tk._("Only an administrator of the portal manages sources of harvesting.")}


def _not_past_the_check(name: str) -> Any:
    """Nobody writes rows beside the accepted file: the portal loads them from it."""

    @tk.chained_auth_function
    def rule(next_auth: AuthFunction, context: Context, data_dict: DataDict) -> AuthResult:
        message = tk._("Rows come from the accepted file only. Send the file again, it will be checked.")
        return {"success": False, "msg": message}

    rule.__name__ = name
    return rule


datastore_create = _not_past_the_check("datastore_create")
datastore_delete = _not_past_the_check("datastore_delete")
datastore_records_delete = _not_past_the_check("datastore_records_delete")
datastore_upsert = _not_past_the_check("datastore_upsert")
