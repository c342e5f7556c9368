"""Check again what is published: asked for by action, done by a job, settled in table `validation`."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.uploader import ResourceUpload

from ckanext.validation.model import Validation

from . import config, queue, sandbox, signals, storage, validations
from .core.catalogue import SchemaNotFound
from .core.report import Report
from .deposits import CHILDREN
from .deposits.examining import known_of
from .model import AcceptedFile

log = logging.getLogger(__name__)

FORMATS = frozenset({"csv", "tsv", "xls", "xlsx", "ods"})
GIVEN_UP_AFTER = timedelta(hours=1)


def served(resource: model.Resource) -> Path | None:
    """The bytes that a resource serves; none for a link."""
    if resource.url_type != "upload":
        return None
    accepted = AcceptedFile.current_of(resource.id)
    # Files that CKAN stored before the portal are checked where they are.
    path = storage.store().path(accepted.sha256) if accepted else _of_ckan(resource.id)
    return path if path.is_file() else None


def _of_ckan(resource_id: str) -> Path:
    return Path(ResourceUpload({"id": resource_id}).get_path(resource_id))


def ask(resource_id: str) -> None:
    """Write down that a resource is to be checked again, and wake a worker."""
    validations.begin(resource_id)
    model.Session.commit()
    enqueue(resource_id)


def enqueue(resource_id: str) -> None:
    """Wake a worker for a resource."""
    queue.put(check, resource_id, "check resource")


def wake(now: datetime, lost_after: timedelta) -> None:
    """Put into the queue what nobody took or what lost its worker, and give up what was tried for an hour.

    Rows that stand open for longer than a day are from before the portal: they are left as they are.
    """
    moment = now.astimezone(UTC).replace(tzinfo=None)
    query = sa.select(Validation).where(
        Validation.status.in_(("created", "running")),
        Validation.created.between(moment - timedelta(days=1), moment - lost_after),
    )
    for row in model.Session.scalars(query.order_by(Validation.created).limit(500)).all():
        if row.created > moment - GIVEN_UP_AFTER:
            enqueue(row.resource_id)
        else:
            row.status, row.finished = "error", moment
            row.error = {"message": [tk._("The check did not end. Ask for it again, or send the file again.")]}
    model.Session.commit()


def check(resource_id: str) -> None:
    """Check what a resource serves, and write its verdict; done again, it ends the same."""
    row, resource = validations.latest(resource_id, held=True), model.Resource.get(resource_id)
    path = served(resource) if resource and resource.state == "active" else None
    if row is None or row.status not in ("created", "running") or path is None:
        model.Session.rollback()
        return
    row.status = "running"
    asked, facts = _schema_of(resource), known_of(resource.package.owner_org)
    filename = str(resource.url or "").rpartition("/")[2]
    # The check takes seconds: the row is not held that long, its state says that somebody is at it.
    model.Session.commit()
    with CHILDREN:
        report = sandbox.check(path, filename, asked, facts=facts, schemas_folder=config.schemas_folder())
    row, resource = validations.latest(resource_id, held=True), model.Resource.get(resource_id)
    if row is None or row.status != "running" or resource is None or served(resource) != path:
        model.Session.rollback()
        return
    validations.keep(resource_id, filename, report)
    if asked or not (report.refusal and report.refusal.code == "schema-unknown"):
        _mark(resource, report)
    model.Session.commit()
    log.info("resource %s checked again: %s, %s errors", resource_id, report.status, report.errors)
    validations.tell(resource_id)


def _schema_of(resource: model.Resource) -> str | None:
    try:
        return config.catalogue().resolve(str(resource.extras.get("schema") or "")).reference
    except SchemaNotFound:
        return None


def _mark(resource: model.Resource, report: Report) -> None:
    """Let the resource say its verdict, which commits that as well, and tell the others."""
    package = resource.package
    told: dict[str, Any] = {
        "resource_id": resource.id,
        "dataset_id": package.id,
        "organization_id": package.owner_org,
        "schema": report.schema,
        "version": report.version,
        "status": report.status,
        "counts": {"rows": report.rows, "errors": report.errors, "warnings": report.warnings},
    }
    user = tk.get_action("get_site_user")({"ignore_auth": True, "defer_commit": True}, {})["name"]
    context = {"ignore_auth": True, "user": user, "scdl_accepting": True}
    tk.get_action("resource_patch")(context, {"id": resource.id, **validations.marks(report)})
    signals.validated.send(resource.id, **told)
