"""What is known of a source beyond its validators: where it really is, its host, its shape, what was reported.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN place TEXT",
    "ALTER TABLE sources ADD COLUMN merged_into TEXT",
    "ALTER TABLE sources ADD COLUMN host TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE sources ADD COLUMN moved_since BIGINT",
    "ALTER TABLE sources ADD COLUMN failing_since BIGINT",
    "ALTER TABLE sources ADD COLUMN kind TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE sources ADD COLUMN usual_count INTEGER",
    "ALTER TABLE sources ADD COLUMN shrunk INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE sources ADD COLUMN oddities TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE sources ADD COLUMN told_trouble TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE sources ADD COLUMN told_trouble_at BIGINT",
    "ALTER TABLE sources ADD COLUMN read_at BIGINT",
    "ALTER TABLE sources ADD COLUMN asked_as TEXT DEFAULT '' NOT NULL",
    "CREATE INDEX sources_host ON sources (host)",
    """
    CREATE TABLE documents (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT DEFAULT '' NOT NULL,
        read_at BIGINT,
        PRIMARY KEY (source, url)
    )
    """,
)


def upgrade() -> None:
    """Add the columns and the table."""
    for statement in STATEMENTS:
        op.execute(statement)
