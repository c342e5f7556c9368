"""What the DataStore holds of the accepted files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "scdl_002"
down_revision = "scdl_001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scdl_table",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("sha256", sa.Text, nullable=True),
        sa.Column("schema", sa.Text, nullable=True),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("scdl_table")
