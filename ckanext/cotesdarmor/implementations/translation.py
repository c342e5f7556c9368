"""French and English texts: the catalogues in `i18n/`."""

from __future__ import annotations

import ckan.plugins as p
from ckan.lib.plugins import DefaultTranslation


class Translation(DefaultTranslation, p.ITranslation):
    """CKAN's convention: `i18n/` beside the plugin, domain `ckanext-cotesdarmor`."""
