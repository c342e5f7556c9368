"""Reads the settings of this package; nobody else asks `tk.config` for them."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk


def check_at_once_bytes() -> int:
    """Size up to which a browser's file is checked while its editor waits, in bytes."""
    return int(tk.config["ckanext.scdl.check_at_once_megabytes"]) << 20


def abandoned_after() -> timedelta:
    """Age at which an unpublished deposit is cancelled."""
    return timedelta(days=int(tk.config["ckanext.scdl.abandoned_after_days"]))


def nightly_hour() -> int:
    """Hour of Europe/Paris from which the night's work starts."""
    return int(tk.config["ckanext.scdl.nightly_hour"])


def license_id() -> str:
    """Licence that a deposit's form proposes."""
    return str(tk.config["ckanext.scdl.license"])
