"""What a worker does before it forks the process of a job."""

from __future__ import annotations

import ckan.plugins as p

from ..nursery import NURSERY


class Forks(p.IForkObserver):
    """Has the sandbox's server started in the worker: a process of one job would start it and throw it away."""

    def before_fork(self) -> None:
        """A job is about to begin."""
        NURSERY.keep()
