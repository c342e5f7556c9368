"""The rows of accepted files in CKAN's DataStore: each file that conforms to its schema is a table there.

What should stand there follows from the portal's own database (`wanted`), what does stand there is remembered by
`FileTable`, and a job makes the one the other. The table is made anew beside the old one and takes its place in one
transaction, so that a reader sees either the old rows or the new ones, and a job that is killed leaves the old ones.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import uuid4

import sqlalchemy as sa
from psycopg2 import sql
from sqlalchemy.engine import Connection

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.datapreview import get_view_plugin
from ckan.lib.search import rebuild

from ckanext.datastore.backend import postgres
from ckanext.datastore.backend.postgres import create_indexes, create_table, get_read_engine, get_write_engine

from . import config, extract, queue, storage
from .core.catalogue import SchemaNotFound
from .core.typed import Column
from .model import AcceptedFile, FileTable
from .sandbox import SandboxError

log = logging.getLogger(__name__)

MOST_TRIES = 5


@dataclass(frozen=True)
class Source:
    """The bytes that a table is made of, and the schema (`owner/name@version`) that names its types."""

    sha256: str
    schema: str


def wanted(resource_id: str) -> Source | None:
    """What the table of a resource should be made of; None where there should be none."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or resource.url_type != "upload":
        return None
    if resource.package.state != "active" or resource.extras.get("validation_status") != "success":
        return None
    accepted = AcceptedFile.current_of(resource_id)
    try:
        schema = config.catalogue().resolve(str(resource.extras.get("schema") or ""))
    except SchemaNotFound:
        return None
    return Source(accepted.sha256, schema.reference) if accepted else None


def exists(resource_id: str) -> bool:
    """Whether the DataStore has a table for a resource."""
    if not p.plugin_loaded("datastore"):
        return False
    with get_read_engine().connect() as connection:
        return sa.inspect(connection).has_table(resource_id)


def follow(resource_ids: Iterable[str], *, leaving: bool = False) -> None:
    """In the transaction that makes a change: ask for the tables that no longer are what they should be.

    CKAN tells of a deletion before it does it: then they are `leaving`.
    """
    stale = [ident for ident in resource_ids if _present(ident) != (None if leaving else wanted(ident))]
    asked = [ident for ident in stale if FileTable.ask(ident)]
    if asked:
        # A worker that started before the commit would find nothing to do.
        sa.event.listen(model.Session(), "after_commit", lambda _: [enqueue(ident) for ident in asked], once=True)


def _present(resource_id: str) -> Source | None:
    """What the table of a resource is made of."""
    row = FileTable.get(resource_id)
    return Source(row.sha256, row.schema) if row and row.sha256 and row.schema else None


def enqueue(resource_id: str) -> None:
    """Ask a worker to bring a table up to date."""
    queue.put(bring_up_to_date, resource_id, "table of")


def wake(before: datetime) -> None:
    """Put into the queue what was asked for before that moment and nobody did."""
    for ident in FileTable.lost(before):
        enqueue(ident)


def reconcile() -> int:
    """Ask for every table that is not what it should be, whatever the reason; how many."""
    known = sa.union(sa.select(FileTable.resource_id), sa.select(AcceptedFile.resource_id).where(AcceptedFile.current))
    stale = [ident for ident in model.Session.scalars(known).all() if _present(ident) != wanted(ident)]
    for ident in stale:
        FileTable.ask(ident)
    model.Session.commit()
    for ident in stale:
        enqueue(ident)
    return len(stale)


def bring_up_to_date(resource_id: str) -> None:
    """Make, replace or drop the table of a resource; done again, it ends the same."""
    row = FileTable.held(resource_id)
    if row is None or row.state != "queued":
        model.Session.rollback()
        return
    row.tries += 1
    if row.tries > MOST_TRIES:
        row.state, row.message = "failed", "crashed"
    given_up = row.state == "failed"
    source = wanted(resource_id)
    # Reading takes seconds: the row is not held that long, its state says that something is to be done.
    model.Session.commit()
    if given_up:
        log.error("the table of resource %s was tried %s times in vain", resource_id, MOST_TRIES)
        return
    try:
        if source is None:
            _drop(resource_id)
        elif not _replace(resource_id, source):
            enqueue(resource_id)
            return
    except SandboxError as error:
        log.warning("the rows of resource %s cannot be had: %s", resource_id, error.code)
        _settle(resource_id, None, failed=error.code)
        return
    _show(resource_id)
    _settle(resource_id, source)


