"""A deposit: bytes that somebody sent or a link that somebody gave, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk
from ckan import model

from ..core.period import Period

STATES = ("queued", "checking", "checked", "waiting", "published", "refused", "failed", "cancelled", "superseded")
OPEN_STATES = ("queued", "checking", "checked", "waiting")
BY_HAND = ("browser", "grid")  # sources where an editor waits for the verdict, and chooses
LEFT_ALONE = ("checked", "waiting", "refused", "failed")  # somebody has to come back to these

# How long a check belongs to a process that does not say that it is still at it.
LEASE = timedelta(seconds=45)
# How long a deposit may stand in the queue before the clock asks for it again.
FIRST_IN_QUEUE = timedelta(minutes=1)
IN_QUEUE = timedelta(minutes=5)
MOST_ATTEMPTS = 2


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


class Deposit(tk.BaseModel):
    """What was sent for an organisation, from its arrival to its publication or refusal."""

    __tablename__ = "scdl_deposit"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=new_id)
    organization_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)  # browser, grid, api, form, link
    state: Mapped[str] = mapped_column(sa.Text, index=True, default="queued")
    message: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # code of the cause
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    modified: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, onupdate=now)

    # What came, and from where. A link has no bytes before it is fetched.
    filename: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str | None] = mapped_column(sa.Text, index=True)
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    link: Mapped[str | None] = mapped_column(sa.Text)
    keep_link: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    etag: Mapped[str | None] = mapped_column(sa.Text)
    last_modified: Mapped[str | None] = mapped_column(sa.Text)

    # What its sender asked for.
    schema_asked: Mapped[str | None] = mapped_column(sa.Text)
    source_key: Mapped[str | None] = mapped_column(sa.Text)
    idempotency_key: Mapped[str | None] = mapped_column(sa.Text)
    batch: Mapped[str | None] = mapped_column(sa.Text, index=True)
    grouping: Mapped[str | None] = mapped_column(sa.Text)  # within a batch, where its editor did not leave the proposal
    publish: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    fix_sure: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # of a new dataset
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # of corrections

    # What the check found.
    schema: Mapped[str | None] = mapped_column(sa.Text)
    version: Mapped[str | None] = mapped_column(sa.Text)
    status: Mapped[str | None] = mapped_column(sa.Text)  # valid, invalid, refused, unchecked
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    privacy: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    period_start: Mapped[date | None] = mapped_column(sa.Date)
    period_end: Mapped[date | None] = mapped_column(sa.Date)
    corrected: Mapped[str | None] = mapped_column(sa.Text)  # SHA-256 of the bytes that were put right
    corrected_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    corrections: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    # Where it belongs: new, add or replace; `replaces` is the accepted file that was there when this was found out.
    target: Mapped[str | None] = mapped_column(sa.Text)
    dataset_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    resource_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    replaces: Mapped[str | None] = mapped_column(sa.Text)
    difference: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    # Who is at it, and whether its organisation was told.
    attempt: Mapped[int] = mapped_column(sa.Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(
        sa.DateTime(timezone=True), default=lambda: now() + FIRST_IN_QUEUE
    )
    told: Mapped[bool] = mapped_column(sa.Boolean, default=False)

    @property
    def served(self) -> str | None:
        """SHA-256 of the bytes that would be published: the corrected ones where there are some."""
        return self.corrected or self.sha256

    @property
    def served_size(self) -> int | None:
        """How many bytes these are."""
        return self.corrected_size if self.corrected else self.size

    @property
    def served_name(self) -> str:
        """Their name: what was put right is a CSV."""
        return self.filename.rpartition(".")[0] + ".csv" if self.corrected and "." in self.filename else self.filename

    @hybrid_property
    def group(self) -> str | None:
        """What those files of its batch have in common that make one dataset with it; None for a file by itself."""
        return self.grouping or self.schema

    @group.inplace.expression
    @classmethod
    def _group_column(cls) -> sa.ColumnElement[str | None]:
        return sa.func.coalesce(cls.grouping, cls.schema)

    @property
    def period(self) -> Period | None:
        """The days that the file tells of."""
        return Period(self.period_start, self.period_end) if self.period_start and self.period_end else None

    @period.setter
    def period(self, period: Period | None) -> None:
        self.period_start, self.period_end = (period.start, period.end) if period else (None, None)

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
    def claim(cls, ident: str) -> Deposit | None:
        """Take the check of a deposit for this process and commit; None where it is not to be checked, or not by us."""
        deposit = cls.locked(ident)
        moment = model.Session.scalar(sa.select(sa.func.now()))  # one clock for all machines
        lost = deposit is not None and (deposit.lease_until is None or deposit.lease_until < moment)
        if deposit is None or not (deposit.state == "queued" or (deposit.state == "checking" and lost)):
            model.Session.rollback()
            return None
        deposit.state, deposit.attempt, deposit.lease_until = "checking", deposit.attempt + 1, moment + LEASE
        model.Session.commit()
        return deposit

    @classmethod
    def claimed(cls, ident: str, attempt: int) -> Deposit | None:
        """The row, held, if its check is still that attempt's; what came in between wins."""
        deposit = cls.held(ident)
        if deposit is None or deposit.state != "checking" or deposit.attempt != attempt:
            model.Session.rollback()
            return None
        return deposit

    @classmethod
    def of_organizations(
        cls,
        organization_ids: Sequence[str],
        *,
        state: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        batch: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Sequence[Deposit]:
        """The latest deposits of these organisations, newest first."""
        query = sa.select(cls).where(cls.organization_id.in_(organization_ids))
        if state:
            query = query.where(cls.state == state)
        if batch:
            query = query.where(cls.batch == batch)
        if since:
            query = query.where(cls.created >= since)
        if until:
            query = query.where(cls.created < until)
        query = query.order_by(cls.created.desc(), cls.id).limit(limit).offset(offset)
        return model.Session.scalars(query).all()

    @classmethod
    def of_batch(
        cls, batch: str, organization_id: str, states: Sequence[str], *, held: bool = False
    ) -> Sequence[Deposit]:
        """The files of an organisation that were sent together, in order of arrival."""
        query = sa.select(cls).where(
            cls.batch == batch, cls.organization_id == organization_id, cls.state.in_(states)
        ).order_by(cls.created, cls.id)  # fmt: skip
        options = {"populate_existing": True} if held else {}
        return model.Session.scalars(query.with_for_update() if held else query, execution_options=options).all()

    @classmethod
    def untold(cls, organization_id: str | None = None) -> Sequence[Deposit]:
        """What programs sent and people should look at, of which nobody was told yet."""
        query = sa.select(cls).where(
            cls.source.in_(("api", "link")), cls.state.in_(("waiting", "refused", "failed")), cls.told.is_(False)
        )
        if organization_id:
            query = query.where(cls.organization_id == organization_id)
        return model.Session.scalars(query.order_by(cls.created).limit(500)).all()

    @classmethod
    def asked_before(cls, user_id: str, idempotency_key: str) -> Deposit | None:
        """The deposit that this user made under that key."""
        query = sa.select(cls).where(cls.user_id == user_id, cls.idempotency_key == idempotency_key)
        return model.Session.scalars(query).first()

    @classmethod
    def lost(cls) -> Sequence[str]:
        """Ids of the deposits that nobody is at any more: forgotten by the queue, or by a process that is gone."""
        over = sa.or_(cls.lease_until.is_(None), cls.lease_until < sa.func.now())
        query = sa.select(cls.id).where(cls.state.in_(("queued", "checking")), over).order_by(cls.created)
        return model.Session.scalars(query.limit(500)).all()

    def hand_back(self) -> bool:
        """Put a lost deposit back into the queue, or give its check up; whether it is to be checked."""
        again = self.state == "queued" or self.attempt < MOST_ATTEMPTS
        self.state = "queued" if again else "failed"
        self.message = "" if again else "worker-lost"
        self.lease_until = now() + IN_QUEUE if again else None
        return again

    @classmethod
    def waiting_for(cls, resource_id: str) -> Deposit | None:
        """The latest open deposit for a resource."""
        query = sa.select(cls).where(cls.resource_id == resource_id, cls.state.in_(OPEN_STATES))
        return model.Session.scalars(query.order_by(cls.created.desc()).limit(1)).first()

    def overtake(self) -> None:
        """Take the place of open deposits of before for the same resource or source key, in the running transaction."""
        model.Session.flush()
        cls = type(self)
        same = [
            column == value
            for column, value in ((cls.resource_id, self.resource_id), (cls.source_key, self.source_key))
            if value
        ]
        if not same:
            return
        query = sa.select(cls).where(
            cls.organization_id == self.organization_id,
            cls.state.in_(OPEN_STATES), cls.id != self.id, cls.created <= self.created, sa.or_(*same),
        )  # fmt: skip
        for earlier in model.Session.scalars(query.order_by(cls.id).with_for_update()):
            earlier.state, earlier.message, earlier.lease_until = "superseded", "", None

    @classmethod
    def needs(cls, sha256: str) -> bool:
        """Whether an open deposit still rests on these bytes."""
        same = sa.or_(cls.sha256 == sha256, cls.corrected == sha256)
        query = sa.select(sa.func.count()).where(same, cls.state.in_(OPEN_STATES))
        return model.Session.scalar(query) > 0

    @classmethod
    def abandoned(cls, before: datetime, *, personal: bool = False) -> Sequence[str]:
        """Ids of deposits that were left alone since that moment; only those with personal data, where asked so."""
        query = sa.select(cls.id).where(cls.state.in_(LEFT_ALONE), cls.modified < before)
        if personal:
            query = query.where(cls.message == "personal-data")
        return model.Session.scalars(query.order_by(cls.modified).limit(500)).all()

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values; times and days in ISO 8601, times in UTC."""
        values = {column.key: getattr(self, column.key) for column in sa.inspect(type(self)).columns}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
