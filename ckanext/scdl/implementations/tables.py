"""What a saved dataset means for the rows in the DataStore."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
from ckan import model

from .. import tables


class Tables(p.IPackageController):
    """Asks for the tables that a change has made stale: published, replaced, withdrawn, deleted."""

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """A new dataset."""
        self._follow(pkg_dict)

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """A changed one, or one whose resources changed."""
        self._follow(pkg_dict)

    def after_dataset_delete(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """A deleted one."""
        self._follow(pkg_dict, leaving=True)

    def _follow(self, pkg_dict: dict[str, Any], *, leaving: bool = False) -> None:
        package = model.Package.get(pkg_dict["id"])
        if package and p.plugin_loaded("datastore"):
            tables.follow([resource.id for resource in package.resources_all], leaving=leaving)
