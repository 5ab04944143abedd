"""What a site owner sees in the log: few requests, conditional ones, none too early, and none that is not needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.model import Polling, Validators
from bot.store import sources
from tests.bureau import NOON, Bureau
from tests.loopback import Answer, Newsroom
from tests.manners import source
from tests.storing import open_store
from tests.trapping import HEADLINES, feed, item, items

ODD_DATE = "thu, 12-Nov-26 12:00 GMT (about)"


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        yield bureau


def sent(bureau: Bureau) -> list[tuple[str | None, str | None]]:
    """The validators of every request, the oldest first."""
    return [
        (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        for request in bureau.newsroom.asked("/harbour.xml")
    ]


def parses(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Keep the bodies that are parsed from now on."""
    parsed: list[bytes] = []
    sandbox = bureau.pipeline._reader._sandbox
    parse = sandbox.parse

    async def counted(body: bytes, **more: Any) -> Any:
        parsed.append(body)
        return await parse(body, **more)

    monkeypatch.setattr(sandbox, "parse", counted)
    return parsed


async def test_only_the_first_request_is_unconditional(bureau: Bureau) -> None:
    """Behaviours 1, 2, 3, 4 and 10."""
    bureau.publish(feed(), etag='W/"a "b"', last_modified=ODD_DATE)
    for _ in range(3):
        await bureau.poll()
    await bureau.restart()
    await bureau.poll()
    assert sent(bureau) == [(None, None), *[('W/"a "b"', ODD_DATE)] * 3]


async def test_a_date_that_the_server_did_not_send_is_not_made_up(bureau: Bureau) -> None:
    """Behaviour 3."""
    bureau.publish(feed())
    await bureau.poll()
    await bureau.poll()
    assert sent(bureau) == [(None, None)] * 2


@pytest.mark.parametrize("body", [feed(), feed(item(0))], ids=["the same body", "another body"])
async def test_a_validator_that_the_server_drops_is_not_sent_again(bureau: Bureau, body: bytes) -> None:
    """Behaviour 6."""
    harbour = "/harbour.xml"
    bureau.newsroom.script(harbour, Answer(body=feed(), etag='"1"'), Answer(body=body), Answer(body=body))
    for _ in range(3):
        await bureau.poll()
    assert sent(bureau) == [(None, None), ('"1"', None), (None, None)]


async def test_a_304_may_bring_another_validator(bureau: Bureau) -> None:
    """Behaviour 7."""
    bureau.newsroom.script(
        "/harbour.xml",
        Answer(body=feed(), etag='"1"', last_modified="monday"),
        Answer(status=304, etag='"2"'),
        Answer(status=304),
    )
    for _ in range(4):
        await bureau.poll()
    assert sent(bureau)[1:] == [('"1"', "monday"), ('"2"', "monday"), ('"2"', "monday")]


