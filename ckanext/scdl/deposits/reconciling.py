"""Find where files, rows and index say different things, and bring them together again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from ckan import model
from ckan.lib import search

from .. import storage
from ..model import AcceptedFile

MOST_IN_INDEX = 1_000_000


@dataclass(frozen=True)
class Mismatch:
    """One thing that does not fit: its kind, the id that it is about, and whether `repair` mends it."""

    kind: str
    ident: str
    is_mended: bool = False


def mismatches() -> Iterator[Mismatch]:
    """Yield what does not fit; nothing is changed.

    Kinds: bytes-missing and bytes-altered (an accepted version of a resource), size (what a resource says of its file),
    not-indexed and indexed-only (a dataset).
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
    wanted = set(model.Session.scalars(sa.select(model.Package.id).where(model.Package.state != "deleted")))
    indexed = set(search.query_for(model.Package).get_all_entity_ids(max_results=MOST_IN_INDEX))
    for kind, idents in (("not-indexed", wanted - indexed), ("indexed-only", indexed - wanted)):
        for ident in sorted(idents):
            yield Mismatch(kind, ident, is_mended=True)


def repair(mismatch: Mismatch) -> None:
    """Mend what can be mended without a person: the index follows the database."""
    if mismatch.kind == "not-indexed":
        search.rebuild(mismatch.ident)
    elif mismatch.kind == "indexed-only":
        search.clear(mismatch.ident)
