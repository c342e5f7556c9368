"""What the actions on organisations take."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ...core.organization import KINDS, POLICIES, ROLES


@tk.validator_args
def organization_ensure(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    strip_value: Validator,
    cotesdarmor_sirens: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    """Name and kind are for a body that the register does not hold; the policy is optional."""
    # An empty list is empty too, and yet no text: it is made one first.
    text = [ignore_missing, unicode_safe, strip_value, ignore_empty]
    return {
        "sirens": [not_empty, cotesdarmor_sirens],
        "name": text,
        "kind": [*text, one_of(list(KINDS))],
        "policy": [*text, one_of(list(POLICIES))],
    }


@tk.validator_args
def organization_grant(
    not_empty: Validator, unicode_safe: Validator, cotesdarmor_sirens: Validator, one_of: ValidatorFactory
) -> Schema:
    """A user by name or id, organisations by SIREN."""
    return {
        "username": [not_empty, unicode_safe],
        "sirens": [not_empty, cotesdarmor_sirens],
        "role": [not_empty, unicode_safe, one_of(list(ROLES))],
    }
