"""Hosts that hang cost the others next to nothing: after a while they wait in a lane of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.errors import FetchError
from bot.fetch import Fetcher, guard, slots
from bot.fetch.slots import Slots
from bot.model import Document, Polling
from tests.loopback import Newsroom, rss

FEED = rss([{"title": "Alibaba opens an office", "link": "https://example.com/1"}])


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.05)
    monkeypatch.setattr(slots, "FAIR", 60.0)


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom() as newsroom:
        newsroom.publish("/feed", FEED)
        newsroom.publish("/slow", FEED, delay=0.3)
        yield newsroom


@asynccontextmanager
async def tarpit() -> AsyncIterator[int]:
    """A port that takes connections and never answers."""
    hung: list[asyncio.StreamWriter] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hung.append(writer)
        await reader.read(-1)

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in hung:
            writer.close()


@asynccontextmanager
async def fetching(concurrency: int, *, seconds: float = 30) -> AsyncIterator[Fetcher]:
    """A fetcher for which every name stands for this machine."""

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    polling = Polling(
        allow_private=("127.0.0.1",), concurrency=concurrency, timeout=timedelta(seconds=seconds)
    )
    fetcher = Fetcher(polling, resolve=here)
    try:
        yield fetcher
    finally:
        await fetcher.close()


def ask(
    fetcher: Fetcher, kind: str, port: int, count: int, path: str = "/feed"
) -> list[asyncio.Task[Document]]:
    """Ask ``count`` hosts for their feed."""
    return [
        asyncio.ensure_future(fetcher.fetch(f"http://{kind}{number}.example:{port}{path}"))
        for number in range(count)
    ]


async def ended(tasks: list[asyncio.Task[Document]]) -> list[BaseException]:
    for task in tasks:
        task.cancel()
    return [
        found
        for found in await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(found, BaseException)
    ]


async def test_good_hosts_answer_while_many_others_hang(newsroom: Newsroom) -> None:
    async with tarpit() as port, fetching(4) as fetcher:
        hanging = ask(fetcher, "hang", port, 24)
        good = ask(fetcher, "good", newsroom.port, 20)

        async with asyncio.timeout(20):
            documents = await asyncio.gather(*good)

        assert [document.body for document in documents] == [FEED] * 20
        assert not any(task.done() for task in hanging)
        assert fetcher.aside == 24
        await ended(hanging)
        assert fetcher.aside == 0


async def test_when_too_many_hang_those_that_waited_longest_end_and_say_why(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "FAIR", 0.2)
    async with tarpit() as port, fetching(4) as fetcher:
        hanging = ask(fetcher, "hang", port, 60)
        good = ask(fetcher, "good", newsroom.port, 20)

        async with asyncio.timeout(20):
            await asyncio.gather(*good)

        assert fetcher.aside <= 32
        over = [task.exception() for task in hanging if task.done()]
        assert len(over) >= 24
        for error in over:
            assert isinstance(error, FetchError)
            assert error.reason == "timeout"
            assert "too many other hosts hang" in str(error)
        assert all(task.done() for task in hanging[: len(over)])
        await ended(hanging)


async def test_a_host_that_hung_does_not_take_a_quick_slot_again(newsroom: Newsroom) -> None:
    async with tarpit() as port, fetching(1, seconds=0.2) as fetcher:
        [error] = await asyncio.gather(*ask(fetcher, "hang", port, 1), return_exceptions=True)
        assert isinstance(error, FetchError)
        assert "did not answer in full within 0.2 s" in str(error)

        again = ask(fetcher, "hang", port, 1)
        await asyncio.sleep(0)
        assert fetcher.aside == 1
        [document] = await asyncio.gather(*ask(fetcher, "good", newsroom.port, 1))
        assert document.body == FEED
        assert not again[0].done()
        await ended(again)


async def test_a_slow_host_is_waited_for_and_quick_again_once_it_answered(newsroom: Newsroom) -> None:
    async with fetching(1) as fetcher:
        slow = ask(fetcher, "slow", newsroom.port, 1, "/slow")
        [quick] = await asyncio.gather(*ask(fetcher, "good", newsroom.port, 1))
        assert quick.body == FEED
        assert not slow[0].done()
        assert (await slow[0]).body == FEED
        assert fetcher.aside == 0


async def test_a_request_that_waits_for_its_turn_at_a_host_takes_no_slot(newsroom: Newsroom) -> None:
    async with tarpit() as port, fetching(8) as fetcher:
        hanging = [
            asyncio.ensure_future(fetcher.fetch(f"http://hang.example:{port}/{at}")) for at in range(9)
        ]
        await asyncio.sleep(0)
        assert fetcher.aside == 7
        documents = await asyncio.gather(*ask(fetcher, "good", newsroom.port, 20))
        assert len(documents) == 20
        await ended(hanging)


async def test_no_place_is_lost_however_a_request_ends() -> None:
    places = Slots(2, 1)

    async def stay(host: str, seconds: float, how: Exception | None) -> None:
        async with places.of(host, 5):
            await asyncio.sleep(seconds)
            if how is not None:
                raise how

    ways: list[Exception | None] = [
        None,
        FetchError("timeout", "late"),
        FetchError("dns", "who"),
        OSError("no"),
    ]
    for way in ways * 5:
        for seconds in (0, 0.08):
            task = asyncio.ensure_future(stay("a.example", seconds, way))
            await asyncio.gather(task, return_exceptions=True)
    broken_off = [asyncio.ensure_future(stay(f"{number}.example", 5, None)) for number in range(30)]
    await asyncio.sleep(0.1)
    assert places.aside > 0
    for task in broken_off:
        task.cancel()
    await asyncio.gather(*broken_off, return_exceptions=True)

    assert places.aside == 0
    async with asyncio.timeout(1), places.of("b.example", 1), places.of("c.example", 1):
        assert places.aside == 0


async def test_names_whose_server_hangs_keep_no_other_name_waiting(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    awake = threading.Event()
    looked_up = guard._look_up

    def look_up(host: str, port: int) -> object:
        if host.startswith("hang"):
            awake.wait(30)
            raise OSError("no server answered")
        return looked_up("127.0.0.1", port)

    monkeypatch.setattr(guard, "_look_up", look_up)
    fetcher = Fetcher(Polling(allow_private=("127.0.0.1",), concurrency=8))
    try:
        hanging = ask(fetcher, "hang", 80, 50)
        async with asyncio.timeout(20):
            documents = await asyncio.gather(*ask(fetcher, "good", newsroom.port, 20))
        assert len(documents) == 20
        assert not any(task.done() for task in hanging)
        awake.set()
        errors = await asyncio.gather(*hanging, return_exceptions=True)
        assert {error.reason for error in errors if isinstance(error, FetchError)} == {"network"}
    finally:
        awake.set()
        await fetcher.close()
