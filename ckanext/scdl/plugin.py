"""Plugin `scdl`: what is plugged into CKAN."""

from __future__ import annotations

import ckan.plugins as p


class ScdlPlugin(p.SingletonPlugin):
    """Schemas, checks and deposits."""
