"""What is known of the messages about sources, and which of them rest.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN quiet_until BIGINT",
    """
    CREATE TABLE notices (
        source TEXT NOT NULL,
        receiver TEXT NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        message_id TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (source, receiver)
    )
    """,
)


def upgrade() -> None:
    """Add the column and the table."""
    for statement in STATEMENTS:
        op.execute(statement)
