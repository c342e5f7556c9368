"""How a story has ended: everything that the portal keeps, without what may differ between two runs of one story."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.lib.search.common import make_connection

from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.scdl import storage

ROUNDS = 3  # a name tells of the rows where an id stands, of those that these lead to, and of theirs
COUNTS = {"attempt", "lease_until", "tries"}
# Accounts with their secrets, the versions of the tables themselves, the DataStore's notes on the planner.
LEFT_OUT_TABLES = re.compile(r"user|api_token|.*alembic_version|_table_.*")

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAME = re.compile(r"id:[0-9a-f]{8}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")


def ending() -> dict[str, list[str]]:
    """Return all rows of both databases, the stored files by their hash, and the datasets of the index.

    Two runs of one story give the same, whatever their ids and moments.
    """
    model.Session.remove()
    files = [path.name for path in storage.store().folder.rglob("*") if path.is_file()]
    rows = {**_rows_of(model.meta.engine), "datastore": list(_rows_of(get_write_engine()).items())}
    return _without_chance({**rows, "files": files, "index": _indexed()})


def differences(left: dict[str, list[str]], right: dict[str, list[str]]) -> list[str]:
    """Return what only one of two endings holds, a line for each; where only ids differ, with these."""
    return _only(_nameless(left), _nameless(right)) or _only(left, right)


def _nameless(kept: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [_NAME.sub("an id", row) for row in rows] for name, rows in kept.items()}


def _only(left: dict[str, list[str]], right: dict[str, list[str]]) -> list[str]:
    return [
        f"{mark} {name}: {row}"
        for name in sorted({*left, *right})
        for mark, here, there in (("-", left, right), ("+", right, left))
        for row in (Counter(here.get(name, [])) - Counter(there.get(name, []))).elements()
    ]


def _rows_of(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not LEFT_OUT_TABLES.fullmatch(name)]
        return {
            name: [
                {column: value for column, value in row.items() if not _is_counted(column, value)}
                for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).mappings()
            ]
            for name in names
        }


def _is_counted(column: str, value: Any) -> bool:
    """Whether a value tells how often something was tried, or how many rows a table ever had."""
    return column in COUNTS or (column == "id" and isinstance(value, int))


def _indexed() -> list[dict[str, Any]]:
    """The datasets that Solr has, each with what it would show."""
    found = make_connection(decode_dates=False).search("*:*", fl="id,name,title,state,res_name", rows=1000)
    return [dict(document) for document in found]


def _without_chance(kept: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Hide the moments, and give each id the name of the places where it stands: two runs draw other ones."""
    rows = [(table, _MOMENT.sub("a moment", _text(row))) for table, found in kept.items() for row in found]
    names: dict[str, str] = {}
    for _ in range(ROUNDS):
        places: dict[str, list[str]] = {}
        for table, row in rows:
            named = _named(row, names)
            for number, match in enumerate(_ID.finditer(row)):
                places.setdefault(match[0], []).append(f"{table} {number} {named}")
        names = {ident: _fingerprint(sorted(found)) for ident, found in places.items()}
    return {table: sorted(_named(row, names) for name, row in rows if name == table) for table in kept}


def _named(row: str, names: dict[str, str]) -> str:
    return _ID.sub(lambda match: names.get(match[0], "an id"), row)


def _fingerprint(places: list[str]) -> str:
    return "id:" + hashlib.sha256("\n".join(places).encode()).hexdigest()[:8]


def _text(value: Any) -> str:
    return json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)
