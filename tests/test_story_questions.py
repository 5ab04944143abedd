"""What a person types about a story's joinings, and what they read: the split, why, and what is in doubt."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import update

from bot.model import Joining
from bot.store.codec import joining_text
from bot.store.schema import entries
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk

JOBS = "Acme cuts 300 jobs in Berlin"


@pytest.fixture
def story(desk: Desk) -> str:
    """A story of two reports at one address."""
    found = desk.read("harbour", PROFIT, link=LINK)
    assert desk.read("pujiang", CLIMBS, link=f"{LINK}?utm_source=rss") == found
    return found


def entry_ids(desk: Desk, story: str) -> list[str]:
    return [str(row["entry"]) for row in desk.ask(f"story {story}").rows]


def weigh(desk: Desk, entry: str, other: str, margin: float, **more: tuple[object, ...]) -> None:
    """Let an entry have joined by likeness, with such a margin."""
    joining = Joining(rule="similar", other=other, margin=margin, **more)  # type: ignore[arg-type]
    row = {"rule": joining.rule, "margin": margin, "joining": joining_text(joining)}
    with desk.store.begin() as conn:
        conn.execute(update(entries).where(entries.c.id == entry).values(row))


def said(desk: Desk, question: str, **more: str) -> str:
    """The words of an answer that refuses."""
    given = desk.ask(question, **more)  # type: ignore[arg-type]
    assert given.misunderstood
    assert given.wanted is None
    return given.message.plain


def listed(desk: Desk, question: str, name: str) -> list[dict[str, Any]]:
    """What the first row of an answer lists under a name."""
    return cast("list[dict[str, Any]]", desk.ask(question).rows[0][name])


# Which entry is meant


def test_an_entry_is_meant_by_its_number_its_id_or_the_beginning_of_it(desk: Desk, story: str) -> None:
    ids = entry_ids(desk, story)
    for typed in ("2", ids[1], ids[1][:6], ids[1].upper()):
        wanted = desk.request(f"story split {story.upper()} {typed}").wanted
        assert wanted is not None
        assert wanted.payload == {"story": story, "entry": ids[1], "told": True, "by": "chat:7"}


def test_an_entry_is_meant_by_its_address_with_or_without_what_trackers_add(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    story = desk.read("harbour", PROFIT)
    desk.read("pujiang", PROFIT)
    wanted = desk.request(f"story split {story} <https://pujiang.example/pujiang-0?utm_campaign=x>").wanted
    assert wanted is not None
    assert wanted.payload["entry"] == entry_ids(desk, story)[1]
    desk.close()


@pytest.mark.parametrize("dashes", ["--tell", "—tell", "--TELL"])
def test_tell_may_stand_anywhere_as_a_phone_writes_it(desk: Desk, story: str, dashes: str) -> None:
    for words in (f"{story} 2 {dashes}", f"{dashes} {story} 2"):
        wanted = desk.request(f"story split {words}").wanted
        assert wanted is not None
        assert wanted.payload["told"] is False


def test_an_address_that_several_entries_share_asks_for_a_number(desk: Desk, story: str) -> None:
    assert "1, 2" in said(desk, f"story split {story} https://{LINK}")


# What can't be done, and what to do instead


def test_words_are_missing(desk: Desk, story: str) -> None:
    for typed in ("story split", f"story split {story}", f"story split {story} 1 2"):
        assert "/story split k7f2 2" in said(desk, typed, via="telegram")
    assert "请指明" in said(desk, "story split", language="zh")


def test_an_unknown_story_or_entry_says_where_to_look(desk: Desk, story: str) -> None:
    assert "/recent" in said(desk, "story split zzzz 1", via="telegram")
    assert f"wirewatch story {story}" in said(desk, f"story split {story} 9")
    assert f"wirewatch story {story}" in said(desk, f"story split {story} eeee")
    assert "没有事件" in said(desk, "story split zzzz 1", language="zh")


def test_the_only_entry_of_a_story_can_not_leave_it(desk: Desk) -> None:
    alone = desk.read("harbour", PROFIT)
    assert "only this one entry" in said(desk, f"story split {alone} 1")
    assert "仅此一篇" in said(desk, f"story split {alone} 1", language="zh")


def test_an_entry_of_another_story_says_where_it_stands(desk: Desk, story: str) -> None:
    other = desk.read("south", JOBS)
    (entry,) = entry_ids(desk, other)
    words = said(desk, f"story split {story} {entry}")
    assert f"stands in {other}, not in {story}" in words
    assert f"wirewatch story {other}" in words


def test_a_story_that_merged_names_the_one_it_lives_on_in(desk: Desk, story: str) -> None:
    other = desk.read("south", JOBS)
    desk.merge(other, story)
    assert f"{other} is no more: it became one with {story}" in said(desk, f"story split {other} 1")
    assert f"{other} 已并入 {story}" in said(desk, f"story split {other} 1", language="zh")


def test_only_admins_may_and_the_others_learn_their_id(desk: Desk, story: str) -> None:
    given = desk.ask(f"story split {story} 2", admin=False)
    assert given.misunderstood
    assert "Only admins" in given.message.plain
    assert "Your id here is 7" in given.message.plain
    assert len(desk.titles(story)) == 2
    assert "story split" not in desk.ask(f"story {story}", admin=False).message.plain
    assert "story split" not in desk.ask("help story", admin=False).message.plain
    assert "story split" in desk.ask("help story").message.plain


# What is answered


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Taken out of {story}: new story {new}", "goes on with 1 report", "never join again")),
        ("zh", ("已移出 {story}：新事件 {new}", "余下 1 篇", "不会再合并")),
    ],
)
async def test_the_answer_names_both_stories_and_who_hears(
    desk: Desk, story: str, language: str, words: tuple[str, ...]
) -> None:
    await desk.deliver()
    done = desk.ask(f"story split {story} 2", language=language)
    new = str(done.rows[0]["new"])

    for expected in words:
        assert expected.format(story=story, new=new) in done.message.plain
    assert PROFIT in done.message.plain
    assert CLIMBS in done.message.plain
    assert done.rows[0]["edits"] == ["desk"]


async def test_the_answer_says_whom_the_new_story_is_told_to_or_that_it_is_nobody(
    desk: Desk, story: str
) -> None:
    await desk.deliver()
    told = desk.ask(f"story split {story} 2 --tell")
    assert f"{told.rows[0]['new']} is told to desk." in told.message.plain

    dull = desk.read("south", "Wheat harvest is the best in ten years", link=LINK)
    where = len(desk.titles(dull))
    quiet = desk.ask(f"story split {dull} {where} --tell")
    assert f"told to nobody; wirewatch why {quiet.rows[0]['new']} says why" in quiet.message.plain


def test_why_and_story_say_that_it_was_split_off_by_hand(desk: Desk, story: str) -> None:
    new = desk.split(story, 2)
    desk.read("south", CLIMBS)
    for question in (f"story {new}", f"why {new}"):
        assert "split off by hand" in desk.ask(question).message.plain
    assert desk.ask(f"story {new}").rows[0]["rule"] == "split"


# Why each joined


def test_why_says_of_each_report_what_spoke_for_it_and_by_what_margin(desk: Desk, story: str) -> None:
    one, two = entry_ids(desk, story)
    features = (("ratio", 0.84), ("body", 0.0), ("by_words", 1.84), ("by_time", -0.4), ("by_source", 0.0))
    shared = ("34%", "globex", "earnings", "云业", "usd:2e+09", "quarterly")
    weigh(desk, two, one, 1.44, features=features, shared=shared)

    english = desk.ask(f"why {story}").message.plain.splitlines()
    assert (
        "   with 1 Harbour: both about Globex, earnings; shares “34%”, “2 billion USD”, “quarterly”; "
        "headlines 84% alike; 5 min apart; margin 1.4 (made of wording +1.8, time between −0.4)" in english
    )
    chinese = desk.ask(f"why {story}", language="zh").message.plain
    assert "对照 1 Harbour：同涉 Globex、财报；共有「34%」" in chinese
    assert "余量 1.4（构成：措辞 +1.8、时间间隔 −0.4）" in chinese
    first, second = listed(desk, f"why {story}", "entries")
    assert first["rule"] == "first"
    assert second["features"] == dict(features)
    assert (second["joined_to"], second["margin"], second["shared"]) == (one, 1.44, list(shared))


def test_why_marks_a_thin_margin_and_a_report_that_stands_elsewhere_now(desk: Desk, story: str) -> None:
    one, two = entry_ids(desk, story)
    weigh(desk, two, one, 0.31)
    assert "margin 0.3 (in doubt)" in desk.ask(f"why {story}").message.plain
    desk.read("south", "Globex beats forecasts", link=LINK)
    weigh(desk, entry_ids(desk, story)[2], two, 2.0)
    desk.split(story, 2)
    assert "with a report that stands elsewhere now" in desk.ask(f"why {story}").message.plain


def test_certain_joinings_need_no_margin(desk: Desk, story: str) -> None:
    words = desk.ask(f"why {story}").message.plain
    assert "same link; " in words
    assert "margin" not in words


def test_of_a_long_story_a_dozen_joinings_are_explained(desk: Desk, story: str) -> None:
    for number in range(15):
        desk.read(f"paper{number}", f"Globex, part {number}", link=LINK)
    words = desk.ask(f"why {story}").message.plain
    assert "Why these 17 are one story" in words
    assert "5 more reports" in words
    assert "13 Paper" not in words


# In doubt


def test_status_lists_what_joined_in_doubt_with_what_undoes_it(desk: Desk, story: str) -> None:
    one, two = entry_ids(desk, story)
    weigh(desk, two, one, 0.31)
    words = desk.ask("status").message.plain
    assert PROFIT in words
    assert CLIMBS in words
    assert "margin 0.3" in words
    (row,) = listed(desk, "status", "in_doubt")
    assert (row["title"], row["joined_to_title"], row["margin"]) == (CLIMBS, PROFIT, 0.31)
    assert row["undo"] in words
    assert "有误？wirewatch story split" in desk.ask("status", language="zh").message.plain

    done = desk.ask(row["undo"].removeprefix("wirewatch "))
    assert not done.failed
    assert desk.titles(story) == [PROFIT]
    assert listed(desk, "status", "in_doubt") == []


def test_what_was_held_against_a_report_that_left_is_not_in_doubt(desk: Desk, story: str) -> None:
    one, two = entry_ids(desk, story)
    desk.read("south", "Globex beats forecasts", link=LINK)
    weigh(desk, two, one, 0.31)
    weigh(desk, entry_ids(desk, story)[2], two, 0.2)
    desk.split(story, 2)
    assert listed(desk, "status", "in_doubt") == []


def test_doubts_are_few_recent_and_newest_first(desk: Desk, story: str) -> None:
    one = entry_ids(desk, story)[0]
    for number in range(8):
        desk.read(f"paper{number}", f"Globex, part {number}", link=LINK, minutes=10)
    for entry in entry_ids(desk, story)[1:]:
        weigh(desk, entry, one, 0.1)
    given = desk.ask("status")
    assert given.message.plain.count("Wrong?") == 5
    assert "4 more in doubt" in given.message.plain
    titles = [row["title"] for row in listed(desk, "status", "in_doubt")]
    assert titles[:2] == ["Globex, part 7", "Globex, part 6"]
    assert "Wrong?" not in desk.ask("status", admin=False).message.plain
    assert "Joined in doubt: 9" in desk.ask("status", admin=False).message.plain
    desk.now += timedelta(days=7, minutes=1)
    assert listed(desk, "status", "in_doubt") == []
