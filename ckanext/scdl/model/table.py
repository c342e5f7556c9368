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
    def held(cls, resource_id: str) -> FileTable | None:
        """The row as the database has it now, held until the transaction ends; waits for whoever holds it."""
        query = sa.select(cls).where(cls.resource_id == resource_id).with_for_update()
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()

    @property
    def is_untouched(self) -> bool:
        """Whether it was asked for and no worker has begun: the one that is woken will see what changes until then."""
        return self.state == "queued" and self.tries == 0

    @classmethod
    def ask(cls, resource_id: str) -> bool:
        """Say, in the running transaction, that the rows of a resource may have to change; whether to wake a worker."""
        row = cls.held(resource_id)
        if row is not None and row.is_untouched:
            return False
        values = {"state": "queued", "tries": 0, "message": "", "modified": now()}
        statement = insert(cls.__table__).values(resource_id=resource_id, **values)
        model.Session.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values))
        return True

    @classmethod
    def lost(cls, before: datetime) -> Sequence[str]:
        """Resources that were asked about before that moment and that nobody has settled; they are asked about anew."""
        query = sa.select(cls).where(cls.state == "queued", cls.modified < before).order_by(cls.modified).limit(500)
        rows = model.Session.scalars(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.modified = now()
        model.Session.commit()
        return [row.resource_id for row in rows]
