"""Deposits, accepted files, the clock's memory, and ckanext-validation's table where it is missing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scdl_001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scdl_deposit",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organization_id", sa.Text, nullable=True, index=True),
        sa.Column("user_id", sa.Text, nullable=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False, index=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("schema_asked", sa.Text, nullable=True),
        sa.Column("schema", sa.Text, nullable=True),
        sa.Column("version", sa.Text, nullable=True),
        sa.Column("status", sa.Text, nullable=True),
        sa.Column("report", postgresql.JSONB, nullable=True),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("dataset_id", sa.Text, nullable=True, index=True),
        sa.Column("resource_id", sa.Text, nullable=True, index=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "scdl_file",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("deposit_id", sa.Text, nullable=True),
        sa.Column("sha256", sa.Text, nullable=False, index=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    # One accepted version of a resource is the one that is served, whatever happens at the same time.
    op.create_index(
        "scdl_file_one_current", "scdl_file", ["resource_id"], unique=True, postgresql_where=sa.text("current")
    )
    op.create_index("scdl_file_resource", "scdl_file", ["resource_id"])
    op.create_table(
        "scdl_clock",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("done_for", sa.Date, nullable=False),
    )
    if not sa.inspect(op.get_bind()).has_table("validation"):
        op.create_table(
            "validation",
            sa.Column("id", sa.Unicode, primary_key=True),
            sa.Column("resource_id", sa.Unicode),
            sa.Column("status", sa.Unicode),
            sa.Column("created", sa.DateTime),
            sa.Column("finished", sa.DateTime),
            sa.Column("report", sa.JSON),
            sa.Column("error", sa.JSON),
        )


def downgrade() -> None:
    # Table `validation` belongs to ckanext-validation's contract: what it holds may come from before us, so it stays.
    for table in ("scdl_clock", "scdl_file", "scdl_deposit"):
        op.drop_table(table)
