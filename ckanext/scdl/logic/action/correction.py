"""Actions on what could be corrected in a deposit: look at it, accept it, take it back."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import deposits
from ...model import Deposit
from .. import schema
from .shared import answer, begin_check, found

CHOSEN = ("level", "leave", "choice")


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_preview(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The first rows of a deposit and those in which something was found, and the corrections that are proposed.

    Args:
        id: id of the deposit.

    Returns:
        state: `ready`, `large` (to look at it takes more than a page may), `busy` (ask again) or `none`;
        table: labels, letters, rows (line and cells), whole; or None;
        proposal: cells, layout, rules, groups, questions, unasked; None where nothing can be proposed any more.
    """
    tk.check_access("scdl_deposit_preview", context, data_dict)
    return deposits.preview(found(data_dict["id"]))


@validate(schema.deposit_correct)
def scdl_deposit_correct(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Accept corrections: the file is put right as was chosen, and checked again. The original is kept.

    Args:
        id: id of the deposit.
        level: `sure`, or `likely` for both.
        leave: rules of correction that are not wanted, such as `order`.
        choice: `groups`, which tell of a `field` and `rule` the texts that are changed (`only`) or are not
            (`without`), and `answers`: `field`, `value` and `answer` where the portal had to ask.

    Returns:
        The deposit; its report is that of the corrected file.
    """
    tk.check_access("scdl_deposit_correct", context, data_dict)
    deposit = _open(data_dict["id"])
    if deposit.schema is None:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("Without a schema nothing can be corrected.")]})
    return _checked_again(deposit, {name: data_dict[name] for name in CHOSEN})


@validate(schema.deposit_id)
def scdl_deposit_restore(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take the accepted corrections back: the deposit is its original file again.

    Args:
        id: id of the deposit.
    """
    tk.check_access("scdl_deposit_restore", context, data_dict)
    return _checked_again(_open(data_dict["id"]), None)


def _open(ident: str) -> Deposit:
    deposit = found(ident, held=True)
    if deposit.state not in ("checked", "waiting") or deposit.sha256 is None:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This deposit is not open any more: nothing was corrected.")]})
    return deposit


def _checked_again(deposit: Deposit, choice: dict[str, Any] | None) -> dict[str, Any]:
    deposits.check_again(deposit, choice)
    begin_check(deposit)
    return answer(found(deposit.id))
