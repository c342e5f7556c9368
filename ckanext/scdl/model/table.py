"""What stands in the DataStore for each resource, and what is still to be done there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from .deposit import now


class FileTable(tk.BaseModel):
    """The rows of a resource in the DataStore: of which bytes, by which schema; none while `sha256` is empty.

    `state` is `queued` (something may have to change), `settled`, or `failed` with the cause in `message`.
    """

    __tablename__ = "scdl_table"

    resource_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    state: Mapped[str] = mapped_column(sa.Text, index=True)
    sha256: Mapped[str | None] = mapped_column(sa.Text)
    schema: Mapped[str | None] = mapped_column(sa.Text)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    message: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    modified: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, onupdate=now)

    @classmethod
    def get(cls, resource_id: str) -> FileTable | None:
        return model.Session.get(cls, resource_id)

    @classmethod
    def held(cls, resource_id: str, *, skip_locked: bool = False) -> FileTable | None:
        """The row as the database has it now, held until the transaction ends."""
        query = sa.select(cls).where(cls.resource_id == resource_id).with_for_update(skip_locked=skip_locked)
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()

    @classmethod
    def ask(cls, resource_id: str) -> None:
        """Say, in the running transaction, that the rows of a resource may have to change."""
        values = {"state": "queued", "tries": 0, "message": "", "modified": now()}
        statement = insert(cls.__table__).values(resource_id=resource_id, **values)
        model.Session.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values))

    @classmethod
    def waiting(cls, before: datetime) -> Sequence[str]:
        """Resources that were asked about before that moment and that nobody has settled."""
        query = sa.select(cls.resource_id).where(cls.state == "queued", cls.modified < before)
        return model.Session.scalars(query.order_by(cls.modified).limit(500)).all()
