"""What one may ask the register of the territory."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ...core.territory import Kind


@tk.validator_args
def territory_list(
    ignore_missing: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    strip_value: Validator,
    natural_number_validator: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    """All parameters are optional: without any, the whole register is listed."""
    # An empty list is empty too, and yet no text: it is made one first.
    text = [ignore_missing, unicode_safe, strip_value, ignore_empty]
    return {
        "kind": [*text, one_of([kind.value for kind in Kind])],
        "epci": text,
        "q": text,
        "limit": [*text, natural_number_validator],
    }


@tk.validator_args
def territory_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """A collectivité is named by its SIREN, a commune also by its INSEE code."""
    return {"id": [not_empty, unicode_safe]}
