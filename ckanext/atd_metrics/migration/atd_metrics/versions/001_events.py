"""The journal of what happened on the portal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "atd_metrics_001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "atd_metrics_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Text, nullable=True),
        sa.Column("dataset_id", sa.Text, nullable=True),
        sa.Column("facts", postgresql.JSONB, nullable=False),
    )
    op.create_index("atd_metrics_event_kind_moment", "atd_metrics_event", ["kind", "moment"])
    op.create_index("atd_metrics_event_organization", "atd_metrics_event", ["organization_id", "moment"])


def downgrade() -> None:
    op.drop_table("atd_metrics_event")
