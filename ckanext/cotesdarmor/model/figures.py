"""What is on the portal, in numbers: cheap queries over public rows only."""

from __future__ import annotations

import sqlalchemy as sa

from ckan import model


def count_public_files() -> int:
    """How many files the public datasets hold."""
    query = (
        sa.select(sa.func.count())
        .select_from(model.Resource)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            model.Resource.state == model.State.ACTIVE,
            model.Package.state == model.State.ACTIVE,
            model.Package.private.is_(False),
            model.Package.type == "dataset",
        )
    )
    return model.Session.scalar(query) or 0


def organizations_by_siren() -> dict[str, str]:
    """The name of the active organisation of each SIREN."""
    siren = model.Group.extras["siren"].astext
    query = sa.select(siren, model.Group.name).where(
        model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE, siren.is_not(None)
    )
    return {number: name for number, name in model.Session.execute(query) if number}


def count_organizations() -> int:
    """How many organisations are on the portal."""
    query = (
        sa.select(sa.func.count())
        .select_from(model.Group)
        .where(model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE)
    )
    return model.Session.scalar(query) or 0
