"""Plugin `scdl`: what is plugged into CKAN."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.exceptions import CkanConfigurationException
from ckan.lib.plugins import DefaultTranslation

from . import config as settings
from .implementations import Forks, Resources, Tables
from .storage import StagingUploader


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class ScdlPlugin(Forks, Resources, Tables, DefaultTranslation, p.SingletonPlugin):
    """Official schemas in CKAN: files are checked, explained, and published once somebody accepts them."""

    p.implements(p.IConfigurable)
    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.IUploader, inherit=True)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Refuse to be beside the extension whose work this plugin does, before that one fails in its own way.

        Raises:
            CkanConfigurationException: both are enabled.
        """
        if "validation" in tk.aslist(tk.config.get("ckan.plugins")):
            raise CkanConfigurationException(
                "The plugins validation and scdl cannot be enabled together: scdl does the work of validation, with "
                "its table, actions and interfaces (docs/validation.md). Take validation out of ckan.plugins."
            )
        super().__init__(*arguments, **options)

    def update_config(self, config: CKANConfig) -> None:
        """Add our templates and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "scdl")

    def configure(self, config: CKANConfig) -> None:
        """Refuse to start with settings that the first deposit would stumble over."""
        settings.territory()
        settings.largest_bytes()

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> StagingUploader:
        """Every file of a resource passes the storage door."""
        return StagingUploader(data_dict)