def _replace(resource_id: str, source: Source) -> bool:
    """Make the table anew and let it take the place of the old one; False where it is no longer wanted."""
    path = storage.store().path(source.sha256)
    with tempfile.TemporaryFile() as rows:
        columns = extract.rows(path, source.schema, rows, schemas_folder=config.schemas_folder())
        with _changing(resource_id) as connection:
            count = _fill(connection, f"_scdl_{uuid4().hex}", resource_id, columns, rows)
            if wanted(resource_id) != source:
                connection.rollback()
                return False
    log.info("resource %s has %s rows in the DataStore", resource_id, count)
    return True


def _fill(connection: Connection, scratch: str, resource_id: str, columns: Sequence[Column], rows: IO[bytes]) -> int:
    """Make a table under a name that nobody reads, fill it, and give it the name of the resource; how many rows."""
    fields = [
        {"id": each.name, "type": each.type, **({"info": _information(each)} if each.label else {})} for each in columns
    ]
    data = {"resource_id": scratch, "fields": fields}
    create_table({"connection": connection}, data, {})
    _run(
        connection,
        "CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {} "
        "FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()",
        scratch,
    )
    # The words as they stand, like CKAN's table view looks for them, whatever language the database was made for.
    connection.exec_driver_sql("SET LOCAL default_text_search_config = 'pg_catalog.simple'")
    names = sql.SQL(", ").join(sql.Identifier(each.name) for each in columns)
    copy = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, FORCE_NULL ({}))")
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(copy.format(sql.Identifier(scratch), names, names).as_string(cursor), rows)
        count = cursor.rowcount
    create_indexes({"connection": connection}, {"resource_id": scratch})
    _forget(connection, resource_id)
    _run(connection, "ALTER TABLE {} RENAME TO {}", scratch, resource_id)
    connection.execute(sa.text("SELECT update_cached_table_row_count(:name)"), {"name": resource_id})
    _run(connection, "ANALYZE {}", resource_id)
    return count


def _information(column: Column) -> dict[str, str]:
    return {"label": column.label, "notes": column.notes}


def _drop(resource_id: str) -> None:
    with _changing(resource_id) as connection:
        _forget(connection, resource_id)


def _forget(connection: Connection, resource_id: str) -> None:
    _run(connection, "DROP TABLE IF EXISTS {} CASCADE", resource_id)
    connection.execute(sa.text('DELETE FROM "_table_stats" WHERE resource_id = :name'), {"name": resource_id})


@contextmanager
def _changing(resource_id: str) -> Any:
    """A transaction of the DataStore, alone of its kind for that resource; others wait."""
    engine = get_write_engine()
    postgres._cache_types(engine)
    with engine.begin() as connection:
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(resource_id, 0))
        connection.execute(sa.select(lock))
        yield connection


def _run(connection: Connection, statement: str, *names: str) -> None:
    """Execute a statement with the names of tables in it."""
    with connection.connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _show(resource_id: str) -> None:
    """Let the pages know whether there is a table: the resource's flag, and the views that need one."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or resource.package.state != "active":
        return
    active = exists(resource_id)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"ignore_auth": True, "user": user}
    if bool(resource.extras.get("datastore_active")) != active:
        # Not by `resource_patch`: nobody has edited the dataset, it gets no new date and no line in the activities.
        # But held as CKAN's own actions hold it: what they write meanwhile would be overwritten, here or in the index.
        model.Package.get(resource.package_id, for_update=True)
        model.Session.expire_all()
        resource.extras = {**resource.extras, "datastore_active": active}
        model.Session.flush()
        rebuild(resource.package_id)
        model.Session.commit()
    if active:
        shown = tk.get_action("resource_show")({**context}, {"id": resource_id})
        tk.get_action("resource_create_default_resource_views")(
            {**context}, {"resource": shown, "create_datastore_views": True}
        )
        return
    for view in tk.get_action("resource_view_list")({**context}, {"id": resource_id}):
        plugin = get_view_plugin(view["view_type"])
        if plugin and plugin.info().get("requires_datastore"):
            tk.get_action("resource_view_delete")({**context}, {"id": view["id"]})


def _settle(resource_id: str, source: Source | None, *, failed: str = "") -> None:
    row = FileTable.held(resource_id)
    if row is None:
        model.Session.rollback()
        return
    if not failed:
        row.sha256, row.schema = (source.sha256, source.schema) if source else (None, None)
    if row.is_untouched:
        log.info("the table of resource %s was asked for again meanwhile", resource_id)
    elif failed:
        row.state, row.message = "failed", failed
    elif source:
        row.state = "settled"
    else:
        model.Session.delete(row)
    model.Session.commit()
