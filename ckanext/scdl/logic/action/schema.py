"""Actions on schemas and on the conformity of what is published."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import config
from ...core.catalogue import Schema, SchemaNotFound
from .. import schema


def _summary(entry: Schema) -> dict[str, Any]:
    return {
        "id": entry.id,
        "version": entry.version,
        "url": entry.url,
        "title": {"fr": entry.label("fr"), "en": entry.label("en")},
        "theme": entry.theme,
        "frequency": entry.frequency,
    }


@tk.side_effect_free
def scdl_schema_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas that files are checked against, latest version: id, version, url, title, theme, frequency."""
    tk.check_access("scdl_schema_list", context, data_dict)
    return [_summary(entry) for entry in config.catalogue().all()]


@tk.side_effect_free
@validate(schema.schema_show)
def scdl_schema_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A schema with its Table Schema descriptor.

    Args:
        id: `scdl/subventions`, `scdl/subventions@2.1.1`, or an official address.
    """
    tk.check_access("scdl_schema_show", context, data_dict)
    try:
        entry = config.catalogue().resolve(data_dict["id"])
    except SchemaNotFound as error:
        raise tk.ObjectNotFound(tk._("There is no schema {reference}.").format(reference=error.reference)) from error
    return _summary(entry) | {"descriptor": entry.to_descriptor()}


@tk.side_effect_free
@validate(schema.conformity_list)
def scdl_conformity_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The state of the public files that follow a schema, for each organisation and schema.

    Args:
        organization_id: only this organisation (id).
        schema: only this schema (id).

    Returns:
        Entries of organization_id, schema, version, files, and of these valid, invalid and unchecked.
    """
    tk.check_access("scdl_conformity_list", context, data_dict)
    resource, package = model.Resource, model.Package
    extras = sa.cast(resource.extras, sa.dialects.postgresql.JSONB)
    address, status = extras["schema"].astext, extras["validation_status"].astext
    query = (
        sa.select(
            package.owner_org,
            address,
            sa.func.count(),
            sa.func.count().filter(status == "success"),
            sa.func.count().filter(status == "failure"),
        )
        .join(package, package.id == resource.package_id)
        .where(resource.state == "active", package.state == "active", package.private.is_(False), address.is_not(None))
        .group_by(package.owner_org, address)
        .order_by(package.owner_org, address)
    )
    if data_dict.get("organization_id"):
        query = query.where(package.owner_org == data_dict["organization_id"])
    entries = []
    for organization_id, reference, files, valid, invalid in model.Session.execute(query):
        try:
            known = config.catalogue().resolve(reference)
        except SchemaNotFound:
            continue  # a schema of somebody else's catalogue: nobody here can say what conforms to it
        if data_dict.get("schema") in (None, known.id):
            entries.append(
                {
                    "organization_id": organization_id,
                    "schema": known.id,
                    "version": known.version,
                    "files": files,
                    "valid": valid,
                    "invalid": invalid,
                    "unchecked": files - valid - invalid,
                }
            )
    return entries
