"""Plugin `cotesdarmor`: what is plugged into CKAN. The code behind each interface stands in `implementations/`."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from . import implementations as impl


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.helpers
@tk.blanket.validators
class CotesDarmorPlugin(
    impl.Declaration,
    impl.Facets,
    impl.Guards,
    impl.Search,
    impl.Translation,
    p.SingletonPlugin,
):
    """The instance of a département: metadata, collectivités, harvesting, feed, theme."""

    p.implements(p.IConfigurer)

    def update_config(self, config: CKANConfig) -> None:
        """Add our templates, files and assets, and what CKAN asks to find in its settings."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "cotesdarmor")
        impl.point_to_licenses(config)
        impl.name_portal(config)
        impl.point_to_territory(config)
