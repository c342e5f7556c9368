"""Which files of a batch an editor wants in one dataset; since when a link fails, and whether that was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "scdl_006"
down_revision = "scdl_005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scdl_deposit", sa.Column("grouping", sa.Text, nullable=True))
    op.add_column("scdl_link", sa.Column("failed_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("scdl_link", sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("scdl_link", "told")
    op.drop_column("scdl_link", "failed_since")
    op.drop_column("scdl_deposit", "grouping")
