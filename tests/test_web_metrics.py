"""What Prometheus reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.pipeline import PollResult, Settled
from bot.schedule.counted import poll_ended
from bot.web.exposition import COUNTERS, TIMINGS, exposition, resident
from bot.web.figures import Figures
from bot.web.site import site
from tests.statusdesk import NOW, StatusDesk

TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Counters begin at nothing, and what the test counted is forgotten."""
    before = metrics._counts.copy(), metrics._timings.copy()
    metrics._counts.clear()
    metrics._timings.clear()
    yield
    metrics._counts.clear()
    metrics._timings.clear()
    metrics._counts.update(before[0])
    metrics._timings.update(before[1])


def read(text: bytes) -> dict[str, Metric]:
    """The metrics of a text, by name."""
    return {family.name: family for family in text_string_to_metric_families(text.decode())}


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    """One sample's value."""
    samples = [
        each for family in found.values() for each in family.samples if each.name == f"wirewatch_{name}"
    ]
    fitting = [each.value for each in samples if each.labels == labels]
    assert fitting, f"no {name} {labels} among {samples}"
    return fitting[0]


async def scrape(desk: StatusDesk) -> dict[str, Metric]:
    """What Prometheus gets of a running bot."""
    transport = httpx.ASGITransport(site(desk, "127.0.0.1", TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return read(answer.content)


async def test_a_day_of_news_stands_in_the_metrics(tmp_path: Path) -> None:
    desk = StatusDesk(tmp_path)
    await desk.fill(days=1)
    found = await scrape(desk)
    desk.close()
    assert value(found, "owed", receiver="night", kind="alert") == 1
    assert value(found, "dead_letters", receiver="press-room") == 1
    assert value(found, "deliveries_total", channel="chat", kind="alert", outcome="sent") >= 7
    assert value(found, "deliveries_total", channel="chat", kind="alert", outcome="refused") == 1
    assert value(found, "deliveries_total", channel="chat", kind="alert", outcome="dead") == 1
    assert value(found, "sources") == 6
    assert value(found, "sources_failing") == 2
    assert value(found, "index_entries") == 11
    assert value(found, "last_backup_age_seconds") == timedelta(hours=5, minutes=35).total_seconds()
    assert value(found, "database_bytes") > 100_000
    assert value(found, "told_seconds_count") == value(found, "told_after_read_seconds_count") >= 7
    assert 20 < value(found, "told_seconds_sum") / value(found, "told_seconds_count") < 240
    assert value(found, "told_after_read_seconds_bucket", le="10.0") == value(found, "told_seconds_count")
    assert value(found, "build_info", version="0.1.0", python=_python())


def test_every_name_has_its_meaning_and_its_kind_before_anything_was_counted() -> None:
    found = read(exposition(Figures(), indexed=0, started=0.0))
    assert all(family.documentation for family in found.values())
    assert all(family.name.startswith("wirewatch_") for family in found.values())
    counters = {name.removeprefix("wirewatch_") for name, family in found.items() if family.type == "counter"}
    timings = {
        name.removeprefix("wirewatch_") for name, family in found.items() if family.type == "histogram"
    }
    assert counters == set(COUNTERS)
    assert timings == set(TIMINGS)
    assert value(found, "told_seconds_count") == 0


def test_polls_are_counted_by_how_they_ended() -> None:
    settled = Settled(source="a", new=3, opened=2, edited=1)
    for result in (
        PollResult(source="a", settled=settled),
        PollResult(source="a", settled=Settled(source="a")),
        PollResult(source="a", unchanged=True),
        PollResult(source="a", postponed=True),
        PollResult(source="a", error="gone", reason="status"),
        PollResult(source="a", error="gone", reason="status"),
    ):
        poll_ended(result, 0.3)
    found = read(exposition(Figures(), indexed=0, started=0.0))
    outcomes = {"new": 1, "read": 1, "unchanged": 1, "postponed": 1, "failed": 2}
    assert {name: value(found, "polls_total", outcome=name) for name in outcomes} == outcomes
    assert value(found, "entries_total", kind="new") == 3
    assert value(found, "entries_total", kind="edited") == 1
    assert value(found, "stories_total") == 2
    assert value(found, "poll_seconds_bucket", le="0.1") == 0
    assert (
        value(found, "poll_seconds_bucket", le="0.5") == value(found, "poll_seconds_bucket", le="+Inf") == 6
    )


def test_what_takes_time_is_counted_also_where_it_fails() -> None:
    async def works() -> int:
        return 5

    async def breaks() -> int:
        raise LookupError

    async def both() -> int:
        with pytest.raises(LookupError):
            await metrics.timed("fetch_seconds", breaks())
        return await metrics.timed("fetch_seconds", works())

    assert asyncio.run(both()) == 5
    found = read(exposition(Figures(), indexed=0, started=0.0))
    assert value(found, "fetch_seconds_count") == 2


def test_a_counter_that_nobody_described_is_not_lost() -> None:
    metrics.count("sandbox_kills_total", 2, reason="memory")
    metrics.observe("backup_seconds", 4.0)
    found = read(exposition(Figures(), indexed=0, started=0.0))
    assert value(found, "sandbox_kills_total", reason="memory") == 2
    assert value(found, "backup_seconds_sum") == 4.0


def test_names_of_receivers_can_not_break_the_text() -> None:
    odd = 'a"b\\c\nwirewatch_owed 5'
    found = read(exposition(Figures(dead={odd: 3}), indexed=0, started=0.0))
    assert value(found, "dead_letters", receiver=odd) == 3
    assert found["wirewatch_owed"].samples == []


def test_memory_is_known_where_the_system_says_it(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmRSS:\t    2048 kB\n")
    assert resident(status) == 2048 * 1024
    assert resident(tmp_path / "missing") is None


async def test_an_outage_shows_in_how_long_the_oldest_message_is_due(tmp_path: Path) -> None:
    desk = StatusDesk(tmp_path)
    desk.clock = NOW
    desk.read("harbour", "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand")
    desk.clock = NOW + timedelta(hours=6)
    found = await scrape(desk)
    desk.close()
    assert value(found, "owed_oldest_seconds", receiver="desk") == 6 * 3600
    assert value(found, "source_overdue_seconds") > 0


def _python() -> str:
    import platform

    return platform.python_version()
