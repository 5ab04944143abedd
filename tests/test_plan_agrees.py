"""A backtest tells what the bot tells: the same stream through a real store and outbox, and through ``plan``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.backtest import read_recorded, replay_recorded, replay_stored
from bot.store import Store
from tests.grouping import NOON, TABLES
from tests.newsdesk import COMPANIES, SETTINGS, Heard, live, open_store, planned, stream
from tests.planning import recorded


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(2))
async def test_a_recorded_stream_is_told_as_the_bot_tells_it(store: Store, seed: int) -> None:
    lines = stream(seed)
    said = await live(store, lines)

    plan = replay_recorded(
        read_recorded(recorded(lines), "lines"), settings=SETTINGS, watchlist=COMPANIES, tables=TABLES
    )
    assert planned(plan) == said


async def test_stored_entries_under_the_watchlist_that_told_them_change_nothing(store: Store) -> None:
    said = await live(store, stream(1))

    with store.snapshot() as conn:
        preview = replay_stored(conn, NOON, settings=SETTINGS, watchlist=COMPANIES, tables=TABLES)
    assert preview.changes == ()
    assert firsts(planned(preview.plan)) == firsts(said)


def firsts(told: list[Heard]) -> list[Heard]:
    """Return the first alert or digest of each story: of two that merged later the store knows one."""
    found: dict[tuple[str, ...], Heard] = {}
    for one in told:
        if one[2] in {"alert", "digest"}:
            found.setdefault(one[1:] if one[2] == "alert" else (str(one[0]), *one[1:]), one)
    return list(found.values())