async def test_nothing_new_is_not_parsed_and_ends_the_trouble(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behaviours 8 and 9."""
    feeds = Answer(body=feed(), etag='"1"')
    bureau.newsroom.script("/harbour.xml", feeds, Answer(status=500), feeds)
    await bureau.poll()
    parsed = parses(bureau, monkeypatch)
    await bureau.poll()
    assert bureau.health().errors == 1
    await bureau.poll(minutes=60)
    assert (bureau.health().status, bureau.health().errors, bureau.health().error) == (304, 0, "")
    bureau.publish(feed())
    await bureau.poll()
    assert bureau.health().status == 200
    assert parsed == []


async def test_validators_are_kept_only_with_the_entries(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behaviour 5: what breaks off before the commit is fetched again in full, and nothing is lost."""
    bureau.publish(feed(), etag='"1"')
    await bureau.poll()
    bureau.publish(feed(items(2)), etag='"2"')

    def broken(*_: object, **__: object) -> None:
        raise OSError("the power fails")

    with monkeypatch.context() as patched, capture_logs():
        patched.setattr(sources, "succeeded", broken)
        await bureau.poll()
    assert bureau.stored == ["City council approves new tram line"]
    assert bureau.health().validators == Validators('"1"')
    await bureau.poll(minutes=30)
    assert sent(bureau)[-1] == ('"1"', None)
    assert sorted(bureau.told) == sorted(HEADLINES[:2])


async def test_a_body_that_is_cut_short_gives_its_entries_and_is_asked_for_again(bureau: Bureau) -> None:
    """Behaviour 30."""
    bureau.publish(feed(), etag='"1"')
    await bureau.poll()
    whole = feed(items(3))
    bureau.publish(whole[: whole.index(b"<title>" + HEADLINES[2][:9].encode())], etag='"2"')
    await bureau.poll()
    bureau.publish(whole, etag='"2"')
    await bureau.poll()
    assert sent(bureau)[-1] == ('"1"', None), "the cut body's validator was not kept"
    assert sorted(bureau.told) == sorted(HEADLINES[:3])


async def test_once_a_day_a_document_is_asked_for_in_full(bureau: Bureau) -> None:
    """A server whose validator never changes hides its news for a day at most (N27)."""
    bureau.newsroom.publish("/harbour.xml", feed(), etag='"stuck"')
    await bureau.poll()
    bureau.newsroom.publish("/harbour.xml", feed(item(0)), etag='"stuck"')
    for _ in range(25):
        await bureau.poll(minutes=60)
    unconditional = [at for at, (etag, _) in enumerate(sent(bureau)) if etag is None]
    assert unconditional == [0, 24]
    assert bureau.stored[1:] == [HEADLINES[0]]


async def test_a_validator_that_always_changes_costs_no_parse(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N27, the other way round."""
    answers = [Answer(body=feed(), etag=f'"{number}"') for number in range(5)]
    bureau.newsroom.script("/harbour.xml", *answers)
    await bureau.poll()
    parsed = parses(bureau, monkeypatch)
    for _ in range(4):
        await bureau.poll()
    assert parsed == []
    assert sent(bureau)[-1] == ('"3"', None)


async def test_nobody_is_asked_before_it_is_due(bureau: Bureau) -> None:
    """Behaviours 18 and 10: one second too early is too early, also after a restart."""
    bureau.publish(feed())
    await bureau.poll()
    bureau.now += timedelta(seconds=59)
    await bureau.restart()
    assert await bureau._schedule.poll_all_due() == []
    assert len(sent(bureau)) == 1
    bureau.now += timedelta(seconds=1)
    assert len(await bureau._schedule.poll_all_due()) == 1


async def test_a_source_is_never_asked_twice_at_once(bureau: Bureau) -> None:
    """Behaviour 19."""
    bureau.publish(feed(), delay=0.1)
    bureau.now += timedelta(minutes=1)
    assert await bureau._schedule.tick() == 1
    bureau.now += timedelta(minutes=2)
    assert await bureau._schedule.tick() == 0
    while bureau._schedule._running:
        await next(iter(bureau._schedule._running))
    assert len(sent(bureau)) == 1


async def test_a_source_that_is_gone_for_good_is_not_asked_again(bureau: Bureau) -> None:
    """Behaviour 21."""
    bureau.publish(b"", status=410)
    await bureau.poll()
    bureau.now += timedelta(days=100)
    assert await bureau._schedule.poll_all_due() == []
    assert "removed this address for good (410)" in bureau.health().error


async def test_a_busy_host_is_left_alone_by_all_its_sources(tmp_path: Path) -> None:
    """Behaviours 11 and 14, N23: without an error for those that did not ask."""
    names = ("harbour", "pujiang", "tower")
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom, *names) as bureau:
        for name in names:
            bureau.publish(feed(), name)
        await bureau.poll()
        bureau.publish(b"", status=429, headers={"Retry-After": "3600"})
        await bureau.poll()
        bureau.publish(feed())
        asked = len(newsroom.requests)
        for _ in range(11):
            bureau.now += timedelta(minutes=5)
            await bureau.restart()
            assert await bureau._schedule.poll_all_due() == []
        assert len(newsroom.requests) == asked
        assert [bureau.health(name).errors for name in names] == [1, 0, 0]
        await bureau.poll(minutes=11)
        assert [bureau.health(name).errors for name in names] == [0, 0, 0]


async def test_requests_carry_no_more_than_they_must(bureau: Bureau) -> None:
    """Behaviours 25 and 26."""
    cookie = {"Set-Cookie": "id=1; Path=/"}
    bureau.newsroom.publish("/harbour.xml", feed(), headers=cookie, etag='"1"')
    await bureau.poll()
    await bureau.poll()
    (first, second) = bureau.newsroom.asked("/harbour.xml")
    assert set(first.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert set(second.headers) - set(first.headers) == {"If-None-Match"}
    assert second.path == "/harbour.xml"


async def test_a_feed_that_moved_to_one_that_is_read_already_is_read_once_and_tells_nothing_again(
    tmp_path: Path,
) -> None:
    """N26 and T28: after a day the two are one, whatever the restarts."""
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom, "harbour", "pujiang") as bureau:
        bureau.publish(feed(item(0)), "pujiang")
        await bureau.read(feed())
        newsroom.redirect("/pujiang.xml", newsroom.url("/harbour.xml"), 308)
        bureau.publish(feed(items(2)))
        for _ in range(3):
            await bureau.poll(minutes=13 * 60)
            await bureau.restart()
        before = list(bureau.told)
        bureau.publish(feed(item(2, ago=-45 * 60), items(2)))
        bureau.now += timedelta(hours=5)
        results = await bureau._schedule.poll_all_due()
        await bureau._outbox.flush()

        assert [result.source for result in results] == ["harbour"]
        assert bureau.health("pujiang").merged_into == "harbour"
        assert bureau.told == [*before, HEADLINES[2]]
        assert len(set(bureau.told)) == len(bureau.told)


async def test_a_feed_that_moved_to_another_owner_is_followed_for_good_after_a_day(bureau: Bureau) -> None:
    """N26"""
    async with Newsroom() as elsewhere:
        bureau.publish(feed())
        await bureau.poll()
        bureau.newsroom.redirect("/harbour.xml", elsewhere.url("/new.xml"))
        elsewhere.publish("/new.xml", feed(item(0)), etag='"n"')
        for _ in range(4):
            await bureau.poll(minutes=9 * 60)
        asked = len(sent(bureau))
        await bureau.poll(minutes=9 * 60)
        assert bureau.health().address == elsewhere.url("/new.xml")
        assert len(sent(bureau)) == asked, "the old address is not asked any more"
        assert elsewhere.requests[-1].headers["If-None-Match"] == '"n"'
        assert bureau.stored[1:] == [HEADLINES[0]]
        elsewhere.publish("/new.xml", status=404)
        for _ in range(3):
            await bureau.poll(minutes=25 * 60)
        bureau.publish(feed(item(1)))
        await bureau.poll(minutes=90)
        assert bureau.stored[2:] == [HEADLINES[1]], "the new one is gone, so the old one is asked again"


def test_a_long_list_is_read_for_the_first_time_spread_out(tmp_path: Path) -> None:
    """Behaviours 17 and 32: about three sources at each second, not all at the first."""
    listed = [source(f"s{number}") for number in range(1_800)]
    with closing(open_store(tmp_path)) as store, store.begin() as conn:
        sources.sync(conn, listed, NOON, spread=timedelta(minutes=10))
        seconds = [0] * 600
        for state in sources.states(conn).values():
            seconds[int((state.due - NOON).total_seconds())] += 1
    assert min(seconds) >= 2
    assert max(seconds) <= 4


def test_five_minutes_are_what_nobody_chose_and_six_hours_the_calmest() -> None:
    """Behaviour 15."""
    assert (Polling().every, Polling().max) == (timedelta(minutes=5), timedelta(hours=6))
