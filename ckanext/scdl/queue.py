"""CKAN's queue, which only wakes workers: what is left to do stands in PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Callable

import ckan.plugins.toolkit as tk

log = logging.getLogger(__name__)


def put(job: Callable[[str], None], ident: str, what: str) -> None:
    """Ask a worker to do a job on one thing; a failing Redis is logged, the clock will ask again."""
    try:
        tk.enqueue_job(job, [ident], title=f"scdl: {what} {ident}")
    except Exception:
        # Redis away, a full queue…: the row in PostgreSQL stays as it was asked for, which is all that counts.
        log.exception("%s %s could not be put into the queue", what, ident)
