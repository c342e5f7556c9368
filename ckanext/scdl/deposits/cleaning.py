"""Remove what nobody needs any more: abandoned deposits, and what deleted datasets leave behind."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import sqlalchemy as sa

from ckan import model

from .. import config, storage, validations
from ..model import AcceptedFile, Deposit, Link
from ..model.deposit import LEFT_ALONE, OPEN_STATES
from .receiving import cancel

log = logging.getLogger(__name__)


def give_up_abandoned() -> int:
    """Cancel the deposits that were left alone for too long, sooner those with personal data; how many."""
    moment = datetime.now(UTC)
    old = Deposit.abandoned(moment - config.abandoned_after())
    personal = Deposit.abandoned(moment - config.personal_kept(), personal=True)
    count = 0
    for ident in {*old, *personal}:
        deposit = Deposit.locked(ident)
        if deposit is None or deposit.state not in LEFT_ALONE:
            model.Session.rollback()  # somebody has come back to it meanwhile
            continue
        cancel(deposit, message="abandoned")
        log.info("deposit %s was abandoned and is cancelled", ident)
        count += 1
    return count


def give_up_orphaned() -> int:
    """Cancel what was sent for organisations that are gone, and erase its bytes and reports; how many."""
    query = (
        sa.select(Deposit)
        .outerjoin(model.Group, model.Group.id == Deposit.organization_id)
        .where(Deposit.organization_id.is_not(None), sa.or_(model.Group.id.is_(None), model.Group.state != "active"))
        .where(Deposit.state.in_({*OPEN_STATES, *LEFT_ALONE}))
    )
    orphaned = model.Session.scalars(query.with_for_update(of=Deposit)).all()
    for deposit in orphaned:
        _erase_findings(deposit)
        deposit.state, deposit.message = "cancelled", "organization-deleted"
    contents = {sha256 for deposit in orphaned for sha256 in _contents(deposit)}
    model.Session.commit()
    for sha256 in contents:
        storage.forget_bytes(sha256)
    return len(orphaned)


def forget_deleted() -> int:
    """Erase reports, versions and bytes of resources that are deleted or purged, alone or with their dataset; how many.

    That a resource is not there proves nothing where it has never been: one may have its id before it is published.
    """
    published = sa.or_(Deposit.state == "published", model.Resource.id.is_not(None))
    known = sa.union(
        sa.select(AcceptedFile.resource_id),
        sa.select(Deposit.resource_id)
        .outerjoin(model.Resource, model.Resource.id == Deposit.resource_id)
        .where(Deposit.report.is_not(None), Deposit.resource_id.is_not(None), published),
    ).subquery()
    query = (
        sa.select(known.c.resource_id)
        .outerjoin(model.Resource, model.Resource.id == known.c.resource_id)
        .outerjoin(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            sa.or_(
                model.Resource.id.is_(None), model.Resource.state == "deleted", model.Package.id.is_(None),
                model.Package.state == "deleted",
            )
        )
    )  # fmt: skip
    gone = model.Session.scalars(query).all()
    for resource_id in gone:
        _forget(resource_id)
    return len(gone)


def _forget(resource_id: str) -> None:
    files = model.Session.scalars(sa.select(AcceptedFile).where(AcceptedFile.resource_id == resource_id)).all()
    sent = model.Session.scalars(sa.select(Deposit).where(Deposit.resource_id == resource_id).with_for_update()).all()
    contents = {row.sha256 for row in files}
    for deposit in sent:
        contents |= _contents(deposit)
        _erase_findings(deposit)
        if deposit.state != "published":
            deposit.state, deposit.message = "cancelled", "dataset-deleted"
    for row in files:
        model.Session.delete(row)
    validations.forget(resource_id)
    model.Session.execute(sa.delete(Link).where(Link.resource_id == resource_id))
    model.Session.commit()
    for sha256 in contents:
        storage.forget_bytes(sha256)


def _contents(deposit: Deposit) -> set[str]:
    return {sha256 for sha256 in (deposit.sha256, deposit.corrected) if sha256}


def _erase_findings(deposit: Deposit) -> None:
    """Leave of a deposit what it was, and nothing of what its file holds."""
    for name in ("report", "privacy", "corrections", "difference"):
        setattr(deposit, name, sa.null())
