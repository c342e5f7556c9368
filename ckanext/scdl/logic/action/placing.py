"""Actions on where a deposit goes: what is proposed, and what it would change there."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import deposits
from .. import schema
from .deposit import own_dataset
from .shared import found


@tk.side_effect_free
@validate(schema.deposit_id)
def scdl_deposit_targets(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Where a deposit may go: a new dataset, one more file of a dataset, or in the place of a published file.

    Args:
        id: id of the deposit.

    Returns:
        proposed: kind, dataset_id and resource_id, or None where a person has to choose; files: resource_id, name,
        title and period of published files of the same schema; datasets: id and title.
    """
    tk.check_access("scdl_deposit_targets", context, data_dict)
    return deposits.choices(found(data_dict["id"]))


@tk.side_effect_free
@validate(schema.deposit_compare)
def scdl_deposit_compare(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What a deposit would change in a published file of its organisation.

    Args:
        id: id of the deposit.
        resource_id: id of the resource that it would replace.

    Returns:
        counts, columns, and up to 100 rows each of added, removed and changed; nothing where the files are too large
        to be compared while one waits, or no tables.
    """
    tk.check_access("scdl_deposit_compare", context, data_dict)
    deposit = found(data_dict["id"])
    resource = model.Resource.get(data_dict["resource_id"])
    if resource is None or resource.state != "active":
        raise tk.ValidationError({"resource_id": [tk._("There is no such file.")]})
    own_dataset(context, deposit.organization_id, resource.package_id)
    return deposits.differences(deposit, resource.id) or {}
