"""What people type a little differently is understood, or answered with what to type instead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.slack.questions import mentioned
from bot.channels.telegram.listen import addressed
from bot.commands import split_command
from bot.model import Mute
from bot.store import mutes
from tests import following
from tests.deskwork import PROFIT, Desk
from tests.questions import Room, buttons_of

WIDE = "\u3000"
RISES = "Globex estimates rising cloud sales of 280 billion yuan in Asia"
ROSE = "Rising cloud sales in Asia, Globex estimates: 280 billion yuan"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[following.Room]:
    watches = f"{following.WATCHES}  moonshot: library\n"
    async with following.Room(tmp_path, watches=watches) as opened:
        yield opened


# What is typed


def test_wide_spaces_part_words_except_in_quotes() -> None:
    assert split_command(f"/watch{WIDE}mute{WIDE}tencent{WIDE}4h") == ("watch", "mute tencent 4h")
    assert split_command(f"/sources{WIDE}test{WIDE}https://a.example") == (
        "sources",
        "test https://a.example",
    )
    assert split_command(f"／最新{WIDE}阿里{WIDE}since:3天") == ("recent", "阿里 since:3天")
    assert split_command(f"/search{WIDE}「出口{WIDE}管制」") == ("search", f"「出口{WIDE}管制」")


async def test_a_mute_typed_with_wide_spaces_holds(room: following.Room) -> None:
    muted = await room.ask(f"/watch{WIDE}mute{WIDE}acme{WIDE}4h", receiver="desk")
    assert "Acme is muted for desk until 16:00" in muted.message.plain


def test_a_wide_slash_asks_in_a_group_as_a_plain_one_does() -> None:
    assert addressed("／最新 阿里", "newsbot", listening=False) == "/最新 阿里"
    assert addressed(f"／最新@newsbot{WIDE}阿里", "newsbot", listening=False) == f"/最新{WIDE}阿里"
    assert addressed("／最新：阿里", "newsbot", listening=False) == "/最新：阿里"
    assert addressed("／最新@otherbot 阿里", "newsbot", listening=True) is None
    assert addressed("他／她", "newsbot", listening=False) is None


def test_a_wide_slash_behind_a_mention_in_slack_is_no_word() -> None:
    event = {"channel": "C1", "user": "U1", "ts": "1.0", "text": f"<@UBOT>{WIDE}／最新{WIDE}阿里"}
    asked = mentioned({"event": event, "event_id": "E1"}, "UBOT")
    assert asked is not None
    assert split_command(asked.text) == ("recent", "阿里")


# What was meant


def test_help_for_a_mistyped_verb_offers_its_help(desk: Desk) -> None:
    answer = Room(desk).says("/help recnt")
    assert buttons_of(answer.message) == {"/help recent": "run:help recent"}


def test_mute_is_listed_for_admins_alone(desk: Desk) -> None:
    assert "mute WATCH 4h" not in Room(desk).shown("/help watch")
    assert "mute WATCH 4h" in Room(desk, admin=True).shown("/help watch")


def test_a_name_is_meant_only_where_all_of_it_is_alike(desk: Desk) -> None:
    assert "Did you mean" not in Room(desk).shown("/search zzzqqq")
    assert "Did you mean Globex?" in Room(desk).shown("/search Glbex")


def test_a_timeline_of_an_unknown_company_says_so(desk: Desk) -> None:
    chat = Room(desk)
    assert "There is no watch “NoSuchCo”. /watch list lists them all." in chat.shown("/timeline NoSuchCo")
    near = chat.says("/timeline Glbex since:7d")
    assert "There is no watch “Glbex”. Did you mean Globex?" in near.message.plain
    assert buttons_of(near.message) == {"/timeline Globex since:7d": "run:timeline Globex since:7d"}


def test_words_that_are_no_address_are_answered_with_how_one_looks(desk: Desk) -> None:
    chat = Room(desk, admin=True)
    assert "'not' is no address. One looks like https://news.example/feed" in chat.shown(
        "/sources add not a url"
    )
    chat.language = "zh"
    assert "「not」不是网址" in chat.shown("/sources add not a url")


def test_a_mistyped_second_word_is_a_button(desk: Desk) -> None:
    chat = Room(desk, admin=True)
    mistyped = chat.says("/sources tst news.example")
    assert "Did you mean /sources test news.example?" in mistyped.message.plain
    assert "run:sources test news.example" in buttons_of(mistyped.message).values()
    shown = chat.says("/watch ad Foo")
    assert "Did you mean /watch add Foo?" in shown.message.plain
    assert buttons_of(shown.message) == {"/watch add Foo": "run:watch add Foo"}


def test_an_export_in_a_format_that_is_unknown_names_those_there_are(desk: Desk) -> None:
    desk.read("harbour", PROFIT)
    chat = Room(desk)
    assert "“xml” is not a format: write csv or jsonl" in chat.shown("/export Globex format:xml")
    given = chat.says("/export Globex 格式：jsonl").message.attachment
    assert given is not None
    assert given.name.endswith(".jsonl")


# What is said


async def test_terms_that_stand_there_already_are_named_and_the_others_offered(room: following.Room) -> None:
    shown = await room.ask("watch people moonshot 周昕宇, 张三丰")
    assert "“周昕宇” stands in moonshot already, in people." in shown.message.plain
    await room.press(shown)
    assert "people: [张三丰]" in room.text
    refused = await room.ask("watch people moonshot 周昕宇, 杨植麟")
    assert refused.failed
    assert "“杨植麟” stands in moonshot already" in refused.message.plain


async def test_a_change_taken_back_is_said_in_chinese(room: following.Room) -> None:
    await room.make("watch weak acme Akme")
    shown = await room.ask("watch undo", language="zh")
    done = await room.press(shown)
    assert "undo: watch weak acme Akme" in done.message.plain
    assert "撤销 watch weak acme Akme" in (await room.ask("watch log", language="zh")).message.plain


async def test_words_in_common_stand_as_they_are_written(desk: Desk) -> None:
    desk.read("harbour", RISES)
    story = desk.read("ledger", ROSE)
    english, chinese = desk.ask(f"why {story}"), desk.ask(f"why {story}", language="zh")
    assert "“rising”" in english.message.plain
    assert "“estimates”" in english.message.plain
    assert "280 billion CNY" in english.message.plain
    assert "2800 亿元" in chinese.message.plain


def test_a_muted_story_is_named_by_its_headline_in_status(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    with desk.store.begin() as conn:
        until = desk.now + timedelta(hours=4)
        mutes.add(conn, Mute(receiver="desk", story=story, until=until, by="telegram:7 Mei"), desk.now)
    said = Room(desk).shown("/status")
    assert f"“{PROFIT}”" in said
    assert story not in said


async def test_a_member_reads_of_routes_to_their_chat_alone(room: following.Room) -> None:
    desk = await room.ask("watch show acme", receiver="desk", admin=False)
    night = await room.ask("watch show acme", receiver="night", admin=False)
    assert "Heard by important → desk" in desk.message.plain
    assert "desk" not in night.message.plain
    assert "No route to this chat tells of it." in night.message.plain
