"""Where files come from: the name that a program gives a resource for ever, and links that are read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from .deposit import Deposit, new_id, now


class SourceKey(tk.BaseModel):
    """The resource that a program's own key names, chosen when the key is first used."""

    __tablename__ = "scdl_source_key"

    organization_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    source_key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    resource_id: Mapped[str] = mapped_column(sa.Text, unique=True)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)

    @classmethod
    def held(cls, organization_id: str, source_key: str) -> SourceKey:
        """The row of a key, made where there is none, held until the transaction ends."""
        wanted = {"organization_id": organization_id, "source_key": source_key}
        statement = insert(cls.__table__).values(**wanted, resource_id=new_id(), created=now())
        model.Session.execute(statement.on_conflict_do_nothing())
        query = sa.select(cls).filter_by(**wanted).with_for_update()
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one()


class Link(tk.BaseModel):
    """A resource that stays a link: what was last read there, and how that went."""

    __tablename__ = "scdl_link"

    resource_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    url: Mapped[str] = mapped_column(sa.Text)
    etag: Mapped[str | None] = mapped_column(sa.Text)
    last_modified: Mapped[str | None] = mapped_column(sa.Text)
    read: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    failures: Mapped[int] = mapped_column(sa.Integer, default=0)
    failure: Mapped[str | None] = mapped_column(sa.Text)
    failed_since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    told: Mapped[bool] = mapped_column(sa.Boolean, default=False)

    @classmethod
    def get(cls, resource_id: str) -> Link | None:
        return model.Session.get(cls, resource_id)

    @classmethod
    def follow(cls, deposit: Deposit) -> None:
        """Note in the running transaction whether the resource of an accepted deposit is such a link."""
        row = cls.get(str(deposit.resource_id))
        if not (deposit.link and deposit.keep_link):
            if row:
                model.Session.delete(row)
            return
        row = row or cls(resource_id=deposit.resource_id)
        row.url, row.etag, row.last_modified = deposit.link, deposit.etag, deposit.last_modified
        row.note_read()
        model.Session.add(row)

    def note_read(self) -> None:
        """Note in the running transaction that the file behind the link was read."""
        self.read, self.failures, self.failure, self.failed_since, self.told = now(), 0, None, None, False

    def note_failure(self, cause: str) -> None:
        """Note in the running transaction that it could not be read, and keep since when."""
        self.failures, self.failure, self.failed_since = self.failures + 1, cause, self.failed_since or now()

    @classmethod
    def to_read(cls) -> Sequence[str]:
        """Ids of the resources that still are such links, those that were read longest ago first."""
        return model.Session.scalars(cls._standing(sa.select(cls.resource_id)).order_by(cls.read)).all()

    @classmethod
    def failing(
        cls, organization_ids: Sequence[str] | None = None, dataset_id: str | None = None, *, untold: bool = False
    ) -> Sequence[tuple[Link, model.Resource, model.Package]]:
        """Links that could not be read when they were read last, the longest first, with where they stand.

        Args:
            organization_ids: whose; everybody's when None.
            dataset_id: only those of this dataset.
            untold: only those of which the organisation was not told.
        """
        query = cls._standing(sa.select(cls, model.Resource, model.Package)).where(cls.failed_since.is_not(None))
        if organization_ids is not None:
            query = query.where(model.Package.owner_org.in_(organization_ids))
        if dataset_id:
            query = query.where(model.Package.id == dataset_id)
        if untold:
            query = query.where(cls.told.is_(False))
        return [tuple(row) for row in model.Session.execute(query.order_by(cls.failed_since, cls.resource_id))]

    @classmethod
    def _standing(cls, query: sa.Select[Any]) -> sa.Select[Any]:
        """Narrow to the links that are published still."""
        return (
            query.join(model.Resource, model.Resource.id == cls.resource_id)
            .join(model.Package, model.Package.id == model.Resource.package_id)
            .where(model.Resource.state == "active", model.Package.state == "active", model.Resource.url == cls.url)
        )
