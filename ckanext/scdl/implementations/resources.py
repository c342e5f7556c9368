"""What follows when stock forms and actions save a resource."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from .. import jobs
from ..model import Deposit


class Resources(p.IResourceController):
    """Wakes a worker for what a stock form or action has just staged."""

    def after_resource_create(self, context: Any, resource: dict[str, Any]) -> None:
        """A new resource: its upload, if any, wants its check."""
        self._wake(resource)

    def after_resource_update(self, context: Any, resource: dict[str, Any]) -> None:
        """A changed resource, likewise."""
        self._wake(resource)

    def _wake(self, resource: dict[str, Any]) -> None:
        # The transaction is over: what `package_update` saved without this hook is found by the clock.
        deposit = Deposit.waiting_for(resource["id"])
        if deposit and deposit.state == "queued":
            jobs.enqueue_check(deposit.id)
            if tk.request:
                tk.h.flash_notice(
                    tk._("The file {name} is being checked. It is published once you have accepted the result.").format(
                        name=deposit.filename
                    )
                )
