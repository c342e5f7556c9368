"""Making organisations from the register, and giving people a role in them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ... import instance
from ...core import organization as core
from ...core.territory import Collectivite, UnknownCollectivite
from ...model import organization as organizations
from ..schema import organization as schema


@tk.validate_action_data(schema.organization_ensure)
def cotesdarmor_organization_ensure(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Make organisations, or bring them up to date with the register; a second call changes nothing.

    Everything is checked before anything is written. Title and address are set when an organisation is made
    and then belong to people.

    Args:
        sirens: a SIREN or a list of them.
        name: the name of a body that the register does not hold (one SIREN), or another title.
        kind: its kind, one of `core.organization.KINDS`.
        policy: `warn` or `block`; without it, an existing organisation keeps its own.

    Returns:
        for each SIREN in turn: siren, id, name, title, outcome (`created`, `updated`, `unchanged`), changes.
    """
    tk.check_access("cotesdarmor_organization_ensure", context, data_dict)
    wanted = _wanted(data_dict)
    # A fixed order, for each step takes the lock of its SIREN: two calls at once cannot wait for each other.
    done = {siren: _ensure(context, siren, wanted[siren]) for siren in sorted(wanted)}
    return [done[siren] for siren in data_dict["sirens"]]


@tk.validate_action_data(schema.organization_grant)
def cotesdarmor_organization_grant(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Give a person one role in several organisations, in all of them or, when one is unknown, in none.

    Args:
        username: name or id.
        sirens: a SIREN or a list of them.
        role: `member`, `editor` or `admin`; it replaces another role.

    Returns:
        for each SIREN in turn: siren, id, name, title, outcome (`granted`, `changed`, `unchanged`).
    """
    tk.check_access("cotesdarmor_organization_grant", context, data_dict)
    user = model.User.get(data_dict["username"])
    if user is None or user.is_deleted():
        message = tk._("There is no user “{name}” on the portal.").format(name=data_dict["username"])
        raise tk.ValidationError({"username": [message]})
    groups = organizations.by_sirens(data_dict["sirens"])
    absent = [siren for siren in data_dict["sirens"] if siren not in groups]
    if absent:
        message = tk._("No organization of the portal has the SIREN {sirens}.")
        raise tk.ValidationError({"sirens": [message.format(sirens=", ".join(absent))]})
    granted = [_grant(context, groups[siren], user, data_dict["role"]) for siren in data_dict["sirens"]]
    if not context.get("defer_commit"):
        model.repo.commit()
    return granted


def _wanted(data: DataDict) -> dict[str, dict[str, str]]:
    """What each organisation must hold, or an error that names all that cannot be made."""
    sirens, name, kind = data["sirens"], data.get("name"), data.get("kind")
    if (name or kind) and len(sirens) > 1:
        raise tk.ValidationError({"name": [tk._("A name and a kind go with one SIREN only.")]})
    existing = organizations.by_sirens(sirens)
    wanted, unknown = {}, []
    for siren in sirens:
        one = _registered(siren)
        if one is not None:
            if kind and kind != one.kind:
                message = tk._("The register says that {siren} is of the kind “{kind}”.")
                raise tk.ValidationError({"kind": [message.format(siren=siren, kind=str(one.kind))]})
            wanted[siren] = core.from_register(one)
        elif siren in existing or (name and kind):
            wanted[siren] = {"siren": siren} | ({"kind": kind} if kind else {})
        else:
            unknown.append(siren)
            continue
        if name or siren not in existing:
            wanted[siren]["title"] = name or one.name if one else name
        if data.get("policy"):
            wanted[siren]["publication_policy"] = data["policy"]
    if unknown:
        message = tk._("The register does not hold the SIREN {sirens}: give a name and a kind.")
        raise tk.ValidationError({"sirens": [message.format(sirens=", ".join(unknown))]})
    return wanted


def _registered(siren: str) -> Collectivite | None:
    try:
        return instance.territory().by_siren(siren)
    except UnknownCollectivite:
        return None


def _ensure(context: Context, siren: str, wanted: dict[str, str]) -> dict[str, Any]:
    organizations.lock_siren(siren)
    group = organizations.by_siren(siren)
    if group is None:
        made = _create(context, wanted)
        return _line(siren, made, "created", sorted(wanted))
    stored = {"title": group.title, **(group.extras or {})}
    changes = core.changes(stored, wanted)
    facts = {"id": group.id, "name": group.name, "title": group.title}
    if not changes:
        return _line(siren, facts, "unchanged", [])
    changed = tk.get_action("organization_patch")(tk.fresh_context(context), {"id": group.id, **changes})
    return _line(siren, changed, "updated", sorted(changes))


def _create(context: Context, wanted: dict[str, str]) -> dict[str, Any]:
    names = core.slugs(wanted["title"], wanted["siren"], wanted.get("insee_code", ""))
    name = next((name for name in names if not organizations.name_is_taken(name)), None)
    if name is None:
        message = tk._("The address {name} is taken: rename the group that has it.")
        raise tk.ValidationError({"name": [message.format(name=core.slug(wanted["title"]))]})
    created = tk.get_action("organization_create")(tk.fresh_context(context), {**wanted, "name": name})
    # CKAN makes the creator an admin; a sysadmin needs no role, and the list of members is the body's own.
    user = model.User.get(context["user"])
    if user is not None:
        membership = {"id": created["id"], "object": user.id, "object_type": "user"}
        tk.get_action("member_delete")(tk.fresh_context(context), membership)
    return created


def _grant(context: Context, group: model.Group, user: model.User, role: str) -> dict[str, Any]:
    had = organizations.role_in(group, user)
    outcome = "unchanged" if had == role else "changed" if had else "granted"
    if outcome != "unchanged":
        membership = {"id": group.id, "object": user.id, "object_type": "user", "capacity": role}
        tk.get_action("member_create")(tk.fresh_context(context, defer_commit=True), membership)
    facts = {"id": group.id, "name": group.name, "title": group.title}
    return {"siren": group.extras["siren"], **facts, "outcome": outcome}


def _line(siren: str, organization: dict[str, Any], outcome: str, changes: list[str]) -> dict[str, Any]:
    facts = {key: organization[key] for key in ("id", "name", "title")}
    return {"siren": siren, **facts, "outcome": outcome, "changes": changes}
