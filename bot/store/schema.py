"""The tables of the store; ``migrations`` brings a file to what stands here."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Duration, Packed, Prose, flag, moment, number, packed, story, words

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    words("body_hash"),
    moment("due"),
    moment("last_poll", optional=True),
    moment("last_success", optional=True),
    moment("baseline", optional=True),
    number("errors"),
    Column("error", Prose, nullable=False, server_default=""),
    words("error_reason"),
    Column("status", Integer),
    Column("last_count", Integer),
    Column("interval", Duration),
    Column("moved_to", Prose),
    number("moved_hits"),
    number("polls"),
    flag("configured"),
    Column("lease_owner", Text),
    moment("lease_until", optional=True),
    Column("place", Prose),
    Column("merged_into", Text),
    words("host"),
    moment("moved_since", optional=True),
    moment("failing_since", optional=True),
    words("kind"),
    Column("usual_count", Integer),
    number("shrunk"),
    Column("oddities", Prose, nullable=False, server_default=""),
    words("told_trouble"),
    moment("told_trouble_at", optional=True),
    moment("read_at", optional=True),
    words("asked_as"),
    moment("quiet_until", optional=True),
    Index("sources_due", "configured", "due"),
    Index("sources_host", "host"),
)

# The sitemaps that an index names: fetched with it, each with validators of its own.
documents = Table(
    "documents",
    metadata,
    Column("source", Text, primary_key=True, nullable=False),
    Column("url", Prose, primary_key=True, nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    words("body_hash"),
    moment("read_at", optional=True),
)

# The message that told a receiver of a source's trouble: what ends it is a reply to it.
notices = Table(
    "notices",
    metadata,
    Column("source", Text, primary_key=True, nullable=False),
    Column("receiver", Text, primary_key=True, nullable=False),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    moment("at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("serial", Integer, nullable=False, unique=True),
    moment("opened"),
    moment("latest"),
    Column("merged_into", Text, ForeignKey("stories.id", ondelete="CASCADE")),
    moment("merged_at", optional=True),
    Index("stories_opened", "opened"),
    Index("stories_latest", "latest"),
    Index("stories_merged", "merged_into"),
)

# The long texts stand last, so that reading the columns before them doesn't touch their pages.
entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    story(primary_key=False),
    Column("source", Text, nullable=False),
    Column("source_name", Prose, nullable=False),
    Column("weight", Float, nullable=False),
    Column("uid", Prose, nullable=False),
    Column("url", Prose, nullable=False),
    Column("link", Prose, nullable=False),
    Column("title", Prose, nullable=False),
    moment("published", optional=True),
    moment("first_seen"),
    moment("time"),
    Column("lang", Text, nullable=False),
    flag("paid"),
    flag("baseline"),
    flag("late"),
    moment("polled_before", optional=True),
    words("kinds"),
    Column("rule", Text, nullable=False),
    Column("margin", Float, nullable=False),
    Column("joining", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("summary", Prose, nullable=False),
    Column("body", Prose, nullable=False),
    Index("entries_story", "story", "seq"),
    Index("entries_time", "time"),
    Index("entries_link", "link"),
    Index("entries_source", "source", "first_seen"),
)

# What the index of recent stories holds of an entry: a start reads this instead of the facts.
recent = Table(
    "recent",
    metadata,
    Column("seq", Integer, ForeignKey("entries.seq", ondelete="CASCADE"), primary_key=True, nullable=False),
    moment("time"),
    Column("form", Text, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Index("recent_time", "time"),
)

entry_edits = Table(
    "entry_edits",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("entry", Text, ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    Column("was_title", Prose, nullable=False),
    moment("at"),
    Index("entry_edits_entry", "entry"),
)

# No reference to entries: what was seen stays seen when retention has taken the entry.
seen = Table(
    "seen",
    metadata,
    Column("hash", LargeBinary, primary_key=True, nullable=False),
    Column("entry", Text, nullable=False),
    sqlite_with_rowid=False,
)

matches = Table(
    "matches",
    metadata,
    story(),
    Column("watch", Text, primary_key=True, nullable=False),
    number("score"),
    packed("points"),
    flag("subject"),
    packed("events"),
    words("entry"),
    words("watchlist_version"),
    moment("at"),
    Index("matches_watch", "watch", "score"),
)

verdicts = Table(
    "verdicts",
    metadata,
    story(),
    Column("watch", Text, primary_key=True, nullable=False),
    Column("receiver", Text, primary_key=True, nullable=False),
    Column("reason", Text, nullable=False),
    flag("told"),
    number("score"),
    Column("threshold", Integer),
    words("route"),
    moment("due", optional=True),
    flag("late"),
    words("watchlist_version"),
    moment("at"),
)

verdict_history = Table(
    "verdict_history",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    story(primary_key=False),
    Column("watch", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("reason", Text, nullable=False),
    flag("told"),
    number("score"),
    Column("threshold", Integer),
    words("route"),
    moment("due", optional=True),
    flag("late"),
    words("watchlist_version"),
    moment("at"),
    Index("verdict_history_story", "story"),
)

# No reference to stories: what was told is remembered after retention has taken the story.
alerts = Table(
    "alerts",
    metadata,
    Column("story", Text, primary_key=True, nullable=False),
    Column("receiver", Text, primary_key=True, nullable=False),
    moment("at"),
    number("score"),
    packed("events"),
    packed("watches"),
    number("entries"),
    number("revision"),
    number("replies"),
    flag("digest"),
    flag("pending"),
    Column("channel", Text),
    Column("chat", Text),
    Column("message_id", Text),
    Column("parts", Packed),
    Column("shown_revision", Integer),
    Column("text_hash", Text),
    moment("last_edit", optional=True),
    moment("sent_at", optional=True),
    Index("alerts_receiver", "receiver", "at"),
)

# Every message that tells of a story, replies and parts too: an answer under any of them finds the story.
messages = Table(
    "messages",
    metadata,
    Column("channel", Text, primary_key=True, nullable=False),
    Column("chat", Text, primary_key=True, nullable=False),
    Column("message_id", Text, primary_key=True, nullable=False),
    Column("story", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Index("messages_story", "story"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    words("story"),
    Column("receiver", Text, nullable=False),
    Column("kind", Text, nullable=False),
    number("place"),
    number("revision"),
    moment("due"),
    number("attempts"),
    number("score"),
    packed("payload"),
    flag("maybe_repeat"),
    Column("state", Text, nullable=False),
    words("owner"),
    moment("lease_until", optional=True),
    moment("started_at", optional=True),
    moment("ended_at", optional=True),
    Column("error", Prose, nullable=False, server_default=""),
    moment("at"),
    moment("doubtful_since", optional=True),
    Index("deliveries_state", "state", "due"),
    Index("deliveries_story", "story"),
    Index("deliveries_ended", "state", "ended_at"),
    sqlite_autoincrement=True,
)

digest_items = Table(
    "digest_items",
    metadata,
    Column("receiver", Text, primary_key=True, nullable=False),
    story(),
    number("score"),
    words("reason"),
    moment("at"),
    Column("run", Text),
    Index("digest_items_story", "story"),
)

digest_runs = Table(
    "digest_runs",
    metadata,
    Column("receiver", Text, primary_key=True, nullable=False),
    Column("kind", Text, primary_key=True, nullable=False),
    Column("local_date", Text, primary_key=True, nullable=False),
    moment("at"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    words("receiver"),
    words("watch"),
    words("story"),
    moment("until"),
    Column("by", Prose, nullable=False, server_default=""),
    moment("at"),
    UniqueConstraint("receiver", "watch", "story", name="mutes_what"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("story", Text, primary_key=True, nullable=False),
    Column("receiver", Text, primary_key=True, nullable=False),
    Column("who", Text, primary_key=True, nullable=False),
    number("vote"),
    moment("at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    moment("at"),
    Column("who", Prose, nullable=False),
    Column("what", Prose, nullable=False),
    packed("detail"),
)

# An entry that a person took out of a story never joins that story again.
splits = Table(
    "splits",
    metadata,
    Column("entry", Text, primary_key=True, nullable=False),
    Column("story", Text, primary_key=True, nullable=False),
    Column("new_story", Text, nullable=False),
    Column("by", Prose, nullable=False),
    moment("at"),
)

buttons = Table(
    "buttons",
    metadata,
    Column("nonce", Text, primary_key=True, nullable=False),
    packed("payload"),
    moment("expires"),
    moment("pressed", optional=True),
)

handled_updates = Table(
    "handled_updates",
    metadata,
    Column("channel", Text, primary_key=True, nullable=False),
    Column("update_id", Text, primary_key=True, nullable=False),
    moment("at"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("kind", Text, nullable=False),
    packed("payload"),
    moment("at"),
    Column("state", Text, nullable=False),
    Column("result", Packed),
    Index("requests_state", "state", "kind"),
    sqlite_autoincrement=True,
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
)
