"""What no dataset is saved with, whichever way it comes: a foreign file, a file that its collectivité holds back."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.scdl import tables
from ckanext.scdl.deposits import policy_of
from ckanext.scdl.validations import STATUSES

from .dataset import FLAGS

__all__ = ["cotesdarmor_has_rows", "cotesdarmor_no_chosen_ids", "cotesdarmor_policy_kept"]


def cotesdarmor_no_chosen_ids(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Refuse an id that no resource of this dataset has; the portal gives new resources theirs.

    CKAN lets anyone take the id of a resource that was deleted, and so what is stored under it.
    """
    if any(context.get(flag) is True for flag in FLAGS.values()):
        return
    package = context.get("package")
    own = {resource.id for resource in package.resources} if package else set()
    for each, ident in data.items():
        if each[0] == "resources" and each[-1] == "id" and len(each) == 3 and ident and ident not in own:
            message = tk._("Leave the id out: the portal gives one to each new resource.")
            errors.setdefault(each, []).append(message)


def cotesdarmor_policy_kept(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Keep a draft a draft while a file in it is not conform and its collectivité publishes conform files only."""
    package = context.get("package")
    if package is None or package.state == model.State.ACTIVE or data.get(("state",)) != model.State.ACTIVE:
        return
    if authz.is_sysadmin(context.get("user")) or policy_of(package.owner_org) != "block":
        return
    if any(one.extras.get("validation_status") == STATUSES["invalid"] for one in package.resources):
        message = tk._(
            "Your collectivité publishes conform files only, and a file of this dataset has errors. "
            "Put the file right and send it again."
        )
        errors.setdefault(("state",), []).append(message)


def cotesdarmor_has_rows(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Derive from the DataStore whether it has rows of a resource; what is sent for it does not count.

    CKAN itself believes whoever says so, and forgets it when a client leaves it out.
    """
    ident = data.get((*key[:-1], "id"))
    if context.get("package") and isinstance(ident, str) and tables.exists(ident):
        data[key] = True
        return
    data.pop(key, None)
    raise tk.StopOnError
