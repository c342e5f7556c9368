"""Plugin `atd_metrics`: what is plugged into CKAN."""

from __future__ import annotations

import ckan.plugins as p


class AtdMetricsPlugin(p.SingletonPlugin):
    """Figures of adoption."""
