"""One table of commands for every chat and the terminal: words in both languages, help, menus, and its page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.commands import COMMANDS, EVERY_COMMAND, menu, split_command
from bot.commands.manual import manual
from bot.commands.verbs import Command
from tests.deskwork import PROFIT, Desk
from tests.golden import RENEW
from tests.questions import Room, buttons_of

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
EVERY = list(EVERY_COMMAND.values())
PHONE = 40
"""Lines of a phone's screen, and letters of a line."""


# The table


def test_the_terminal_has_the_verbs_of_the_table_and_no_others() -> None:
    from bot.cli import terminal

    group: Any = typer.main.get_command(terminal)
    assert set(group.commands) == {one.verb for one in EVERY if one.terminal}


@pytest.mark.parametrize("command", EVERY, ids=lambda command: command.verb)
def test_a_command_is_told_in_both_languages_with_examples(command: Command) -> None:
    for usage, does in ((command.usage, command.does), *command.forms, *command.changes):
        assert usage.split()[0] == command.verb
        assert set(does) == {"en", "zh"}
        assert not any(text.endswith((".", "。")) for text in does.values())
    assert all(example.split()[0] == command.verb for example in command.examples)
    assert command.examples


@pytest.mark.parametrize("command", EVERY, ids=lambda command: command.verb)
def test_what_stands_in_a_menu_is_as_short_as_chats_take_it(command: Command) -> None:
    assert command.verb == command.verb.lower()
    assert 3 <= len(command.does["en"]) <= 60 or command.answer is None
    assert 3 <= len(command.does["zh"]) <= 60


def test_no_word_stands_for_two_commands() -> None:
    words = [word for one in COMMANDS.values() for word in (one.verb, *one.also)]
    assert len(words) == len(set(words))


def test_both_menus_have_every_command_in_the_same_order() -> None:
    assert [verb for verb, _ in menu("en")] == [verb for verb, _ in menu("zh")] == list(COMMANDS)
    assert len(COMMANDS) <= 100


# What is typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/recent 腾讯", ("recent", "腾讯")),
        ("/RECENT@wirewatch_bot 腾讯", ("recent", "腾讯")),
        ("recent 腾讯", ("recent", "腾讯")),
        ("/最新 腾讯", ("recent", "腾讯")),
        ("最新 腾讯", ("recent", "腾讯")),
        ("／最新腾讯 since:3d", ("recent", "腾讯 since:3d")),
        ("/搜索芯片 出口", ("search", "芯片 出口")),
        ("搜索：芯片", ("search", "芯片")),
        ("/ why k7f2", ("why", "k7f2")),
        ("/原因\u3000k7f2", ("why", "k7f2")),
        ("/match Globex rises\nThe rest.", ("match", "Globex rises\nThe rest.")),
        ("/match\nGlobex rises", ("match", "Globex rises")),
        ("/last", ("recent", "")),
        ("/帮助", ("help", "")),
        ("腾讯 since:3d", ("recent", "腾讯 since:3d")),
        ("watch:tencent", ("recent", "watch:tencent")),
        ("关注：腾讯", ("recent", "关注：腾讯")),
        ("/关注：腾讯", ("watch", "腾讯")),
        ("统计局公布数据", ("recent", "统计局公布数据")),
        ("/recnt 腾讯", ("recnt", "腾讯")),
        ("", ("recent", "")),
    ],
)
def test_a_line_is_understood_in_either_language(typed: str, meant: tuple[str, str]) -> None:
    assert split_command(typed) == meant


def test_an_unknown_word_is_answered_with_a_button_that_runs_what_was_meant(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    room = Room(desk)

    given = room.says("/recnt globex")
    assert given.failed
    assert buttons_of(given.message) == {"/recent globex": "run:recent globex"}
    assert [row["story"] for row in room.presses("run:recent globex").rows] == [story]


def test_an_unknown_word_that_is_near_to_none_offers_nothing(desk: Desk) -> None:
    given = Room(desk, language="zh").says("/qqqq 腾讯")
    assert given.message.plain == "没有 /qqqq 这个命令。\n/help 列出全部命令。"
    assert given.message.buttons == ()


def test_words_too_long_for_a_button_are_offered_without_one(desk: Desk) -> None:
    given = Room(desk).says(f"/recnt {'很长' * 30}")
    assert "Did you mean /recent 很长" in given.message.plain
    assert given.message.buttons == ()


def test_a_made_up_button_runs_nothing_that_its_presser_may_not_type(desk: Desk) -> None:
    assert "not a command" in Room(desk).presses("run:zzz").message.plain
    desk.read("harbour", PROFIT)
    assert Room(desk).presses("run:story split aaaa 1").misunderstood


ODD = (
    "/search \ud800腾讯",
    "/search \ud800",
    '/search """',
    "/search -",
    "/search ()*^:",
    "/recent NEAR(",
    "/recent \ud800 globex",
    f"/recent {'x' * 5000}",
    f"/search {'a ' * 2000}",
    "/export \ud800x csv",
    "/export csv",
    "/export",
    "/match x\0y Globex",
    f"/match {'Globex ' * 5000}",
    "/plan \ud800",
    "/help \ud800",
    "/help help",
    "/\ud800",
    "/ ",
    "／",
    "/page",
)


@pytest.mark.parametrize("via", ["telegram", "slack", "console"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_that_can_be_typed_breaks_an_answer(desk: Desk, via: str, language: str) -> None:
    desk.read("harbour", PROFIT)
    room = Room(desk, via=via, language=language, admin=True)
    for typed in ODD:
        message = room.says(typed).message
        assert message.plain.encode()
        actions = buttons_of(message).values()
        assert all(len(action.encode()) <= 64 for action in actions if via == "telegram")


# Help


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("admin", [True, False])
def test_help_fits_one_screen_of_a_phone(desk: Desk, language: str, admin: bool) -> None:
    lines = Room(desk, language=language, admin=admin).shown("/help").splitlines()
    wide = (sum(1 if letter < "⺀" else 2 for letter in line) for line in lines)
    assert sum(max(1, -(-width // PHONE)) for width in wide) <= PHONE


def test_help_has_every_command_and_says_more_of_one(desk: Desk) -> None:
    room = Room(desk, via="slack", language="zh")
    assert all(f"/wirewatch {verb}" in room.shown("/help") for verb in COMMANDS)
    one = room.shown("/help 搜索")
    assert "/wirewatch search QUERY" in one
    assert "示例" in one
    assert "查找" in one
    assert "没有 /wirewatch seerch 这个命令" in room.shown("/help seerch")


def test_only_admins_see_what_only_admins_may_do(desk: Desk) -> None:
    assert "story split" in Room(desk, admin=True).shown("/help story")
    plain = Room(desk).shown("/help story")
    assert "story split" not in plain
    assert "Admins can do more with it." in plain


# The page


def test_the_page_of_commands_is_made_from_the_table() -> None:
    page = manual(EVERY_COMMAND)
    if os.environ.get(RENEW):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "run .venv/bin/python docs/write_commands.py"


def test_the_page_names_every_form_of_every_command() -> None:
    page = PAGE.read_text(encoding="utf-8").replace("\\|", "|")
    for one in EVERY:
        assert f"\n## {one.verb}\n" in page
        assert all(f"`{usage}`" in page for usage, _ in (*one.forms, *one.changes))
