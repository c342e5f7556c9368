"""Files that were accepted for resources: which bytes each serves, and served before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from .deposit import Deposit, new_id, now


class AcceptedFile(tk.BaseModel):
    """Bytes that were accepted for a resource; one row for each version, one of them current."""

    __tablename__ = "scdl_file"
    __table_args__ = (
        sa.Index("scdl_file_one_current", "resource_id", unique=True, postgresql_where=sa.text("current")),
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(sa.Text)
    deposit_id: Mapped[str | None] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.Text, index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    filename: Mapped[str] = mapped_column(sa.Text)
    current: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    accepted: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)

    @classmethod
    def current_of(cls, resource_id: str) -> AcceptedFile | None:
        """The version that is served; none where the id has come to a resource of another dataset."""
        # CKAN gives the id of a deleted resource to whoever asks for it: what was accepted stays with its dataset.
        query = (
            sa.select(cls)
            .join(model.Resource, model.Resource.id == cls.resource_id)
            .outerjoin(Deposit, Deposit.id == cls.deposit_id)
            .where(cls.resource_id == resource_id, cls.current)
            .where(sa.or_(Deposit.dataset_id.is_(None), Deposit.dataset_id == model.Resource.package_id))
        )
        return model.Session.scalars(query).first()

    @classmethod
    def versions_of(cls, resource_id: str) -> Sequence[AcceptedFile]:
        """Every version that is kept, the latest first."""
        query = sa.select(cls).where(cls.resource_id == resource_id).order_by(cls.accepted.desc(), cls.id)
        return model.Session.scalars(query).all()

    @classmethod
    def accept(cls, deposit: Deposit, resource_id: str) -> AcceptedFile:
        """Make the deposit's bytes the current version of a resource, in the running transaction."""
        if deposit.served is None or deposit.served_size is None:
            raise ValueError("a deposit without bytes cannot be accepted")
        row = cls(
            resource_id=resource_id, deposit_id=deposit.id, sha256=deposit.served, size=deposit.served_size,
            filename=deposit.served_name, current=False,
        )  # fmt: skip
        model.Session.add(row)
        row.serve()
        return row

    def serve(self) -> None:
        """Make this version the current one of its resource, in the running transaction."""
        cls = type(self)
        model.Session.execute(
            sa.update(cls).where(cls.resource_id == self.resource_id, cls.current).values(current=False)
        )
        self.current = True

    @classmethod
    def published(cls, organization_id: str, schema: str) -> Sequence[tuple[model.Resource, Deposit]]:
        """The files of an organisation that follow a schema and stand on the portal, each with its deposit."""
        query = (
            sa.select(model.Resource, Deposit)
            .join(cls, sa.and_(cls.resource_id == model.Resource.id, cls.current))
            .join(Deposit, Deposit.id == cls.deposit_id)
            .join(model.Package, model.Package.id == model.Resource.package_id)
            .where(model.Resource.state == "active", model.Package.state.in_(("active", "draft")))
            .where(model.Package.owner_org == organization_id, Deposit.schema == schema)
            .order_by(model.Resource.package_id, model.Resource.position)
        )
        return [(resource, deposit) for resource, deposit in model.Session.execute(query)]

    @classmethod
    def references(cls, sha256: str) -> bool:
        """Whether some accepted version still rests on these bytes, or was made of them by corrections."""
        query = sa.select(sa.func.count()).select_from(cls).outerjoin(Deposit, Deposit.id == cls.deposit_id)
        return model.Session.scalar(query.where(sa.or_(cls.sha256 == sha256, Deposit.sha256 == sha256))) > 0

    @classmethod
    def beyond(cls, resource_id: str, kept: int) -> Sequence[AcceptedFile]:
        """Versions of a resource that are neither current nor among the `kept` latest others."""
        others = [row for row in cls.versions_of(resource_id) if not row.current]
        return others[kept:]
