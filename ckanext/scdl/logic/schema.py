"""Input of the actions, one function for each."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory


@validator_args
def deposit_create(
    not_empty: Validator,
    not_missing: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`upload`: a file; `organization_id`: name or id; `schema`: reference of a schema, recognised when left out."""
    return {
        "upload": [not_missing, not_empty],
        "organization_id": [not_empty, unicode_safe],
        "schema": [ignore_missing, unicode_safe],
        "source": [default("api"), one_of(["api", "browser"])],
    }  # fmt: skip


@validator_args
def deposit_id(not_empty: Validator, unicode_safe: Validator, ignore: Validator) -> Schema:
    """`id` of a deposit."""
    return {"id": [not_empty, unicode_safe]}


@validator_args
def deposit_list(
    ignore_missing: Validator,
    unicode_safe: Validator,
    default: ValidatorFactory,
    natural_number_validator: Validator,
    limit_to_configured_maximum: ValidatorFactory,
) -> Schema:
    """`organization_id` and `state` to narrow; `limit` (at most 100) and `offset` to page."""
    return {
        "organization_id": [ignore_missing, unicode_safe],
        "state": [ignore_missing, unicode_safe],
        "limit": [default(50), natural_number_validator, limit_to_configured_maximum("", 100)],
        "offset": [default(0), natural_number_validator],
    }  # fmt: skip


@validator_args
def schema_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """`id`: a registry id, `id@version`, or an official address."""
    return {"id": [not_empty, unicode_safe]}


@validator_args
def conformity_list(ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """`organization_id` and `schema` to narrow."""
    return {"organization_id": [ignore_missing, unicode_safe], "schema": [ignore_missing, unicode_safe]}
