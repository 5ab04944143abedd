"""What the index of recent stories holds of an entry, ready to be taken in; and messages by how they ended.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table; entries without a row there are read from their facts. Add the index."""
    op.execute(
        "CREATE TABLE recent ("
        "seq INTEGER NOT NULL, time BIGINT NOT NULL, form TEXT NOT NULL, packed BLOB NOT NULL, "
        "PRIMARY KEY (seq), FOREIGN KEY(seq) REFERENCES entries (seq) ON DELETE CASCADE)"
    )
    op.execute("CREATE INDEX recent_time ON recent (time)")
    op.execute("CREATE INDEX deliveries_ended ON deliveries (state, ended_at)")
