"""A database of a million entries in a minute or two: a few thousand are made and stored, the rest are their copies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bench.newsroom import NOON, SPAN, Newsroom, in_time
from bot.app.rounds import LIFETIME
from bot.config import Configuration
from bot.dedup import StoryIndex, story_id
from bot.dedup.packing import pack, unpack
from bot.match import Matcher
from bot.model import Assignment, Joining
from bot.store import Store, entries, recent

SEEDS = 2_000
_AT_ONCE = 500
_MICROSECOND = timedelta(microseconds=1)
_COPIED = """
INSERT INTO stories (id, serial, opened, latest)
    SELECT id || :mark, serial + :serials, opened - :back, latest - :back FROM stories WHERE serial < :own;
INSERT INTO entries SELECT seq + :seqs, id || :mark, story || :mark, source, source_name, weight, uid,
    url || :mark, link || :mark, title, published - :back, first_seen - :back, time - :back, lang, paid, baseline, late,
    polled_before, kinds, rule, margin, joining, facts, summary, body FROM entries WHERE seq <= :seeds;
INSERT INTO entries_fts (rowid, title, text)
    SELECT rowid + :seqs, title, text FROM entries_fts WHERE rowid <= :seeds
"""
_LARGE_HEAP = "INSERT INTO entries_fts (entries_fts, rank) VALUES ('hashsize', {})"
"""So much of the search index is put together in memory before it is written."""
_TOLD = """
INSERT INTO matches (story, watch, score, points, subject, events, entry, watchlist_version, at)
    SELECT id, 'alibaba', 90, '[]', 1, '[]', (SELECT id FROM entries WHERE story = stories.id), 'x', latest
    FROM stories ORDER BY latest DESC LIMIT :both;
INSERT INTO deliveries (key, story, receiver, kind, due, score, payload, state, ended_at, at)
    SELECT story || '|desk|alert|0', story, 'desk', 'alert', at, 90,
    json_object('reason', 'first_report', 'watches', json_array('alibaba'), 'events', json_array(), 'entry', entry),
    'sent', at, at FROM matches ORDER BY at DESC;
UPDATE deliveries SET state = 'owed', ended_at = NULL WHERE id <= :owed;
INSERT INTO alerts (story, receiver, at, score, events, watches, entries, pending)
    SELECT story, 'desk', at, 90, '[]', '["alibaba"]', 1, state = 'owed' FROM deliveries;
INSERT INTO seen SELECT randomblob(16), id FROM entries
"""


def write(
    database: Path, configuration: Configuration, now: datetime, *, rows: int, owed: int, sent: int
) -> None:
    """Write a database with so many entries, the last of them from just now, and so many messages owed and sent."""
    with closing(Store.open(f"sqlite:///{database}", variants=configuration.tables.variants)) as store:
        index = _seed(store, configuration, now)
    with closing(sqlite3.connect(database)) as conn:
        for setting in ("synchronous = OFF", "cache_size = -1000000", "journal_mode = MEMORY"):
            conn.execute(f"PRAGMA {setting}")
        conn.execute(_LARGE_HEAP.format(64 << 20))
        _copy(conn, rows // SEEDS, index.form)
        _run(conn, _TOLD, {"both": owed + sent, "owed": owed})
        conn.execute(_LARGE_HEAP.format(1 << 20))
        conn.commit()


def _seed(store: Store, configuration: Configuration, now: datetime) -> StoryIndex:
    matcher = Matcher(configuration.watchlist, configuration.tables)
    index = StoryIndex(configuration.tables)
    made = in_time(Newsroom(configuration.tables, configuration.watchlist).entries(SEEDS))
    later = now - NOON - SPAN
    assigned = []
    for one in made:
        time = one.entry.time + later
        entry = replace(one.entry, time=time, first_seen=time, published=time)
        facts = matcher.facts(entry.title, entry.text, lang=entry.lang)
        index.load([(story_id(one.story), one.story, entry, facts)])
        assigned.append(
            Assignment(
                entry=entry,
                facts=facts,
                story=story_id(one.story),
                serial=one.story,
                new=False,
                joining=Joining(rule="first"),
            )
        )
    with store.begin() as conn:
        for start in range(0, len(assigned), _AT_ONCE):
            entries.save(conn, assigned[start : start + _AT_ONCE], {})
        packed = {one.entry.id: index.packed(one.entry.id) or b"" for one in assigned}
        recent.keep(conn, packed, index.form)
    return index


def _copy(conn: sqlite3.Connection, times: int, form: str) -> None:
    """Copy the seeds so many times less one, each copy older, so that a tenth lies in the window of the index."""
    step = LIFETIME / max(1, times // 10)
    own = int(conn.execute("SELECT max(serial) + 1 FROM stories").fetchone()[0])
    seeds = conn.execute("SELECT seq, packed FROM recent").fetchall()
    for copy in range(1, times):
        back = step * copy
        named = {
            "mark": f".{copy}",
            "own": own,
            "serials": own * copy,
            "seqs": SEEDS * copy,
            "seeds": SEEDS,
            "back": back // _MICROSECOND,
        }
        _run(conn, _COPIED, named)
        if back <= LIFETIME:
            conn.executemany("INSERT INTO recent VALUES (?, ?, ?, ?)", _recent(seeds, copy, back, form))


def _recent(
    seeds: list[tuple[int, bytes]], copy: int, back: timedelta, form: str
) -> list[tuple[int, int, str, bytes]]:
    rows = []
    for seq, packed in seeds:
        record = unpack(packed, 0)
        time = record.time - back
        record = replace(record, entry_id=f"{record.entry_id}.{copy}", time=time, published=time)
        ticks = int(time.timestamp() * 1_000_000)
        rows.append((seq + SEEDS * copy, ticks, form, pack(record)))
    return rows


def _run(conn: sqlite3.Connection, statements: str, named: dict[str, object]) -> None:
    for statement in statements.split(";"):
        used = {name: value for name, value in named.items() if f":{name}" in statement}
        conn.execute(statement, used)
