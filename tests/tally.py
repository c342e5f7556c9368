"""What deposits have left on the portal, counted wherever something may be lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from ckan import model
from ckan.lib.search import query_for

from ckanext.datastore.backend.postgres import get_read_engine
from ckanext.validation.model import Validation

from ckanext.scdl import storage
from ckanext.scdl.model import AcceptedFile, Deposit, FileTable


def amiss(organization_id: str, sent: Mapping[str, int]) -> list[str]:
    """Return what is wrong, in words; nothing where each deposit is published once, in a resource of its own.

    Args:
        organization_id: whose deposits they are; it has published nothing else.
        sent: how many rows the file of each deposit has, by its id.
    """
    model.Session.rollback()
    model.Session.expire_all()
    deposits = [Deposit.get(ident) for ident in sent]
    wrong = [f"{one.id} is {one.state}" if one else "a deposit is gone" for one in deposits if not _is_done(one)]
    served = {one.resource_id: one for one in deposits if one and one.resource_id}
    mine = (model.Package.owner_org == organization_id, model.Package.state == "active")
    packages = sa.select(model.Package.id).where(*mine)
    resources = sa.select(model.Resource.id).join(model.Package).where(*mine, model.Resource.state == "active")
    places = {
        "resources": model.Session.scalars(resources),
        "versions": _ids(AcceptedFile, served),
        "reports": _ids(Validation, served),
        "tables": _ids(FileTable, served),
    }
    for name, found in places.items():
        wrong += _differences(name, Counter(found), served)
    for resource_id, deposit in served.items():
        current = AcceptedFile.current_of(resource_id)
        if current is None or current.sha256 != deposit.sha256 or not storage.store().path(current.sha256).exists():
            wrong.append(f"{deposit.id} does not serve its bytes")
        if (count := _rows(resource_id)) != sent[deposit.id]:
            wrong.append(f"{deposit.id} has {count} rows in the DataStore")
    indexed = query_for(model.Package).run({"q": f"owner_org:{organization_id}", "rows": 1000, "fl": "id"})["results"]
    wrong += _differences("indexed datasets", Counter(indexed), set(model.Session.scalars(packages)))
    return wrong


def _is_done(deposit: Deposit | None) -> bool:
    return deposit is not None and deposit.state == "published"


def _ids(kind: type, resource_ids: Iterable[str]) -> Iterable[str]:
    return model.Session.scalars(sa.select(kind.resource_id).where(kind.resource_id.in_(list(resource_ids))))


def _differences(name: str, found: Counter[str], wanted: Iterable[str]) -> list[str]:
    once = Counter(dict.fromkeys(wanted, 1))
    surplus, missing = found - once, once - found
    return [f"{name}: {ident} is lost" for ident in missing] + [f"{name}: {ident} is too many" for ident in surplus]


def _rows(resource_id: str) -> int | None:
    with get_read_engine().connect() as connection:
        if not sa.inspect(connection).has_table(resource_id):
            return None
        return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(resource_id)))
