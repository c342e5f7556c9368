"""Find where files, rows and index say different things, and bring them together again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection

from .. import storage
from ..model import AcceptedFile

MOST_IN_INDEX = 1_000_000
# CKAN writes the index before the database: what came into it later than this may not be in the database yet.
SETTLED = "NOW-30SECONDS"


@dataclass(frozen=True)
class Mismatch:
    """One thing that does not fit: its kind, the id that it is about, and whether `repair` mends it."""

    kind: str
    ident: str
    is_mended: bool = False


def mismatches() -> Iterator[Mismatch]:
    """Yield what does not fit; nothing is changed.

    Kinds: bytes-missing and bytes-altered (an accepted version of a resource), size (what a resource says of its file),
    not-indexed, indexed-only and indexed-otherwise (a dataset).
    """
    yield from _files()
    yield from _index()


def _files() -> Iterator[Mismatch]:
    query = sa.select(AcceptedFile, model.Resource).join(model.Resource, model.Resource.id == AcceptedFile.resource_id)
    for accepted, resource in model.Session.execute(query.order_by(AcceptedFile.accepted)):
        path = storage.store().path(accepted.sha256)
        if not path.is_file():
            yield Mismatch("bytes-missing", accepted.resource_id)
        elif path.stat().st_size != accepted.size:
            yield Mismatch("bytes-altered", accepted.resource_id)
        elif accepted.current and resource.state == "active" and (resource.size or 0) != accepted.size:
            yield Mismatch("size", accepted.resource_id)


def _index() -> Iterator[Mismatch]:
    known = _indexed("*:*")
    settled = _indexed(f"indexed_ts:[* TO {SETTLED}]")
    query = sa.select(model.Package.id, model.Package.metadata_modified).where(model.Package.state != "deleted")
    kept = {ident: _milliseconds(moment.replace(tzinfo=UTC)) for ident, moment in model.Session.execute(query)}
    kinds = {
        "not-indexed": kept.keys() - known.keys(),
        "indexed-only": settled.keys() - kept.keys(),
        "indexed-otherwise": {ident for ident in settled.keys() & kept.keys() if settled[ident] != kept[ident]},
    }
    for kind, idents in kinds.items():
        for ident in sorted(idents):
            yield Mismatch(kind, ident, is_mended=True)


def _indexed(query: str) -> dict[str, int]:
    """The datasets in the index, each with the moment of its last change."""
    own = f'site_id:"{tk.config["ckan.site_id"]}"'
    found = make_connection(decode_dates=False).search(query, fq=own, fl="id,metadata_modified", rows=MOST_IN_INDEX)
    return {each["id"]: _milliseconds(datetime.fromisoformat(each["metadata_modified"])) for each in found}


def _milliseconds(moment: datetime) -> int:
    """A moment as Solr keeps it."""
    return int(moment.timestamp() * 1000)


def mend_index() -> int:
    """Let the index follow the database where a process died between the two; how many datasets were concerned."""
    found = list(_index())
    for mismatch in found:
        repair(mismatch)
    return len(found)


def repair(mismatch: Mismatch) -> None:
    """Mend what can be mended without a person: the index follows the database."""
    if mismatch.kind in ("not-indexed", "indexed-otherwise"):
        search.rebuild(mismatch.ident)
    elif mismatch.kind == "indexed-only":
        search.clear(mismatch.ident)
