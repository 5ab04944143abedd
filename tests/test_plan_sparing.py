"""``plan`` reads no more of the store than it must, and says what it would say if it read everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backtest import Preview, replay_stored, stored
from bot.model import Mute, Watch, Watchlist
from bot.store import Store, history, mutes
from tests.grouping import NOON, TABLES
from tests.newsdesk import COMPANIES, SETTINGS, live, open_store, stream

WHEAT = Watch(id="wheat", name="Wheat harvest", products=("museum of old lamps",))
WATCHLISTS = {
    "the same": COMPANIES,
    "another": Watchlist(watches={"wheat": WHEAT, "acme": COMPANIES.watches["acme"]}),
    "of nobody": Watchlist(watches={"nobody": Watch(id="nobody", name="Nobody Holdings")}),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def preview(store: Store, watchlist: Watchlist, hours: float) -> Preview:
    """What a watchlist would have told since so many hours after noon."""
    since = NOON + timedelta(hours=hours)
    with store.snapshot() as conn:
        return replay_stored(conn, since, settings=SETTINGS, watchlist=watchlist, tables=TABLES)


class Everything(stored._Sightings):
    """Every entry is read, and everything that it says."""

    def take(self, story: str, entry: str, title: str, text: str) -> None:
        self.stories.add(story)
        self.named.add(story)
        self._facts[entry] = self._matcher.facts(title, text)


@pytest.mark.parametrize("seed", [0])
async def test_a_sparing_plan_is_the_plan_of_reading_everything(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    await live(store, stream(seed, 60))
    with store.begin() as conn:
        mutes.add(conn, Mute(watch="acme", until=NOON + timedelta(days=2)), NOON + timedelta(days=1))

    asked = [(watchlist, hours) for watchlist in WATCHLISTS.values() for hours in (-1, 20, 50)]
    sparing = [preview(store, *each) for each in asked]
    monkeypatch.setattr(stored, "_Sightings", Everything)
    assert sparing == [preview(store, *each) for each in asked]
    assert any(each.plan.messages for each in sparing)
    assert any(each.changes for each in sparing)


async def test_of_stories_that_name_no_watch_only_the_words_are_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(store, stream(1, 8))
    asked: list[set[str]] = []
    entries_since = history.entries_since

    def noted(conn, since, stories):  # type: ignore[no-untyped-def]
        asked.append(set(stories))
        return entries_since(conn, since, stories)

    monkeypatch.setattr(history, "entries_since", noted)
    with store.begin() as conn:
        conn.exec_driver_sql("DELETE FROM alerts")
    found = preview(store, WATCHLISTS["of nobody"], -1)

    assert asked == [set()]
    assert found.plan.stories > 1
    assert found.plan.entries > found.plan.stories


async def test_the_text_of_an_entry_counts_where_its_title_names_nobody(store: Store) -> None:
    await live(store, stream(1, 4))
    text = "Nobody Holdings grew. Nobody Holdings hired. Nobody Holdings moved. Nobody Holdings profit jumps."
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE entries SET body = '', summary = ?", (text,))

    told = preview(store, WATCHLISTS["of nobody"], -1).plan.messages
    assert {watch for message in told for watch in message.watches} == {"nobody"}


async def test_a_plan_says_when_its_entries_were_read(store: Store) -> None:
    lines = stream(2, 4)
    await live(store, lines)

    plan = preview(store, WATCHLISTS["of nobody"], 0).plan
    assert plan.first is not None
    assert plan.last is not None
    assert plan.first.isoformat() == lines[0]["time"]
    assert plan.last.isoformat() == lines[-1]["time"]
