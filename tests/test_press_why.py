"""Why, all steps, a story, a list: buttons that only ask answer as often as they are pressed, whoever presses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Receiver, Route
from tests.deskwork import CLIMBS, PROFIT
from tests.presses import MEI, TOM, PressDesk, action_of, labels

LISTS = "Globex files for Hong Kong listing"
PASSING = "City opens a museum of lamps, with a speech by a Globex manager at the end"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    yield opened
    opened.close()


async def test_why_over_an_alert_is_a_popup_for_anybody_as_often_as_they_like(desk: PressDesk) -> None:
    story = await desk.told()

    for person in (TOM, MEI, TOM):
        given = await desk.press(f"why:{story}", person)
        assert given.popup.splitlines()[0].split()[1] in {"important", "urgent"}
        assert f"Full trace: /why {story}" in given.popup
        assert len(given.popup.encode("utf-16-le")) // 2 <= 200
        assert given.message.plain.startswith("Told to desk at 12:07:00 · first report")
    assert desk.wall.edits == 0
    assert desk.changes() == []


async def test_under_an_answer_why_is_the_full_trace(desk: PressDesk) -> None:
    story = await desk.told()

    given = await desk.press(f"why:{story}", under=55)

    assert given.popup == ""
    assert given.message.plain.startswith("Told to desk")


async def test_the_trace_has_its_buttons_and_all_steps_answers_with_more(desk: PressDesk) -> None:
    story = await desk.told()
    assert labels((await desk.says(f"/why {story}")).message.buttons) == ["All steps"]
    desk.read("pujiang", CLIMBS)

    trace = (await desk.says("/why", under=1)).message
    assert labels(trace.buttons) == ["All steps", "Not one story"]

    steps = await desk.press(action_of(trace, "All steps"), TOM, under=55)
    assert not steps.instead
    assert "Why these 2 are one story" in steps.message.plain
    assert "Why these 2" not in trace.plain, "the trace is short where a button tells the rest"


async def test_what_was_not_told_offers_more_like_this(desk: PressDesk) -> None:
    (route,) = desk.settings.routes
    desk.settings = replace(desk.settings, routes=(replace(route, min_score=90),))
    story = desk.read("harbour", PASSING)

    trace = (await desk.says(f"/why {story}")).message

    assert trace.plain.startswith("Not told to desk")
    assert labels(trace.buttons) == ["All steps", "👍 More like this"]


async def test_a_chat_that_no_route_serves_is_told_that_and_not_that_nothing_matched(desk: PressDesk) -> None:
    story = await desk.told()
    quiet = Receiver(id="quiet", via="telegram", chat="-300")
    desk.settings = replace(desk.settings, receivers={**desk.settings.receivers, "quiet": quiet})

    trace = desk.ask_of("quiet", f"why {story}")
    assert trace.message.plain.startswith("Not told to quiet · no route fits\n")
    assert "Score " in trace.message.plain
    assert trace.rows[0]["reason"] == "no_route"

    served = Route(name="late", to=("quiet",), min_score=40)
    desk.settings = replace(desk.settings, routes=(*desk.settings.routes, served))
    later = desk.ask_of("quiet", f"why {story}").message.plain
    assert later.startswith("Not told to quiet · it was read before this receiver had a route\n")


async def test_an_unknown_address_offers_the_nearest_story_and_a_search_that_finds_it(
    desk: PressDesk,
) -> None:
    await desk.told()
    trace = (await desk.says("/why https://nowhere.example/globex-profit-jumps-34-cloud-demand")).message
    assert labels(trace.buttons) == ["Why that one", "Search the headline"]

    why = await desk.press(action_of(trace, "Why that one"), TOM, under=55)
    assert PROFIT in why.message.plain
    action = action_of(trace, "Search the headline")
    assert len(action.encode()) <= 64
    found = await desk.press(action, TOM, under=55)
    assert PROFIT in found.message.plain


async def test_a_story_opens_and_leads_to_why(desk: PressDesk) -> None:
    story = await desk.told()
    desk.read("pujiang", CLIMBS)

    opened = (await desk.press(f"story:{story}", TOM, under=55)).message

    assert opened.plain.startswith(f"{story} · Globex")
    assert labels(opened.buttons) == ["Why", "Not one story"]
    assert (await desk.press("story:zzzz", TOM)).popup == "That story is no longer kept."


async def test_recent_and_search_answer_as_if_typed(desk: PressDesk) -> None:
    await desk.told()

    pressed = await desk.press("recent:globex", TOM, under=55)
    typed = await desk.says("/recent globex", TOM)

    assert pressed.message.plain == typed.message.plain
    assert PROFIT in (await desk.press("search:profit jumps", TOM, under=55)).message.plain


async def test_share_shows_everybody_the_same_answer_without_the_button_to_share_it(desk: PressDesk) -> None:
    story = await desk.told()

    shared = await desk.press(f"share:why {story}", TOM, under=55)

    assert shared.public
    assert shared.message.plain == (await desk.says(f"/why {story}", TOM)).message.plain
    assert "Share here" not in labels(shared.message.buttons)


async def test_in_slack_a_trace_can_be_shared(desk: PressDesk) -> None:
    story = await desk.told()

    assert labels(desk.ask(f"why {story}", via="slack").message.buttons) == ["All steps", "Share here"]
    assert labels(desk.ask(f"story {story}", via="slack").message.buttons) == ["Why", "Share here"]


@pytest.mark.parametrize(
    "command", ["story split {} 2", "watch remove globex", "split {}", "", "status now", "why zzzz"]
)
async def test_nothing_that_changes_anything_can_be_shared(desk: PressDesk, command: str) -> None:
    story = await desk.told()
    desk.read("pujiang", CLIMBS)

    given = await desk.press("share:" + command.format(story))

    assert given.failed
    assert not given.public
    assert given.wanted is None
    assert desk.titles(story) == [PROFIT, CLIMBS]


async def test_a_chat_reads_of_its_own_receiver_alone(desk: PressDesk) -> None:
    team = Receiver(id="team", via="telegram", chat="-200")
    both = Route(name="all", to=("desk", "team"), min_score=40)
    desk.settings = replace(
        desk.settings, receivers={**desk.settings.receivers, "team": team}, routes=(both,)
    )
    story = await desk.told()

    here = await desk.says(f"/why {story}", TOM)
    assert "team" not in here.message.plain
    assert {row["receiver"] for row in here.rows} == {"desk"}

    elsewhere = desk.ask(f"why {story}")
    assert {row["receiver"] for row in elsewhere.rows} == {"desk", "team"}
    assert "Told to team" in elsewhere.message.plain
    assert elsewhere.message.buttons == ()


async def test_without_a_story_it_says_what_to_type_in_the_readers_language(tmp_path: Path) -> None:
    desk = PressDesk(tmp_path, language="zh")

    assert (await desk.says("/why")).message.plain.startswith("请指明事件：/why k7f2")
    assert "没有事件 zzzz" in (await desk.says("/story zzzz")).message.plain
    desk.close()


async def test_a_button_that_nobody_made_does_nothing_and_says_so(desk: PressDesk) -> None:
    await desk.told()

    for action in ("", ":", "dance:k7f2", "why", "why:", "mute", "do:", "cancel:", "share:", "steps:none"):
        given = await desk.press(action, TOM)
        assert given.failed, action
        assert given.popup, action
    assert desk.wall.edits == 0
