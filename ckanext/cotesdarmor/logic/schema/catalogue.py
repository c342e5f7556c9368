"""What the catalogue of an organisation asks for."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator


@tk.validator_args
def catalogue_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """An organisation is named by its id or its name."""
    return {"id": [not_empty, unicode_safe]}
