"""What votes speak for is proposed with its replayed effect, made by an admin's press, and never by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app.changing import make
from bot.commands import Answer, Asked, Pressed, answer
from bot.commands.edits import EDIT
from bot.edit.thresholds import with_route_score, with_watch_score, without_route_event
from bot.errors import EditError
from bot.store import buttons, feedback
from tests.golden import assert_golden
from tests.rooms import Rooms

WATCHLIST = """\
watches:
  # the rocket people
  moonshot:
    name: Moonshot AI
    aliases: [月之暗面]
    likely: [Kimi]
    context: [AI, model]
  globex: {name: Globex}   # our client
"""
WIREWATCH = """\
receivers:
  desk: {via: telegram, chat: -1}
routes:
  - {name: all, min_score: 40, to: [desk]}
"""
RACES = (
    "Kimi Antonelli wins the sprint race in Austria",
    "Pole position for Kimi Antonelli after a wet qualifying",
    "Kimi Antonelli signs a new contract with his team",
)
GOOD = (
    "Kimi model reaches 100 million users",
    "Moonshot AI raises $500 million for its Kimi model",
)
Open = Callable[..., Rooms]


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Open]:
    """Open a chat with a watchlist and routes."""
    opened: list[Rooms] = []

    def open_with(watchlist: str = WATCHLIST, wirewatch: str = WIREWATCH) -> Rooms:
        opened.append(Rooms(tmp_path, wirewatch, watchlist))
        return opened[-1]

    yield open_with
    for each in opened:
        each.end()


def vote(of: Rooms, value: int, *headlines: str, people: int = 1, minutes: float = 240) -> list[str]:
    """Publish headlines that people like or don't; return their stories."""
    found = []
    for headline in headlines:
        found.append(of.read("harbour", headline, minutes=minutes))
        for person in range(people):
            with of.store.begin() as conn:
                feedback.vote(conn, found[-1], "desk", who=f"telegram:{person}", value=value, now=of.now)
    return found


def proposed(of: Rooms, *, admin: bool = True, words: str = "") -> list[str]:
    """The lines of the proposal under /stats; nothing where none is offered."""
    lines = of.ask(f"stats {words}".strip(), "desk", admin=admin).message.plain.splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith("Proposal")), len(lines))
    return lines[start:]


async def send(of: Rooms) -> None:
    """Send what is owed, so that it counts as told."""
    await of.wait(minutes=2)


async def test_a_phrase_of_what_nobody_liked_is_proposed_as_an_exclude(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, *RACES)
    vote(of, 1, *GOOD)
    await send(of)

    assert proposed(of) == [
        "Proposal · exclude “kimi antonelli” from Moonshot AI",
        "3 votes speak for it. In the last 30 days it would have told 3 fewer at once, none of them liked.",
        "watchlist.yaml, line 8",
        "+     exclude: [kimi antonelli]",
    ]


async def test_nothing_is_proposed_below_three_votes_nor_to_who_is_no_admin(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, *RACES[:2])
    await send(of)
    assert proposed(of) == []

    vote(of, -1, RACES[2])
    await send(of)
    assert proposed(of, admin=False) == []
    assert proposed(of) != []
    assert proposed(of, words="globex") == [], "of another company"


async def test_a_phrase_that_stands_in_something_liked_is_not_excluded(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, *RACES)
    vote(of, 1, "Kimi Antonelli tries a chatbot built on an AI model")
    await send(of)

    assert not any("exclude" in line for line in proposed(of))


async def test_a_likely_term_becomes_weak_where_no_phrase_tells_them_apart(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, "Sunshine for Kimi", "Rain helps Kimi", "A record for Kimi")
    vote(of, 1, *GOOD)
    await send(of)

    lines = proposed(of)

    assert lines[0] == "Proposal · “Kimi” of Moonshot AI counts only where something speaks for it (weak)"
    assert "3 fewer at once, none of them liked" in lines[1]
    assert lines[-1] == "+     weak: [Kimi]"


