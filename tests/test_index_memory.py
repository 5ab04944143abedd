"""A window of a hundred thousand entries fits into memory, and a start takes it in without reading facts."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select, update

from bench.newsroom import Made, Newsroom, in_time
from bot.dedup import StoryIndex, story_id
from bot.dedup.hashed import Hashed
from bot.model import Assignment, Entry, Facts, Joining
from bot.pipeline.splitting import load_index
from bot.store import Store, entries, recent, schema
from tests.grouping import MATCHER, NOON, TABLES, WATCHLIST

MOST = 2_000
"""Bytes an entry; in a large window, which knows most words already, it is less."""


@cache
def _news(count: int = 260) -> list[tuple[Made, Facts]]:
    made = in_time(Newsroom(TABLES, WATCHLIST).entries(count))
    return [(one, MATCHER.facts(one.entry.title, one.entry.text, lang=one.entry.lang)) for one in made]


def _loaded(news: list[tuple[Made, Facts]]) -> StoryIndex:
    return _filled(StoryIndex(TABLES), news)


def _filled(index: StoryIndex, news: list[tuple[Made, Facts]]) -> StoryIndex:
    index.load((story_id(one.story), one.story, one.entry, facts) for one, facts in news)
    return index


def test_an_entry_of_the_window_takes_few_bytes() -> None:
    news = _news()
    index = _filled(StoryIndex(TABLES), news[:5])  # what is made once is made now
    gc.collect()
    tracemalloc.start()
    try:
        _filled(index, news)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(index) == len(news)
    assert held / len(news) < MOST


def test_an_index_taken_in_packed_decides_as_the_one_that_packed_it() -> None:
    news = _news()
    old, new = news[:200], news[200:]
    one, other = _loaded(old), StoryIndex(TABLES)
    packed = [(made.entry.id, story_id(made.story), made.story) for made, _ in old]
    other.recall((story, serial, one.packed(name) or b"") for name, story, serial in packed)
    assert len(other) == len(one)
    assert other.form == one.form
    told = [[index.assign(made.entry, facts) for made, facts in new] for index in (one, other)]
    assert told[0] == told[1]
    assert any(not each.new for each in told[0])


def _stored(store: Store, news: list[tuple[Made, Facts]], index: StoryIndex) -> None:
    first = Joining(rule="first")
    with store.begin() as conn:
        saved = [
            Assignment(
                entry=one.entry,
                facts=facts,
                story=story_id(one.story),
                serial=one.story,
                new=True,
                joining=first,
            )
            for one, facts in news
        ]
        entries.save(conn, saved, {})
        recent.keep(conn, {one.entry.id: index.packed(one.entry.id) or b"" for one, _ in news}, index.form)


def _load(store: Store, index: StoryIndex) -> StoryIndex:
    with store.snapshot() as conn:
        load_index(conn, index, NOON - timedelta(days=10))
    return index


def test_a_start_reads_no_facts_and_decides_the_same(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bot.db'}", variants=TABLES.variants)
    old, new = _news()[:200], _news()[200:260]
    index = _loaded(old)
    _stored(store, old, index)
    with store.begin() as conn:
        conn.execute(update(schema.entries).values(facts="not to be read"))
    again = _load(store, StoryIndex(TABLES))
    told = [[each.assign(made.entry, facts) for made, facts in new] for each in (index, again)]
    assert told[0] == told[1]
    store.close()


def test_what_another_version_packed_is_read_from_the_facts_instead(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bot.db'}", variants=TABLES.variants)
    old, new = _news()[:200], _news()[200:260]
    index = _loaded(old)
    _stored(store, old, index)
    with store.begin() as conn:
        half = select(schema.entries.c.seq).where(schema.entries.c.seq % 2 == 0)
        damaged = update(schema.recent).where(schema.recent.c.seq.in_(half))
        conn.execute(damaged.values(form="0-of-old", packed=b"of another form"))
    again = _load(store, StoryIndex(TABLES))
    told = [[each.assign(made.entry, facts) for made, facts in new] for each in (index, again)]
    assert told[0] == told[1]
    store.close()


def test_what_no_start_will_ask_for_again_is_dropped(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bot.db'}", variants=TABLES.variants)
    old = _news()[:50]
    _stored(store, old, _loaded(old))
    middle = old[25][0].entry.time
    with store.begin() as conn:
        recent.forget(conn, middle)
        kept = {each.entry_id for each in recent.for_index(conn, NOON, "any") if each.read}
        left = conn.execute(select(schema.recent.c.time)).scalars().all()
    assert len(kept) == len(old)
    assert len(left) == sum(one.entry.time >= middle for one, _ in old)
    store.close()


def test_a_window_that_slides_takes_no_more_and_no_more() -> None:
    index, sizes = StoryIndex(TABLES), []
    for day in range(4):
        later = timedelta(days=10 * day)
        for one, facts in _news()[:60]:
            index.assign(_moved(one.entry, later, day), facts)
        index.forget(NOON + later - timedelta(days=1))
        sizes.append(len(index))
    assert sizes == [60] * 4
    assert index.story_of(f"{_news()[0][0].entry.id}.0") is None


def _moved(entry: Entry, later: timedelta, day: int) -> Entry:
    name = f"{entry.id}.{day}"
    return replace(entry, id=name, link=f"{entry.link}.{day}", time=entry.time + later)


def test_numbers_are_found_by_their_keys_however_many_there_are() -> None:
    numbers = Hashed()
    for at in range(5_000):
        numbers.put(f"key {at}", at + 1)
    for at in range(0, 5_000, 2):
        numbers.put(f"key {at}", 0)
    numbers.fit()
    numbers.add(["key 1", "key 2"], 7)
    assert [numbers.get(f"key {at}") for at in range(5)] == [0, 9, 7, 4, 0]
    assert numbers.get("another") == 0
    assert all(numbers.get(f"key {at}") == at + 1 for at in range(3, 5_000, 2))
