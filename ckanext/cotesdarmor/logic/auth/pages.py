"""The pages of the portal are public, and so is what they ask for."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def cotesdarmor_home_show(context: Context, data_dict: DataDict | None = None) -> AuthResult:
    """Everyone may see the home page."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def cotesdarmor_collectivite_show(context: Context, data_dict: DataDict | None = None) -> AuthResult:
    """Everyone may see where a collectivité stands."""
    return {"success": True}
