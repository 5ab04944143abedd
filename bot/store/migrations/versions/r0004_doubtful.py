"""Since when a message may have arrived without an answer.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE deliveries ADD COLUMN doubtful_since BIGINT")
