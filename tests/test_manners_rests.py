"""A host that asks for a pause gets it at once, also from the requests that stand in line for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher
from bot.model import Polling
from tests.loopback import Answer, Newsroom, rss
from tests.manners import Clock

FEED = rss([{"title": "x"}])
LOCAL = Polling(allow_private=("127.0.0.0/8",), per_host=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[Newsroom]:
    async with Newsroom() as site:
        site.publish("/feed", FEED)
        yield site


@pytest.fixture
async def fetcher(clock: Clock) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(LOCAL, clock=clock)
    yield fetcher
    await fetcher.close()


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [(429, {"Retry-After": "120"}, 120), (503, {"Retry-After": "60"}, 60), (429, {}, 900)],
)
async def test_a_resting_host_is_not_asked_until_its_pause_is_over(
    site: Newsroom, fetcher: Fetcher, clock: Clock, status: int, headers: dict[str, str], seconds: int
) -> None:
    site.publish("/busy", status=status, headers=headers)
    first = await refusal(fetcher, site.url("/busy"))
    assert (first.status, first.host) == (status, f"127.0.0.1:{site.port}")
    clock.now += seconds - 1
    error = await refusal(fetcher, site.url("/feed"))
    assert (error.reason, error.retry_after) == ("host_rests", timedelta(seconds=1))
    assert "asked us to come less often" in str(error)
    assert len(site.requests) == 1
    clock.now += 1
    assert (await fetcher.fetch(site.url("/feed"))).body == FEED


async def test_those_in_line_turn_back(site: Newsroom, fetcher: Fetcher) -> None:
    site.publish("/busy", status=429, headers={"Retry-After": "120"}, delay=0.05)
    results = await asyncio.gather(
        *(fetcher.fetch(site.url("/busy")) for _ in range(20)), return_exceptions=True
    )
    reasons = [getattr(result, "reason", "") for result in results]
    assert (reasons.count("status"), reasons.count("host_rests")) == (1, 19)
    assert len(site.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 403])
async def test_other_errors_are_no_wish_for_a_pause(site: Newsroom, fetcher: Fetcher, status: int) -> None:
    site.script("/busy", Answer(status=status))
    await refusal(fetcher, site.url("/busy"))
    assert (await fetcher.fetch(site.url("/feed"))).body == FEED


async def test_another_host_is_asked_meanwhile_and_may_not_lead_back(
    site: Newsroom, fetcher: Fetcher
) -> None:
    site.publish("/busy", status=429, headers={"Retry-After": "120"})
    await refusal(fetcher, site.url("/busy"))
    async with Newsroom() as other:
        other.publish("/feed", FEED)
        other.redirect("/there", site.url("/feed"))
        assert (await fetcher.fetch(other.url("/feed"))).body == FEED
        assert (await refusal(fetcher, other.url("/there"))).reason == "host_rests"
    assert len(site.requests) == 1


async def test_the_host_that_a_redirect_led_to_is_the_one_that_rests(
    site: Newsroom, fetcher: Fetcher
) -> None:
    async with Newsroom() as other:
        other.redirect("/there", site.url("/busy"), 302)
        other.publish("/feed", FEED)
        site.publish("/busy", status=429)
        assert (await refusal(fetcher, other.url("/there"))).host == f"127.0.0.1:{site.port}"
        assert (await fetcher.fetch(other.url("/feed"))).body == FEED


async def test_a_longer_pause_is_not_shortened_by_a_later_answer(
    site: Newsroom, fetcher: Fetcher, clock: Clock
) -> None:
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), per_host=2), clock=clock)
    site.publish("/long", status=429, headers={"Retry-After": "3600"}, delay=0.02)
    site.publish("/short", status=429, headers={"Retry-After": "5"}, delay=0.06)
    urls = [site.url("/long"), site.url("/short")]
    await asyncio.gather(*map(fetcher.fetch, urls), return_exceptions=True)
    clock.now += 60
    assert (await refusal(fetcher, site.url("/feed"))).reason == "host_rests"
    await fetcher.close()
