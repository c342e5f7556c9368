"""Plugin `atd_metrics`: what is plugged into CKAN."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation

from .listeners import listeners


class AtdMetricsPlugin(DefaultTranslation, p.SingletonPlugin):
    """Counts the adoption of the portal: listens to the other packages, and imports none of them."""

    p.implements(p.ISignal)
    p.implements(p.ITranslation)

    def get_signal_subscriptions(self) -> dict[Any, Any]:
        """One listener for each signal of the contract."""
        self.heard = listeners()
        return {tk.signals.ckanext.signal(name): [listener] for name, listener in self.heard.items()}
