"""What CKAN and the engine learn of the instance: how the portal is called, and which territory it serves."""

from __future__ import annotations

from ckan.common import CKANConfig, config_declaration

from .. import instance
from ..appearance import OUTLINE
from ..core.territory import REGISTER_FILE


def point_to_territory(config: CKANConfig) -> None:
    """Let files be compared with the territory of the instance where the ini file names no other."""
    if not config.get("ckanext.scdl.territory"):
        folder = instance.current().territory_folder
        config["ckanext.scdl.territory"] = f"{folder / REGISTER_FILE} {folder / OUTLINE}"


def name_portal(config: CKANConfig) -> None:
    """Call the portal as its instance does, unless the ini file or an administrator chose otherwise."""
    own = instance.current()
    chosen = {
        "ckan.site_title": own.title,
        "ckan.site_description": own.text("tagline", own.default_locale),
        # Without a logo of its own the portal shows the one that is drawn from its territory.
        "ckan.site_logo": "",
    }
    for key, text in chosen.items():
        if config.get(key) in (None, "", config_declaration[key].default):
            config[key] = text
