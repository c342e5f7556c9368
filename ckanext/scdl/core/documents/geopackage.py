"""GeoPackage: the tables of a SQLite file, opened in memory; only rows are read, no code of the file runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from .gathering import PLACE, Gathered

_NOT_OURS = ("gpkg_", "rtree_", "sqlite_", "idx_")
"""Tables of the format itself, in which no publisher writes."""


def read(data: bytes, into: Gathered) -> None:
    """Gather the texts and numbers of every table, by the names of its columns."""
    into.begin("item")
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            database.execute("PRAGMA trusted_schema = OFF")
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not str(table).lower().startswith(_NOT_OURS):
                    _read_table(database, str(table), into)
    except (sqlite3.Error, ValueError, OverflowError):
        into.miss("unread-damaged")


def _read_table(database: sqlite3.Connection, table: str, into: Gathered) -> None:
    quoted = table.replace('"', '""')
    rows = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - its own name, quoted
    names = [str(column[0]) for column in rows.description]
    into.add("", name=PLACE)
    for number, row in enumerate(rows, 1):
        for name, value in zip(names, row, strict=True):
            if isinstance(value, (str, int)):
                into.add(str(value), number, name)
