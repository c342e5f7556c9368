"""Remove what nobody needs any more: abandoned deposits, and what deleted datasets leave behind."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import sqlalchemy as sa

from ckan import model

from .. import config, storage, validations
from ..model import AcceptedFile, Deposit, Link
from ..model.deposit import LEFT_ALONE
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


def forget_deleted() -> int:
    """Erase reports, versions and bytes of the resources that are deleted, alone or with their dataset; how many."""
    query = (
        sa.select(model.Resource.id)
        .outerjoin(model.Package, model.Package.id == model.Resource.package_id)
        .where(sa.or_(model.Resource.state == "deleted", model.Package.state == "deleted"))
        .where(
            sa.or_(
                model.Resource.id.in_(sa.select(AcceptedFile.resource_id)),
                model.Resource.id.in_(sa.select(Deposit.resource_id).where(Deposit.report.is_not(None))),
            )
        )
    )
    gone = model.Session.scalars(query).all()
    for resource_id in gone:
        _forget(resource_id)
    return len(gone)


def _forget(resource_id: str) -> None:
    files = model.Session.scalars(sa.select(AcceptedFile).where(AcceptedFile.resource_id == resource_id)).all()
    sent = model.Session.scalars(sa.select(Deposit).where(Deposit.resource_id == resource_id).with_for_update()).all()
    contents = {row.sha256 for row in files}
    for deposit in sent:
        contents |= {sha256 for sha256 in (deposit.sha256, deposit.corrected) if sha256}
        for name in ("report", "privacy", "corrections", "difference"):
            setattr(deposit, name, sa.null())
        if deposit.state != "published":
            deposit.state, deposit.message = "cancelled", "dataset-deleted"
    for row in files:
        model.Session.delete(row)
    validations.forget(resource_id)
    model.Session.execute(sa.delete(Link).where(Link.resource_id == resource_id))
    model.Session.commit()
    for sha256 in contents:
        storage.forget_bytes(sha256)
