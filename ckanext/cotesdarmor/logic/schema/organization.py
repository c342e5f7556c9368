"""What the actions on organisations take."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ...core.organization import KINDS, POLICIES, ROLES


@tk.validator_args
def organization_ensure(
    not_empty: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    cotesdarmor_sirens: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    """Name and kind are for a body that the register does not hold; the policy is optional."""
    return {
        "sirens": [not_empty, cotesdarmor_sirens],
        "name": [ignore_empty, unicode_safe],
        "kind": [ignore_empty, unicode_safe, one_of(list(KINDS))],
        "policy": [ignore_empty, unicode_safe, one_of(list(POLICIES))],
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