async def test_low_scores_that_nobody_likes_raise_the_watchs_threshold(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, "Globex opens a museum", "Globex paints its offices blue", "Globex plants a thousand trees")
    vote(of, 1, "Globex profit jumps 34% on cloud demand")
    await send(of)

    lines = proposed(of)

    assert lines[0].startswith("Proposal · min_score 5")
    assert lines[0].endswith(" for Globex")
    assert "3 fewer at once, none of them liked" in lines[1]
    score = lines[0].split()[3]
    assert [" ".join(line.split()) for line in lines[-2:]] == [
        "- globex: {name: Globex} # our client",
        f"+ globex: {{name: Globex, min_score: {score}}} # our client",
    ]


async def test_more_like_this_below_a_threshold_lowers_the_routes(rooms: Open) -> None:
    of = rooms(wirewatch=WIREWATCH.replace("40", "60"))
    vote(of, 1, "Globex opens a museum", "Globex paints its offices blue", "Globex plants a thousand trees")
    of.read("harbour", "Globex gives its staff a day off", minutes=200)
    await send(of)
    assert of.sent == []

    lines = proposed(of)

    assert lines[0] == "Proposal · min_score 55 for the route all"
    assert "4 more, 3 of them asked for" in lines[1]
    assert lines[2] == "wirewatch.yaml, line 4"


async def test_an_event_that_nobody_likes_leaves_its_route(rooms: Open) -> None:
    of = rooms(
        wirewatch=WIREWATCH.replace("min_score: 40", "min_score: 40, events: [lawsuit, earnings]"),
    )
    vote(
        of,
        -1,
        "Globex sued over brake patents",
        "Shareholders sue Globex in Delaware",
        "Globex sued by a paint maker",
    )
    vote(of, 1, "Globex profit jumps 34% on cloud demand")
    await send(of)

    lines = proposed(of)

    assert lines[0] == "Proposal · lawsuit out of the route all"
    assert lines[-1] == "+   - {name: all, min_score: 40, events: [earnings], to: [desk]}"


async def test_a_muted_story_speaks_like_a_vote(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, *RACES[:2])
    story = of.read("harbour", RACES[2], minutes=240)
    await send(of)
    of.mute("desk", hours=48, story=story)

    assert proposed(of)[0] == "Proposal · exclude “kimi antonelli” from Moonshot AI"


async def test_what_another_chat_likes_is_not_taken_from_it(rooms: Open) -> None:
    both = "receivers:\n  desk: {via: telegram, chat: -1}\n  team: {via: telegram, chat: -2}\n"
    of = rooms(wirewatch=both + "routes:\n  - {min_score: 40, to: [desk, team]}\n")
    stories = vote(
        of, -1, "Globex opens a museum", "Globex paints its offices blue", "Globex plants a thousand trees"
    )
    await send(of)
    assert proposed(of)[0].startswith("Proposal · min_score")

    with of.store.begin() as conn:
        feedback.vote(conn, stories[0], "team", who="telegram:5", value=1, now=of.now)
    assert proposed(of) == []


async def test_the_press_of_its_admin_makes_the_change_and_nobody_elses_does(rooms: Open) -> None:
    of = rooms()
    vote(of, -1, *RACES)
    await send(of)
    before = (of.folder / "watchlist.yaml").read_text(encoding="utf-8")
    given = of.ask("stats", "desk", admin=True)
    ((do, cancel),) = given.message.buttons
    with of.store.begin() as conn:
        for offer in given.offers:
            buttons.offer(conn, offer.nonce, offer.payload, offer.expires)
    assert cancel.action.startswith("cancel:")
    assert (of.folder / "watchlist.yaml").read_text(encoding="utf-8") == before, "asking changes nothing"

    other = press(of, do.action, by="telegram:8")
    assert other.wanted is None
    assert other.failed

    made = press(of, do.action, by="telegram:7")
    assert made.wanted is not None
    assert made.wanted.kind == EDIT
    kept = made.wanted.payload
    assert (kept["change"], kept["again"]) == ("exclude “kimi antonelli” from Moonshot AI", "stats")
    assert make(of.folder, made.wanted.payload)["done"]
    after = (of.folder / "watchlist.yaml").read_text(encoding="utf-8")
    assert after == before.replace("[AI, model]\n", "[AI, model]\n    exclude: [kimi antonelli]\n")
    of.reconfigure()
    of.read("harbour", "Kimi Antonelli starts from the pit lane", minutes=240)
    await send(of)
    assert len(of.sent) == 3


