"""Actions on deposits, from the file that is sent to the dataset that it becomes."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import causes, deposits, storage
from ...core.days import PARIS
from ...core.target import Ambiguous, Target
from ...model import AcceptedFile, Deposit
from ...model.deposit import BY_HAND
from .. import schema
from .shared import answer, begin_check, file_of, found, organization_of, schema_reference, user_id

# What a deposit itself says of its dataset.
NOT_THE_EDITORS = frozenset(
    {"id", "publish", "target", "dataset_id", "resource_id", "resources", "owner_org", "state", "type"}
)
WISHES = ("source_key", "idempotency_key", "batch", "publish")


@validate(schema.deposit_create)
def scdl_deposit_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Deposit a file for an organisation. It is staged and checked; it is published where `publish` asks for that and
    nothing speaks against it, else a person decides.

    Args:
        upload: the file (multipart).
        link: the address where the file stands, instead of `upload`.
        keep_link: the published resource stays that link, and is read again by night.
        organization_id: id or name of the organisation.
        siren: the SIREN of the organisation, instead of `organization_id`.
        schema: reference of a schema; recognised from the file when left out.
        dataset_id: the dataset that the file is for.
        resource_id: the resource whose file it replaces.
        source_key: your own name for the file, unique in the organisation: it names the resource for ever.
        idempotency_key: the same key gives the same deposit; with another file it is refused.
        batch: a name that files sent together share: those of one schema go into one dataset.
        publish: publish without a person, if the file may be published.
        fix: `sure` to publish the file with the corrections that need nobody's judgement.
        title, notes: of the dataset, if the file makes a new one.

    Returns:
        The deposit: id, state, status, schema, version, report, dataset_id, message…
    """
    organization = organization_of(data_dict)
    tk.check_access("scdl_deposit_create", context, {"organization_id": organization.id})
    wishes = {
        **{key: data_dict.get(key) for key in WISHES},
        **_place_asked(context, organization, data_dict),
        "organization_id": organization.id,
        "user_id": user_id(context),
        "source": data_dict["source"],
        "schema": schema_reference(data_dict.get("schema")),
        "fix_sure": data_dict.get("fix") == "sure",
        "fields": {key: data_dict[key] for key in ("title", "notes") if data_dict.get(key)} or None,
    }
    deposit = _received(data_dict, wishes)
    if deposit.state == "queued":
        begin_check(deposit)
    return answer(found(deposit.id))


