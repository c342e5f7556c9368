"""Locks of PostgreSQL: to hold a process where it stands, and to see that it stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from tests.integration.scdl.faults.processes import until
from tests.integration.scdl.faults.town import Town

from ckan import model


@contextmanager
def nobody_is_placed(town: Town, schema: str = "scdl/prenoms") -> Iterator[Callable[[], int]]:
    """Hold what a check waits for once its verdict is written; call the result to wait until one stands there."""
    words = f"scdl:{town.id}:{schema}"
    with model.meta.engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(words, 0))))
        yield lambda: until(lambda: len(locks(granted=False)), "a check waits to be placed")


def locks(*, granted: bool) -> list[int]:
    """The keys of the advisory locks that somebody in this database holds, or waits for."""
    query = sa.text(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks JOIN pg_database ON database = pg_database.oid "
        "WHERE locktype = 'advisory' AND datname = current_database() AND granted = :granted"
    )
    with model.meta.engine.connect() as connection:
        return list(connection.scalars(query, {"granted": granted}))
