"""The running pipeline makes splits between two decisions, and one that breaks is answered and stops nothing."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest

from bot import pipeline as running
from bot.app.asking import ask
from bot.commands import Asked
from bot.pipeline import Pipeline
from bot.pipeline.splitting import give_up, split_asked
from bot.store import Connection, requests
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk


@pytest.fixture
def story(desk: Desk) -> str:
    """A story of three reports at one address."""
    story = desk.read("harbour", PROFIT, link=LINK)
    desk.read("pujiang", CLIMBS, link=LINK)
    desk.read("south", "Globex beats forecasts", link=LINK)
    return story


def pipeline_of(desk: Desk) -> Pipeline:
    """A pipeline that polls nothing."""
    nothing = cast("Any", None)
    return Pipeline(
        store=desk.store,
        fetcher=nothing,
        sandbox=nothing,
        newsroom=desk.newsroom,
        clock=lambda: desk.now,
    )


def result(desk: Desk, number: int) -> Any:
    """What a request was answered."""
    with desk.store.snapshot() as conn:
        request = requests.get(conn, number)
    assert request is not None
    return request.result


async def test_splits_wait_until_the_index_is_loaded_and_are_then_made_in_turn(
    desk: Desk, story: str
) -> None:
    desk.request(f"story split {story} 2")
    first = desk.asked
    desk.request(f"story split {story} 3")
    pipeline = pipeline_of(desk)

    assert await pipeline.split_asked() == 0
    assert result(desk, first) is None
    pipeline.open()
    assert await pipeline.split_asked() == 2
    assert await pipeline.split_asked() == 0

    news = {result(desk, number)["new"] for number in (first, desk.asked)}
    assert len(news) == 2
    assert desk.titles(story) == [PROFIT]


async def test_one_that_breaks_changes_nothing_and_the_next_is_made(
    desk: Desk, story: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request(f"story split {story} 2")
    first = desk.asked
    desk.request(f"story split {story} 3")
    broken = [True]

    def breaking(conn: Connection, *more: Any) -> bool:
        done = split_asked(conn, *more)
        if broken.pop() if broken else False:
            raise RuntimeError("the disk is on fire")
        return done

    monkeypatch.setattr(running, "split_asked", breaking)
    pipeline = pipeline_of(desk)
    pipeline.open()
    with caplog.at_level(logging.CRITICAL):
        assert await pipeline.split_asked() == 2

    assert result(desk, first) == {"done": False, "reason": "broken", "error": "the disk is on fire"}
    assert desk.titles(story) == [PROFIT, CLIMBS]
    with desk.store.snapshot() as conn:
        rows = desk.answer_to(conn, f"story {story}").rows
    assert [desk.index.story_of(str(row["entry"])) for row in rows] == [story, story]


async def test_the_asker_of_a_broken_one_reads_why(desk: Desk, story: str) -> None:
    desk.request(f"story split {story} 2")
    with desk.store.begin() as conn:
        give_up(conn, "the disk is on fire")
        given = desk.finished(conn)

    assert given.failed
    assert "nothing was changed: the disk is on fire" in given.message.plain


async def test_in_a_chat_the_answer_comes_when_it_is_done(desk: Desk, story: str) -> None:
    pipeline = pipeline_of(desk)
    pipeline.open()
    asked = Asked(
        verb="story",
        words=f"split {story} 2",
        reader=desk.settings.receivers["desk"],
        admin=True,
        by="telegram:7",
    )

    async def answered() -> str:
        return (await ask(desk.store, asked, desk.desk, lambda: desk.now)).message.plain

    answer = asyncio.create_task(answered())
    while not await pipeline.split_asked():  # noqa: ASYNC110  the request is a row, which sets no event
        await asyncio.sleep(0.01)
    assert "Taken out of" in await answer


async def test_an_asker_does_not_wait_for_ever(desk: Desk, story: str) -> None:
    asked = Asked(
        verb="story", words=f"split {story} 2", reader=desk.settings.receivers["desk"], admin=True, by="x:7"
    )
    given = await ask(desk.store, asked, desk.desk, lambda: desk.now, patience=0.2)
    assert "not done yet" in given.message.plain
    assert f"story {story}" in given.message.plain
    desk.tick()
    assert len(desk.titles(story)) == 2
