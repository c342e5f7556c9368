"""Reads the settings of this package; nobody else asks `tk.config` for them."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk

SHIPPED = Path(__file__).resolve().parent / "instances"


def instance_folder() -> Path:
    """The folder of the instance: an absolute path, or the name of one that ships in the package."""
    value = str(tk.config["ckanext.cotesdarmor.instance"])
    return Path(value) if Path(value).is_absolute() else SHIPPED / value
