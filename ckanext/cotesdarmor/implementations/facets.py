"""What a list of datasets can be narrowed by."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk


class Facets(p.IFacets):
    """Facets of the dataset list and of an organisation's page."""

    def dataset_facets(self, facets_dict: dict[str, str], package_type: str) -> dict[str, str]:
        """Who, where, about what, how: in the order in which people look."""
        if package_type != "dataset":
            return facets_dict
        return {"organization": tk._("Organization"), "portal_epci": tk._("EPCI"), **_common()}

    def organization_facets(
        self, facets_dict: dict[str, str], organization_type: str, package_type: str | None
    ) -> dict[str, str]:
        """The same for one organisation, which needs not say who and where."""
        return facets_dict if package_type not in (None, "dataset") else _common()


def _common() -> dict[str, str]:
    return {
        "portal_theme": tk._("Theme"),
        "portal_schema": tk._("Schema"),
        "portal_conformity": tk._("Conformity"),
        "license_id": tk._("License"),
        "res_format": tk._("Format"),
    }
