"""Input of the actions, one function for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ..core.corrections.choosing import Choice
from ..core.corrections.model import NoLog
from ..core.corrections.told import RULES
from ..core.reasons import REASONS

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


def _day(value: Any) -> datetime:
    """A day or a moment in ISO 8601; without zone it is meant in UTC."""
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        raise tk.Invalid(tk._("Write a date such as 2026-01-31.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _key(value: Any) -> str:
    """A name that a program gives: at most 200 characters, none of them invisible."""
    text = _text(value).strip()
    if not text or len(text) > 200 or not text.isprintable():
        raise tk.Invalid(tk._("Write at most 200 visible characters."))
    return text


def _address(value: Any) -> str:
    """An address of the web."""
    text = _text(value).strip()
    if len(text) > 2_000 or not text.isprintable() or " " in text or not text.startswith(("http://", "https://")):
        raise tk.Invalid(tk._("Write an address that begins with https:// or http://."))
    return text


@validator_args
def deposit_create(
    ignore_missing: Validator, ignore_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """A file (`upload`) or a `link`, for an organisation, and what is wished for it."""
    return {
        "upload": [ignore_missing],
        "link": [ignore_empty, _address],
        "keep_link": [default(False), _flag],
        "organization_id": [ignore_empty, _text],
        "siren": [ignore_empty, _text],
        "schema": [ignore_empty, _text],
        "dataset_id": [ignore_empty, _text],
        "resource_id": [ignore_empty, _text],
        "source_key": [ignore_empty, _key],
        "idempotency_key": [ignore_empty, _key],
        "batch": [ignore_empty, _key],
        "publish": [default(False), _flag],
        "fix": [ignore_empty, one_of(["sure"])],
        "title": [ignore_empty, _text],
        "notes": [ignore_empty, _text],
        "source": [default("api"), one_of(["api", "browser", "grid"])],
    }


@validator_args
def deposit_id(not_empty: Validator) -> Schema:
    """`id` of a deposit."""
    return {"id": [not_empty, _text]}


@validator_args
def deposit_compare(not_empty: Validator) -> Schema:
    """`id` of a deposit, and `resource_id` of the file that it would replace."""
    return {"id": [not_empty, _text], "resource_id": [not_empty, _text]}


@validator_args
def deposit_accept(
    not_empty: Validator, ignore_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`id` of a deposit, `publish`, and where it goes; the dataset's own fields are checked by its schema."""
    return {
        "id": [not_empty, _text],
        "publish": [default(True), _flag],
        "target": [ignore_empty, one_of(["new", "add", "replace"])],
        "dataset_id": [ignore_empty, _text],
        "resource_id": [ignore_empty, _text],
    }


@validator_args
def deposit_decide(not_empty: Validator, one_of: ValidatorFactory) -> Schema:
    """`id` of a deposit, the `reason` to publish it, and a `sentence` that says more."""
    return {
        "id": [not_empty, _text],
        "reason": [not_empty, _text, one_of(list(REASONS))],
        "sentence": [not_empty, _sentence],
    }


def _sentence(value: Any) -> str:
    """Some words, of which people will make sense later."""
    text = " ".join(_text(value).split())
    if not 10 <= len(text) <= 2_000:
        raise tk.Invalid(tk._("Write one sentence, between 10 and 2,000 characters."))
    return text


@validator_args
def deposit_group(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """`batch`, whose it is, and `groups`: lists of ids."""
    return {
        "batch": [not_empty, _key],
        "organization_id": [ignore_empty, _text],
        "siren": [ignore_empty, _text],
        "groups": [not_empty, _groups],
    }


def _groups(value: Any) -> list[list[str]]:
    """Lists of ids of deposits."""
    lists = value if isinstance(value, list) else None
    if lists is None or not all(
        isinstance(group, list) and all(isinstance(ident, str) for ident in group) for group in lists
    ):
        raise tk.Invalid(tk._("A list of lists of deposits is expected here."))
    return lists


@validator_args
def deposit_correct(
    not_empty: Validator, ignore_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`id` of a deposit, how sure corrections have to be, rules to leave, and a choice among the rest."""
    return {
        "id": [not_empty, _text],
        "level": [default("sure"), one_of(["sure", "likely"])],
        "leave": [default([]), _rules],
        "choice": [default({}), _choice],
    }


def _rules(value: Any) -> list[str]:
    """Rules of correction, by their codes."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) and each in RULES for each in listed):
        raise tk.Invalid(tk._("A list of rules of correction is expected here."))
    return listed


def _choice(value: Any) -> dict[str, Any]:
    """Groups and answers, in a form that can be stored."""
    try:
        choice = Choice.from_dict(value).to_dict()
        written = json.dumps(choice, ensure_ascii=False).encode()
    except (NoLog, UnicodeEncodeError):
        written = b""
    if not written or len(written) > 200_000 or b"\\u0000" in written:
        raise tk.Invalid(tk._("The choice of corrections cannot be read."))
    return choice


@validator_args
def deposit_revert(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """`resource_id`, and `file_id` of the version to go back to; the one before when it is left out."""
    return {"resource_id": [not_empty, _text], "file_id": [ignore_empty, _text]}


@validator_args
def file_list(not_empty: Validator) -> Schema:
    """`resource_id`: id of a resource."""
    return {"resource_id": [not_empty, _text]}


@validator_args
def page(default: ValidatorFactory) -> Schema:
    """`limit` (at most 100) and `offset` to page."""
    return {"limit": [default(50), whole_number(100)], "offset": [default(0), whole_number(FURTHEST)]}


@validator_args
def link_list(ignore_empty: Validator) -> Schema:
    """`dataset_id` to narrow; `limit` and `offset` to page."""
    return {"dataset_id": [ignore_empty, _text], **page()}


@validator_args
def check(ignore_missing: Validator, ignore_empty: Validator) -> Schema:
    """A file (`upload`) and the `schema` that it is said to follow."""
    return {"upload": [ignore_missing], "schema": [ignore_empty, _text]}


@validator_args
def template(not_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory) -> Schema:
    """`schema`: its reference; `format`: csv or xlsx."""
    return {"schema": [not_empty, _text], "format": [default("csv"), one_of(["csv", "xlsx"])]}


@validator_args
def validation_show(not_empty: Validator) -> Schema:
    """`resource_id`: id of a resource."""
    return {"resource_id": [not_empty, _text]}


@validator_args
def validation_run(not_empty: Validator, ignore: Validator) -> Schema:
    """`resource_id`: id of a resource; `async` is understood and always so."""
    return {"resource_id": [not_empty, _text], "async": [ignore]}


@validator_args
def deposit_list(
    ignore_missing: Validator, ignore_empty: Validator, unicode_safe: Validator, default: ValidatorFactory
) -> Schema:
    """`organization_id`, `state`, days and `batch` to narrow; `limit` (at most 100) and `offset` to page."""
    return {
        "organization_id": [ignore_missing, unicode_safe],
        "state": [ignore_missing, unicode_safe],
        "since": [ignore_empty, _day],
        "until": [ignore_empty, _day],
        "batch": [ignore_empty, _text],
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
