"""The register of the territory, for pages, other packages and the API."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ... import instance
from ...core.territory import Collectivite, UnknownCollectivite
from ..schema import territory as schema


@tk.side_effect_free
@tk.validate_action_data(schema.territory_list)
def territory_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the collectivités of the register.

    Args:
        kind: only this kind (`commune`, `epci`, `departement`).
        epci: only the communes of the EPCI with this SIREN.
        q: only those whose name, code or postcode fits, best first.
        limit: at most so many; by default all.

    Returns:
        dicts as `territory_show` gives them, in the order of the register, or of relevance with `q`.
    """
    tk.check_access("territory_list", context, data_dict)
    territory = instance.territory()
    found = territory.collectivites
    if "q" in data_dict:
        found = territory.search(data_dict["q"], data_dict.get("kind"), limit=len(found))
    listed = [
        one
        for one in found
        if data_dict.get("kind") in (None, one.kind) and data_dict.get("epci") in (None, one.epci_siren)
    ]
    return [_as_dict(one) for one in listed[: data_dict.get("limit")]]


@tk.side_effect_free
@tk.validate_action_data(schema.territory_show)
def territory_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show one collectivité of the register.

    Args:
        id: a SIREN, or the INSEE code that a commune has or had.
    """
    tk.check_access("territory_show", context, data_dict)
    territory, key = instance.territory(), data_dict["id"].strip()
    try:
        return _as_dict(territory.by_insee(key) if len(key) == 5 else territory.by_siren(key))
    except UnknownCollectivite:
        raise tk.ObjectNotFound(tk._("No collectivité of the territory has this code.")) from None


def _as_dict(one: Collectivite) -> dict[str, Any]:
    return {
        "siren": one.siren,
        "insee": one.insee,
        "name": one.name,
        "kind": one.kind.value,
        "population": one.population,
        "population_year": one.population_year,
        "epci": one.epci_siren,
        "postcodes": list(one.postcodes),
        "former_codes": list(one.former_codes),
    }
