"""The portal starts with all its plugins."""

from __future__ import annotations

import pytest

from ckan.plugins import plugin_loaded


@pytest.mark.parametrize(
    "plugin", ["scdl", "cotesdarmor", "atd_metrics", "scheming_datasets", "dcat", "harvest", "datastore"]
)
def test_plugin_is_loaded(plugin):
    """Every plugin of config/ckan.ini is there."""
    assert plugin_loaded(plugin)


@pytest.mark.usefixtures("clean_db")
def test_status_answers(app):
    """A visitor gets the status of the site."""
    assert app.get("/api/3/action/status_show").json["success"]
