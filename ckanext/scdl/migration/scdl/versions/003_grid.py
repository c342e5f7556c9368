"""Drafts of the grids that are filled in the browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scdl_003"
down_revision = "scdl_002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scdl_grid_draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("organization_id", sa.Text, nullable=False),
        sa.Column("schema", sa.Text, nullable=False),
        sa.Column("columns", postgresql.JSONB, nullable=False),
        sa.Column("rows", postgresql.JSONB, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("deposit_id", sa.Text, nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), index=True),
        # Two tabs that begin at once make one draft.
        sa.UniqueConstraint("user_id", "organization_id", "schema", name="scdl_grid_draft_one"),
    )


def downgrade() -> None:
    op.drop_table("scdl_grid_draft")
