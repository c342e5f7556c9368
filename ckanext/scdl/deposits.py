"""The life of a deposit: received, checked in the sandbox, accepted into a dataset or given up.

The ring's own verbs, without permissions: actions and jobs call them after they have settled who may.
"""

from __future__ import annotations

import logging
import mimetypes
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_filename, munge_title_to_name

from ckanext.validation.model import Validation

from . import sandbox, signals, storage
from .core.catalogue import Catalogue
from .core.report import Report
from .model import AcceptedFile, Deposit
from .model.deposit import new_id

log = logging.getLogger(__name__)

# Each child of the sandbox may take 2 GB: one process starts no more than this many at once, the others wait.
CHILDREN = threading.BoundedSemaphore(2)

# ckanext-validation's words for our verdicts.
CONTRACT = {"valid": "success", "invalid": "failure", "refused": "error"}
FORMATS = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "ods": "ODS", "tsv": "TSV"}


def receive(
    stream: IO[bytes], filename: str, *, organization_id: str, user_id: str | None, source: str, schema: str | None
) -> Deposit:
    """Stage bytes and write the deposit that stands for them.

    Raises:
        storage.TooLarge: nothing was kept.
    """
    stored = storage.store().put(stream, storage.max_bytes())
    deposit = Deposit(
        organization_id=organization_id,
        user_id=user_id,
        source=source,
        state="queued",
        filename=munge_filename(PurePath(filename).name or "fichier"),
        sha256=stored.sha256,
        size=stored.size,
        schema_asked=schema,
    )
    model.Session.add(deposit)
    model.Session.commit()
    return deposit


def check(deposit_id: str) -> Deposit | None:
    """Check a deposit's bytes in the sandbox and keep the report; done again, it ends the same.

    Returns None where the deposit is gone, settled or in another process's hands.
    """
    deposit = Deposit.locked(deposit_id)
    if deposit is None or deposit.state not in ("queued", "checking"):
        model.Session.rollback()
        return None
    deposit.state = "checking"
    sha256, filename, asked = deposit.sha256, deposit.filename, deposit.schema_asked
    # The check takes seconds: the row is not held that long, its state says that somebody is at it.
    model.Session.commit()
    with CHILDREN:
        report = sandbox.check(storage.store().path(sha256), filename, asked)
    deposit = Deposit.held(deposit_id)
    if deposit is None or deposit.state != "checking" or deposit.sha256 != sha256:
        model.Session.rollback()
        return None
    deposit.state = "refused" if report.status == "refused" else "checked"
    deposit.status = report.status
    deposit.schema, deposit.version = report.schema, report.version
    deposit.report = report.to_dict()
    model.Session.commit()
    log.info("deposit %s checked: %s, %s errors", deposit.id, report.status, report.errors)
    tell_validated(deposit, report)
    return deposit


def tell_validated(deposit: Deposit, report: Report) -> None:
    """Send the signal of a finished check."""
    signals.validated.send(
        deposit.id,
        resource_id=deposit.resource_id,
        dataset_id=deposit.dataset_id,
        organization_id=deposit.organization_id,
        schema=report.schema,
        version=report.version,
        status=report.status,
        counts={"rows": report.rows, "errors": report.errors, "warnings": report.warnings},
    )


def accept(deposit: Deposit, metadata: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Write the dataset with the deposit's file, in one transaction; the dataset.

    `deposit` is held by the caller's transaction. Both ids are chosen here, for CKAN writes a dataset before it
    would store a file, and the bytes must be served from the first moment on.

    Raises:
        tk.ValidationError: the metadata are not right; nothing was written.
    """
    resource_id = new_id()
    report = Report.from_dict(deposit.report) if deposit.report else None
    deposit_id, sha256 = deposit.id, deposit.sha256
    if report and report.status == "invalid" and policy_of(deposit.organization_id) == "block":
        # Its collectivité does not publish what is not conform: the dataset waits as a draft.
        metadata = {**metadata, "state": "draft"}
    AcceptedFile.accept(deposit, resource_id)
    deposit.resource_id = resource_id
    deposit.state = "published"
    if report:
        _write_validation(resource_id, report)
    data = {
        **metadata,
        "name": metadata.get("name") or free_name(str(metadata.get("title") or deposit.filename)),
        "owner_org": deposit.organization_id,
        "resources": [_resource(deposit, report, resource_id)],
    }
    try:
        # Without `allow_state_change` CKAN drops an editor's « draft », and publishes.
        dataset = tk.get_action("package_create")({**context, "scdl_accepting": True, "allow_state_change": True}, data)
    except (tk.ValidationError, tk.NotAuthorized):
        model.Session.rollback()
        raise
    deposit = Deposit.held(deposit_id)
    if deposit:
        deposit.dataset_id = dataset["id"]
        model.Session.commit()
        log.info(
            "deposit %s (%s) published as resource %s of dataset %s", deposit_id, sha256, resource_id, dataset["id"]
        )
        if report:
            tell_validated(deposit, report)
    if dataset["state"] == "active" and not dataset["private"]:
        signals.published.send(
            dataset["id"],
            dataset_id=dataset["id"],
            organization_id=dataset["owner_org"],
            schema=report.schema if report else None,
        )
    return dataset


def policy_of(organization_id: str | None) -> str:
    """`warn` or `block`: what an organisation does with a file that is not conform."""
    group = model.Group.get(organization_id) if organization_id else None
    return str((group.extras or {}).get("publication_policy") or "warn") if group else "warn"


def _resource(deposit: Deposit, report: Report | None, resource_id: str) -> dict[str, Any]:
    extension = PurePath(deposit.filename).suffix.lstrip(".").lower()
    resource = {
        "id": resource_id,
        "name": deposit.filename,
        "url": deposit.filename,
        "url_type": "upload",
        "format": FORMATS.get(extension, extension.upper()),
        "mimetype": mimetypes.guess_type(deposit.filename)[0] or "application/octet-stream",
        "size": deposit.size,
        "last_modified": datetime.now(UTC).replace(tzinfo=None).isoformat(),
    }
    if report and report.schema:
        schema = Catalogue.bundled().get(report.schema, report.version)
        resource |= {
            "name": schema.label("fr"),
            "schema": schema.url,
            "schema_version": schema.version,
            "validation_status": CONTRACT[report.status],
            "validation_timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    return resource


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


def cancel(deposit: Deposit, message: str = "") -> None:
    """Give a deposit up; its bytes go unless something else rests on them."""
    deposit.state = "cancelled"
    deposit.message = message
    sha256 = deposit.sha256
    model.Session.commit()
    forget_bytes(sha256)


def forget_bytes(sha256: str) -> None:
    """Remove bytes that neither an accepted file nor an open deposit needs."""
    if not AcceptedFile.references(sha256) and not Deposit.needs(sha256):
        storage.store().forget(sha256)
