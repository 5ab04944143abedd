"""``plan`` on the store: what another watchlist would have told of what was read, and what that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backtest import Change, Preview, replay_stored
from bot.model import Mute, Route, Settings, Watch, Watchlist
from bot.store import Store, mutes
from tests.grouping import NOON, TABLES
from tests.newsdesk import COMPANIES, SETTINGS, live, open_store
from tests.planning import JOBS, PROFIT, PROFIT_AGAIN, SUED

WHEAT = "Wheat Board profit falls 12%"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def line(name: str, title: str, after: float = 0, source: str = "harbour") -> dict[str, Any]:
    """A line of one of the wires, so many hours after noon."""
    time = (NOON + timedelta(hours=after)).isoformat()
    return {
        "id": name,
        "time": time,
        "source": source,
        "title": title,
        "url": f"https://{source}.example/{name}",
    }


def preview(store: Store, *watches: Watch, since: datetime = NOON, settings: Settings = SETTINGS) -> Preview:
    """What these watches would have told."""
    watchlist = Watchlist(watches={watch.id: watch for watch in watches}) if watches else COMPANIES
    with store.snapshot() as conn:
        return replay_stored(conn, since, settings=settings, watchlist=watchlist, tables=TABLES)


def said(changes: tuple[Change, ...], receiver: str = "desk") -> list[tuple[str, str, str]]:
    """Sign, headline and reason of what changes for one receiver."""
    return [
        ("+" if one.gained else "-", one.title, one.reason) for one in changes if one.receiver == receiver
    ]


async def test_a_new_watch_gains_stories_and_one_that_left_loses_them(store: Store) -> None:
    await live(store, [line("a", PROFIT), line("b", WHEAT, 1), line("c", SUED, 2)])

    wheat = Watch(id="wheat", name="Wheat Board")
    found = preview(store, wheat, COMPANIES.watches["acme"])

    assert said(found.changes) == [("-", PROFIT, "no_match"), ("+", WHEAT, "first_report")]
    assert [one.at_once for one in found.changes if one.receiver == "desk"] == [True, True]
    assert (found.plan.entries, found.plan.stories) == (3, 3)


async def test_a_stricter_watch_loses_its_alert_and_says_why(store: Store) -> None:
    await live(store, [line("a", PROFIT)])

    calm = replace(COMPANIES.watches["globex"], min_score=99)
    (change,) = [one for one in preview(store, calm).changes if one.receiver == "desk"]

    assert (change.gained, change.at_once, change.reason) == (False, True, "below_threshold")


async def test_entries_stay_in_the_stories_where_they_are_stored(store: Store) -> None:
    await live(store, [line("a", PROFIT), line("b", PROFIT_AGAIN, 1, "ledger"), line("c", SUED, 2)])

    found = preview(store, Watch(id="acme", name="Acme"))
    assert found.plan.stories == 2


async def test_what_was_told_before_those_days_is_not_told_again(store: Store) -> None:
    await live(store, [line("a", PROFIT), line("b", PROFIT_AGAIN, 24, "ledger")])

    found = preview(store, since=NOON + timedelta(hours=12))
    assert found.changes == ()
    assert [one.kind.value for one in found.plan.messages if one.receiver == "desk"] == []
    assert found.plan.entries == 1


async def test_an_old_story_that_nobody_heard_is_told_when_more_is_read_of_it(store: Store) -> None:
    await live(store, [line("a", WHEAT), line("b", f"{WHEAT}, analysts say", 24, "ledger")])

    wheat = Watch(id="wheat", name="Wheat Board")
    found = preview(store, wheat, since=NOON + timedelta(hours=12))
    assert [sign for sign, _, _ in said(found.changes)] == ["+"]


async def test_a_baseline_alerts_nobody_under_any_watchlist(store: Store) -> None:
    await live(store, [line("a", WHEAT)])
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE entries SET baseline = 1")

    found = preview(store, Watch(id="wheat", name="Wheat Board"))
    assert found.plan.messages == ()
    assert found.changes == ()


async def test_a_mute_that_held_then_holds_here_and_only_from_its_beginning(store: Store) -> None:
    await live(store, [line("a", WHEAT), line("b", "Wheat Board sued over brake patents", 6)])
    with store.begin() as conn:
        until = NOON + timedelta(days=9)
        mutes.add(conn, Mute(watch="wheat", until=until), NOON + timedelta(hours=3))

    found = preview(store, Watch(id="wheat", name="Wheat Board"))
    assert said(found.changes) == [("+", WHEAT, "first_report")]


async def test_what_another_route_would_tell_is_seen_too(store: Store) -> None:
    await live(store, [line("a", PROFIT), line("b", JOBS, 1)])

    routes = (Route(name="jobs", to=("desk",), watches=frozenset({"initech"})),)
    found = preview(store, settings=replace(SETTINGS, routes=routes))
    assert said(found.changes) == [("-", PROFIT, "no_route")]


def test_an_empty_store_has_nothing_to_tell(store: Store) -> None:
    found = preview(store)
    assert (found.plan.entries, found.plan.messages, found.changes) == (0, (), ())
