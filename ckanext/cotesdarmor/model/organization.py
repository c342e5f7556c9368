"""Organisations by SIREN, and the lock that keeps a SIREN to one of them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ckan import model

# First keys of our advisory locks: any numbers will do, as long as nobody else in the database takes them.
_SIREN_LOCK = 22_001
_EMAIL_LOCK = 22_002


def lock_siren(siren: str) -> None:
    """Make every other transaction that asks for this SIREN wait until ours has ended."""
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_SIREN_LOCK, int(siren))))


def lock_email(email: str) -> None:
    """Make every other transaction that asks for this mailbox wait until ours has ended."""
    key = sa.func.hashtext(email.lower())
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_EMAIL_LOCK, key)))


def by_siren(siren: str) -> model.Group | None:
    """The organisation that has this SIREN; deleted ones do not count."""
    return model.Session.scalars(_living().where(model.Group.extras["siren"].astext == siren)).first()


def by_sirens(sirens: Iterable[str]) -> dict[str, model.Group]:
    """The organisations that have one of these SIREN, by SIREN."""
    found = model.Session.scalars(_living().where(model.Group.extras["siren"].astext.in_(list(sirens))))
    return {group.extras["siren"]: group for group in found}


def name_is_taken(name: str) -> bool:
    """Whether a group or an organisation, even a deleted one, has this address."""
    return model.Session.scalar(sa.select(sa.exists().where(model.Group.name == name)))


def _living() -> sa.Select[tuple[model.Group]]:
    # The same row may have been read earlier in this session: another transaction may have changed it since.
    return (
        sa.select(model.Group)
        .where(model.Group.is_organization.is_(True), model.Group.state != model.State.DELETED)
        .order_by(model.Group.created)
        .execution_options(populate_existing=True)
    )


def role_in(group: model.Group, user: model.User) -> str | None:
    """The role that a person has in this very organisation."""
    return model.Session.scalar(
        _memberships(user).with_only_columns(model.Member.capacity).where(model.Member.group_id == group.id)
    )


def has_other_groups(group: model.Group, user: model.User) -> bool:
    """Whether a person has a role in another organisation or group."""
    return model.Session.scalar(_memberships(user).where(model.Member.group_id != group.id)) is not None


def user_by_email(email: str) -> model.User | None:
    """The account with this mailbox, be it open or waiting for its first login; deleted ones do not count."""
    query = (
        sa.select(model.User)
        .where(sa.func.lower(model.User.email) == email.lower(), model.User.state != model.State.DELETED)
        .order_by(model.User.state, model.User.created)
        .execution_options(populate_existing=True)
    )
    return model.Session.scalars(query).first()


def _memberships(user: model.User) -> sa.Select[tuple[str]]:
    return sa.select(model.Member.id).where(
        model.Member.table_name == "user",
        model.Member.table_id == user.id,
        model.Member.state == model.State.ACTIVE,
    )
