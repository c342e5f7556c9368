"""What the pages of the portal ask for."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator


@tk.validator_args
def collectivite_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """A collectivité is named by its SIREN."""
    return {"siren": [not_empty, unicode_safe]}
