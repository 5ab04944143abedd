"""What a person stumbles over: answers that repeat themselves, hide what is asked for, or look elsewhere."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.backtest import read_recorded
from bot.model import Joining
from bot.render.change import what_was
from bot.render.health_views import StatusView
from bot.store.codec import joining_text
from bot.store.schema import entries
from tests import forking
from tests.deskwork import CLIMBS, PROFIT, Desk
from tests.golden.invented import at, reader
from tests.planning import line, recorded


def join(desk: Desk, story: str, place: int, **values: object) -> None:
    """Let a report of a story have joined its first one in such a way."""
    rows = [str(row["entry"]) for row in desk.ask(f"story {story}").rows]
    joining = Joining(**{"rule": "similar", "other": rows[0], "margin": 2.0, **values})  # type: ignore[arg-type]
    row = {"rule": joining.rule, "margin": joining.margin, "joining": joining_text(joining)}
    with desk.store.begin() as conn:
        conn.execute(update(entries).where(entries.c.id == rows[place - 1]).values(row))


def wirewatch(*arguments: str, **environ: str) -> tuple[int, str]:
    """Run the program to its end and return (exit code, all that it printed)."""
    ended = forking.run(arguments, {**os.environ, **environ})
    return ended.returncode, (ended.stdout + ended.stderr).decode()


# story and why


def test_a_story_shows_the_headline_behind_each_number_that_can_be_split_off(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link="wire.example/7")
    desk.read("south", CLIMBS, link="wire.example/7")

    lines = desk.ask(f"story {story}").message.plain.splitlines()
    assert any(line.startswith("1 Harbour ") and line.endswith(PROFIT) for line in lines)
    assert any(line.startswith("2 South ") and line.endswith(CLIMBS) for line in lines)


def test_a_copy_of_a_wire_text_is_called_so_once(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link="wire.example/7")
    desk.read("south", CLIMBS, link="wire.example/7")
    first, _ = (str(row["entry"]) for row in desk.ask(f"story {story}").rows)
    join(desk, story, 2, rule="same_text", copy_of=first)

    assert "   the same text as Harbour, 5 min apart" in desk.ask(f"story {story}").message.plain.splitlines()
    assert "   with 1 Harbour: same text; 5 min apart" in desk.ask(f"why {story}").message.plain.splitlines()


def test_what_two_reports_share_names_company_and_event_first_and_once(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link="wire.example/7")
    desk.read("south", CLIMBS, link="wire.example/7")
    shared = ("percent:34", "格洛贝克斯", "globex cloud", "财报", "demand", "earnings", "globex")
    join(desk, story, 2, rule="same_event", shared=shared)

    assert (
        "   same company, earnings, 34%, demand, 5 min apart"
        in desk.ask(f"story {story}").message.plain.splitlines()
    )
    assert "both about Globex, earnings; shares “34%”, “demand”;" in desk.ask(f"why {story}").message.plain


def test_a_margin_is_made_of_parts_that_a_comma_keeps_apart(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT, link="wire.example/7")
    desk.read("south", CLIMBS, link="wire.example/7")
    join(desk, story, 2, features=(("by_facts", 0.8), ("by_words", 1.1)))

    assert "(made of companies and figures +0.8, wording +1.1)" in desk.ask(f"why {story}").message.plain
    assert "（构成：公司与数字 +0.8、措辞 +1.1）" in desk.ask(f"why {story}", language="zh").message.plain


def test_a_corrected_percentage_in_words_keeps_its_unit() -> None:
    assert what_was("Sales climb 34 percent", "Sales climb 24 percent") == "34 percent"


# status


def test_a_joining_in_doubt_that_concerns_a_watch_stands_before_newer_ones_that_do_not(desk: Desk) -> None:
    watched = desk.read("harbour", PROFIT, link="wire.example/7")
    desk.read("south", CLIMBS, link="wire.example/7")
    other = desk.read("harbour", "Storm closes two ports", link="wire.example/8")
    desk.read("south", "Ferries stay away", link="wire.example/8")
    for story in (watched, other):
        join(desk, story, 2, margin=0.1)

    given = desk.ask("status")
    assert [row["story"] for row in given.rows[0]["in_doubt"]] == [watched, other]  # type: ignore[attr-defined]
    assert given.message.plain.index(CLIMBS) < given.message.plain.index("Ferries stay away")


def test_a_bot_that_is_stopped_is_not_said_to_be_up() -> None:
    from bot.render import status

    view = StatusView(reader=reader(), now=at(12), version="0.1.0", started=at(11), sources=3)
    assert status(view).plain.startswith("Wirewatch 0.1.0 · up 1 h\n")
    for language in ("en", "zh"):
        stopped = replace(view, reader=reader(language), started=None)
        assert status(stopped).plain.startswith("Wirewatch 0.1.0\n")


# The terminal


@pytest.mark.parametrize("typed", [("--config", "{}", "check"), ("check", "--config", "{}")])
def test_a_folder_that_is_typed_overrules_the_environment(tmp_path: Path, typed: tuple[str, ...]) -> None:
    mine, usual = tmp_path / "mine", tmp_path / "usual"
    code, said = wirewatch(*(part.format(mine) for part in typed), WIREWATCH_CONFIG=str(usual))
    assert code == 2
    assert str(mine) in said
    assert str(usual) not in said

    code, said = wirewatch("check", WIREWATCH_CONFIG=str(usual))
    assert code == 2
    assert str(usual) in said


def test_a_state_folder_that_is_typed_overrules_the_environment(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    _, said = wirewatch("--state", str(mine), "plan", WIREWATCH_STATE=str(tmp_path / "usual"))
    assert str(mine) in said


def test_the_list_of_verbs_says_each_in_a_whole_line() -> None:
    code, said = wirewatch("--help", COLUMNS="80")
    verbs = said.partition("Commands:\n")[2].splitlines()
    assert code == 0
    assert len(verbs) > 15
    assert [verb for verb in verbs if not re.match(r"  [a-z]+ +[A-Z].*[^.]\.$|  recent ", verb)] == []


# Recorded streams


def test_a_text_without_end_is_cut_as_a_feed_s_is() -> None:
    (entry,) = read_recorded(
        recorded([line("a", "Globex 利润 " * 500_000, body="cloud " * 500_000)]), "stream"
    )
    assert len(entry.title.encode()) <= 1_024
    assert len(entry.body.encode()) <= 64 * 1_024
    assert entry.title.startswith("Globex 利润 Globex")
