"""Make a checked deposit the file of a resource: a new dataset, or a new version of what is published."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.lib.search import SearchIndexError

from ckanext.validation.model import Validation

from .. import config, signals
from ..core.report import Report
from ..model import AcceptedFile, Deposit
from ..model.deposit import new_id
from .checking import tell_validated

log = logging.getLogger(__name__)

# ckanext-validation's words for our verdicts.
CONTRACT = {"valid": "success", "invalid": "failure", "refused": "error"}
FORMATS = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "ods": "ODS", "tsv": "TSV"}


def accept(deposit: Deposit, metadata: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Write the dataset with the deposit's file, in one transaction; the dataset.

    `deposit` is held by the caller's transaction. A deposit that a stock form made for a resource becomes that
    resource's file; any other makes a dataset. The ids of a new resource are chosen here, for CKAN writes a dataset
    before it would store a file, and the bytes must be served from the first moment on.

    Raises:
        tk.ValidationError: the metadata are not right, or the search does not answer; nothing was written.
    """
    report = Report.from_dict(deposit.report) if deposit.report else None
    blocked = bool(report) and report.status == "invalid" and policy_of(deposit.organization_id) == "block"
    deposit_id, replaces = deposit.id, deposit.resource_id
    if replaces and blocked:
        model.Session.rollback()
        message = tk._("Your collectivité publishes conform files only: put the file right and send it again.")
        raise tk.ValidationError({"id": [message]})
    deposit.resource_id = replaces or new_id()
    deposit.state = "published"
    AcceptedFile.accept(deposit, deposit.resource_id)
    if report:
        _write_validation(deposit.resource_id, report)
    # Without `allow_state_change` CKAN drops an editor's « draft », and publishes.
    context = {**context, "scdl_accepting": True, "allow_state_change": True}
    try:
        if replaces:
            resource = tk.get_action("resource_patch")(context, {"id": replaces, **_facts(deposit, report)})
            dataset = tk.get_action("package_show")(tk.fresh_context(context), {"id": resource["package_id"]})
        else:
            dataset = tk.get_action("package_create")(context, _new_dataset(deposit, report, metadata, blocked=blocked))
    except SearchIndexError as error:
        model.Session.rollback()
        log.exception("deposit %s could not be indexed", deposit_id)
        message = tk._("The search engine does not answer. Nothing was published: try again in a few minutes.")
        raise tk.ValidationError({"id": [message]}) from error
    except Exception:
        model.Session.rollback()
        raise
    _settle(deposit_id, dataset, report)
    return dataset


def _new_dataset(
    deposit: Deposit, report: Report | None, metadata: Mapping[str, Any], *, blocked: bool
) -> dict[str, Any]:
    return {
        **metadata,
        # A collectivité that blocks does not publish what is not conform: the dataset waits as a draft.
        "state": "draft" if blocked else metadata.get("state", "active"),
        "name": metadata.get("name") or free_name(str(metadata.get("title") or deposit.filename)),
        "owner_org": deposit.organization_id,
        "resources": [
            {
                "id": deposit.resource_id,
                "name": _label(report) or deposit.filename,
                "url": deposit.filename,
                "url_type": "upload",
                **_facts(deposit, report),
            }
        ],
    }


def _settle(deposit_id: str, dataset: dict[str, Any], report: Report | None) -> None:
    """After the commit: remember the dataset beside the deposit, and tell the others."""
    deposit = Deposit.held(deposit_id)
    if deposit:
        deposit.dataset_id = dataset["id"]
        model.Session.commit()
        log.info("deposit %s published as resource %s of %s", deposit_id, deposit.resource_id, dataset["id"])
        if report:
            tell_validated(deposit, report)
    if dataset["state"] == "active" and not dataset["private"]:
        signals.published.send(
            dataset["id"],
            dataset_id=dataset["id"],
            organization_id=dataset["owner_org"],
            schema=report.schema if report else None,
        )


def dataset_id_of(deposit: Deposit) -> str | None:
    """The dataset that a published deposit became, even if its process died before it wrote that down."""
    resource = model.Resource.get(deposit.resource_id) if deposit.resource_id else None
    return deposit.dataset_id or (resource.package_id if resource else None)


def _label(report: Report | None) -> str | None:
    return config.catalogue().get(report.schema, report.version).label("fr") if report and report.schema else None


def _facts(deposit: Deposit, report: Report | None) -> dict[str, Any]:
    """What a resource says of the bytes that were accepted for it."""
    extension = PurePath(deposit.filename).suffix.lstrip(".").lower()
    facts = {
        "format": FORMATS.get(extension, extension.upper()),
        "mimetype": mimetypes.guess_type(deposit.filename)[0] or "application/octet-stream",
        "size": deposit.size,
        "last_modified": datetime.now(UTC).replace(tzinfo=None).isoformat(),
    }
    if report and report.schema:
        schema = config.catalogue().get(report.schema, report.version)
        facts |= {
            "schema": schema.url,
            "schema_version": schema.version,
            "validation_status": CONTRACT[report.status],
            "validation_timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    return facts


def policy_of(organization_id: str | None) -> str:
    """`warn` or `block`: what an organisation does with a file that is not conform."""
    group = model.Group.get(organization_id) if organization_id else None
    return str((group.extras or {}).get("publication_policy") or "warn") if group else "warn"


def _write_validation(resource_id: str, report: Report) -> None:
    """One row of ckanext-validation's table, as its readers expect it."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    model.Session.add(
        Validation(
            resource_id=resource_id,
            status=CONTRACT[report.status],
            created=moment,
            finished=moment,
            report=report.to_dict(),
        )
    )


def free_name(title: str) -> str:
    """An address for a dataset, made of its title, that no dataset has yet."""
    base = munge_title_to_name(title)[:80] or "jeu-de-donnees"
    name, number = base, 2
    while model.Package.get(name) is not None:
        name, number = f"{base}-{number}", number + 1
    return name
