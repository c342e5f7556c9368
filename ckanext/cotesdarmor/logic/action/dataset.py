"""What a dataset may be on this portal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

# A dataset of any other type would pass by every rule of the dataset schema, and CKAN has no page for it.
TYPES = ("dataset", "harvest")


@tk.chained_action
def package_create(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Make a dataset of a type that the portal knows."""
    if data_dict.get("type", "dataset") not in TYPES:
        raise tk.ValidationError({"type": [tk._("The portal has no datasets of this type.")]})
    return next_action(context, data_dict)
