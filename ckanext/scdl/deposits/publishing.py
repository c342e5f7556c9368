"""Make a checked deposit the file of a resource: in a new dataset, beside others, or in the place of an older one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.lib.search import SearchIndexError, SolrConnectionError

from .. import config, signals, storage, validations
from ..core.period import Period
from ..core.report import Report
from ..core.target import NEW, Target
from ..model import AcceptedFile, Deposit, Link, SourceKey
from ..model.deposit import new_id, now
from . import describing
from .describing import tell_validated

log = logging.getLogger(__name__)

# The first is CKAN's own; a plugin may say it in other words.
SEARCH_AWAY = (SearchIndexError, SolrConnectionError)


def accept(
    deposit: Deposit, metadata: Mapping[str, Any], context: dict[str, Any], target: Target | None = None
) -> dict[str, Any]:
    """Write the dataset with the deposit's file, in one transaction; the dataset.

    `deposit` is held by the caller's transaction. The ids of a new resource are chosen here, for CKAN writes a dataset
    before it would store a file, and the bytes must be served from the first moment on.

    Args:
        deposit: what is accepted.
        metadata: fields of a new dataset.
        context: of the user who accepts.
        target: where it goes; when None, the resource that the deposit was sent for, else a dataset of its own.

    Raises:
        tk.ValidationError: the metadata are not right, the organisation publishes conform files only, or the search
            does not answer; nothing was written.
    """
    target = target or (Target("replace", None, deposit.resource_id) if deposit.resource_id else NEW)
    report = Report.from_dict(deposit.report) if deposit.report else None
    deposit_id, is_blocked = deposit.id, deposit.status == "invalid" and policy_of(deposit.organization_id) == "block"
    if is_blocked and target.kind != "new":
        raise _refused(
            "id", tk._("Your collectivité publishes conform files only: put the file right and send it again.")
        )
    deposit.target, deposit.message, deposit.lease_until = target.kind, "", None
    deposit.state = "published"
    if dataset_id := _same_as_published(deposit, target):
        deposit.dataset_id, deposit.resource_id, deposit.message = dataset_id, target.resource_id, "unchanged"
        model.Session.commit()
        return tk.get_action("package_show")(tk.fresh_context(context), {"id": dataset_id})
    deposit.resource_id = target.resource_id or new_id()
    if deposit.source_key and deposit.organization_id:
        SourceKey.held(deposit.organization_id, deposit.source_key).resource_id = deposit.resource_id
    deposit.overtake()
    AcceptedFile.accept(deposit, deposit.resource_id)
    Link.follow(deposit)
    _keep_verdict(deposit.resource_id, deposit.served_name, report)
    # Without `allow_state_change` CKAN drops an editor's « draft », and publishes.
    context = {**context, "scdl_accepting": True, "allow_state_change": True}
    try:
        dataset = _written(deposit, report, metadata, context, target, is_blocked=is_blocked)
    except SEARCH_AWAY as error:
        log.exception("deposit %s could not be indexed", deposit_id)
        raise _refused(
            "id", tk._("The search engine does not answer. Nothing was published: try again in a few minutes.")
        ) from error
    except Exception:
        model.Session.rollback()
        raise
    _follow_up(deposit_id, dataset, report)
    return dataset


def _refused(field: str, message: str) -> tk.ValidationError:
    model.Session.rollback()
    return tk.ValidationError({field: [message]})


def _same_as_published(deposit: Deposit, target: Target) -> str | None:
    """The dataset in which these very bytes stand already, in the place that they are for."""
    if target.kind != "replace" or not target.resource_id:
        return None
    current, resource = AcceptedFile.current_of(target.resource_id), model.Resource.get(target.resource_id)
    if current is None or resource is None or current.sha256 != deposit.served:
        return None
    link = Link.get(target.resource_id)
    same_link = (link.url if link else None) == (deposit.link if deposit.keep_link else None)
    return resource.package_id if same_link else None


def _written(
    deposit: Deposit,
    report: Report | None,
    metadata: Mapping[str, Any],
    context: dict[str, Any],
    target: Target,
    *,
    is_blocked: bool,
) -> dict[str, Any]:
    """Let CKAN's own action write all of it in one transaction, and commit."""
    if target.kind == "new":
        # A collectivité that blocks does not publish what is not conform: the dataset waits as a draft.
        state = "draft" if is_blocked else metadata.get("state", "active")
        resources = [describing.new_resource(deposit, report)]
        own = {"state": state, "owner_org": deposit.organization_id, "resources": resources}
        name = metadata.get("name") or free_name(str(metadata.get("title") or deposit.filename))
        return tk.get_action("package_create")(context, {**metadata, "name": name, **own})
    resource = model.Resource.get(deposit.resource_id)
    deposit.dataset_id = resource.package_id if target.kind == "replace" else target.dataset_id
    shown = tk.get_action("package_show")(context | {"for_update": True}, {"id": deposit.dataset_id})
    if target.kind == "add":
        resources = [*shown["resources"], describing.new_resource(deposit, report)]
    else:
        changed = describing.facts_of(deposit, report) | describing.address_of(deposit, resource)
        resources = [each | changed if each["id"] == resource.id else each for each in shown["resources"]]
    changes = {"id": deposit.dataset_id, "resources": resources, **_widened(shown, deposit.period)}
    dataset = tk.get_action("package_patch")(context, changes)
    if target.kind == "add":
        views = {"resource": dataset["resources"][-1], "package": dataset}
        tk.get_action("resource_create_default_resource_views")(tk.fresh_context(context, ignore_auth=True), views)
    return dataset


