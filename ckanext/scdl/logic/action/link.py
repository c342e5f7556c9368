"""Actions on resources that stay links."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ... import causes
from ...model import Link
from .. import schema


@tk.side_effect_free
@validate(schema.link_list)
def scdl_link_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The published links that could not be read by night, in the organisations in which the user may publish; those
    that fail longest first. Badge and rows stay those of what was last read there.

    Args:
        dataset_id: only those of this dataset (its id).
        limit, offset: page; 50 and 0 by default, 100 at most.

    Returns:
        Entries of resource_id, name, dataset_id, title, organization_id, url, since (when it first failed), failures
        (how often since), read (when it was last read), cause and message.
    """
    tk.check_access("scdl_link_list", context, data_dict)
    mine = tk.get_action("organization_list_for_user")(tk.fresh_context(context), {"permission": "create_dataset"})
    rows = Link.failing([organization["id"] for organization in mine], data_dict.get("dataset_id"))
    offset = data_dict["offset"]
    return [
        {
            "resource_id": resource.id, "name": resource.name or "", "dataset_id": package.id,
            "title": package.title or package.name, "organization_id": package.owner_org, "url": link.url,
            "since": link.failed_since.isoformat(), "failures": link.failures, "read": link.read.isoformat(),
            "cause": link.failure, "message": causes.sentence(link.failure or ""),
        }
        for link, resource, package in rows[offset : offset + data_dict["limit"]]
    ]  # fmt: skip
