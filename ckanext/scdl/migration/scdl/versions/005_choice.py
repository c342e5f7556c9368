"""Which corrections an editor has accepted for a deposit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scdl_005"
down_revision = "scdl_004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scdl_deposit", sa.Column("choice", postgresql.JSONB, nullable=True))


def downgrade() -> None:
    op.drop_column("scdl_deposit", "choice")
