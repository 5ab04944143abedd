"""What is due is polled at the speed of the slots, whoever hangs, and no host gets more than its share of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bot.model import Polling, Settings, Source
from bot.pipeline import Pipeline, PollResult
from bot.schedule import Schedule
from bot.store import Store, requests, sources
from bot.store.sources import SourceState
from tests.newsmaking import NOON
from tests.storing import open_store


class Polls:
    """Stands in for the pipeline: notes who is polled, lets some wait until they are released."""

    decides = True

    def __init__(self, store: Store, *, concurrency: int, per_host: int = 2) -> None:
        polling = Polling(concurrency=concurrency, per_host=per_host)
        self.newsroom = SimpleNamespace(settings=replace(Settings(), polling=polling))
        self.hanging: set[str] = set()
        self.release = asyncio.Event()
        self.ended = asyncio.Event()
        self.both_began = asyncio.Event()
        self.aside = 0
        self.began: list[str] = []
        self.done: list[str] = []
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_at_once = 0
        self._store = store

    async def poll(self, state: SourceState) -> PollResult:
        self.began.append(state.id)
        self.running[state.host] += 1
        if self.running.total() == 2:
            self.both_began.set()
        self.most |= self.running
        self.most_at_once = max(self.most_at_once, self.running.total() - self.aside)
        try:
            await self._wait(state)
            due = NOON + timedelta(hours=1)
            await self._store.write(
                lambda conn: sources.succeeded(
                    conn, state.id, NOON, due=due, document=None, count=None, baseline=False
                )
            )
        finally:
            self.running[state.host] -= 1
        self.done.append(state.id)
        self.ended.set()
        return PollResult(source=state.id)

    async def _wait(self, state: SourceState) -> None:
        if state.host not in self.hanging:
            await asyncio.sleep(0.001)
            return
        self.aside += 1
        try:
            await self.release.wait()
        finally:
            self.aside -= 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def configure(store: Store, hosts: list[str], *, now: datetime = NOON) -> None:
    """Have a source on each of these hosts, due in this order."""
    listed = [
        Source(id=f"s{number:04}", name="", url=f"https://{host}/{number}")
        for number, host in enumerate(hosts)
    ]
    with store.begin() as conn:
        sources.sync(conn, listed, now - timedelta(hours=1), spread=timedelta(minutes=1))


def schedule(store: Store, polls: Polls) -> Schedule:
    return Schedule(
        store=store,
        pipeline=cast("Pipeline", polls),
        clock=lambda: NOON,
        owner="test",
        aside=lambda: polls.aside,
    )


async def until(polls: Polls, count: int) -> None:
    """Wait for so many polls."""
    async with asyncio.timeout(100):
        while len(polls.done) < count:
            polls.ended.clear()
            await polls.ended.wait()


async def test_what_is_due_drains_without_waiting_for_ticks(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.schedule.TICK", 3_600)
    configure(store, [f"h{number}.example" for number in range(150)])
    polls = Polls(store, concurrency=4)
    stop = asyncio.Event()
    running = asyncio.create_task(schedule(store, polls).run(stop, {}))
    await until(polls, 150)
    stop.set()
    await running

    assert sorted(polls.done) == sorted(set(polls.began)) == [f"s{number:04}" for number in range(150)]
    assert polls.most_at_once <= 4


async def test_sources_on_hanging_hosts_keep_no_other_from_being_polled(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.schedule.TICK", 0.05)
    hosts = [f"h{number}.example" for number in range(80)]
    configure(store, hosts)
    polls = Polls(store, concurrency=4)
    polls.hanging = set(hosts[:60])
    stop = asyncio.Event()
    running = asyncio.create_task(schedule(store, polls).run(stop, {}))
    await until(polls, 20)

    assert sorted(polls.done) == [f"s{number:04}" for number in range(60, 80)]
    assert polls.running.total() == 60
    polls.release.set()
    stop.set()
    await running
    assert len(polls.done) == 80


async def test_one_host_with_many_sources_gets_its_share_and_no_more(store: Store) -> None:
    configure(store, ["hub.example"] * 60 + [f"h{number}.example" for number in range(20)])
    polls = Polls(store, concurrency=8)
    polls.hanging = {"hub.example"}
    stop = asyncio.Event()
    running = asyncio.create_task(schedule(store, polls).run(stop, {}))
    await until(polls, 20)

    assert all(int(name[1:]) >= 60 for name in polls.done)
    assert polls.most["hub.example"] == 4
    polls.release.set()
    await until(polls, 80)
    stop.set()
    await running
    assert polls.most["hub.example"] == 4
    assert len(set(polls.began)) == len(polls.began) == 80


async def test_once_polls_everything_that_is_due_and_nothing_twice(store: Store) -> None:
    configure(store, ["hub.example"] * 30 + [f"h{number}.example" for number in range(70)])
    polls = Polls(store, concurrency=8)
    results = await schedule(store, polls).poll_all_due()

    assert sorted(result.source for result in results) == [f"s{number:04}" for number in range(100)]
    assert polls.most["hub.example"] <= 4
    assert polls.most_at_once <= 8


async def test_what_is_asked_for_is_polled_before_it_is_due(store: Store) -> None:
    configure(store, ["a.example", "b.example"], now=NOON + timedelta(hours=3))
    with store.begin() as conn:
        requests.add(conn, "poll", {"source": "s0001"}, NOON)
    polls = Polls(store, concurrency=8)
    results = await schedule(store, polls).poll_all_due()

    assert [result.source for result in results] == ["s0001"]


async def test_no_poll_begins_after_the_stop(store: Store) -> None:
    configure(store, [f"h{number}.example" for number in range(200)])
    polls = Polls(store, concurrency=4)
    stop = asyncio.Event()
    running = asyncio.create_task(schedule(store, polls).run(stop, {}))
    await until(polls, 20)
    stop.set()
    await running
    ended = len(polls.began)
    await asyncio.sleep(0.05)

    assert len(polls.began) == len(polls.done) == ended < 200


async def test_polls_that_wait_for_the_index_are_given_back_when_the_bot_is_stopped(store: Store) -> None:
    configure(store, ["a.example", "b.example"])
    polls = Polls(store, concurrency=4)
    polls.decides = False  # the recent stories are still being loaded
    polls.hanging = {"a.example", "b.example"}
    stop = asyncio.Event()
    running = asyncio.create_task(schedule(store, polls).run(stop, {}))
    async with asyncio.timeout(20):
        await polls.both_began.wait()
        began = asyncio.get_running_loop().time()
        stop.set()
        await running

    assert asyncio.get_running_loop().time() - began < 5
    assert polls.done == []
    with store.begin() as conn:
        free = sources.claim_due(conn, NOON, owner="another", lease=timedelta(minutes=3), limit=9)
    assert len(free) == 2


async def test_a_job_goes_on_by_seconds_that_nobody_can_set(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.schedule.TICK", 0.02)
    configure(store, ["a.example"])
    polls = Polls(store, concurrency=4)
    hands = {"now": NOON}
    found = Schedule(store=store, pipeline=cast("Pipeline", polls), clock=lambda: hands["now"], owner="test")
    stop, times = asyncio.Event(), list[float]()

    async def note() -> None:
        times.append(asyncio.get_running_loop().time())
        hands["now"] -= timedelta(hours=1)
        if len(times) == 5:
            stop.set()

    async with asyncio.timeout(20):
        await found.run(stop, {"note": (0.05, note)})
    assert len(times) == 5
    assert times[-1] - times[0] >= 4 * 0.05 - 0.01
