"""What was split stays apart through reports, edits, restarts and merges; and a merge repeats and loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from bot.model import Assignment, Entry, Facts, QuietHours, Receiver
from bot.store import stories
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk

SUED = "Globex sued over brake patents in Texas"
JOBS = "Acme cuts 300 jobs in Berlin"
DEAL = "Initech to buy Acme for $2 billion"
ASLEEP = Receiver(id="desk", via="chat", chat="1", quiet_hours=QuietHours(time(11), time(15)))


async def joined(desk: Desk, one: str = PROFIT, other: str = CLIMBS) -> str:
    """Two reports at one address, told as one story; return it."""
    story = desk.read("harbour", one, link=LINK)
    await desk.deliver()
    assert desk.read("pujiang", other, link=LINK) == story
    await desk.deliver()
    return story


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_third_report_like_both_joins_one_and_merges_nothing(desk: Desk, restarts: bool) -> None:
    story = await joined(desk)
    new = desk.split(story, 2)
    if restarts:
        desk.restart()

    third = desk.read("south", "Globex cloud demand lifts profit, by 34% in all", link=LINK)
    await desk.deliver()

    assert third in {story, new}
    assert CLIMBS not in desk.titles(story)
    assert PROFIT not in desk.titles(new)
    assert desk.chat.headlines == [PROFIT]


@pytest.mark.parametrize("restarts", [False, True])
async def test_an_edited_headline_stays_where_it_was_put_and_rings_for_nobody(
    desk: Desk, restarts: bool
) -> None:
    story = await joined(desk)
    new = desk.split(story, 2)
    await desk.deliver()
    if restarts:
        desk.restart()

    desk.poll("pujiang")
    edited = "Globex cloud demand lifts profit by 24%"
    assert desk.read("pujiang", edited, uid="pujiang-0", link=LINK) == new
    await desk.deliver()

    assert desk.titles(new) == [edited]
    assert len(desk.chat.posts) == 1, "the chat never had a message of its own about it"


async def test_an_edited_headline_of_what_was_told_is_still_corrected(desk: Desk) -> None:
    story = await joined(desk)
    desk.split(story, 2)
    desk.read("harbour", PROFIT.replace("34%", "24%"), uid="harbour-0", link=LINK)
    await desk.deliver()

    alert, correction = desk.chat.posts
    assert correction.reply_to == "1"
    assert "24%" in alert.shown


async def test_a_merge_with_a_third_story_does_not_bring_back_what_was_taken_out(desk: Desk) -> None:
    older = desk.read("delta", JOBS)
    story = await joined(desk)
    new = desk.split(story, 2)
    desk.merge(story, older)
    with desk.store.begin() as conn:
        assert stories.parted(conn, older, new)
        assert not stories.parted(conn, older, story)
    desk.index.merge(new, older)  # as an index would that forgot
    desk.restart()

    desk.read("south", f"{CLIMBS} as Acme cuts 300 jobs in Berlin", link=LINK)
    assert CLIMBS not in desk.titles(older)


async def test_a_report_that_would_make_them_one_again_joins_and_merges_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await joined(desk)
    new = desk.split(story, 2)
    with desk.store.snapshot() as conn:
        (entry, _), *_ = stories.splits(conn)
    assign = desk.index.assign

    def eager(of: Entry, facts: Facts) -> Assignment:
        """An index that does not know what a person split."""
        found = assign(of, facts)
        desk.index.merge(new, story)
        return replace(found, story=story, merged=(new,))

    monkeypatch.setattr(desk.index, "assign", eager)
    assert desk.read("south", PROFIT) == story
    await desk.deliver()

    assert desk.titles(new) == [CLIMBS]
    assert desk.index.story_of(entry) == new
    assert desk.chat.headlines == [PROFIT]


async def test_a_split_asked_for_before_a_crash_is_made_once_by_the_next_start(desk: Desk) -> None:
    story = await joined(desk)
    asked = desk.request(f"story split {story} 2")
    assert asked.wanted is not None

    desk.restart()
    desk.tick()
    desk.tick()
    desk.restart()
    await desk.deliver()

    assert desk.titles(story) == [PROFIT]
    assert desk.chat.headlines == [PROFIT]
    with desk.store.snapshot() as conn:
        assert len(stories.splits(conn)) == 1


async def test_asked_for_twice_it_is_made_once_and_the_second_answer_says_so(desk: Desk) -> None:
    story = await joined(desk)
    desk.request(f"story split {story} 2")
    done = desk.ask(f"story split {story} 2")

    assert done.failed
    assert "not in" in done.message.plain
    assert len(desk.titles(story)) == 1


# Merges


async def test_two_told_stories_become_one_and_the_older_message_lives_on(desk: Desk) -> None:
    one = desk.read("harbour", PROFIT)
    await desk.deliver()
    other = desk.read("pujiang", SUED, link=LINK)
    await desk.deliver()
    desk.merge(other, one)
    assert desk.read("south", "Globex faces suit over brakes", link=LINK) == one
    await desk.deliver()

    older, younger = desk.chat.posts
    assert "Pujiang" in older.shown
    assert "South" in older.shown
    assert younger.edits == []


async def test_a_told_story_takes_in_one_that_was_not_told(desk: Desk) -> None:
    one = desk.read("harbour", PROFIT)
    await desk.deliver()
    other = desk.read("pujiang", "Wheat harvest is the best in ten years", link=LINK)
    desk.merge(other, one)
    desk.read("south", "Globex profit and wheat", link=LINK)
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT]
    assert "Pujiang" in desk.chat.posts[0].shown


async def test_an_untold_story_takes_in_a_told_one_and_nothing_rings_again(desk: Desk) -> None:
    one = desk.read("pujiang", "Wheat harvest is the best in ten years", link=LINK)
    other = desk.read("harbour", PROFIT)
    await desk.deliver()
    desk.merge(other, one)
    desk.read("south", "Globex profit and wheat", link=LINK)
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT]


@pytest.mark.parametrize("owed_lives_on", [True, False])
async def test_a_held_alert_is_not_sent_when_its_story_was_told_by_another_name(
    tmp_path: Path, owed_lives_on: bool
) -> None:
    """Also where so many are held that they come as one message."""
    desk = Desk(tmp_path)
    told = desk.read("harbour", PROFIT) if not owed_lives_on else ""
    await desk.deliver()
    awake = desk.settings
    desk.settings = replace(awake, receivers={"desk": ASLEEP})
    owed = desk.read("pujiang", SUED)
    for source, title in (("a", JOBS), ("b", DEAL), ("c", "Acme files for Hong Kong IPO")):
        desk.read(source, title)
    if owed_lives_on:
        asleep, desk.settings = desk.settings, awake
        told = desk.read("harbour", PROFIT)
        await desk.deliver()
        desk.settings = asleep
    desk.merge(*((told, owed) if owed_lives_on else (owed, told)))
    await desk.deliver(minutes=240)

    texts = [post.text for post in desk.chat.posts]
    assert sum(SUED in text for text in texts) == 0
    assert sum(PROFIT in text for text in texts) == 1
    assert all(any(title in text for text in texts) for title in (JOBS, DEAL))
    desk.close()


async def test_two_held_alerts_become_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path, receiver=ASLEEP)
    one, other = desk.read("harbour", PROFIT), desk.read("pujiang", SUED, link=LINK)
    desk.merge(other, one)
    desk.read("south", "Globex faces suit over brakes", link=LINK)
    await desk.deliver(minutes=240)
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT]
    desk.close()