def _place_asked(context: Context, organization: model.Group, data: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset and resource that a file is sent for, if it may go there."""
    dataset_id, resource_id = data.get("dataset_id"), data.get("resource_id")
    if resource_id:
        resource = model.Resource.get(resource_id)
        if resource is None or resource.state != "active":
            raise tk.ValidationError({"resource_id": [tk._("There is no such file.")]})
        dataset_id = resource.package_id
    if not dataset_id:
        return {}
    return {"dataset_id": own_dataset(context, organization.id, dataset_id).id, "resource_id": resource_id}


def own_dataset(context: Context, organization_id: str | None, dataset_id: str) -> model.Package:
    """Return a dataset of the organisation that the user may change.

    Raises:
        tk.ValidationError: there is none with that id or name.
    """
    dataset = model.Package.get(dataset_id)
    if dataset is None or dataset.owner_org != organization_id or dataset.state not in ("active", "draft"):
        raise tk.ValidationError({"dataset_id": [tk._("The organization has no such dataset.")]})
    tk.check_access("package_update", context, {"id": dataset.id})
    return dataset


def _received(data: dict[str, Any], wishes: dict[str, Any]) -> Deposit:
    try:
        if data.get("link"):
            return deposits.receive_link(data["link"], keep_link=data["keep_link"], **wishes)
        upload = file_of(data)
        return deposits.receive(upload.stream, str(upload.filename), **wishes)
    except (storage.TooLarge, storage.NoSpace) as error:
        raise tk.ValidationError({"upload": [storage.not_kept(error)]}) from error
    except deposits.KeyTaken as error:
        message = tk._("You have used this key for another file or organization. Choose a new key for each request.")
        raise tk.ValidationError({"idempotency_key": [message]}) from error


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A deposit with its report.

    Args:
        id: id of the deposit.
    """
    tk.check_access("scdl_deposit_show", context, data_dict)
    return answer(found(data_dict["id"]))


@tk.side_effect_free
@validate(schema.deposit_list)
def scdl_deposit_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The deposits of the organisations in which the user may publish, newest first, without their reports.

    Args:
        organization_id: only those of this organisation.
        state: only those in this state.
        since, until: only those made from the one moment on, and before the other (ISO 8601).
        batch: only those of this batch.
        limit, offset: page; 50 and 0 by default, 100 at most.
    """
    tk.check_access("scdl_deposit_list", context, data_dict)
    mine = tk.get_action("organization_list_for_user")(tk.fresh_context(context), {"permission": "create_dataset"})
    wanted = data_dict.get("organization_id")
    ids = [
        organization["id"]
        for organization in mine
        if not wanted or wanted in (organization["id"], organization["name"])
    ]
    narrow = {key: data_dict.get(key) for key in ("state", "since", "until", "batch")}
    rows = Deposit.of_organizations(ids, **narrow, limit=data_dict["limit"], offset=data_dict["offset"])
    left_out = ("report", "privacy", "difference")
    return [{key: value for key, value in answer(row).items() if key not in left_out} for row in rows]


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_propose(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Fields of a dataset for a deposit, from its schema and its organisation: what the short form begins with.

    Args:
        id: id of the deposit.

    Returns:
        title, notes, tag_string, theme (addresses), frequency (address or None), license_id, temporal_start and
        temporal_end (days or None). The territory is that of the organisation, without being named.
    """
    tk.check_access("scdl_deposit_show", context, data_dict)
    return deposits.fields_of(found(data_dict["id"]))


def scdl_deposit_accept(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish a checked deposit: as a new dataset, as one more file of one, or in the place of a published file.

    Args:
        id: id of the deposit.
        publish: false leaves a new dataset as a draft.
        target: `new`, `add` or `replace`; what the check proposed when it is left out.
        dataset_id: the dataset that gets one more file.
        resource_id: the resource whose file is replaced.
        Every other key is a field of a new dataset.

    Returns:
        The dataset.
    """
    own, errors = tk.navl_validate(
        {key: data_dict[key] for key in schema.deposit_accept() if key in data_dict}, schema.deposit_accept(), context
    )
    if errors:
        raise tk.ValidationError(errors)
    tk.check_access("scdl_deposit_accept", context, {"id": own["id"]})
    deposit = found(own["id"], held=True)
    if deposit.state == "published" and (dataset_id := deposits.dataset_id_of(deposit)):
        # A second click on the same button: the work is done, its result is the answer.
        model.Session.rollback()
        return tk.get_action("package_show")(tk.fresh_context(context), {"id": dataset_id})
    try:
        _may_be_accepted(deposit, publish=own["publish"])
        target = _target(context, deposit, own)
        _nobody_came_between(deposit, target)
    except (tk.ValidationError, tk.NotAuthorized):
        model.Session.rollback()
        raise
    fields = {key: value for key, value in data_dict.items() if key not in NOT_THE_EDITORS}
    if deposit.source not in BY_HAND and target.kind == "new":
        fields = deposits.fields_of(deposit) | fields
    state = "active" if own["publish"] else "draft"
    return deposits.accept(deposit, fields | {"state": state}, tk.fresh_context(context), target)


def _may_be_accepted(deposit: Deposit, *, publish: bool) -> None:
    """Refuse what is not checked, and personal data that nobody decided about or that would stand on a draft."""
    if deposit.state == "waiting" and deposits.needs_decision(deposit):
        message = tk._("Personal data were found. First say why they may be published.")
        raise tk.ValidationError({"id": [message]})
    if deposits.is_orphaned(deposit):
        raise tk.ValidationError({"id": [causes.sentence("organization-deleted")]})
    if deposit.state == "superseded":
        raise tk.ValidationError({"id": [tk._("A later file took the place of this one. Look at that deposit.")]})
    if deposit.state not in ("checked", "waiting"):
        message = tk._("This deposit cannot be published: it is not checked, or it was given up.")
        raise tk.ValidationError({"id": [message]})
    held_back = deposit.status == "invalid" and deposits.policy_of(deposit.organization_id) == "block"
    if deposits.has_personal_data(deposit) and (not publish or held_back):
        message = tk._("Every member of the organization reads its drafts: no file with personal data may wait in one.")
        raise tk.ValidationError({"publish": [message]})


def _target(context: Context, deposit: Deposit, own: dict[str, Any]) -> Target:
    """Return where a deposit goes: what its editor chose, else what was proposed."""
    chosen = own.get("target")
    if chosen == "replace" or (chosen is None and own.get("resource_id")):
        resource = model.Resource.get(own.get("resource_id") or deposit.resource_id or "")
        if resource is None or resource.state != "active":
            raise tk.ValidationError({"resource_id": [tk._("There is no such file.")]})
        own_dataset(context, deposit.organization_id, resource.package_id)
        return Target("replace", resource.package_id, resource.id)
    if chosen == "add" or (chosen is None and own.get("dataset_id")):
        dataset = own_dataset(context, deposit.organization_id, own.get("dataset_id") or deposit.dataset_id or "")
        return Target("add", dataset.id)
    if chosen == "new":
        return Target("new")
    if deposit.source in BY_HAND and not (deposit.resource_id or deposit.dataset_id):
        # Its editor chooses; what was sent together stands together without being asked.
        deposits.hold(deposit)
        beside = deposits.batch_dataset(deposit)
        return Target("add", beside) if beside else Target("new")
    try:
        return deposits.place(deposit)
    except deposits.Removed:
        return Target("new")
    except Ambiguous as error:
        message = tk._("Say where the file goes: a new dataset, one more file of a dataset, or in the place of one.")
        raise tk.ValidationError({"target": [message]}) from error


def _nobody_came_between(deposit: Deposit, target: Target) -> None:
    """Refuse to replace another file than the one that was there when the deposit was checked; once."""
    if target.kind != "replace" or not target.resource_id or not deposit.replaces:
        return
    current = AcceptedFile.current_of(target.resource_id)
    if current is None or current.id == deposit.replaces or deposit.resource_id not in (None, target.resource_id):
        return
    by = Deposit.get(current.deposit_id) if current.deposit_id else None
    user = model.User.get(by.user_id) if by and by.user_id else None
    deposit.replaces = current.id
    model.Session.commit()
    name = user.display_name if user else tk._("a program")
    moment = f"{current.accepted.astimezone(PARIS):%d/%m/%Y, %H:%M}"
    message = tk._(
        "This file was replaced by {name} on {moment}, after yours was checked. Look at it, then publish yours once "
        "more if it is the right one."
    )
    raise tk.ValidationError({"id": [message.format(name=name, moment=moment)]})


@validate(schema.deposit_id)
def scdl_deposit_cancel(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give a deposit up; its bytes are removed.

    Args:
        id: id of the deposit.
    """
    tk.check_access("scdl_deposit_cancel", context, data_dict)
    deposit = found(data_dict["id"], held=True)
    if deposit.state in ("published", "superseded"):
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This deposit is already published.")]})
    deposits.cancel(deposit)
    return answer(found(data_dict["id"]))
