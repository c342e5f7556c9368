"""A deposit (bytes that somebody sent, and what became of them) and the accepted files of a resource."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

STATES = ("queued", "checking", "checked", "waiting", "published", "refused", "failed", "cancelled", "superseded")
OPEN_STATES = ("queued", "checking", "checked", "waiting")


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


class Deposit(tk.BaseModel):
    """Bytes that were sent for an organisation, from their arrival to their publication or refusal."""

    __tablename__ = "scdl_deposit"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=new_id)
    organization_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)  # browser, api, form
    state: Mapped[str] = mapped_column(sa.Text, index=True, default="queued")
    filename: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.Text, index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    schema_asked: Mapped[str | None] = mapped_column(sa.Text)
    schema: Mapped[str | None] = mapped_column(sa.Text)
    version: Mapped[str | None] = mapped_column(sa.Text)
    status: Mapped[str | None] = mapped_column(sa.Text)  # valid, invalid, refused
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    message: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    dataset_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    resource_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    modified: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, onupdate=now)

    @classmethod
    def get(cls, ident: str) -> Deposit | None:
        return model.Session.get(cls, ident)

    @classmethod
    def locked(cls, ident: str) -> Deposit | None:
        """The row, held until the transaction ends; None where it is gone or another process holds it."""
        query = sa.select(cls).where(cls.id == ident).with_for_update(skip_locked=True)
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()

    @classmethod
    def held(cls, ident: str) -> Deposit | None:
        """The row as the database has it now; waits for whoever holds it."""
        query = sa.select(cls).where(cls.id == ident).with_for_update()
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()

    @classmethod
    def of_organizations(
        cls, organization_ids: Sequence[str], *, state: str | None = None, limit: int = 50, offset: int = 0
    ) -> Sequence[Deposit]:
        """The latest deposits of these organisations, newest first."""
        query = sa.select(cls).where(cls.organization_id.in_(organization_ids))
        if state:
            query = query.where(cls.state == state)
        query = query.order_by(cls.created.desc(), cls.id).limit(limit).offset(offset)
        return model.Session.scalars(query).all()

    @classmethod
    def unfinished(cls, before: datetime) -> Sequence[str]:
        """Ids of the deposits that nobody checked although they were touched before that moment."""
        query = (
            sa.select(cls.id).where(cls.state.in_(("queued", "checking")), cls.modified < before).order_by(cls.created)
        )
        return model.Session.scalars(query.limit(500)).all()

    @classmethod
    def waiting_for(cls, resource_id: str) -> Deposit | None:
        """The latest open deposit for a resource."""
        query = sa.select(cls).where(cls.resource_id == resource_id, cls.state.in_(OPEN_STATES))
        return model.Session.scalars(query.order_by(cls.created.desc()).limit(1)).first()

    @classmethod
    def needs(cls, sha256: str) -> bool:
        """Whether an open deposit still rests on these bytes."""
        query = sa.select(sa.func.count()).where(cls.sha256 == sha256, cls.state.in_(OPEN_STATES))
        return model.Session.scalar(query) > 0

    @classmethod
    def abandoned(cls, before: datetime) -> Sequence[Deposit]:
        """Deposits that were checked, then left alone since that moment."""
        query = sa.select(cls).where(cls.state.in_(("checked", "refused", "failed")), cls.modified < before)
        return model.Session.scalars(query.order_by(cls.modified).limit(500)).all()

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values; times in ISO 8601, UTC."""
        values = {column.key: getattr(self, column.key) for column in sa.inspect(type(self)).columns}
        return values | {"created": self.created.isoformat(), "modified": self.modified.isoformat()}


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
    def accept(cls, deposit: Deposit, resource_id: str) -> AcceptedFile:
        """Make the deposit's bytes the current version of a resource, in the running transaction."""
        model.Session.execute(sa.update(cls).where(cls.resource_id == resource_id, cls.current).values(current=False))
        row = cls(
            resource_id=resource_id, deposit_id=deposit.id, sha256=deposit.sha256, size=deposit.size,
            filename=deposit.filename, current=True,
        )  # fmt: skip
        model.Session.add(row)
        return row

    @classmethod
    def references(cls, sha256: str) -> bool:
        """Whether some accepted version still rests on these bytes."""
        return model.Session.scalar(sa.select(sa.func.count()).where(cls.sha256 == sha256)) > 0

    @classmethod
    def forget_purged(cls) -> int:
        """Forget the files of resources that were purged, in the running transaction; how many."""
        left = sa.select(model.Resource.id).where(model.Resource.id == cls.resource_id).exists()
        return model.Session.execute(sa.delete(cls).where(~left)).rowcount
