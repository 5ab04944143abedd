"""Dates that are missing, wrong or moved, floods and odd orders: told once, in order, and at the right time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.bureau import NOON, Bureau, minutes_ago
from tests.loopback import Newsroom, atom
from tests.trapping import HEADLINES, OLD, REGIMES, feed, item, items, moved

FLOOD = (
    "Globex opens a wind farm off Jutland",
    "Acme recalls toasters after kitchen fires",
    "Initech names Maria Lindqvist chief financial officer",
    "Globex sues rival over stolen gearbox drawings",
    "Acme closes its Ohio glass factory",
    "Initech wins contract for Nairobi metro tickets",
    "Globex raises $450 million from pension funds",
    "Acme fined €12 million over river pollution",
    "Initech pulls out of merger with Umbra",
    "Globex airline partner grounds freight planes",
    "Acme quarterly revenue misses forecasts by 9%",
    "Initech customer records stolen by hackers",
)


@pytest.fixture(params=REGIMES)
async def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bureau]:
    async with (
        Newsroom() as newsroom,
        Bureau(tmp_path, newsroom, restarts=REGIMES[request.param]()) as bureau,
    ):
        await bureau.read(feed())
        yield bureau


async def test_a_date_that_is_bumped_at_every_poll_is_no_news_and_is_not_collected(bureau: Bureau) -> None:
    """T8"""
    await bureau.read(feed(items(4)))
    keys = bureau.keys
    for minute in range(1, 6):
        await bureau.read(feed(items(4, ago=-12 - minute)))

    assert sorted(bureau.told) == sorted(HEADLINES[:4])
    assert bureau.edits == 0
    assert bureau.keys == keys


async def test_an_item_without_a_date_has_the_time_at_which_it_was_first_seen(bureau: Bureau) -> None:
    """T10"""
    undated = items(3, date=None)
    await bureau.read(feed(undated))
    seen = bureau.now
    await bureau.read(feed(undated[::-1]), feed(undated), minutes=60)

    times = {story.root.entry.time for story in bureau.grouped if story.root.entry.title in HEADLINES}
    assert times == {seen}
    assert all("seen 12:20" in post.shown for post in bureau.chat.posts)


async def test_a_date_in_the_future_is_told_now_and_blocks_nothing(bureau: Bureau) -> None:
    """T11"""
    ahead = item(0, date=minutes_ago(-30 * 1440))
    await bureau.read(feed(ahead), feed(item(1, ago=-22), ahead), feed(item(2, ago=-32), item(1), ahead))

    assert bureau.told == list(HEADLINES[:3])
    assert "seen 12:20" in bureau.chat.posts[0].text
    first = next(story.root.entry for story in bureau.grouped if story.root.entry.title == HEADLINES[0])
    assert first.time == NOON + timedelta(minutes=20)


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0000-00-00",
        "yesterday",
        "31/11/2026 25:61",
        "13/11/2026 09:00",
        "-1",
    ],
)
async def test_a_date_that_cannot_be_is_no_date(tmp_path: Path, date: str) -> None:
    """T12"""
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed(), feed(item(0, date=date)))
        await bureau.restart()
        await bureau.read(feed(item(0, date="2026-13-45")), feed(item(1, ago=-32), item(0, date=date)))

        assert bureau.told == list(HEADLINES[:2])
        assert "seen 12:20" in bureau.chat.posts[0].text


async def test_a_first_poll_of_a_thousand_items_tells_nobody(tmp_path: Path) -> None:
    """T13"""
    archive = [
        item(n, f"Globex {word} no. {n}: {n * 7} units", ago=n * 3)
        for n, word in enumerate(["recall", "order", "lawsuit", "profit"] * 250)
    ]
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed(archive))
        await bureau.restart()
        assert len(bureau.stored) == 1001
        assert bureau.told == []

        await bureau.read(feed(item(5000, HEADLINES[1], ago=-12), archive[:-1]))
        assert bureau.told == [HEADLINES[1]]


async def test_many_new_items_after_an_outage_are_all_told_in_order(bureau: Bureau) -> None:
    """T15: the strongest first, of equally strong ones the oldest."""
    flood = [item(n, title, ago=600 - 20 * n) for n, title in enumerate(FLOOD)]
    bureau.newsroom.publish("/harbour.xml", status=503)
    await bureau.poll(minutes=10)
    await bureau.read(feed(flood[::-1]), minutes=600)

    score = {post.headline: int(post.text.splitlines()[-1].split()[0]) for post in bureau.chat.posts}
    assert bureau.told == sorted(FLOOD, key=lambda title: -score[title])
    assert len(set(score.values())) < len(FLOOD)
    assert bureau.replies == []


async def test_one_piece_of_news_among_many_is_still_one_story(bureau: Bureau) -> None:
    """T15, grouped: what a source wrote twice about one matter is one alert."""
    again = item(90, f"{HEADLINES[3]}, sources say", ago=-13)
    await bureau.read(feed(again, items(6)))
    assert sorted(bureau.told) == sorted(HEADLINES)


@pytest.mark.parametrize("order", ["newest first", "newest last", "shuffled"])
async def test_new_items_are_found_wherever_they_stand(bureau: Bureau, order: str) -> None:
    """T26"""
    random, listed = Random(26), items(1)
    await bureau.read(feed(listed))
    for number in range(1, 6):
        new = item(number, ago=-12 - number)
        listed = [*listed, new] if order == "newest last" else [new, *listed]
        if order == "shuffled":
            random.shuffle(listed)
        await bureau.read(feed(listed[-40:] if order == "newest last" else listed[:40]))
    assert bureau.told == list(HEADLINES)


async def test_an_entry_of_an_atom_feed_that_only_was_updated_is_not_told_again(bureau: Bureau) -> None:
    """T8"""
    for hour in range(12, 17):
        entry = {**item(0), "date": f"2026-11-12T{hour}:15:00Z", "id": "tag:harbour.example,2026:0"}
        await bureau.read(atom([entry, {**OLD, "date": "2026-11-12T09:00:00Z"}]), minutes=60)
    assert bureau.told == [HEADLINES[0]]
    assert bureau.edits == 0
    assert moved(item(0))["title"] in bureau.alert
