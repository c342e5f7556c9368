"""What the home page and the pages of the collectivités show; public data only, whoever asks."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ... import instance
from ...cache import for_a_minute
from ...core.territory import Kind
from ...model import figures
from ..schema import pages as schema

LATEST = 5
FILES_OF_EACH = 3


@tk.side_effect_free
def cotesdarmor_home_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show what the home page shows, at most a minute old.

    Returns:
        `figures` (datasets, organizations, files, communes on board, communes), `themes` (URI → number of
        datasets), `latest` (the last updated datasets with their files), `on_board` (SIREN → organisation).
    """
    tk.check_access("cotesdarmor_home_show", context, data_dict)
    return _home()


@tk.side_effect_free
@tk.validate_action_data(schema.collectivite_show)
def cotesdarmor_collectivite_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show a collectivité of the register, where it stands and the organisation that publishes for it.

    Args:
        siren: its SIREN.

    Returns:
        the register's facts as `territory_show` gives them, with `organization` (a name, or nothing), `epci`
        (the facts of its EPCI, or nothing) and `communes` (the facts of the communes of an EPCI).
    """
    tk.check_access("cotesdarmor_collectivite_show", context, data_dict)
    nested = tk.fresh_context(context)
    facts = tk.get_action("territory_show")(nested, {"id": data_dict["siren"]})
    epci = tk.get_action("territory_show")(nested, {"id": facts["epci"]}) if facts["epci"] else None
    communes = []
    if facts["kind"] == Kind.EPCI:
        communes = tk.get_action("territory_list")(nested, {"epci": facts["siren"]})
    on_board = figures.organizations_by_siren()
    return {**facts, "organization": on_board.get(facts["siren"]), "epci": epci, "communes": communes}


@for_a_minute
def _home() -> dict[str, Any]:
    # An empty user: nobody's rights widen what everybody then sees.
    found = tk.get_action("package_search")(
        {"user": "", "auth_user_obj": None},
        {
            "fq": "+dataset_type:dataset",
            "rows": LATEST,
            "sort": "metadata_modified desc",
            "facet.field": ["portal_theme"],
            "facet.limit": -1,
        },
    )
    on_board = figures.organizations_by_siren()
    communes = instance.territory().communes
    return {
        "figures": {
            "datasets": found["count"],
            "organizations": figures.count_organizations(),
            "files": figures.count_public_files(),
            "communes_on_board": sum(one.siren in on_board for one in communes),
            "communes": len(communes),
        },
        "themes": found["facets"].get("portal_theme", {}),
        "latest": [_latest(dataset) for dataset in found["results"]],
        "on_board": on_board,
    }


def _latest(dataset: dict[str, Any]) -> dict[str, Any]:
    files = sorted(
        dataset["resources"], key=lambda one: one.get("last_modified") or one["created"], reverse=True
    )
    organization = dataset.get("organization") or {}
    return {
        "name": dataset["name"],
        "title": dataset["title"] or dataset["name"],
        "organization": organization.get("title") or organization.get("name") or "",
        "modified": dataset["metadata_modified"],
        "files": [
            {"id": one["id"], "name": one.get("name") or one["id"], "format": one.get("format") or ""}
            for one in files[:FILES_OF_EACH]
        ],
    }
