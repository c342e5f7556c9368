"""Settings: our own, and other defaults for some of CKAN's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import ckan.plugins as p
from ckan.common import CKANConfig
from ckan.config.declaration import Declaration as CkanDeclaration
from ckan.config.declaration import Key

HERE = Path(__file__).resolve().parent.parent

# What CKAN leaves open by default and a shared portal of collectivités keeps shut, unless the ini file says otherwise.
DEFAULTS: dict[str, Any] = {
    "ckan.auth.user_create_organizations": False,
    "ckan.auth.user_create_groups": False,
    "ckan.auth.user_delete_organizations": False,
    "ckan.auth.user_delete_groups": False,
    "ckan.auth.public_user_details": False,
    "ckan.auth.create_user_via_web": False,
    "ckan.auth.create_unowned_dataset": False,
    "ckan.gravatar_default": "disabled",
    "ckan.locale_default": "fr",
    # Without a sender CKAN's mails fail with an error of Python's before they reach a server.
    "smtp.mail_from": "portail@localhost",
    "ckan.display_timezone": "Europe/Paris",
}


class Declaration(p.IConfigDeclaration):
    """Declares our keys and sets the defaults above."""

    def declare_config_options(self, declaration: CkanDeclaration, key: Key) -> None:
        """Read `config_declaration.yaml`, then change the defaults of CKAN's own keys."""
        with (HERE / "config_declaration.yaml").open("rb") as stream:
            declaration.load_dict(yaml.safe_load(stream))
        for name, value in DEFAULTS.items():
            option = declaration.get(name)
            if option is not None:
                option.set_default(value)


def point_to_licenses(config: CKANConfig) -> None:
    """Give CKAN our list of licences (Licence Ouverte among them) where the ini file names no other."""
    if not config.get("licenses_group_url"):
        config["licenses_group_url"] = (HERE / "core" / "vocabularies" / "licenses.json").as_uri()
