"""The part of ckanext-validation's contract that reads: its clients keep working."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.validation.model import Validation

from .. import schema


@tk.side_effect_free
@validate(schema.validation_show)
def resource_validation_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The latest validation of a resource, as ckanext-validation answers it.

    Args:
        resource_id: id of the resource.

    Returns:
        id, resource_id, status, report, error, created, finished.
    """
    tk.check_access("resource_validation_show", context, data_dict)
    query = (
        sa.select(Validation)
        .where(Validation.resource_id == data_dict["resource_id"])
        .order_by(Validation.created.desc())
    )
    row = model.Session.scalars(query.limit(1)).first()
    if row is None:
        raise tk.ObjectNotFound(tk._("This file was never checked."))
    return {
        "id": row.id,
        "resource_id": row.resource_id,
        "status": row.status,
        "report": row.report,
        "error": row.error,
        "created": row.created.isoformat() if row.created else None,
        "finished": row.finished.isoformat() if row.finished else None,
    }
