"""Zonings of the communes beside the EPCI (bassins de vie and the like), as INSEE's tables give them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

_ZONING_LOCK = 22_003


class ZoningEntry(tk.BaseModel):
    """Which zone of a zoning a commune belongs to."""

    __table__ = sa.Table(
        "cotesdarmor_zoning",
        tk.BaseModel.metadata,
        sa.Column("zoning", sa.Text, primary_key=True),
        sa.Column("insee", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Index("cotesdarmor_zoning_zone", "zoning", "code"),
    )


def replace(zoning: str, rows: Iterable[tuple[str, str, str]]) -> int:
    """Put a whole zoning in the place of the one of that name, in one transaction.

    Args:
        zoning: its name, such as `bassin-de-vie`.
        rows: INSEE code of the commune, code and label of its zone.

    Returns:
        How many communes it has.
    """
    records = [
        {"zoning": zoning, "insee": insee, "code": code, "label": label} for insee, code, label in rows
    ]
    # Two imports at once would insert the same rows: the second waits for the first.
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ZONING_LOCK)))
    model.Session.execute(sa.delete(ZoningEntry).where(ZoningEntry.zoning == zoning))
    if records:
        model.Session.execute(sa.insert(ZoningEntry), records)
    model.Session.commit()
    return len(records)


def names() -> list[str]:
    """The zonings that were imported."""
    return list(model.Session.scalars(sa.select(ZoningEntry.zoning).distinct().order_by(ZoningEntry.zoning)))


def of_commune(insee: str) -> list[ZoningEntry]:
    """The zones of one commune, one for each zoning."""
    query = sa.select(ZoningEntry).where(ZoningEntry.insee == insee).order_by(ZoningEntry.zoning)
    return list(model.Session.scalars(query))


def zones(zoning: str) -> list[tuple[str, str, int]]:
    """The zones of one zoning: code, label, number of communes; in the order of their labels."""
    query = (
        sa.select(ZoningEntry.code, ZoningEntry.label, sa.func.count())
        .where(ZoningEntry.zoning == zoning)
        .group_by(ZoningEntry.code, ZoningEntry.label)
        .order_by(ZoningEntry.label)
    )
    return [tuple(row) for row in model.Session.execute(query)]


def communes_of(zoning: str, code: str) -> list[str]:
    """The INSEE codes of the communes of one zone."""
    query = (
        sa.select(ZoningEntry.insee)
        .where(ZoningEntry.zoning == zoning, ZoningEntry.code == code)
        .order_by(ZoningEntry.insee)
    )
    return list(model.Session.scalars(query))
