"""A wrong joining is undone for good: what was told stays told, what was owed stays owed, nothing rings twice."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

from bot.model import Budget, DigestPlan, Mute, QuietHours, Receiver, Route
from bot.schedule.digests import owe_digest_now
from bot.store import alerts, audit, mutes, stories
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk

SUED = "Globex sued over brake patents in Texas"
QUIET = QuietHours(time(11), time(15))
PROFIT_TEXT = (
    "Globex said on Wednesday that profit for the quarter rose 34 percent to 2 billion dollars, "
    "helped by demand for cloud services in Asia and Europe, and raised its forecast for the year."
)


def held(tmp_path: Path) -> Desk:
    """A desk whose receiver sleeps until three."""
    return Desk(tmp_path, receiver=Receiver(id="desk", via="chat", chat="1", quiet_hours=QUIET))


async def joined(desk: Desk, one: str = PROFIT, other: str = SUED) -> str:
    """Two reports at one address, told as one story; return it."""
    story = desk.read("harbour", one, link=LINK)
    await desk.deliver()
    assert desk.read("pujiang", other, link=LINK) == story
    await desk.deliver()
    return story


async def test_the_alert_drops_what_was_taken_out_without_a_sound(desk: Desk) -> None:
    story = await joined(desk, other=CLIMBS)
    assert "Also Pujiang" in desk.chat.posts[0].shown

    new = desk.split(story, 2)
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT]
    assert "Pujiang" not in desk.chat.posts[0].shown
    assert (desk.titles(story), desk.titles(new)) == ([PROFIT], [CLIMBS])
    with desk.store.snapshot() as conn:
        assert [change.what for change in audit.latest(conn)] == ["story split"]


async def test_what_was_taken_out_counts_as_told_and_its_next_report_rings_for_nobody(desk: Desk) -> None:
    story = await joined(desk, other=CLIMBS)
    new = desk.split(story, 2)
    assert desk.read("south", CLIMBS) == new
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT]
    assert not desk.chat.posts[1:]


async def test_the_message_goes_with_the_headline_that_it_shows(desk: Desk) -> None:
    story = await joined(desk, other=CLIMBS)

    new = desk.split(story, 1)
    await desk.deliver()
    assert desk.read("south", PROFIT) == new
    assert desk.read("delta", CLIMBS) == story
    await desk.deliver()

    (post,) = desk.chat.posts
    assert PROFIT in post.shown
    with desk.store.snapshot() as conn:
        assert alerts.by_message(conn, "chat", "1", "1") == new, "an answer under it finds its story"
        assert alerts.message_of(conn, story, "desk") is None


async def test_an_admin_may_ask_for_the_new_story_to_be_told(desk: Desk) -> None:
    story = await joined(desk)

    desk.split(story, 2, tell=True)
    await desk.deliver()
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT, SUED]
    assert "Pujiang" not in desk.chat.posts[0].shown


async def test_told_anew_the_opening_report_rings_and_the_old_message_shows_the_rest(desk: Desk) -> None:
    story = await joined(desk, other=CLIMBS)

    desk.split(story, 1, tell=True)
    await desk.deliver()

    first, second = desk.chat.posts
    assert CLIMBS in first.shown
    assert PROFIT in second.shown


async def test_split_while_the_alert_is_held_both_are_told_when_quiet_hours_end(tmp_path: Path) -> None:
    desk = held(tmp_path)
    story = await joined(desk)
    assert desk.chat.posts == []

    done = desk.ask(f"story split {story} 2")
    await desk.deliver()
    assert desk.chat.posts == []
    await desk.deliver(minutes=240)
    await desk.deliver()

    assert sorted(desk.chat.headlines) == sorted([PROFIT, SUED])
    assert done.rows[0]["rings"] == ["desk"]
    desk.close()


async def test_a_held_alert_that_was_only_about_what_left_is_not_sent(tmp_path: Path) -> None:
    desk = held(tmp_path)
    story = await joined(desk, one="Wheat harvest is the best in ten years", other=SUED)

    desk.split(story, 2)
    await desk.deliver(minutes=240)

    assert desk.chat.headlines == [SUED]
    desk.close()


async def test_an_alert_that_was_withdrawn_may_be_owed_again_when_there_is_news(tmp_path: Path) -> None:
    desk = held(tmp_path)
    story = await joined(desk, one="Wheat harvest is the best in ten years", other=SUED)
    desk.split(story, 2)

    edited = "Acme profit jumps 34% as wheat harvest is the best"
    assert desk.read("harbour", edited, uid="harbour-0", link=LINK) == story
    await desk.deliver(minutes=240)

    assert sorted(desk.chat.headlines) == [edited, SUED]
    desk.close()


async def test_an_owed_development_of_what_left_becomes_its_own_alert(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    story = desk.read("harbour", PROFIT, link=LINK)
    await desk.deliver()
    desk.settings = held(tmp_path).settings
    desk.read("pujiang", SUED, link=LINK)

    desk.split(story, 2)
    await desk.deliver(minutes=240)

    assert desk.chat.headlines == [PROFIT, SUED]
    assert all(post.reply_to is None for post in desk.chat.posts)
    desk.close()


async def test_a_development_that_stays_is_still_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    story = await joined(desk, other=CLIMBS)
    desk.settings = held(tmp_path).settings
    desk.read("south", SUED, link=LINK)

    desk.split(story, 2)
    await desk.deliver(minutes=240)

    assert [post.reply_to for post in desk.chat.posts] == [None, "1"]
    assert SUED in desk.chat.posts[1].text
    desk.close()


async def test_what_waits_for_the_digest_stands_in_it_as_two(tmp_path: Path) -> None:
    digest = DigestPlan(at=time(18))
    desk = Desk(tmp_path, route=Route(name="all", to=("desk",), min_score=40, digest=digest))
    story = await joined(desk)

    done = desk.ask(f"story split {story} 2")
    assert done.rows[0]["waits"] == ["desk"]
    desk.now += timedelta(minutes=1)
    with desk.store.begin() as conn:
        assert owe_digest_now(conn, desk.settings.receivers["desk"], desk.now)
    await desk.deliver()

    (post,) = desk.chat.posts
    assert PROFIT in post.text
    assert SUED in post.text
    desk.close()


async def test_a_split_rings_for_nobody_who_had_not_been_owed_it(desk: Desk) -> None:
    with desk.store.begin() as conn:
        mutes.add(conn, Mute(receiver="desk", until=desk.now + timedelta(minutes=30)), desk.now)
    story = await joined(desk)
    desk.now += timedelta(hours=1)

    new = desk.split(story, 2)
    await desk.deliver()

    assert desk.chat.posts == []
    assert {row["reason"] for row in desk.ask(f"why {new}").rows} == {"muted"}


async def test_told_without_a_message_is_not_counted_against_the_limit(tmp_path: Path) -> None:
    receiver = Receiver(id="desk", via="chat", chat="1", at_most=Budget(2))
    desk = Desk(tmp_path, receiver=receiver)
    story = await joined(desk, other=CLIMBS)
    desk.split(story, 2)

    desk.read("south", "Acme cuts 300 jobs in Berlin")
    await desk.deliver()

    assert desk.chat.headlines == [PROFIT, "Acme cuts 300 jobs in Berlin"]
    desk.close()


async def test_of_copies_whose_original_left_one_counts_as_a_source(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, PROFIT_TEXT)
    for source in ("pujiang", "south"):
        assert desk.read(source, PROFIT, PROFIT_TEXT) == story
    desk.split(story, 1)

    with desk.store.snapshot() as conn:
        rest = stories.get(conn, story)
    assert rest is not None
    original, copy = rest.reports
    assert original.joining.copy_of == ""
    assert copy.joining.copy_of == original.entry.id
    assert rest.sources == 1


async def test_splitting_again_and_again_gives_every_story_its_own_id(desk: Desk) -> None:
    story = await joined(desk, other=CLIMBS)
    desk.read("south", "Globex raises outlook", link=LINK)
    one, two = desk.split(story, 2), desk.split(story, 2)
    fresh = desk.read("delta", "Acme cuts 300 jobs in Berlin")

    assert len({story, one, two, fresh}) == 4
