"""Input of the actions, one function for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

FURTHEST = 1_000_000  # nobody pages that far; a larger number is more than PostgreSQL takes


def whole_number(largest: int) -> Callable[[Any], int]:
    """A number from nought up, as a number or in digits; beyond the largest, the largest."""

    def check(value: Any) -> int:
        digits = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if not digits.isascii() or not digits.isdecimal():
            raise tk.Invalid(tk._("Write a whole number, such as 50."))
        return int(digits) if len(digits) <= len(str(largest)) and int(digits) <= largest else largest

    return check


def _flag(value: Any) -> bool:
    """Yes or no, as programs and forms write it."""
    try:
        return tk.asbool(value)
    except ValueError:
        raise tk.Invalid(tk._("Write true or false.")) from None


def _text(value: Any) -> str:
    """A text; what is no text names nothing."""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("A text is expected here."))
    return value


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
        "source": [default("api"), one_of(["api", "browser", "grid"])],
    }  # fmt: skip


@validator_args
def deposit_id(not_empty: Validator) -> Schema:
    """`id` of a deposit."""
    return {"id": [not_empty, _text]}


@validator_args
def deposit_accept(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`id` of a deposit and `publish`; the dataset's own fields are checked by its schema."""
    return {"id": [not_empty, _text], "publish": [default(True), _flag]}


@validator_args
def validation_show(not_empty: Validator) -> Schema:
    """`resource_id`: id of a resource."""
    return {"resource_id": [not_empty, _text]}


@validator_args
def validation_run(not_empty: Validator, ignore: Validator) -> Schema:
    """`resource_id`: id of a resource; `async` is understood and always so."""
    return {"resource_id": [not_empty, _text], "async": [ignore]}


@validator_args
def deposit_list(ignore_missing: Validator, unicode_safe: Validator, default: ValidatorFactory) -> Schema:
    """`organization_id` and `state` to narrow; `limit` (at most 100) and `offset` to page."""
    return {
        "organization_id": [ignore_missing, unicode_safe],
        "state": [ignore_missing, unicode_safe],
        "limit": [default(50), whole_number(100)],
        "offset": [default(0), whole_number(FURTHEST)],
    }  # fmt: skip


@validator_args
def schema_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """`id`: a registry id, `id@version`, or an official address."""
    return {"id": [not_empty, unicode_safe]}


@validator_args
def conformity_list(ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """`organization_id` and `schema` to narrow."""
    return {"organization_id": [ignore_missing, unicode_safe], "schema": [ignore_missing, unicode_safe]}
