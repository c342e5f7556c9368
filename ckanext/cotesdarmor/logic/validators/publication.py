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
    """Hold an editor to the policy of a collectivité that publishes conform files only.

    A dataset with a file that has errors does not become public, and no link is added past the check.
    """
    package = context.get("package")
    owner = package.owner_org if package else data.get(("owner_org",))
    if authz.is_sysadmin(context.get("user")) or not isinstance(owner, str) or policy_of(owner) != "block":
        return
    if package and _goes_public(package, data) and any(map(_has_errors, package.resources)):
        message = tk._(
            "Your collectivité publishes conform files only, and a file of this dataset has errors. "
            "Put the file right and send it again."
        )
        errors.setdefault(("state",), []).append(message)
    if any(context.get(flag) is True for flag in FLAGS.values()):
        return
    for each in [name for name in data if name[0] == "resources" and len(name) == 3 and name[2] == "url"]:
        if _is_new_link(each, data):
            message = tk._("Your collectivité publishes checked files only: give this link on the page “Publish”.")
            errors.setdefault(each, []).append(message)


def _goes_public(package: model.Package, data: FlattenDataDict) -> bool:
    """Whether a save makes a dataset active, or an active one public."""
    if data.get(("state",), package.state) != model.State.ACTIVE:
        return False
    return package.state != model.State.ACTIVE or (package.private and data.get(("private",)) is False)


def _has_errors(resource: model.Resource) -> bool:
    return resource.extras.get("validation_status") == STATUSES["invalid"]


def _is_new_link(key: FlattenKey, data: FlattenDataDict) -> bool:
    """Whether a save lets a resource lead somewhere else than it does: past the portal, so past its check."""
    ident, kind = data.get((*key[:-1], "id")), data.get((*key[:-1], "url_type"))
    if kind == "upload":
        return False
    stored = model.Resource.get(ident) if isinstance(ident, str) else None
    return stored is None or stored.url_type == "upload" or stored.url != data[key]


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
