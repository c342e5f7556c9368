"""Search in French: which fields are asked, what is put into the index, and whether the index has our fields."""

from __future__ import annotations

import json
import logging
from typing import Any

import requests

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.common import CKANConfig

from ..core import search as core
from ..core.territory import Kind, UnknownCollectivite
from ..instance import territory

log = logging.getLogger(__name__)

FIELDS = ("title_fr", "text_fr", "title_sort_fr", "portal_schema", "portal_conformity", "portal_theme", "portal_epci")


class Search(p.IConfigurable, p.IPackageController):
    """Hooks of CKAN's search."""

    def configure(self, config: CKANConfig) -> None:
        """Say at start when Solr lacks our fields: its catch-all field would hide that for ever."""
        missing = missing_fields()
        if missing:
            log.error(
                "The Solr core at %s has not the portal's fields (%s): search in French is off. Install the schema "
                "of config/solr (docs/run.md, Search), then run: ckan search-index rebuild",
                config["solr_url"].rpartition("@")[2],
                ", ".join(missing),
            )

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Ask the French fields too, and understand whatever a person types."""
        search_params["q"] = core.typed_query(str(search_params.get("q") or ""))
        search_params.setdefault("defType", "edismax")
        search_params.setdefault("qf", core.WEIGHTS)
        if search_params.get("sort"):
            search_params["sort"] = core.french_sort(str(search_params["sort"]))
        return search_params

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Add the portal's fields; leave out what would make Solr refuse the dataset."""
        dataset = json.loads(pkg_dict["validated_data_dict"])
        return core.without_giants({**pkg_dict, **core.index_fields(dataset, _epci_of(dataset.get("owner_org")))})


def _epci_of(organization_id: str | None) -> str | None:
    """The SIREN of the EPCI that an organisation is, or that its commune belongs to."""
    group = model.Group.get(organization_id) if organization_id else None
    siren = (group.extras or {}).get("siren") if group else None
    if not siren:
        return None
    try:
        collectivite = territory().by_siren(str(siren))
    except UnknownCollectivite:
        return None  # a syndicat, a CCAS: in no EPCI that the register knows
    return collectivite.siren if collectivite.kind is Kind.EPCI else collectivite.epci_siren


def missing_fields() -> list[str]:
    """Those of our fields that the Solr core lacks; none when Solr does not answer, which CKAN says itself."""
    user, password = tk.config.get("solr_user"), tk.config.get("solr_password")
    try:
        answer = requests.get(
            f"{str(tk.config['solr_url']).rstrip('/')}/schema/fields",
            timeout=tk.config["ckan.requests.timeout"],
            auth=(user, password) if user and password else None,
        )
        answer.raise_for_status()
        present = {field["name"] for field in answer.json()["fields"]}
    except (requests.RequestException, ValueError, KeyError):
        log.warning("Solr did not say which fields it has", exc_info=True)
        return []
    return [name for name in FIELDS if name not in present]
