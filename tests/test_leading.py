"""Which report an alert leads with: the one that is the news, not the one that happened to come first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import leads
from tests.rooms import SOURCES, Rooms

SHOWS = "Globex shows robot walker Stride X9 to visitors in Shenzhen"
HALTED = "Regulator orders Globex to halt robot walker Stride X9 sales after worker injury in Shenzhen"
FINED = "Regulator fines Globex 500 million yuan over robot walker Stride X9 after worker injury in Shenzhen"
HALTED_ZH = "监管机构责令格洛贝克斯停售 Stride X9 机器人，深圳工人受伤"
CHAT = """
receivers:
  desk: {via: telegram, chat: -1, timezone: Asia/Hong_Kong}
routes:
  - {min_score: important, to: [desk]}
"""


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    of = Rooms(tmp_path, CHAT)
    yield of
    of.end()


async def test_a_report_that_makes_an_old_story_ring_is_the_headline_of_its_alert(rooms: Rooms) -> None:
    story = rooms.read("harbour", SHOWS)
    await rooms.wait(minutes=2)
    assert rooms.heard("desk") == []

    assert rooms.read("ledger", HALTED) == story
    await rooms.wait(minutes=2)

    assert rooms.heard("desk") == [HALTED]
    assert "Also Harbour Wire" in rooms.messages("desk")[0].plain


async def test_later_edits_keep_that_headline(rooms: Rooms) -> None:
    story = rooms.read("harbour", SHOWS)
    rooms.read("ledger", HALTED)
    await rooms.wait(minutes=2)
    assert rooms.heard("desk") == [HALTED]
    with rooms.store.snapshot() as conn:
        rang = leads.rang(conn, story, "desk")
    assert rang.lead == rang.entry != ""


async def test_lists_show_the_report_that_is_the_news(rooms: Rooms) -> None:
    rooms.read("harbour", SHOWS)
    rooms.read("ledger", HALTED)
    listed = rooms.ask("recent", "desk").message.plain
    assert HALTED[:40] in listed
    assert SHOWS[:40] not in listed


async def test_a_second_report_of_the_same_news_does_not_take_the_firsts_place(rooms: Rooms) -> None:
    rooms.read("harbour", HALTED)
    rooms.read("ledger", HALTED.replace("Regulator orders", "Watchdog orders"))
    await rooms.wait(minutes=2)
    assert rooms.heard("desk") == [HALTED]


async def test_a_level_that_rises_by_what_a_report_says_quotes_it(tmp_path: Path) -> None:
    sources = SOURCES.replace("name: Ledger,", "name: Ledger, weight: 1.5,")
    assert sources != SOURCES
    rooms = Rooms(tmp_path, CHAT, sources=sources)
    rooms.read("harbour", HALTED)
    await rooms.wait(minutes=2)
    rooms.read("ledger", FINED)
    await rooms.wait(minutes=2)

    [reply] = [message for _, _, message, under in rooms.sent if under is not None]
    first, headline, source = reply.plain.splitlines()
    assert first.endswith("Globex · now urgent")
    assert headline == FINED
    assert source.startswith("Ledger 20:12 · ")
    rooms.end()


async def test_a_level_that_rises_because_a_trusted_source_says_the_same_quotes_nothing(
    tmp_path: Path,
) -> None:
    sources = SOURCES.replace("name: Ledger,", "name: Ledger, weight: 1.5,")
    rooms = Rooms(tmp_path, CHAT, sources=sources)
    rooms.read("harbour", FINED)
    await rooms.wait(minutes=2)
    rooms.read("ledger", FINED.replace("Regulator fines", "Watchdog fines"))
    await rooms.wait(minutes=2)

    [reply] = [message for _, _, message, under in rooms.sent if under is not None]
    assert "Watchdog" not in reply.plain
    assert "2 sources" in reply.plain
    rooms.end()


async def test_why_of_a_story_that_rang_again_tells_of_both(rooms: Rooms) -> None:
    story = rooms.read("harbour", HALTED)
    await rooms.wait(minutes=2)
    rooms.read(
        "ledger", "Globex chief executive resigns after robot walker Stride X9 worker injury in Shenzhen"
    )
    await rooms.wait(minutes=2)
    replies = [message for _, _, message, reply in rooms.sent if reply is not None]
    assert len(replies) == 1

    said = rooms.ask(f"why {story}", "desk").message.plain
    assert "first report" in said.splitlines()[0]
    assert "Since rang again at" in said
