"""Who hears what: different words to different chats, as the YAML says it, through the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rooms import Rooms

PROFIT = "Globex profit jumps 34% on cloud demand"
SUED = "Acme sued over brake patents in Texas court"
CUTS = "Initech cuts 3,000 jobs in restructuring"
MUSEUM = "Acme opens a museum of old lamps"
CHINESE = "格洛贝克斯净利润增长 34%，云业务需求强劲"
CHATS = """
receivers:
  desk: {via: telegram, chat: -1}
  team: {via: telegram, chat: -2}
"""
Open = Callable[..., Rooms]


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Open]:
    """Open two chats with the routes given."""
    opened: list[Rooms] = []

    def open_with(routes: str, chats: str = CHATS) -> Rooms:
        opened.append(Rooms(tmp_path, f"{chats}\nroutes:\n{routes}\n"))
        return opened[-1]

    yield open_with
    for each in opened:
        each.end()


async def told(of: Rooms, *headlines: str) -> tuple[list[str], list[str]]:
    """Publish headlines, one source each time, and return what desk and team were told."""
    for at, headline in enumerate(headlines):
        of.read(["harbour", "ledger"][at % 2], headline)
    await of.wait(minutes=2)
    return sorted(of.heard("desk")), sorted(of.heard("team"))


async def test_each_chat_hears_of_its_own_companies(rooms: Open) -> None:
    of = rooms("""
  - {watches: [globex], to: [desk]}
  - {watches: [acme, initech], to: [team]}""")

    assert await told(of, PROFIT, SUED, CUTS) == ([PROFIT], sorted([SUED, CUTS]))


async def test_a_route_takes_the_companies_that_bear_a_tag(rooms: Open) -> None:
    of = rooms("""
  - {tags: [cloud], to: [desk]}
  - {tags: [cloud], watches: [acme], to: [team]}""")

    assert await told(of, PROFIT, SUED, CUTS) == ([PROFIT], sorted([PROFIT, SUED]))


async def test_a_route_takes_the_events_it_names(rooms: Open) -> None:
    of = rooms("""
  - {events: [lawsuit, layoffs], to: [desk]}
  - {events: [earnings], to: [team]}""")

    assert await told(of, PROFIT, SUED, CUTS) == (sorted([SUED, CUTS]), [PROFIT])


async def test_a_route_takes_the_sources_and_the_tags_of_sources_it_names(rooms: Open) -> None:
    of = rooms("""
  - {sources: [harbour], to: [desk]}
  - {source_tags: [wires], to: [team]}""")

    assert await told(of, PROFIT, SUED) == ([PROFIT], [SUED])


async def test_a_route_takes_the_languages_it_names(rooms: Open) -> None:
    of = rooms("""
  - {languages: [zh], to: [desk]}
  - {languages: [en], to: [team]}""")
    of.read("pujiang", CHINESE)
    of.read("harbour", SUED)
    await of.wait(minutes=2)

    assert (of.heard("desk"), of.heard("team")) == ([CHINESE], [SUED])


async def test_a_threshold_is_a_levels_name_or_a_number(rooms: Open) -> None:
    of = rooms("""
  - {min_score: important, to: [desk]}
  - {min_score: 40, to: [team]}""")

    assert await told(of, PROFIT, MUSEUM) == ([PROFIT], sorted([PROFIT, MUSEUM]))


async def test_stop_keeps_what_a_route_told_from_the_routes_below(rooms: Open) -> None:
    of = rooms("""
  - {events: [earnings], to: [desk], stop: true}
  - {min_score: 40, to: [desk, team]}""")

    assert await told(of, PROFIT, SUED) == (sorted([PROFIT, SUED]), [SUED])


async def test_two_routes_into_one_chat_are_one_message(rooms: Open) -> None:
    of = rooms("""
  - {watches: [globex], to: [desk]}
  - {events: [earnings], to: [desk]}""")

    assert await told(of, PROFIT) == ([PROFIT], [])


async def test_at_once_beats_the_digest_whichever_route_stands_first(rooms: Open) -> None:
    of = rooms("""
  - {min_score: 40, to: [desk], digest: {at: "08:30"}}
  - {events: [earnings], to: [desk]}""")

    assert await told(of, PROFIT) == ([PROFIT], [])
    await of.wait(until="2026-05-21T09:00+00:00")
    assert len(of.messages("desk")) == 1, "the digest has nothing left to say"


async def test_a_story_of_two_companies_is_one_message_that_names_both(rooms: Open) -> None:
    of = rooms("  - {min_score: 40, to: [desk]}")
    of.read("harbour", "Globex to buy Acme in $3 billion merger")
    await of.wait(minutes=2)

    (message,) = of.messages("desk")
    assert "Globex" in message.plain.splitlines()[0]
    assert "Acme" in message.plain.splitlines()[0]


async def test_a_topic_of_a_forum_is_a_chat_of_its_own(rooms: Open) -> None:
    chats = """
receivers:
  desk: {via: telegram, chat: -1, topic: 12}
  team: {via: telegram, chat: -1, topic: 40}
"""
    of = rooms("  - {watches: [globex], to: [desk]}\n  - {watches: [acme], to: [team]}", chats)

    assert await told(of, PROFIT, SUED) == ([PROFIT], [SUED])
    assert sorted(chat for _, chat, _, _ in of.sent) == ["-1/12", "-1/40"]


async def test_a_story_is_told_in_the_receivers_own_language(rooms: Open) -> None:
    chats = """
receivers:
  desk: {via: telegram, chat: -1, language: zh}
  team: {via: telegram, chat: -2}
"""
    of = rooms("  - {min_score: 40, to: [desk, team]}", chats)

    await told(of, PROFIT)

    assert of.messages("desk")[0].plain.splitlines()[0] == "🟠 格洛贝克斯 · 财报"
    assert of.messages("team")[0].plain.splitlines()[0] == "🟠 Globex · Earnings"


async def test_a_new_receiver_hears_nothing_old_but_what_comes(rooms: Open) -> None:
    of = rooms("  - {min_score: 40, to: [desk]}")
    await told(of, PROFIT)
    of.reconfigure(f"{CHATS}\nroutes:\n  - {{min_score: 40, to: [desk, team]}}\n")
    await of.wait(minutes=60)

    assert of.heard("team") == []
    of.read("ledger", SUED)
    await of.wait(minutes=2)
    assert of.heard("team") == [SUED]


async def test_what_is_owed_to_a_receiver_that_was_taken_out_is_not_sent(rooms: Open) -> None:
    of = rooms("  - {min_score: 40, to: [desk, team]}")
    of.read("harbour", PROFIT)
    of.reconfigure("receivers: {desk: {via: telegram, chat: -1}}\nroutes: [{min_score: 40, to: [desk]}]\n")
    await of.wait(minutes=2)

    assert of.heard("desk") == [PROFIT]
    assert [chat for _, chat, _, _ in of.sent] == ["-1"]


async def test_a_source_that_is_read_for_the_first_time_rings_nowhere(rooms: Open) -> None:
    of = rooms("  - {min_score: 40, to: [desk, team]}")
    story = of.read("harbour", PROFIT, baseline=True)
    await of.wait(minutes=2)

    assert of.sent == []
    assert of.reasons("desk", story) == ["baseline"]