def press(of: Rooms, action: str, *, by: str) -> Answer:
    """Press a button of an answer."""
    verb, _, about = action.partition(":")
    with of.store.begin() as conn:
        asked = Asked(
            verb="",
            reader=of.configuration.settings.receivers["desk"],
            receiver="desk",
            admin=True,
            by=by,
            pressed=Pressed(verb, about, "telegram", "-1", "9"),
        )
        given = answer(asked, of.desk(conn))
        return given if given.effect is None else given.effect(conn)


async def test_it_reads_in_chinese(rooms: Open) -> None:
    of = rooms(wirewatch=WIREWATCH.replace("chat: -1", "chat: -1, language: zh"))
    vote(of, -1, *RACES)
    await send(of)

    lines = of.ask("stats", "desk", admin=True).message.plain.splitlines()

    assert "建议 · 从月之暗面中排除「kimi antonelli」" in lines
    assert "3 票支持。按最近 30 天的新闻推算：即时推送少 3 条，其中无一获赞。" in lines


def test_a_threshold_is_written_where_it_stands_or_at_the_end_and_nothing_else_moves() -> None:
    assert with_watch_score("watches:\n  tencent: library # ours\n", "tencent", 50) == (
        "watches:\n  tencent: {library: tencent, min_score: 50} # ours\n"
    )
    routes = (
        "routes:\n- to: [desk]\n  min_score: important  # why not\n- {to: [team], events: [ipo, merger]}\n"
    )
    assert with_route_score(routes, 0, "route-1", 65) == routes.replace("important", "65")
    assert without_route_event(routes, 1, "route-2", "ipo") == routes.replace("ipo, ", "")
    with pytest.raises(EditError, match="no route other"):
        with_route_score(routes, 0, "other", 65)
    with pytest.raises(EditError, match="can't be without"):
        without_route_event(routes.replace("ipo, ", ""), 1, "route-2", "merger")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_stats_with_a_proposal_read_as_approved(rooms: Open, language: str) -> None:
    of = rooms(wirewatch=WIREWATCH.replace("chat: -1", f"chat: -1, language: {language}"))
    vote(of, -1, *RACES)
    vote(of, 1, *GOOD, people=2)
    vote(of, 1, "Globex profit jumps 34% on cloud demand", people=3)
    await send(of)

    assert_golden(f"stats.{language}", of.ask("stats", "desk", admin=True).message)


TWO_CHATS = """\
receivers:
  desk: {via: telegram, chat: -1}
  night: {via: telegram, chat: -2}
routes:
  - {name: all, min_score: 40, to: [desk]}
  - {name: late, min_score: 40, watches: [moonshot], to: [night]}
"""


async def test_a_proposal_says_whose_votes_speak_and_counts_this_chat_first(rooms: Open) -> None:
    of = rooms(wirewatch=TWO_CHATS)
    stories = vote(of, -1, *RACES[:2])
    stories += vote(of, -1, RACES[2], people=0)
    with of.store.begin() as conn:
        for story in (stories[0], stories[2]):
            feedback.vote(conn, story, "night", who="telegram:5", value=-1, now=of.now)
    vote(of, 1, *GOOD)
    await send(of)

    assert proposed(of)[1] == (
        "4 votes in 2 chats speak for it. In the last 30 days it would have told "
        "here 3 fewer at once; in all chats 6 fewer at once, none of them liked."
    )
