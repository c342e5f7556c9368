"""What a resource says of the bytes that were accepted for it, and what is told of their check."""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from ckan import model

from .. import config, signals, validations
from ..core.kinds import KINDS
from ..core.report import Report
from ..model import Deposit

FORMATS = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "ods": "ODS", "tsv": "TSV"}
# A verdict that is not given takes an older one away.
UNCHECKED = {"schema": "", "schema_version": "", "validation_status": "", "validation_timestamp": ""}


def facts_of(deposit: Deposit, report: Report | None) -> dict[str, Any]:
    """Return the fields of a resource that follow from its bytes."""
    format_, mimetype = _kind(deposit.served_name)
    facts = {
        "format": format_,
        "mimetype": mimetype,
        "size": deposit.served_size,
        "last_modified": datetime.now(UTC).replace(tzinfo=None).isoformat(),
    }
    if not report or not report.schema:
        return facts | UNCHECKED
    return facts | validations.marks(report)


def new_resource(deposit: Deposit, report: Report | None) -> dict[str, Any]:
    """Return all fields of a resource that a deposit makes."""
    label = config.catalogue().get(report.schema, report.version).label("fr") if report and report.schema else None
    name = " ".join(filter(None, [label or deposit.filename, deposit.period.label if deposit.period else None]))
    facts = {key: value for key, value in facts_of(deposit, report).items() if value != ""}
    return {"id": deposit.resource_id, "name": name, **facts, **_address(deposit)}


def address_of(deposit: Deposit, resource: model.Resource) -> dict[str, Any]:
    """Return the address of a resource that gets other bytes: an uploaded file keeps its own, name included."""
    stays = resource.url_type == "upload" and not (deposit.link and deposit.keep_link)
    return {} if stays else _address(deposit)


def _address(deposit: Deposit) -> dict[str, Any]:
    if deposit.link and deposit.keep_link:
        return {"url": deposit.link, "url_type": ""}
    return {"url": deposit.served_name, "url_type": "upload"}


def _kind(filename: str) -> tuple[str, str]:
    """Return format and media type of a file, by its name."""
    suffix = PurePath(filename).suffix.lower()
    if kind := KINDS.get(suffix):
        return kind.format, kind.mimetype
    extension = suffix.lstrip(".")
    return FORMATS.get(extension, extension.upper()), mimetypes.guess_type(filename)[0] or "application/octet-stream"


def tell_validated(deposit: Deposit, report: Report) -> None:
    """Send the signal of a finished check."""
    is_public = deposit.state == "published"
    signals.validated.send(
        deposit.id,
        resource_id=deposit.resource_id if is_public else None,
        dataset_id=deposit.dataset_id if is_public else None,
        organization_id=deposit.organization_id,
        schema=report.schema,
        version=report.version,
        status=report.status,
        counts={"rows": report.rows, "errors": report.errors, "warnings": report.warnings},
    )
