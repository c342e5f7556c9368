"""Make the table of zonings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cotesdarmor_001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the index that lists a zone's communes."""
    op.create_table(
        "cotesdarmor_zoning",
        sa.Column("zoning", sa.Text, primary_key=True),
        sa.Column("insee", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
    )
    op.create_index("cotesdarmor_zoning_zone", "cotesdarmor_zoning", ["zoning", "code"])


def downgrade() -> None:
    """Drop it: the zoning can be imported again."""
    op.drop_table("cotesdarmor_zoning")
