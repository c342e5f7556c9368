"""The journal of events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from ..core.events import Event

__all__ = ["EventRow"]


class EventRow(tk.BaseModel):
    """One event, as it was told."""

    __tablename__ = "atd_metrics_event"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text)
    moment: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    organization_id: Mapped[str | None] = mapped_column(sa.Text)
    dataset_id: Mapped[str | None] = mapped_column(sa.Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @classmethod
    def write(cls, events: Iterable[Event]) -> None:
        """Write events in a short session of their own: the request that caused them is neither kept nor broken."""
        with Session(model.meta.engine) as session, session.begin():
            session.add_all(
                cls(
                    kind=event.kind, moment=event.moment, organization_id=event.organization_id,
                    dataset_id=event.dataset_id, facts=dict(event.facts),
                )
                for event in events
            )  # fmt: skip