def _keep_verdict(resource_id: str, filename: str, report: Report | None) -> None:
    """Write the verdict for ckanext-validation's readers; a file that has none takes that of its predecessor away."""
    if report and report.schema:
        validations.keep(resource_id, filename, report)
    else:
        validations.forget(resource_id)


def _widened(dataset: Mapping[str, Any], period: Period | None) -> dict[str, str]:
    """Return the period of a dataset so that it holds that of its new file."""
    if period is None:
        return {}
    start, end = dataset.get("temporal_start") or "9999", dataset.get("temporal_end") or ""
    return {"temporal_start": min(start, period.start.isoformat()), "temporal_end": max(end, period.end.isoformat())}


def _follow_up(deposit_id: str, dataset: dict[str, Any], report: Report | None) -> None:
    """After the commit: remember the dataset beside the deposit, forget old versions, and tell the others."""
    deposit = Deposit.held(deposit_id)
    if deposit and deposit.resource_id:
        deposit.dataset_id = dataset["id"]
        resource_id = deposit.resource_id
        model.Session.commit()
        log.info("deposit %s published as resource %s of %s", deposit_id, resource_id, dataset["id"])
        forget_versions(resource_id)
        validations.tell(resource_id)
        if report:
            tell_validated(deposit, report)
    tell_published(dataset, report.schema if report else None)


def tell_published(dataset: dict[str, Any], schema: str | None) -> None:
    """Send the signal of a dataset that everybody sees."""
    if dataset["state"] == "active" and not dataset["private"]:
        signals.published.send(
            dataset["id"], dataset_id=dataset["id"], organization_id=dataset["owner_org"], schema=schema
        )


def forget_versions(resource_id: str) -> None:
    """Remove the versions of a resource that are more than are kept, with their bytes."""
    beyond = AcceptedFile.beyond(resource_id, config.kept_versions())
    contents = {row.sha256 for row in beyond}
    for row in beyond:
        model.Session.delete(row)
    model.Session.commit()
    for sha256 in contents:
        storage.forget_bytes(sha256)


def revert(resource_id: str, file_id: str | None, context: dict[str, Any]) -> dict[str, Any]:
    """Serve an earlier version of a resource again, the one before the current when `file_id` is None; the dataset.

    Raises:
        LookupError: there is no such version.
        tk.ValidationError: the search does not answer; nothing was written.
    """
    versions = AcceptedFile.versions_of(resource_id)
    position = next((place for place, row in enumerate(versions) if row.current), len(versions))
    wanted = [row for row in versions if row.id == file_id] if file_id else list(versions[position + 1 : position + 2])
    if not wanted:
        raise LookupError(resource_id)
    [row] = wanted
    row.serve()
    deposit = Deposit.get(row.deposit_id) if row.deposit_id else None
    report = Report.from_dict(deposit.report) if deposit and deposit.report else None
    _keep_verdict(resource_id, row.filename, report)
    facts = describing.facts_of(deposit, report) if deposit else {"size": row.size}
    facts["last_modified"] = now().replace(tzinfo=None).isoformat()
    try:
        resource = tk.get_action("resource_patch")({**context, "scdl_accepting": True}, {"id": resource_id, **facts})
    except SEARCH_AWAY as error:
        raise _refused("id", tk._("The search engine does not answer. Nothing was changed.")) from error
    except Exception:
        model.Session.rollback()
        raise
    dataset = tk.get_action("package_show")(tk.fresh_context(context), {"id": resource["package_id"]})
    validations.tell(resource_id)
    tell_published(dataset, deposit.schema if deposit else None)
    return dataset


def dataset_id_of(deposit: Deposit) -> str | None:
    """The dataset that a published deposit became, even if its process died before it wrote that down."""
    resource = model.Resource.get(deposit.resource_id) if deposit.resource_id else None
    return deposit.dataset_id or (resource.package_id if resource else None)


def policy_of(organization_id: str | None) -> str:
    """`warn` or `block`: what an organisation does with a file that is not conform."""
    group = model.Group.get(organization_id) if organization_id else None
    return str((group.extras or {}).get("publication_policy") or "warn") if group else "warn"


def free_name(title: str) -> str:
    """An address for a dataset, made of its title, that no dataset has yet."""
    base = munge_title_to_name(title)[:80] or "jeu-de-donnees"
    name, number = base, 2
    while model.Package.get(name) is not None:
        name, number = f"{base}-{number}", number + 1
    return name
