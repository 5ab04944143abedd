"""Mute, Snooze and Undo under an alert: for this chat, by who may, once, and shown to all in the alert itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Access, Route
from bot.store import alerts, matches
from tests.deskwork import CLIMBS, LINK, PROFIT
from tests.presses import ANN, MEI, TOM, PressDesk, labels

ALERT_ROW = ["Why", "Mute", "Snooze", "👍", "👎"]
SILENCED_ROW = ["Why", "Undo"]
LISTS = "Globex files for Hong Kong listing"
LEAVES = "Globex chief executive resigns after fraud inquiry"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    yield opened
    opened.close()


async def test_mute_shows_in_the_alert_who_did_it_and_undo_takes_it_back(desk: PressDesk) -> None:
    story = await desk.told()
    before = desk.wall.text()
    assert desk.wall.buttons() == ALERT_ROW

    given = await desk.press(f"mute:{story}")
    assert desk.wall.text() == before + " (muted by Mei)"
    assert desk.wall.buttons() == SILENCED_ROW
    assert (given.popup, given.failed) == ("", False)

    await desk.press(f"undo:{story}", ANN)
    assert desk.wall.text() == before
    assert desk.wall.buttons() == ALERT_ROW
    assert desk.muted() == []
    assert desk.changes() == ["unmute", "mute"]
    assert len(desk.wall.posts) == 1, "nothing was sent, only edited"


async def test_a_muted_story_develops_without_a_sound(desk: PressDesk) -> None:
    story = await desk.told(link=LINK)
    await desk.press(f"mute:{story}")

    assert desk.read("pujiang", LEAVES, link=LINK) == story
    await desk.deliver()

    assert len(desk.wall.posts) == 1
    assert "Also Pujiang" in desk.wall.text()
    assert "(muted by Mei)" in desk.wall.text()


async def test_other_stories_of_the_company_still_ring_when_one_is_muted(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"mute:{story}")

    await desk.told(LISTS)

    assert desk.wall.headlines == [PROFIT, LISTS]


async def test_a_mute_lasts_until_the_story_closes(desk: PressDesk) -> None:
    story = await desk.told()
    opened = desk.now - timedelta(minutes=2)

    await desk.press(f"mute:{story}")

    (mute,) = desk.muted()
    assert mute.until == opened + timedelta(days=7)
    assert (mute.receiver, mute.story, mute.watch) == ("desk", story, "")
    assert mute.by == "telegram:1 Mei"


async def test_who_comes_second_reads_who_was_first_and_until_when(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"mute:{story}")

    again = await desk.press(f"mute:{story}", ANN)

    assert again.popup == "Mei muted this story already, until 27 May."
    assert desk.changes() == ["mute"]
    assert "(muted by Mei)" in desk.wall.text()


@pytest.mark.parametrize("action", ["mute:{}", "snooze:{}", "snooze:{}:4h", "undo:{}"])
async def test_who_may_not_reads_who_may_and_the_own_id(desk: PressDesk, action: str) -> None:
    story = await desk.told()
    if action.startswith("undo"):
        await desk.press(f"mute:{story}")
    before, held = desk.wall.text(), desk.muted()

    given = await desk.press(action.format(story), TOM)

    assert given.popup.startswith("Only admins may do this here. Your id is 2;")
    assert given.buttons is None
    assert len(given.popup) <= 200
    assert (desk.wall.text(), desk.muted()) == (before, held)


async def test_the_only_person_of_a_receivers_private_chat_may(tmp_path: Path) -> None:
    desk = PressDesk(tmp_path, alone=True)
    story = await desk.told()

    await desk.press(f"mute:{story}", TOM)
    assert "(muted by Tom)" in desk.wall.text()
    await desk.press(f"undo:{story}", TOM)
    assert "muted" not in desk.wall.text()
    desk.close()


async def test_snooze_swaps_the_row_and_back_puts_it_back(desk: PressDesk) -> None:
    story = await desk.told()

    offered = await desk.press(f"snooze:{story}")
    assert labels(offered.buttons) == ["4 h", "1 day", "7 days", "‹"]
    assert desk.muted() == []

    assert labels((await desk.press(f"back:{story}", TOM)).buttons) == ALERT_ROW
    assert desk.wall.edits == 0


async def test_a_snooze_silences_the_company_and_the_alert_says_until_when(desk: PressDesk) -> None:
    story = await desk.told()

    await desk.press(f"snooze:{story}:4h")
    assert desk.wall.text().endswith("· Globex snoozed until 16:07 (Mei)")
    assert desk.wall.buttons() == SILENCED_ROW

    other = desk.read("south", LISTS)
    await desk.deliver()
    assert desk.wall.headlines == [PROFIT]
    why = (await desk.says(f"/why {other}", TOM)).message.plain
    assert why.startswith("Not told to desk · muted until 16:07 by Mei")


async def test_why_still_names_who_silenced_it_after_the_snooze_was_undone(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"snooze:{story}:4h")
    other = desk.read("south", LISTS)

    desk.now += timedelta(minutes=1)
    await desk.press(f"undo:{story}")

    assert "by Mei" in (await desk.says(f"/why {other}")).message.plain.splitlines()[0]
    assert desk.wall.buttons() == ALERT_ROW


async def test_when_a_snooze_has_run_out_the_next_edit_shows_it_no_more(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"snooze:{story}:4h")
    desk.now += timedelta(hours=4)

    assert desk.read("pujiang", CLIMBS) == story
    await desk.deliver()

    assert "snoozed" not in desk.wall.text()
    assert desk.wall.buttons() == ALERT_ROW
    await desk.told(LISTS)
    assert desk.wall.headlines == [PROFIT, LISTS]


async def test_undo_after_it_ran_out_says_so_and_draws_the_alert_anew(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"snooze:{story}:4h")
    desk.now += timedelta(hours=5)

    given = await desk.press(f"undo:{story}")

    assert given.popup == "Nothing is muted here any more."
    assert desk.wall.buttons() == ALERT_ROW


async def test_a_snooze_pressed_twice_keeps_the_first(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"snooze:{story}:4h")

    again = await desk.press(f"snooze:{story}:7d", ANN)

    assert again.popup == "Globex: snoozed already by Mei, until 16:07."
    assert "16:07 (Mei)" in desk.wall.text()


async def test_the_button_works_on_after_the_story_became_part_of_another(desk: PressDesk) -> None:
    old = await desk.told()
    young = desk.read("south", LISTS)
    await desk.deliver()
    await desk.press(f"mute:{young}", under=2)
    desk.merge(young, old)

    # The older message tells of both now, and the mute holds for both.
    assert (await desk.press(f"mute:{old}")).popup.startswith("Mei muted this story already")
    assert (await desk.press(f"mute:{young}", under=2)).popup.startswith("Mei muted this story already")
    await desk.press(f"undo:{young}", under=2)
    assert desk.muted() == []


async def test_a_message_that_tells_of_another_story_by_now_changes_nothing(desk: PressDesk) -> None:
    story = await desk.told(link=LINK)
    assert desk.read("pujiang", CLIMBS, link=LINK) == story
    await desk.deliver()
    new = desk.split(story, 1)

    given = await desk.press(f"mute:{story}")

    assert given.popup == "This message does not tell of that story, so nothing was changed."
    assert desk.muted() == []
    await desk.press(f"mute:{new}")
    assert "(muted by Mei)" in desk.wall.text()


async def test_both_parts_of_a_story_that_was_split_stay_muted(desk: PressDesk) -> None:
    story = await desk.told(link=LINK)
    assert desk.read("pujiang", CLIMBS, link=LINK) == story
    await desk.deliver()
    await desk.press(f"mute:{story}")

    new = desk.split(story, 1)
    await desk.deliver()

    assert "(muted by Mei)" in desk.wall.text()
    assert {mute.story for mute in desk.muted()} == {story, new}


async def test_a_button_under_a_message_that_tells_of_another_story_does_nothing(desk: PressDesk) -> None:
    await desk.told()
    other = desk.read("south", LISTS)
    await desk.deliver()

    for action in (
        f"mute:{other}",
        f"snooze:{other}:4h",
        f"undo:{other}",
        f"snooze:{other}",
        f"back:{other}",
    ):
        given = await desk.press(action)
        assert given.popup.startswith("This message does not tell of that story"), action
    for under in (3, 99):
        assert (await desk.press(f"mute:{other}", under=under)).failed
    assert desk.muted() == []
    assert desk.wall.edits == 0


async def test_a_development_gets_its_own_row_and_the_alert_above_says_it(desk: PressDesk) -> None:
    story = await desk.told(link=LINK)
    desk.read("pujiang", LEAVES, link=LINK)
    await desk.deliver()
    assert desk.wall.buttons(2) == ["Why", "Mute"]

    given = await desk.press(f"mute:{story}", under=2)
    assert labels(given.buttons) == SILENCED_ROW
    assert "(muted by Mei)" in desk.wall.text(1)

    given = await desk.press(f"undo:{story}", under=2)
    assert labels(given.buttons) == ["Why", "Mute"]
    assert "muted" not in desk.wall.text(1)


async def test_who_is_no_longer_an_admin_may_still_end_the_own_mute_but_no_other(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"mute:{story}", MEI)
    await desk.press(f"snooze:{story}:4h", ANN)
    desk.settings = replace(desk.settings, access={"telegram": Access(admins=frozenset({ANN.id}))})

    assert not (await desk.press(f"undo:{story}", MEI)).failed
    assert "muted" not in desk.wall.text()
    assert "(Ann)" in desk.wall.text()
    assert desk.wall.buttons() == SILENCED_ROW
    assert (await desk.press(f"undo:{story}", MEI)).popup.startswith("Only admins may do this here.")


async def test_of_two_receivers_in_one_chat_the_one_whose_message_was_pressed_is_silenced(
    desk: PressDesk,
) -> None:
    other = replace(desk.settings.receivers["desk"], id="markets", topic=12)
    both = Route(name="all", to=("desk", "markets"), min_score=40)
    receivers = {**desk.settings.receivers, "markets": other}
    desk.settings = replace(desk.settings, receivers=receivers, routes=(both,))
    story = await desk.told()
    with desk.store.snapshot() as conn:
        message = alerts.message_of(conn, story, "markets")
    assert message is not None

    await desk.press(f"mute:{story}", under=int(message.message_id))

    assert [mute.receiver for mute in desk.muted()] == ["markets"]
    assert ["(muted by Mei)" in desk.wall.text(number) for number in (1, 2)].count(True) == 1


async def test_slack_has_its_own_row_and_a_menu_for_how_long(desk: PressDesk) -> None:
    slack = replace(desk.settings.receivers["desk"], via="slack")
    desk.settings = replace(
        desk.settings, receivers={"desk": slack}, access={"slack": Access(frozenset("1"))}
    )
    story = await desk.told()
    assert desk.wall.buttons() == ["Why", "Mute story", "Snooze", "👍", "👎"]
    menu = desk.wall.shown["1"].buttons[0][2]

    await desk.press(menu.choices[1].action, via="slack")
    assert "Globex snoozed until Thu 12:07 (Mei)" in desk.wall.text()
    assert desk.wall.buttons() == SILENCED_ROW
    await desk.press(f"undo:{story}", via="slack")
    assert desk.wall.buttons() == ["Why", "Mute story", "Snooze", "👍", "👎"]


async def test_names_are_shown_as_text_and_short(desk: PressDesk) -> None:
    story = await desk.told()

    await desk.press(f"mute:{story}", type(MEI)("1", "🔴 \u202eMei\n" + "x" * 90))

    (mute,) = desk.muted()
    assert len(mute.by) < 60
    assert "\u202e" not in mute.by
    last = desk.wall.text().splitlines()[-1]
    assert "(muted by Mei xxx" in last
    assert "🔴" not in last


async def test_in_chinese_the_alert_says_it_in_chinese(tmp_path: Path) -> None:
    desk = PressDesk(tmp_path, language="zh")
    story = await desk.told()

    await desk.press(f"snooze:{story}:1d")
    assert "暂停至" in desk.wall.text()
    assert desk.wall.buttons() == ["原因", "撤销"]
    assert (await desk.press(f"undo:{story}", TOM)).popup.startswith("此处仅管理员可操作")
    desk.close()


async def test_what_a_snooze_silenced_has_a_verdict(desk: PressDesk) -> None:
    story = await desk.told()
    await desk.press(f"snooze:{story}:1d")
    other = desk.read("south", LISTS)

    with desk.store.snapshot() as conn:
        reasons = {each.verdict.reason.value for each in matches.verdicts_of(conn, other)}
    assert reasons == {"muted"}


async def test_unmuting_the_watch_clears_the_snooze_from_the_alerts_that_show_it(desk: PressDesk) -> None:
    story = await desk.told()
    before = desk.wall.text()
    await desk.press(f"snooze:{story}:4h")
    assert "snoozed until" in desk.wall.text()
    assert desk.wall.buttons() == SILENCED_ROW

    await desk.says("/watch unmute globex")
    await desk.outbox.flush()

    assert desk.wall.text() == before
    assert desk.wall.buttons() == ALERT_ROW


async def test_unmuting_leaves_alone_what_shows_no_snooze_or_is_of_last_week(desk: PressDesk) -> None:
    old = await desk.told()
    await desk.press(f"snooze:{old}:4h")
    desk.now += timedelta(days=7, hours=1)
    await desk.told(LISTS)
    await desk.says("/watch mute globex 4h")
    edits = desk.wall.edits

    await desk.says("/watch unmute globex")
    await desk.outbox.flush()

    assert desk.wall.edits == edits
