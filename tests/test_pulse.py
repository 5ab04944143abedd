"""Is the bot well? One judgement for the health check, the ping and the page; and a loop that stands is noticed."""

from __future__ import annotations

import asyncio
import time as seconds
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot import metrics
from bot.app.pulses import House, Pulses
from bot.config.secrets import Secrets
from bot.errors import StoreFull
from bot.model import Operator, Settings, Source
from bot.schedule.pinging import Pinger
from bot.schedule.watchdog import Watchdog
from bot.store import Store, deliveries, pulse, reaching, sources
from bot.store.pulse import Beat
from tests.loopback import Newsroom
from tests.newsmaking import NOON, receiver
from tests.storing import later, open_store, owe


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        with opened.begin() as conn:
            sources.sync(conn, [Source(id="harbour", name="", url="https://h.example/")], NOON)
            pulse.note(conn, beat(0))
            read(conn, 0)
        yield opened


def beat(minutes: float, **more: Any) -> Beat:
    return Beat(at=later(minutes), started=later(-600), **more)


def read(conn: Any, minutes: float) -> None:
    """The source is read, and due again in five minutes."""
    due = later(minutes + 5)
    sources.succeeded(conn, "harbour", later(minutes), due=due, document=None, count=3, baseline=True)


def troubles(store: Store, minutes: float, found: Beat | None = None, **more: Any) -> tuple[str, ...]:
    with store.snapshot() as conn:
        judged = pulse.judge(conn, later(minutes), found, **more)
    assert judged.ok == (not judged.troubles) == (not judged.words)
    return judged.troubles


def test_a_bot_that_beats_polls_and_owes_nothing_is_well(store: Store) -> None:
    assert troubles(store, 1) == ()


def test_a_bot_without_a_beat_is_not_well_two_minutes_after_its_start(store: Store) -> None:
    assert troubles(store, 3) == ("silent",)
    assert troubles(store, 3, began=later(2)) == ()
    assert troubles(store, 5, began=later(2)) == ("silent",)


def test_a_bot_that_never_beat_gave_no_sign_of_life(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as fresh:
        assert troubles(fresh, 0) == ("silent",)
        assert troubles(fresh, 1, began=NOON) == ()


def test_a_source_that_is_long_due_means_that_nothing_is_polled(store: Store) -> None:
    assert troubles(store, 20, beat(20)) == ()
    assert troubles(store, 21, beat(21)) == ("late",)


def test_a_network_that_is_gone_is_a_trouble_once_nothing_was_read_for_long(store: Store) -> None:
    for minutes in (5, 10, 15, 20):
        with store.begin() as conn:
            due = later(minutes + 5)
            sources.failed(conn, "harbour", later(minutes), due=due, reason="dns", message="no", status=None)
    assert troubles(store, 15, beat(15)) == ()
    assert troubles(store, 21, beat(21)) == ("unread",)


def test_an_index_that_is_never_loaded_is_a_trouble(store: Store) -> None:
    assert troubles(store, 1, Beat(at=later(1), started=later(-3), decides=False)) == ()
    assert troubles(store, 3, Beat(at=later(3), started=later(-3), decides=False)) == ("loading",)


def test_a_chat_service_that_nobody_listens_to_is_named(store: Store) -> None:
    deaf = beat(1, listening={"telegram": True, "slack": False})
    with store.snapshot() as conn:
        assert pulse.judge(conn, later(1), deaf).words == ("questions from slack are not heard",)


def test_a_message_that_is_long_due_while_nothing_leaves_is_stuck(store: Store) -> None:
    with store.begin() as conn:
        read(conn, 20)
        owe(conn, "s1|desk")
        owe(conn, "s2|team", receiver="team")
    assert troubles(store, 15, beat(15)) == ()
    assert troubles(store, 16, beat(16)) == ("stuck",)
    with store.begin() as conn:  # a long queue that moves is none
        (first, *_) = deliveries.claim(conn, later(16), owner="me", lease=timedelta(minutes=3), limit=1)
        deliveries.sent(conn, first.id, later(16))
    assert troubles(store, 17, beat(17)) == ()


def test_what_a_lost_chat_is_owed_is_not_stuck(store: Store) -> None:
    desk = receiver(via="telegram", chat="1")
    with store.begin() as conn:
        read(conn, 20)
        owe(conn, "s1|desk")
        reaching.note_lost(conn, desk, "kicked", NOON)
    assert troubles(store, 16, beat(16)) == ()


class Home:
    """A running bot, as its signs of life see it."""

    def __init__(self, store: Store, address: str = "") -> None:
        self.store = store
        self.settings = Settings(operator=Operator(ping_url_env="PING"))
        self.configuration = SimpleNamespace(secrets=Secrets({"PING": address} if address else {}))
        self.pipeline = SimpleNamespace(decides=True)
        self.started = later(-600)
        self.listening = {"telegram": True}
        self.minutes = 1.0

    def now(self) -> Any:
        return later(self.minutes)


async def test_the_ping_goes_out_while_all_is_well_and_stops_when_it_is_not(store: Store) -> None:
    async with Newsroom() as watcher:
        watcher.publish("/ping/6f1ed3", b"OK")
        home = Home(store, watcher.url("/ping/6f1ed3"))
        ping = Pulses(cast("House", home)).jobs()["ping"][1]
        await ping()
        await ping()
        assert len(watcher.requests) == 2
        home.minutes = 30  # a source was due long ago
        await ping()
        assert len(watcher.requests) == 2


async def test_no_ping_goes_out_where_nothing_can_be_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("the disk is full")

    monkeypatch.setattr("bot.store.pulse.note", full)
    async with Newsroom() as watcher:
        ping = Pulses(cast("House", Home(store, watcher.url("/ping")))).jobs()["ping"][1]
        with pytest.raises(StoreFull):
            await ping()
        assert watcher.requests == []


async def test_without_an_address_nobody_is_pinged(store: Store) -> None:
    await Pulses(cast("House", Home(store))).jobs()["ping"][1]()


@pytest.mark.parametrize("status", [404, 500])
async def test_a_ping_that_fails_is_one_line_a_change_and_never_shows_its_address(status: int) -> None:
    pinger = Pinger()
    async with Newsroom() as watcher:
        address = watcher.url("/ping/6f1ed3")
        with capture_logs() as lines:
            watcher.publish("/ping/6f1ed3", status=status)
            assert [await pinger.ping(address) for _ in range(3)] == [False] * 3
            watcher.publish("/ping/6f1ed3")
            assert [await pinger.ping(address) for _ in range(2)] == [True] * 2
    with capture_logs() as gone:
        assert not await pinger.ping(address)
        assert not await pinger.ping("no address at all 6f1ed3")
    assert [line["log_level"] for line in lines] == ["warning", "info"]
    assert [line["why"] for line in gone] == ["ConnectError", "UnsupportedProtocol"]
    assert "6f1ed3" not in str(lines + gone)


def stand() -> None:
    """Keep the loop's thread for itself."""
    seconds.sleep(0.5)


async def test_a_loop_that_stands_is_shown_once_with_what_it_does() -> None:
    dog = Watchdog(stands=0.2)
    with capture_logs() as lines:
        dog.start()
        await dog.turn()
        stand()
        await dog.turn()
        await asyncio.sleep(0)
        dog.stop()
    assert [line["event"] for line in lines] == ["the event loop stands", "the event loop turns again"]
    assert "in stand" in lines[0]["stack"]
    assert sum(metrics.timings()["loop_late_seconds"][()].buckets) >= 2
