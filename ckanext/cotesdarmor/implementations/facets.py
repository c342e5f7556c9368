"""What a list of datasets can be narrowed by."""

from __future__ import annotations

import ckan.plugins as p


class Facets(p.IFacets):
    """Facets of the dataset list and of an organisation's page."""
