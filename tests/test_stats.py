"""``stats``: precision from votes where they say something, how loud each receiver is, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Mute
from bot.render.stats import Tally
from bot.store import mutes, retention
from tests.deskwork import LINK, PROFIT, Desk
from tests.voting import vote

SUED = "Acme sued over brake patents in Texas court"
CUTS = "Initech cuts 3,000 jobs in restructuring"
LISTING = "Globex files for Hong Kong listing"
OUTAGE = "Nationwide outage hits Initech payroll service"

NINE = (
    "profit jumps 34% on cloud demand",
    "sued over brake patents in Texas court",
    "cuts 3,000 jobs in restructuring",
    "files for Hong Kong listing",
    "payroll service suffers nationwide outage",
    "names a new finance chief",
    "recalls kettles that overheat",
    "buys a maker of wind turbines",
    "fined by Brussels for hiding fees",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that hears everything from 40 on."""
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def voted(desk: Desk) -> None:
    """Three stories, of which people like Globex and not Acme."""
    profit, sued, cuts = desk.read("harbour", PROFIT), desk.read("ledger", SUED), desk.read("harbour", CUTS)
    vote(desk, profit, "up", "mei", "lee", "ana")
    vote(desk, profit, "down", "sam")
    vote(desk, sued, "down", "mei", "lee", "ana")
    vote(desk, cuts, "up", "mei", "lee")


def lines(desk: Desk, words: str = "", **more: str) -> list[str]:
    """The answer, line by line."""
    return desk.ask(f"stats {words}".strip(), **more).message.plain.splitlines()  # type: ignore[arg-type]


async def test_each_company_source_and_event_says_how_many_of_its_votes_liked_it(desk: Desk) -> None:
    voted(desk)

    said = lines(desk)

    assert said[0] == "Feedback · 30 days · 9 votes: 5 up, 4 down"
    assert "Globex · 3 of 4 liked" in said
    assert "Acme · 0 of 3 liked" in said
    assert "Harbour · 5 of 6 liked" in said
    assert "Ledger · 0 of 3 liked" in said
    assert "Earnings · 3 of 4 liked" in said
    assert said.count("Globex · 3 of 4 liked") == 2, "the company, and its name"
    assert said.index("Globex · 3 of 4 liked") < said.index("Acme · 0 of 3 liked"), "best first"


async def test_fewer_than_three_votes_are_no_figure(desk: Desk) -> None:
    voted(desk)

    assert not any(line.startswith("Initech") for line in lines(desk))
    initech = next(row for row in desk.ask("stats").rows if row.get("watch") == "initech")
    assert (initech["up"], initech["precision"]) == (2, None)


async def test_a_company_is_asked_about_in_either_language(desk: Desk) -> None:
    voted(desk)

    said = lines(desk, "格洛贝克斯 since:7d")

    assert said[0] == "Feedback · Globex · 7 days · 4 votes: 3 up, 1 down"
    assert "Harbour · 3 of 4 liked" in said
    assert not any("Acme" in line for line in said)


async def test_old_votes_are_left_out(desk: Desk) -> None:
    voted(desk)
    desk.now += timedelta(days=8)

    assert lines(desk, "since:7d")[0] == "Feedback · 7 days · no votes yet"


async def test_the_terms_of_a_watch_are_counted_as_the_watch_writes_them(desk: Desk) -> None:
    first = desk.read("harbour", "GLOBEX CLOUD suffers nationwide outage for hours")
    vote(desk, first, "down", "mei", "lee", "ana")

    assert "Globex Cloud (Globex) · 0 of 3 liked" in lines(desk)


async def test_a_chat_is_told_its_alerts_a_day_mutes_and_late_ones(desk: Desk) -> None:
    desk.read("harbour", PROFIT)
    desk.read("ledger", SUED)
    await desk.deliver()
    desk.read("harbour", LISTING)
    await desk.deliver(minutes=40)
    with desk.store.begin() as conn:
        mutes.add(conn, Mute(watch="initech", until=desk.now + timedelta(days=1), by="mei"), desk.now)
    desk.read("harbour", OUTAGE)
    desk.now += timedelta(days=2)

    said = lines(desk)

    at = next(place for place, line in enumerate(said) if line.startswith("desk · 3 alerts, 1."))
    assert said[at + 1].split(" · ") == ["   1 kept silent by mutes", "1 told late"]


async def test_without_votes_it_says_where_they_come_from(desk: Desk) -> None:
    desk.read("harbour", PROFIT)

    said = lines(desk)

    assert said[:2] == ["Feedback · 30 days · no votes yet", "The thumbs under every alert are the votes."]


async def test_an_unknown_company_is_answered_with_the_nearest_one(desk: Desk) -> None:
    assert lines(desk, "Globx") == ["There is no watch “Globx”. Did you mean Globex?"]
    assert "没有名为「白菜」的关注项。" in lines(desk, "白菜", language="zh")[0]
    assert desk.ask("stats since:soon").misunderstood


async def test_it_reads_in_chinese(desk: Desk) -> None:
    voted(desk)

    said = lines(desk, language="zh")

    assert said[0] == "反馈 · 30 天 · 9 票：5 赞 4 踩"
    assert "Globex · 4 票中 3 赞" in said
    assert "财报 · 4 票中 3 赞" in said


async def test_a_merged_story_counts_for_its_own_first_source(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link=LINK)
    other = desk.read("south", "Shareholders sue Globex in Delaware")
    vote(desk, story, "up", "mei", "lee")
    vote(desk, other, "up", "ana")

    desk.merge(other, story)

    assert "Harbour · 3 of 3 liked" in lines(desk)


async def test_what_retention_took_is_no_longer_counted_and_breaks_nothing(desk: Desk) -> None:
    voted(desk)
    await desk.deliver()

    desk.now += timedelta(days=10)
    with desk.store.begin() as conn:
        retention(conn, desk.now - timedelta(days=1), desk.now)

    assert lines(desk)[0] == "Feedback · 30 days · no votes yet"


def test_few_votes_leave_a_wide_interval_and_many_a_narrow_one() -> None:
    few, many = Tally(key="a", up=3, down=1).between, Tally(key="a", up=300, down=100).between

    assert few[0] < 0.35 < 0.75 < few[1] < 1
    assert 0.70 < many[0] < 0.75 < many[1] < 0.80


async def test_the_best_and_the_worst_are_listed_and_the_rest_is_a_number(desk: Desk) -> None:
    for at, what in enumerate(NINE):
        story = desk.read(f"wire{at}", f"Globex {what}", minutes=200)
        vote(desk, story, "up", "mei", "lee", "ana")
        for person in range(at):
            vote(desk, story, "down", f"p{person}")

    said = lines(desk)
    start = said.index("Sources")

    assert said[start + 1] == "Wire0 · 3 of 3 liked"
    assert said[start + 5] == "   2 more between"
    assert said[start + 8] == "Wire8 · 3 of 11 liked"
