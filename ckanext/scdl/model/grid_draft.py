"""What somebody has filled into a grid and not finished: one row for each person, organisation and schema."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, defer, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from .deposit import new_id, now


class GridDraft(tk.BaseModel):
    """Cells as their editor left them; `revision` counts the writings, so that none undoes another unseen."""

    __tablename__ = "scdl_grid_draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "organization_id", "schema", name="scdl_grid_draft_one"),)

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(sa.Text)
    organization_id: Mapped[str] = mapped_column(sa.Text)
    schema: Mapped[str] = mapped_column(sa.Text)
    columns: Mapped[list[str]] = mapped_column(JSONB)
    rows: Mapped[list[list[str]]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(sa.Integer)
    deposit_id: Mapped[str | None] = mapped_column(sa.Text)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    modified: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, index=True)

    @classmethod
    def of(cls, user_id: str, organization_id: str, schema: str) -> GridDraft | None:
        """The draft as the database has it now."""
        query = sa.select(cls).filter_by(user_id=user_id, organization_id=organization_id, schema=schema)
        return model.Session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()

    @classmethod
    def of_user(cls, user_id: str, organization_ids: Sequence[str]) -> Sequence[tuple[GridDraft, int]]:
        """The drafts of a person for these organisations, each with the number of its rows, latest first."""
        query = (
            sa.select(cls, sa.func.jsonb_array_length(cls.rows))
            .options(defer(cls.rows))
            .where(cls.user_id == user_id, cls.organization_id.in_(organization_ids))
            .order_by(cls.modified.desc(), cls.id)
        )
        return [(draft, count) for draft, count in model.Session.execute(query)]

    @classmethod
    def write(
        cls, user_id: str, organization_id: str, schema: str, *,
        columns: Sequence[str], rows: Sequence[Sequence[str]], known: int,
    ) -> int | None:  # fmt: skip
        """Keep the cells, and return the new revision; None where the draft is no longer what the writer knew.

        Args:
            user_id: whose draft.
            organization_id: for which organisation.
            schema: id of the schema.
            columns: names of the columns.
            rows: cells under them.
            known: the revision that the writer saw last; 0 for none.
        """
        key = {"user_id": user_id, "organization_id": organization_id, "schema": schema}
        values: dict[str, Any] = {"columns": list(columns), "rows": [list(row) for row in rows], "modified": now()}
        if known:
            statement = sa.update(cls).filter_by(**key, revision=known).values(**values, revision=known + 1)
        else:
            statement = insert(cls).values(id=new_id(), revision=1, **key, **values).on_conflict_do_nothing()
        revision = model.Session.execute(statement.returning(cls.revision)).scalar_one_or_none()
        model.Session.commit()
        return revision

    @classmethod
    def forget(cls, user_id: str, organization_id: str, schema: str) -> None:
        """Delete a draft, if there is one."""
        statement = sa.delete(cls).filter_by(user_id=user_id, organization_id=organization_id, schema=schema)
        model.Session.execute(statement)
        model.Session.commit()

    @classmethod
    def forget_old(cls, before: datetime) -> int:
        """Delete what nobody has touched since that moment, or nobody can open any more; how many."""
        owner = sa.exists().where(model.User.id == cls.user_id, model.User.state == "active")
        organization = sa.exists().where(model.Group.id == cls.organization_id, model.Group.state == "active")
        old = sa.or_(cls.modified < before, ~owner, ~organization)
        count = model.Session.execute(sa.delete(cls).where(old).execution_options(synchronize_session=False)).rowcount
        model.Session.commit()
        return count
