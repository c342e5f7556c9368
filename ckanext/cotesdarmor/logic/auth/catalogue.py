"""The catalogue of an organisation holds what everybody sees."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def cotesdarmor_catalogue_show(context: Context, data_dict: DataDict | None = None) -> AuthResult:
    """Everyone may take the catalogue of an organisation."""
    return {"success": True}
