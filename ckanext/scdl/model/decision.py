"""What people decided about personal data in files: who, when, why, about which bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from .deposit import new_id, now


class Decision(tk.BaseModel):
    """One decision; it holds for one content, and is asked for again with another."""

    __tablename__ = "scdl_decision"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=new_id)
    deposit_id: Mapped[str] = mapped_column(sa.Text, index=True)
    organization_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    user_id: Mapped[str] = mapped_column(sa.Text)
    filename: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    sentence: Mapped[str] = mapped_column(sa.Text)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)

    @classmethod
    def about(cls, deposit_id: str, sha256: str) -> Decision | None:
        """The decision about these bytes of a deposit."""
        query = sa.select(cls).where(cls.deposit_id == deposit_id, cls.sha256 == sha256)
        return model.Session.scalars(query.order_by(cls.created.desc())).first()

    @classmethod
    def of_organizations(cls, organization_ids: Sequence[str], *, limit: int, offset: int) -> Sequence[Decision]:
        """The register of these organisations, newest first."""
        query = sa.select(cls).where(cls.organization_id.in_(organization_ids))
        return model.Session.scalars(query.order_by(cls.created.desc(), cls.id).limit(limit).offset(offset)).all()

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values; its time in ISO 8601, UTC."""
        values = {column.key: getattr(self, column.key) for column in sa.inspect(type(self)).columns}
        return values | {"created": self.created.isoformat()}
