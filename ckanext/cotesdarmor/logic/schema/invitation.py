"""What an invitation takes."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ...core.organization import ROLES


@tk.validator_args
def invitation_create(
    not_empty: Validator,
    unicode_safe: Validator,
    strip_value: Validator,
    email_validator: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    """All is required: an account without a name helps nobody on the members' page."""
    return {
        "id": [not_empty, unicode_safe],
        "email": [not_empty, unicode_safe, strip_value, not_empty, email_validator],
        "fullname": [not_empty, unicode_safe, strip_value, not_empty],
        "role": [not_empty, unicode_safe, one_of(list(ROLES))],
    }
