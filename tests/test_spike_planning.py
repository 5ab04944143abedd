"""``plan`` replays spikes as the bot tells them: by the clock of the entries, with the habit that was known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.backtest import Preview, read_recorded, replay_recorded, replay_stored
from bot.cli.planning import message_row
from bot.model import Budget, DeliveryKind, Reason, Route, Settings
from bot.store import Store
from tests import newsdesk
from tests.bursting import headlines
from tests.grouping import NOON, TABLES
from tests.newsdesk import COMPANIES, MORNING, NEWS, WIRES, live, open_store, planned
from tests.planning import recorded

ROUTES = (
    Route(name="important", to=("desk", "night"), min_score=60),
    Route(name="rest", to=("desk",), min_score=40, digest=MORNING),
)
DESK, NIGHT = newsdesk.RECEIVERS
SETTINGS = replace(
    newsdesk.SETTINGS, routes=ROUTES, receivers={"desk": replace(DESK, at_most=Budget(20)), "night": NIGHT}
)
BURSTS = (20.0, 20.4, 21.6, 22.9)
"""Days after noon at which a burst begins: the second within the cool-down, the last in the night."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(newsdesk, "SETTINGS", SETTINGS)
    with open_store(tmp_path) as opened:
        yield opened


def stream(seed: int, *, loud: int = 6) -> list[dict[str, Any]]:
    """Three weeks with a story a day, some that ring anyway, and four bursts at the end."""
    random = Random(seed)
    quiet = [random.uniform(0, 20) for _ in range(20)]
    bursts = [day + random.uniform(0, 0.2) for day in BURSTS for _ in range(random.randrange(8, 13))]
    titled = list(zip(sorted([*quiet, *bursts]), headlines(), strict=False))
    titled += [(random.uniform(0, 23.5), random.choice(random.choice(NEWS))) for _ in range(loud)]
    lines = []
    for at, (day, title) in enumerate(sorted(titled)):
        wire = random.choice(WIRES)
        time = (NOON + timedelta(seconds=round(day * 86400))).isoformat()
        url = f"https://{wire}.example/e{at}"
        lines.append({"id": f"e{at}", "source": wire, "title": title, "url": url, "time": time})
    return lines


@pytest.mark.parametrize("seed", range(2))
async def test_a_recorded_burst_is_told_as_the_bot_tells_it(store: Store, seed: int) -> None:
    lines = stream(seed)
    said = await live(store, lines)

    entries = read_recorded(recorded(lines), "lines")
    plan = replay_recorded(entries, settings=SETTINGS, watchlist=COMPANIES, tables=TABLES)

    assert planned(plan) == said
    spikes = [one for one in plan.messages if one.verdict is Reason.SPIKE]
    assert {one.receiver for one in spikes} == {"desk", "night"}
    assert all(one.watches == ("globex",) and 40 <= one.score < 60 for one in spikes)
    assert message_row(spikes[0])["verdict"] == "spike"


async def test_the_store_knows_the_habit_and_the_spikes_of_the_days_before_the_plan(store: Store) -> None:
    await live(store, stream(7))

    for days in (1.5, 2.5, 23):  # the second begins within a burst, and within the cool-down of another
        found = stored(store, NOON + timedelta(days=23 - days))
        assert found.changes == ()
        assert any(one.verdict is Reason.SPIKE for one in found.plan.messages)


async def test_another_route_would_have_told_every_story_and_no_spike(store: Store) -> None:
    await live(store, stream(7, loud=0))

    open_to_all = replace(SETTINGS, routes=(replace(ROUTES[0], min_score=40),))
    found = stored(store, NOON + timedelta(days=21), open_to_all)

    alerts = [one for one in found.plan.messages if one.kind is DeliveryKind.ALERT and one.receiver == "desk"]
    assert len(alerts) > 10
    assert {one.verdict for one in alerts} == {Reason.FIRST_REPORT}


def stored(store: Store, since: datetime, settings: Settings = SETTINGS) -> Preview:
    with store.snapshot() as conn:
        return replay_stored(conn, since, settings=settings, watchlist=COMPANIES, tables=TABLES)
