"""The first schema.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE alerts (
        story TEXT NOT NULL,
        receiver TEXT NOT NULL,
        at BIGINT NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        events TEXT NOT NULL,
        watches TEXT NOT NULL,
        entries INTEGER DEFAULT '0' NOT NULL,
        revision INTEGER DEFAULT '0' NOT NULL,
        replies INTEGER DEFAULT '0' NOT NULL,
        digest BOOLEAN DEFAULT '0' NOT NULL,
        pending BOOLEAN DEFAULT '0' NOT NULL,
        channel TEXT,
        chat TEXT,
        message_id TEXT,
        parts TEXT,
        shown_revision INTEGER,
        text_hash TEXT,
        last_edit BIGINT,
        sent_at BIGINT,
        PRIMARY KEY (story, receiver)
    )
    """,
    "CREATE INDEX alerts_receiver ON alerts (receiver, at)",
    """
    CREATE TABLE audit (
        id INTEGER NOT NULL,
        at BIGINT NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE buttons (
        nonce TEXT NOT NULL,
        payload TEXT NOT NULL,
        expires BIGINT NOT NULL,
        pressed BIGINT,
        PRIMARY KEY (nonce)
    )
    """,
    """
    CREATE TABLE deliveries (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "key" TEXT NOT NULL,
        story TEXT DEFAULT '' NOT NULL,
        receiver TEXT NOT NULL,
        kind TEXT NOT NULL,
        place INTEGER DEFAULT '0' NOT NULL,
        revision INTEGER DEFAULT '0' NOT NULL,
        due BIGINT NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        payload TEXT NOT NULL,
        maybe_repeat BOOLEAN DEFAULT '0' NOT NULL,
        state TEXT NOT NULL,
        owner TEXT DEFAULT '' NOT NULL,
        lease_until BIGINT,
        started_at BIGINT,
        ended_at BIGINT,
        error TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        UNIQUE ("key")
    )
    """,
    "CREATE INDEX deliveries_state ON deliveries (state, due)",
    "CREATE INDEX deliveries_story ON deliveries (story)",
    """
    CREATE TABLE digest_runs (
        receiver TEXT NOT NULL,
        kind TEXT NOT NULL,
        local_date TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (receiver, kind, local_date)
    )
    """,
    """
    CREATE TABLE feedback (
        story TEXT NOT NULL,
        receiver TEXT NOT NULL,
        who TEXT NOT NULL,
        vote INTEGER DEFAULT '0' NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (story, receiver, who)
    )
    """,
    """
    CREATE TABLE handled_updates (
        channel TEXT NOT NULL,
        update_id TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (channel, update_id)
    )
    """,
    """
    CREATE TABLE messages (
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        message_id TEXT NOT NULL,
        story TEXT NOT NULL,
        receiver TEXT NOT NULL,
        PRIMARY KEY (channel, chat, message_id)
    )
    """,
    "CREATE INDEX messages_story ON messages (story)",
    """
    CREATE TABLE meta (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE mutes (
        id INTEGER NOT NULL,
        receiver TEXT DEFAULT '' NOT NULL,
        watch TEXT DEFAULT '' NOT NULL,
        story TEXT DEFAULT '' NOT NULL,
        until BIGINT NOT NULL,
        "by" TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT mutes_what UNIQUE (receiver, watch, story)
    )
    """,
    """
    CREATE TABLE requests (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        at BIGINT NOT NULL,
        state TEXT NOT NULL,
        result TEXT
    )
    """,
    "CREATE INDEX requests_state ON requests (state, kind)",
    """
    CREATE TABLE seen (
        hash BLOB NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (hash)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE sources (
        id TEXT NOT NULL,
        url TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT DEFAULT '' NOT NULL,
        due BIGINT NOT NULL,
        last_poll BIGINT,
        last_success BIGINT,
        baseline BIGINT,
        errors INTEGER DEFAULT '0' NOT NULL,
        error TEXT DEFAULT '' NOT NULL,
        error_reason TEXT DEFAULT '' NOT NULL,
        status INTEGER,
        last_count INTEGER,
        interval BIGINT,
        moved_to TEXT,
        moved_hits INTEGER DEFAULT '0' NOT NULL,
        polls INTEGER DEFAULT '0' NOT NULL,
        configured BOOLEAN DEFAULT '0' NOT NULL,
        lease_owner TEXT,
        lease_until BIGINT,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX sources_due ON sources (configured, due)",
    """
    CREATE TABLE splits (
        entry TEXT NOT NULL,
        story TEXT NOT NULL,
        new_story TEXT NOT NULL,
        "by" TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (entry, story)
    )
    """,
    """
    CREATE TABLE stories (
        id TEXT NOT NULL,
        serial INTEGER NOT NULL,
        opened BIGINT NOT NULL,
        latest BIGINT NOT NULL,
        merged_into TEXT,
        merged_at BIGINT,
        PRIMARY KEY (id),
        UNIQUE (serial),
        FOREIGN KEY(merged_into) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX stories_latest ON stories (latest)",
    "CREATE INDEX stories_merged ON stories (merged_into)",
    "CREATE INDEX stories_opened ON stories (opened)",
    """
    CREATE TABLE digest_items (
        receiver TEXT NOT NULL,
        story TEXT NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        run TEXT,
        PRIMARY KEY (receiver, story),
        FOREIGN KEY(story) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX digest_items_story ON digest_items (story)",
    """
    CREATE TABLE entries (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        story TEXT NOT NULL,
        source TEXT NOT NULL,
        source_name TEXT NOT NULL,
        weight FLOAT NOT NULL,
        uid TEXT NOT NULL,
        url TEXT NOT NULL,
        link TEXT NOT NULL,
        title TEXT NOT NULL,
        published BIGINT,
        first_seen BIGINT NOT NULL,
        time BIGINT NOT NULL,
        lang TEXT NOT NULL,
        paid BOOLEAN DEFAULT '0' NOT NULL,
        baseline BOOLEAN DEFAULT '0' NOT NULL,
        late BOOLEAN DEFAULT '0' NOT NULL,
        polled_before BIGINT,
        kinds TEXT DEFAULT '' NOT NULL,
        rule TEXT NOT NULL,
        margin FLOAT NOT NULL,
        joining TEXT NOT NULL,
        facts TEXT NOT NULL,
        summary TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (seq),
        UNIQUE (id),
        FOREIGN KEY(story) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX entries_link ON entries (link)",
    "CREATE INDEX entries_source ON entries (source, first_seen)",
    "CREATE INDEX entries_story ON entries (story, seq)",
    "CREATE INDEX entries_time ON entries (time)",
    """
    CREATE TABLE matches (
        story TEXT NOT NULL,
        watch TEXT NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        points TEXT NOT NULL,
        subject BOOLEAN DEFAULT '0' NOT NULL,
        events TEXT NOT NULL,
        entry TEXT DEFAULT '' NOT NULL,
        watchlist_version TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (story, watch),
        FOREIGN KEY(story) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX matches_watch ON matches (watch, score)",
    """
    CREATE TABLE verdict_history (
        id INTEGER NOT NULL,
        story TEXT NOT NULL,
        watch TEXT NOT NULL,
        receiver TEXT NOT NULL,
        reason TEXT NOT NULL,
        told BOOLEAN DEFAULT '0' NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        threshold INTEGER,
        route TEXT DEFAULT '' NOT NULL,
        due BIGINT,
        late BOOLEAN DEFAULT '0' NOT NULL,
        watchlist_version TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(story) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX verdict_history_story ON verdict_history (story)",
    """
    CREATE TABLE verdicts (
        story TEXT NOT NULL,
        watch TEXT NOT NULL,
        receiver TEXT NOT NULL,
        reason TEXT NOT NULL,
        told BOOLEAN DEFAULT '0' NOT NULL,
        score INTEGER DEFAULT '0' NOT NULL,
        threshold INTEGER,
        route TEXT DEFAULT '' NOT NULL,
        due BIGINT,
        late BOOLEAN DEFAULT '0' NOT NULL,
        watchlist_version TEXT DEFAULT '' NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (story, watch, receiver),
        FOREIGN KEY(story) REFERENCES stories (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE entry_edits (
        id INTEGER NOT NULL,
        entry TEXT NOT NULL,
        was_title TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(entry) REFERENCES entries (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX entry_edits_entry ON entry_edits (entry)",
    'CREATE VIRTUAL TABLE entries_fts USING fts5(title, text, tokenize = "unicode61 remove_diacritics 0")',
)


def upgrade() -> None:
    """Create every table; a statement each, all in the transaction that the store began."""
    for statement in STATEMENTS:
        op.execute(statement)
