"""Actions on where deposits go: what is proposed, what it would change there, and what goes together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import deposits
from .. import schema
from .deposit import own_dataset
from .shared import found, organization_of


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


@validate(schema.deposit_group)
def scdl_deposit_group(context: Context, data_dict: dict[str, Any]) -> list[list[str]]:
    """Say which files that were sent together make one dataset. Files of one schema do, unless this says otherwise.

    Args:
        batch: name of the batch.
        organization_id: the organisation whose files these are.
        groups: lists of ids of deposits, one list for each dataset; together all files of the batch that are
            published or may be. What was published as one dataset stays together.

    Returns:
        The groups as they are now, each in order of arrival.
    """
    organization = organization_of(data_dict)
    tk.check_access("scdl_deposit_group", context, {"organization_id": organization.id})
    try:
        deposits.regroup(data_dict["batch"], organization.id, data_dict["groups"])
    except deposits.NotTheseFiles as error:
        message = tk._("The files of this page have changed meanwhile. Look at it again, then group them.")
        raise tk.ValidationError({"groups": [message]}) from error
    groups = deposits.groups_of(data_dict["batch"], organization.id)
    return [[deposit.id for deposit in group] for group in groups]
