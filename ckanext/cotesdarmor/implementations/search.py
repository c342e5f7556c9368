"""Search in French: which fields are asked, what is put into the index."""

from __future__ import annotations

import ckan.plugins as p


class Search(p.IPackageController):
    """Hooks of CKAN's search."""
