"""What the clock has already done: one row for each nightly task."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model


class ClockMark(tk.BaseModel):
    """The last day for which a nightly task was started."""

    __tablename__ = "scdl_clock"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    done_for: Mapped[date] = mapped_column(sa.Date)

    @classmethod
    def claim(cls, name: str, day: date) -> bool:
        """Whether the task `name` was still to start for that day; it counts as started from now on."""
        table = cls.__table__
        statement = insert(table).values(name=name, done_for=day)
        statement = statement.on_conflict_do_update(
            index_elements=[table.c.name], set_={"done_for": day}, where=table.c.done_for < day
        ).returning(table.c.name)
        claimed = model.Session.execute(statement).first() is not None
        model.Session.commit()
        return claimed
