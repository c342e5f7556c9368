"""What CKAN itself calls the portal: in the heads of pages, in mails, in the feed."""

from __future__ import annotations

from ckan.common import CKANConfig, config_declaration

from .. import instance


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
