"""A digest in a chat: its buttons, everything that stands in it, and the command of that name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.commands import Answer, Asked, Pressed, answer
from bot.commands import Desk as AnswerDesk
from bot.model import Block, DigestPlan, Receiver, Watch, Watchlist
from bot.render import DigestView, digest
from bot.render.digest import A_BLOCK, A_PAGE, all_stories
from bot.store import digests
from tests.golden.invented import DIGEST, WATCHLIST, at, reader
from tests.grouping import TABLES
from tests.picturing import MONDAY
from tests.weeks import Weeks

DAILY = DigestPlan(time(8, 30))
NOW = MONDAY + timedelta(minutes=1)
VIEW = DigestView(
    receiver=reader(),
    watchlist=WATCHLIST,
    now=at(8, 30),
    since=at(8, 30, day=11),
    stories=DIGEST,
    reference="17",
)


@pytest.fixture
def weeks(tmp_path: Path) -> Iterator[Weeks]:
    made = Weeks(tmp_path, plan=DAILY)
    yield made
    made.close()


def ask(
    weeks: Weeks,
    verb: str = "",
    *,
    press: str = "",
    receiver: str = "desk",
    admin: bool = False,
    via: str = "telegram",
) -> Answer:
    pressed = Pressed(*press.partition(":")[::2], via, "1", "9") if press else None
    asked = Asked(
        verb=verb, reader=Receiver(id=receiver, via=via), receiver=receiver, admin=admin, pressed=pressed
    )
    with weeks.conn() as conn:
        desk = AnswerDesk(
            conn=conn,
            settings=weeks.settings,
            watchlist=WATCHLIST,
            sources={},
            tables=TABLES,
            now=NOW,
            version="0",
            started=NOW,
        )
        given = answer(asked, desk)
        return given if given.effect is None else given.effect(conn)


def actions(weeks: Weeks) -> list[str]:
    made = weeks.digest()
    assert made is not None
    return [button.action for row in made.message.buttons for button in row]


def test_a_digest_that_leaves_nothing_out_offers_only_its_chart(weeks: Weeks) -> None:
    weeks.news("Alibaba opens a park")

    (chart,) = actions(weeks)

    assert chart.startswith("chart:")


def test_the_button_all_answers_with_every_story_silently(weeks: Weeks) -> None:
    stories = {weeks.news(f"Alibaba opens park {number}") for number in range(5)}

    everything, _ = actions(weeks)
    given = ask(weeks, press=everything)

    assert everything.startswith("digest:")
    assert {row["story"] for row in given.rows} == stories
    assert given.message.silent
    assert all(f"park {number}" in given.message.plain for number in range(5))


def test_a_story_that_rang_after_its_digest_still_stands_in_it(weeks: Weeks) -> None:
    from bot.store import alerts

    stories = [weeks.news(f"Alibaba opens park {number}") for number in range(5)]
    everything, _ = actions(weeks)
    with weeks.conn() as conn:
        told = alerts.told_of(conn, stories[0])["desk"]
        alerts.save_told(conn, replace(told, digest=False, at=NOW))

    assert len(ask(weeks, press=everything).rows) == 5


def test_all_stories_of_a_week_are_those_that_it_counts(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path)
    told = weeks.news("Alibaba profit jumps", rang=True)
    collected = weeks.news("Alibaba opens a park")
    everything, *_ = actions(weeks)

    assert {row["story"] for row in ask(weeks, press=everything).rows} == {told, collected}
    weeks.close()


def test_pages_of_a_long_list_end_between_companies_and_hold_every_story_once() -> None:
    counts = {"alibaba": 4, "tencent": 27, "moonshot": 45, "byd": 1, "zhipu": 11}
    stories = tuple(
        replace(
            DIGEST[0],
            story=f"{watch}{number}",
            title=f"{watch} {number}.",
            watches=(watch,),
            score=90 - place,
        )
        for place, (watch, count) in enumerate(counts.items())
        for number in range(count)
    )
    view = replace(VIEW, stories=stories)
    _, count = all_stories(view, at(8, 30))
    pages = [all_stories(view, at(8, 30), page=page)[0] for page in range(1, count + 1)]

    shown = [
        line.split(" ", 1)[1] for page in pages for line in page.plain.splitlines() if line.endswith(".")
    ]
    blocks = [block for page in pages for block in page.blocks]
    assert sorted(shown) == sorted(story.title for story in stories)
    assert all(sum(line.endswith(".") for line in page.plain.splitlines()) <= A_PAGE for page in pages)
    assert all(len(block.lines) <= 1 + 2 * A_BLOCK for block in blocks)
    assert [bool(page.buttons) for page in pages] == [*[True] * (count - 1), False]
    assert pages[0].buttons[0][0].action == "digest:17:2"
    first = {watch for watch in counts if watch in pages[0].plain.lower()}
    assert first == {"alibaba"}, "what does not fit whole begins a page"


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert all_stories(VIEW, at(8, 30), page=99)[0].blocks == all_stories(VIEW, at(8, 30))[0].blocks


def test_beyond_twelve_companies_the_others_are_named_and_stand_behind_the_button() -> None:
    watches = {f"w{number}": Watch(id=f"w{number}", name=f"Company {number}") for number in range(20)}
    stories = tuple(
        replace(DIGEST[0], story=watch, watches=(watch,), score=90 - place)
        for place, watch in enumerate(watches)
    )
    view = replace(VIEW, stories=stories, watchlist=Watchlist(watches=watches))

    message = digest(view)
    terminal = digest(replace(view, reference=""))

    assert message is not None
    assert terminal is not None
    assert "8 more companies: Company 12, Company 13 +6" in message.plain
    assert message.buttons[0][0].label == "All 20"
    assert "Company 19" in terminal.plain, "without buttons nothing is left out"


def test_what_stands_together_is_one_block_a_company() -> None:
    message = digest(VIEW)

    assert message is not None
    assert [type(block) for block in message.blocks] == [Block] * 4


def test_an_admin_makes_the_digest_now_and_it_is_not_made_again(weeks: Weeks) -> None:
    weeks.news("Alibaba opens a park", days_ago=0.001)

    given = ask(weeks, "digest", admin=True)

    assert given.message.plain == "The digest comes: 1 story for desk."
    assert len(weeks.owed(NOW)) == 1
    assert ask(weeks, "digest", admin=True).message.plain.startswith("Nothing waits for a digest.")


def test_others_see_what_waits_and_take_nothing(weeks: Weeks) -> None:
    weeks.news("Alibaba opens a park", days_ago=0.001)

    given = ask(weeks, "digest")

    assert "Alibaba opens a park" in given.message.plain
    assert "The next one is due Tue 00:30." in given.message.plain
    assert not weeks.owed(NOW)
    with weeks.conn() as conn:
        assert len(digests.waiting(conn, "desk", NOW)) == 1


def test_where_nothing_waits_the_next_digest_is_named(weeks: Weeks) -> None:
    assert ask(weeks, "digest").message.plain.splitlines() == [
        "Nothing waits for a digest.",
        "The next one is due Tue 00:30.",
    ]


def test_a_chat_that_is_no_receiver_is_told_so(weeks: Weeks) -> None:
    given = ask(weeks, "digest", receiver="", admin=True)

    assert given.misunderstood
    assert "The receivers are desk." in given.message.plain
    assert "desk" not in ask(weeks, "digest", receiver="").message.plain, "only admins learn who else hears"


def test_two_digests_at_one_hour_are_one(weeks: Weeks) -> None:
    other = replace(weeks.settings.routes[0], name="more", digest=replace(DAILY, days=frozenset({0, 3})))
    weeks.settings = replace(weeks.settings, routes=(*weeks.settings.routes, other))
    weeks.news("Alibaba opens a park")

    assert weeks.owe() == 1
    assert weeks.owe(NOW) == 0


def test_the_first_digest_counts_what_rang_since_the_first_news_and_the_next_since_the_first(
    weeks: Weeks,
) -> None:
    for hours in (20, 16, 12, 6):
        weeks.news("Alibaba cuts prices", days_ago=hours / 24, rang=True)
    weeks.news("Alibaba opens a park", days_ago=10 / 24)

    first = weeks.digest()
    assert first is not None
    assert "Told at once since then: 4" in first.message.plain

    weeks.news("Alibaba opens a school", days_ago=-1 / 24)
    weeks.news("Alibaba cuts jobs", days_ago=-2 / 24, rang=True)
    second = weeks.digest(MONDAY + timedelta(days=1))
    assert second is not None
    assert "Told at once since then: 1" in second.message.plain
