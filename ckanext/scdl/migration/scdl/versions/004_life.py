"""What a deposit is for, who waits for it, and what was decided about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scdl_004"
down_revision = "scdl_003"
branch_labels = None
depends_on = None

TEXTS = ("source_key", "idempotency_key", "batch", "target", "replaces", "corrected", "link", "etag", "last_modified")
FLAGS = ("publish", "fix_sure", "keep_link", "told")
VALUES = ("corrections", "privacy", "difference", "fields")


def upgrade() -> None:
    # A link has no bytes before it is fetched.
    for name in ("sha256", "size"):
        op.alter_column("scdl_deposit", name, nullable=True)
    for name in TEXTS:
        op.add_column("scdl_deposit", sa.Column(name, sa.Text, nullable=True))
    for name in FLAGS:
        op.add_column("scdl_deposit", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    for name in VALUES:
        op.add_column("scdl_deposit", sa.Column(name, postgresql.JSONB, nullable=True))
    op.add_column("scdl_deposit", sa.Column("corrected_size", sa.BigInteger, nullable=True))
    for name in ("period_start", "period_end"):
        op.add_column("scdl_deposit", sa.Column(name, sa.Date, nullable=True))
    op.add_column("scdl_deposit", sa.Column("attempt", sa.Integer, nullable=False, server_default="0"))
    op.add_column("scdl_deposit", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("scdl_deposit_batch", "scdl_deposit", ["batch"])
    # Asking twice is settled here, whatever happens at the same time.
    op.create_index(
        "scdl_deposit_idempotency_key", "scdl_deposit", ["user_id", "idempotency_key"], unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "scdl_source_key",
        sa.Column("organization_id", sa.Text, primary_key=True),
        sa.Column("source_key", sa.Text, primary_key=True),
        sa.Column("resource_id", sa.Text, nullable=False, unique=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "scdl_decision",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("deposit_id", sa.Text, nullable=False, index=True),
        sa.Column("organization_id", sa.Text, nullable=True, index=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "scdl_link",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=True),
        sa.Column("last_modified", sa.Text, nullable=True),
        sa.Column("read", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failure", sa.Text, nullable=True),
    )


def downgrade() -> None:
    for table in ("scdl_link", "scdl_decision", "scdl_source_key"):
        op.drop_table(table)
    op.drop_index("scdl_deposit_idempotency_key", "scdl_deposit")
    op.drop_index("scdl_deposit_batch", "scdl_deposit")
    # Links that were never fetched mean nothing without their address.
    op.execute("DELETE FROM scdl_deposit WHERE sha256 IS NULL")
    columns = (*TEXTS, *FLAGS, *VALUES, "corrected_size", "period_start", "period_end", "attempt", "lease_until")
    for name in columns:
        op.drop_column("scdl_deposit", name)
    for name in ("sha256", "size"):
        op.alter_column("scdl_deposit", name, nullable=False)
