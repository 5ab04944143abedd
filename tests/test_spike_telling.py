"""Far more news about a company than usual rings once, though each story of it is below the threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.model import Budget, DigestPlan, Mute, QuietHours, Reason
from bot.store import matches, mutes
from tests.bursting import DAY, HOUR, IMPORTANT, RECEIVER, Burst
from tests.deskwork import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, receiver=RECEIVER, route=IMPORTANT)
    yield opened
    opened.close()


def reasons(desk: Desk, title: str) -> list[tuple[Reason, bool]]:
    with desk.store.snapshot() as conn:
        stored = matches.verdicts_of(conn, desk.story_of(title))
    return [(each.verdict.reason, each.verdict.told) for each in stored]


def until_morning(desk: Desk) -> float:
    """Minutes until the quiet hours that hold all day but its last minute end; a minute later they hold again."""
    end = desk.now.replace(hour=23, minute=59, second=0, microsecond=0)
    return (end - desk.now) / timedelta(minutes=1)


async def test_a_burst_after_a_quiet_month_rings_with_the_story_that_makes_it_clear(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    assert desk.chat.posts == []

    titles = await burst.hours(9)

    assert desk.chat.headlines == [titles[4]]
    assert "Globex: 5 stories in 6 hours, usually fewer than 1" in desk.chat.posts[0].text
    assert reasons(desk, titles[3]) == [(Reason.BELOW_THRESHOLD, False)]
    assert reasons(desk, titles[4]) == [(Reason.SPIKE, True)]
    assert reasons(desk, titles[5]) == [(Reason.BELOW_THRESHOLD, False)]


async def test_a_spike_rings_again_only_a_day_later_also_after_a_restart(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    await burst.hours(6)
    desk.restart()

    again = await burst.hours(8, every=2 * HOUR)
    assert len(desk.chat.posts) == 1, f"told again: {again}"

    burst.read(7 * HOUR)
    later = await burst.hours(12)
    assert len(desk.chat.posts) == 2
    assert desk.chat.headlines[-1] in later


async def test_the_alert_keeps_its_reason_when_more_sources_report_it(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    titles = await burst.hours(5)

    desk.read("another wire", f"{titles[-1]}, residents say", minutes=3)
    await desk.deliver()

    (post,) = desk.chat.posts
    assert "Also Another Wire" in post.shown
    assert "Globex: 5 stories in 6 hours, usually fewer than 1" in post.shown


async def test_why_explains_the_spike_also_once_the_story_was_judged_again(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    titles = await burst.hours(5)
    story = desk.read("another wire", f"{titles[-1]}, residents say", minutes=3)

    said = desk.ask(f"why {story}").message.plain
    assert "more news of it than usual" in said
    assert "desk hears from 60" in said
    assert "Volume Globex: 5 stories in 6 hours, usually fewer than 1" in said
    assert (
        "新闻量 Globex：6 小时内 5 条新闻，平时不足 1 条"
        in desk.ask(f"why {story}", language="zh").message.plain
    )


async def test_a_company_that_is_always_in_the_news_does_not_ring_at_five(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(8, every=DAY / 12)

    await burst.hours(10, every=30)

    assert desk.chat.posts == []


async def test_the_first_week_never_rings(desk: Desk) -> None:
    burst = Burst(desk)
    burst.read(0)
    await burst.hours(12, every=10)
    await burst.days(6)
    await burst.hours(12, every=10)

    assert desk.chat.posts == []


async def test_a_company_that_came_to_the_watchlist_this_week_does_not_ring(desk: Desk) -> None:
    others = Burst(desk, "Acme")
    await others.days(30)

    await Burst(desk).hours(12)
    assert desk.chat.posts == []


async def test_one_story_with_twelve_sources_is_one_story(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)

    title = burst.read(10)
    for at in range(12):
        desk.read(f"wire {at}", title, minutes=5)
    await desk.deliver()

    assert desk.chat.posts == []


async def test_whoever_was_told_of_three_stories_of_it_knows_already(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    loud = ["Globex profit jumps 34%", "Globex sued over brake patents", "Globex cuts 3,000 jobs"]
    for title in loud:
        burst.read(10, title)
        await desk.deliver()
    assert desk.chat.headlines == loud

    await burst.hours(8)
    assert desk.chat.headlines == loud


async def test_quiet_hours_hold_a_spike_and_its_reason(tmp_path: Path) -> None:
    night = QuietHours(time(0), time(23, 59), unless_score=90)
    desk = Desk(tmp_path, receiver=replace(RECEIVER, quiet_hours=night), route=IMPORTANT)
    burst = Burst(desk)
    await burst.days(30)

    titles = await burst.hours(7)
    assert desk.chat.posts == []
    assert reasons(desk, titles[4]) == [(Reason.QUIET_HOURS, False)]
    assert "5 stories in 6 hours" in desk.ask(f"why {desk.story_of(titles[4])}").message.plain

    await desk.deliver(minutes=until_morning(desk))
    assert desk.chat.headlines == [titles[4]]
    assert "5 stories in 6 hours" in desk.chat.posts[0].text
    desk.close()


async def test_a_muted_company_does_not_ring_for_its_spike(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    with desk.store.begin() as conn:
        mutes.add(conn, Mute(watch="globex", until=desk.now + timedelta(days=1)), desk.now)

    titles = await burst.hours(8)

    assert desk.chat.posts == []
    assert reasons(desk, titles[-1]) == [(Reason.BELOW_THRESHOLD, False)]


async def test_a_used_up_budget_leaves_the_stories_to_the_digest(tmp_path: Path) -> None:
    desk = Desk(tmp_path, receiver=replace(RECEIVER, at_most=Budget(1)), route=IMPORTANT)
    rest = replace(IMPORTANT, name="rest", min_score=40, digest=DigestPlan(at=time(8, 30)))
    desk.settings = replace(desk.settings, routes=(IMPORTANT, rest))
    burst = Burst(desk)
    await burst.days(30)
    burst.read(10, "Globex profit jumps 34%")
    await desk.deliver()

    titles = await burst.hours(8)

    assert desk.chat.headlines == ["Globex profit jumps 34%"]
    assert reasons(desk, titles[-1]) == [(Reason.IN_DIGEST, False)]
    desk.close()


async def test_what_rings_for_a_spike_does_not_wait_for_the_digest_too(desk: Desk) -> None:
    rest = replace(IMPORTANT, name="rest", min_score=40, digest=DigestPlan(at=time(8, 30)))
    desk.settings = replace(desk.settings, routes=(IMPORTANT, rest))
    burst = Burst(desk)
    await burst.days(30)

    titles = await burst.hours(6)

    assert desk.chat.headlines == [titles[4]]
    assert [reasons(desk, title)[0][0] for title in titles[3:]] == [
        Reason.IN_DIGEST,
        Reason.SPIKE,
        Reason.IN_DIGEST,
    ]


async def test_two_stories_that_become_one_keep_the_reason_of_the_message(desk: Desk) -> None:
    burst = Burst(desk)
    await burst.days(30)
    titles = await burst.hours(5)
    rang, calm = (desk.story_of(title) for title in (titles[4], titles[0]))

    desk.merge(rang, calm)
    desk.read("another wire", f"{titles[4]}, residents say", minutes=3)
    await desk.deliver()

    (post,) = desk.chat.posts
    assert "5 stories in 6 hours" in post.shown


async def test_a_spike_that_is_held_survives_that_its_story_is_taken_apart(tmp_path: Path) -> None:
    night = QuietHours(time(0), time(23, 59), unless_score=90)
    desk = Desk(tmp_path, receiver=replace(RECEIVER, quiet_hours=night), route=IMPORTANT)
    burst = Burst(desk)
    await burst.days(30)
    titles = await burst.hours(5)
    story = desk.read("another wire", f"{titles[-1]}, residents say", minutes=3)

    desk.split(story, 2)
    await desk.deliver(minutes=until_morning(desk))

    assert desk.chat.headlines == [titles[-1]]
    assert "stories in 6 hours" in desk.chat.posts[0].text
    desk.close()
