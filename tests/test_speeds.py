"""How quick the bot is: from published to told, by company and by source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import QuietHours, Receiver
from bot.render import Clock
from bot.render.speeds import Speed, SpeedsView, delay, speeds
from bot.render.stats import StatsView, stats
from bot.store import speeds as stored
from tests.deskwork import PROFIT, Desk
from tests.golden import assert_golden
from tests.golden.invented import at, reader
from tests.statusdesk import NOW, StatusDesk

SECOND = timedelta(seconds=1)


def seconds(*values: float) -> list[timedelta]:
    """Delays."""
    return [timedelta(seconds=value) for value in values]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


async def test_status_says_how_long_news_takes(desk: Desk) -> None:
    desk.read("harbour", PROFIT)
    await desk.deliver(minutes=2)
    said = desk.ask("status")
    assert "Published to told: 2 min, read to told: 2 min (medians of 7 days)" in said.message.plain
    assert said.rows[0]["median_seconds"] == {"published_to_told": 120.0, "read_to_told": 120.0}


async def test_stats_say_it_in_all_and_by_company_and_source(desk: Desk) -> None:
    news = (
        ("harbour", 1, "Acme sued over brake patents in Texas court"),
        ("harbour", 1, "Globex files for Hong Kong listing"),
        ("harbour", 1, "Initech cuts 3,000 jobs in restructuring"),
        ("gazette", 30, "Initech payroll service suffers nationwide outage"),
        ("gazette", 30, "Globex profit jumps 34% on cloud demand"),
        ("gazette", 30, "Acme recalls kettles over faulty handles"),
    )
    for outlet, minutes, title in news:
        desk.read(outlet, title)
        await desk.deliver(minutes=minutes)
    said = desk.ask("stats").message.plain
    assert "Speed · 7 days · " in said
    rows = [row for row in desk.ask("stats").rows if row["kind"] == "speed"]
    by_source = {row["name"]: row["median_seconds"] for row in rows if row["by"] == "source"}
    assert by_source == {"Harbour": 60.0, "Gazette": 1800.0}
    assert next(row for row in rows if row["by"] == "all" and row["from"] == "published")["alerts"] == 6
    assert "Speed" not in desk.ask("stats globex").message.plain


async def test_what_quiet_hours_held_back_says_nothing_of_the_bot(tmp_path: Path) -> None:
    from datetime import time

    quiet = Receiver(id="desk", via="chat", chat="1", quiet_hours=QuietHours(time(12), time(20), 101))
    desk = Desk(tmp_path, receiver=quiet)
    desk.read("harbour", PROFIT)
    await desk.deliver(minutes=600)
    assert desk.chat.posts
    with desk.store.snapshot() as conn:
        assert stored.tellings(conn, desk.now - timedelta(days=7)) == []
    desk.close()


async def test_an_outage_counts_and_a_wrong_clock_does_not(tmp_path: Path) -> None:
    desk = StatusDesk(tmp_path)
    desk.clock = NOW
    desk.read("harbour", "Alibaba profit rises 9% as Oslo sales grow", late=60)
    desk.read("delta", "Xiaomi faces outage of its payment service", late=-3600)
    await desk.deliver(seconds=3 * 3600)
    with desk.store.snapshot() as conn:
        told = {one.source: one for one in stored.tellings(conn, NOW - timedelta(days=7), ["desk"])}
    desk.close()
    assert told["harbour"].since_published == timedelta(hours=3, minutes=1)
    assert told["delta"].since_published is None
    assert told["delta"].since_read == timedelta(hours=3)


async def test_older_than_a_week_is_left_out(desk: Desk) -> None:
    desk.read("harbour", PROFIT)
    await desk.deliver()
    desk.now += timedelta(days=8)
    assert "Published to told" not in desk.ask("status").message.plain


def test_half_and_nine_in_ten_are_delays_that_happened() -> None:
    assert Speed.of([]) is None
    ten = Speed.of(seconds(*range(1, 11)))
    assert ten is not None
    assert (ten.median, ten.most, ten.count) == (5 * SECOND, 9 * SECOND, 10)
    one = Speed.of(seconds(7))
    assert one is not None
    assert one.median == one.most == 7 * SECOND


@pytest.mark.parametrize(
    ("took", "words"),
    [
        (0.04, "0.0 s"),
        (3.44, "3.4 s"),
        (48, "48 s"),
        (125, "2 min"),
        (7800, "2 h 10 min"),
        (200_000, "2 days"),
    ],
)
def test_a_delay_is_as_exact_as_anybody_needs(took: float, words: str) -> None:
    assert delay(timedelta(seconds=took), Clock.of(reader("en"), at(12))) == words


def test_without_an_alert_nothing_is_said() -> None:
    assert list(speeds(SpeedsView(span=timedelta(days=7)), Clock.of(reader("en"), at(12)))) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stats_speeds_look_as_approved(language: str) -> None:
    def speed(name: str, *values: float) -> Speed:
        made = Speed.of(seconds(*values), name)
        assert made is not None
        return made

    view = SpeedsView(
        span=timedelta(days=7),
        published=speed("", 20, 41, 48, 55, 60, 72, 90, 110, 190, 4000),
        read=speed("", 1.1, 2, 3.4, 3.6, 4, 5, 6, 7, 8, 40),
        watches=(speed("Alibaba", 41, 48, 72, 110), speed("月之暗面", 55, 60, 190), speed("BYD", 20)),
        sources=(speed("Harbour Wire", 20, 41, 48, 55), speed("浦江早报", 72, 110, 4000)),
    )
    told = StatsView(reader=reader(language), now=at(12), span=timedelta(days=30), speeds=view)
    assert_golden(f"stats_speeds.{language}", stats(told))
