"""The register is public."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def territory_list(context: Context, data_dict: DataDict | None = None) -> AuthResult:
    """Everyone may read the register."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def territory_show(context: Context, data_dict: DataDict | None = None) -> AuthResult:
    """Everyone may read the register."""
    return {"success": True}
