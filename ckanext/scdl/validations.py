"""The verdicts of published files, kept and told as ckanext-validation does: its table, its statuses, its interfaces.

One row of table `validation` for each resource, as its clients expect. Its report is frictionless' form, and beside
that, under `PORTAL`, the whole report as the portal's own pages show it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
from ckan import model

from ckanext.validation.interfaces import IDataValidation, IPipeValidation
from ckanext.validation.model import Validation

from . import config
from .core.formats import Checked
from .core.formats.frictionless import MAX_ERRORS, frictionless
from .core.report import Report

log = logging.getLogger(__name__)

STATUSES = {"valid": "success", "invalid": "failure", "refused": "error"}
"""The contract's words for our verdicts; before there is one it says `created`, then `running`."""

PORTAL = "scdl"


def latest(resource_id: str, *, held: bool = False) -> Validation | None:
    """The row of a resource; `held` by the running transaction until it ends."""
    query = sa.select(Validation).where(Validation.resource_id == resource_id)
    query = query.order_by(Validation.created.desc().nulls_last(), Validation.id).limit(1)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    return model.Session.scalars(query).first()


def keep(resource_id: str, filename: str, report: Report) -> None:
    """Write a verdict, in the running transaction, over the one before; `tell` it after the commit."""
    row = latest(resource_id, held=True) or Validation(resource_id=resource_id, created=now())
    row.created, row.finished = (row.created if row.status == "running" else now()), now()
    row.status = STATUSES[report.status]
    resource = model.Resource.get(resource_id)
    row.report = _both_forms(filename, report, options_of(resource) if resource else {})
    row.error = {"message": [report.refusal.message]} if report.refusal else None
    model.Session.add(row)
    model.Session.flush()
    model.Session.execute(sa.delete(Validation).where(Validation.resource_id == resource_id, Validation.id != row.id))


def _both_forms(filename: str, report: Report, options: Mapping[str, Any]) -> dict[str, Any]:
    most_errors = int(options.get("limit_errors", MAX_ERRORS))
    return {**frictionless(Checked(filename, report), most_errors), PORTAL: report.to_dict()}


def begin(resource_id: str) -> None:
    """Write, in the running transaction, that a resource is to be checked."""
    row = latest(resource_id, held=True) or Validation(resource_id=resource_id)
    row.status, row.created = "created", now()
    row.finished = row.report = row.error = None
    model.Session.add(row)


def forget(resource_id: str) -> bool:
    """Remove what is known of a resource, in the running transaction; whether there was something."""
    return model.Session.execute(sa.delete(Validation).where(Validation.resource_id == resource_id)).rowcount > 0


def as_dict(row: Validation) -> dict[str, Any]:
    """A row as ckanext-validation answers it, whoever wrote it: it stores texts, the portal's first rows our form."""
    report = _object(row.report)
    if isinstance(report, dict) and "issues" in report:
        report = _both_forms("", Report.from_dict(report), {})
    return {
        "id": row.id,
        "resource_id": row.resource_id,
        "status": row.status,
        "report": report,
        "error": _object(row.error),
        "created": row.created.isoformat() if row.created else None,
        "finished": row.finished.isoformat() if row.finished else None,
    }


def portal_report(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The portal's own report in a row of `as_dict`; None where another program wrote the row."""
    report = row["report"]
    return report.get(PORTAL) if isinstance(report, dict) else None


def _object(value: Any) -> Any:
    """Return the value of a JSON column that may hold the text of one."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return {"message": [value]}


def options_of(resource: model.Resource) -> dict[str, Any]:
    """The options that a resource's publisher set for its check."""
    options = _object(resource.extras.get("validation_options") or {})
    return options if isinstance(options, dict) else {}


def is_wanted(resource: dict[str, Any], context: Any) -> bool:
    """Whether no plugin wants this resource left unchecked."""
    return all(plugin.can_validate(context, resource) for plugin in p.PluginImplementations(IDataValidation))


def tell(resource_id: str) -> None:
    """Give the verdict of a resource to the plugins that wait for it; none of them undoes it."""
    row = latest(resource_id)
    if row is None:
        return
    told = as_dict(row)
    for plugin in p.PluginImplementations(IPipeValidation):
        try:
            plugin.receive_validation_report(told)
        except Exception:
            log.exception("a plugin failed on the verdict of resource %s", resource_id)


def marks(report: Report) -> dict[str, Any]:
    """The fields of a resource that tell its verdict, and against which version it was."""
    fields = {
        "validation_status": STATUSES[report.status],
        "validation_timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if report.schema:
        schema = config.catalogue().get(report.schema, report.version)
        fields |= {"schema": schema.url, "schema_version": schema.version}
    return fields


def now() -> datetime:
    """The moment as table `validation` writes it: UTC, without zone."""
    return datetime.now(UTC).replace(tzinfo=None)
