"""The catalogue of one organisation, after the official schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ... import instance
from ...core.catalogue_file import complete, has_files
from ...core.catalogue_mapping import SCHEMA, VERSION, Source, catalogue_row
from ..schema import catalogue as schema

PAGE = 500
MOST = 20_000


@tk.side_effect_free
@tk.validate_action_data(schema.catalogue_show)
def cotesdarmor_catalogue_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show the public datasets of an organisation as lines of the official catalogue schema.

    Args:
        id: id or name of the organisation.

    Returns:
        `schema`, `version`, `organization` (its name) and `rows`: texts by the official names of the fields.
    """
    tk.check_access("cotesdarmor_catalogue_show", context, data_dict)
    organization = tk.get_action("organization_show")(
        tk.fresh_context(context), {"id": data_dict["id"], "include_datasets": False, "include_users": False}
    )
    if not organization.get("siret"):
        message = tk._("The official catalogue wants the SIRET of the organization: its administrators can write it.")
        raise tk.ValidationError({"siret": [message]})
    territory = instance.territory()
    lines = (
        catalogue_row(Source(dataset, organization, territory, _page(dataset["name"])))
        for dataset in _public_datasets(organization["id"])
    )
    rows = [complete(line) for line in lines if has_files(line)]
    return {"schema": SCHEMA, "version": VERSION, "organization": organization["name"], "rows": rows}


def _public_datasets(organization_id: str) -> Iterator[dict[str, Any]]:
    """What everybody sees, whoever asks: the file is made to be published."""
    theirs = f'owner_org:"{organization_id}" +dataset_type:dataset'
    for start in range(0, MOST, PAGE):
        page = {"fq": theirs, "sort": "name asc", "rows": PAGE, "start": start}
        found = tk.get_action("package_search")({"user": "", "auth_user_obj": None}, page)["results"]
        yield from found
        if len(found) < PAGE:
            return


def _page(name: str) -> str:
    return tk.url_for("dataset.read", id=name, qualified=True, locale="default")
