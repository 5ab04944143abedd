"""``plan`` in a chat: counts by day, and every story that a changed watchlist would have told more or less."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.planning import plan_recorded
from bot.commands import planning
from bot.model import Receiver, Route, Watch, Watchlist
from tests.deskwork import CLIMBS, PROFIT, Desk
from tests.grouping import WATCHLIST
from tests.planning import PROFIT as PLANNED
from tests.planning import line, recorded
from tests.questions import Room

SUED = "Wheat Board sued over brake patents"


@pytest.fixture
def room(desk: Desk) -> Room:
    """Globex was told; since then the watchlist lost Globex and got the Wheat Board."""
    desk.settings = replace(
        desk.settings,
        receivers={**desk.settings.receivers, "team": Receiver(id="team", via="chat", chat="2")},
        routes=(Route(name="all", to=("desk", "team"), min_score=40),),
    )
    desk.read("harbour", PROFIT)
    desk.read("south", SUED, minutes=60)
    asyncio.run(desk.deliver())
    kept = {name: watch for name, watch in WATCHLIST.watches.items() if name != "globex"}
    wheat = Watch(id="wheat", name="Wheat Board", names={"zh": "小麦局"})
    return Room(desk, watchlist=Watchlist(watches={**kept, "wheat": wheat}))


def test_an_unchanged_watchlist_tells_what_was_told(room: Room) -> None:
    room.watchlist = None
    assert room.shown("/plan 3d").splitlines() == [
        "Would have been told to desk · 3 days",
        "By the watchlist in force, from 2 entries. Nothing was sent.",
        "",
        "Wed 20 May · 1 alert",
        "",
        "Just what was told.",
    ]


def test_a_changed_watchlist_is_told_by_what_is_more_and_what_is_less(room: Room) -> None:
    given = room.says("/plan")
    (lost, gained) = sorted(given.rows, key=lambda row: str(row["change"]), reverse=True)

    assert given.message.plain.splitlines()[5:] == [
        "Beside what was told: +1, -1 at once",
        f"- 🟠 {PROFIT}",
        f"   globex · no watch matched · 12:05 · {lost['story']}",
        f"+ 🟠 {SUED}",
        f"   Wheat Board · first report · 13:05 · {gained['story']}",
    ]
    room.language = "zh"
    assert "小麦局 · 首次报道 · 13:05" in room.shown("/plan")


def test_a_chat_sees_its_own_messages_and_an_admin_elsewhere_everybodys(room: Room) -> None:
    assert {row["receiver"] for row in room.says("/plan").rows} == {"desk"}
    assert "team" not in room.shown("/plan")

    room.receiver, room.admin = "", True
    shown = room.shown("/plan")
    assert shown.startswith("Would have been told to desk, team · 7 days")
    assert "Wed 20 May · team · 1 alert" in shown
    assert "+2, -2 at once" in shown


def test_who_gets_no_alerts_has_nothing_to_plan(room: Room) -> None:
    room.receiver = ""
    assert room.shown("/plan") == "This chat gets no alerts: there is nothing to plan for it."


@pytest.mark.parametrize(
    ("typed", "days"), [("3", 3), ("--days 5", 5), ("99", 7), ("2天", 2), ("0", 1), ("", 7)]
)
def test_days_are_written_as_one_likes_and_no_more_than_a_week(room: Room, typed: str, days: int) -> None:
    span = "24 h" if days == 1 else f"{days} days"
    assert f" · {span}\n" in room.shown(f"/plan {typed}")


def test_what_is_no_number_of_days_is_answered_with_what_to_type(room: Room) -> None:
    assert room.shown("/plan soon") == "Say how many days to look back, 7 at most: /plan 3"


def test_an_archive_that_is_too_large_is_planned_for_fewer_days(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_ENTRIES", 1)
    assert room.shown("/plan").startswith("Would have been told to desk · 24 h")


def test_an_empty_archive_is_planned_in_two_lines(desk: Desk) -> None:
    assert Room(desk).shown("/plan").splitlines() == [
        "Would have been told to desk · 7 days",
        "Nothing was read in that time.",
    ]


def test_the_terminal_reads_a_plan_in_its_own_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "wirewatch": "timezone: Asia/Shanghai\n"
        "receivers:\n  终端: {via: console, language: zh}\n  team: {via: slack, chat: C0123ABC}\n"
        "routes:\n  - {name: all, min_score: 40, to: [终端, team]}\n",
        "sources": "sources:\n  - {id: harbour, name: Harbour Wire, url: 'https://harbour.example/feed'}\n",
        "watchlist": "watches:\n  globex: {name: Globex, aliases: [格洛贝克斯]}\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    stream = tmp_path / "stream.jsonl"
    stream.write_bytes(b"".join(recorded([line("a", PLANNED)])))

    assert plan_recorded(stream, tmp_path, None, as_json=False) == 0
    shown = [" ".join(each.split()) for each in capsys.readouterr().out.splitlines()]
    assert shown[0].startswith("1 天（2026-")
    assert shown[0].endswith("，Asia/Shanghai）：1 篇报道，1 条新闻，2 条消息。未实际推送。")
    assert shown[2] == "日期 接收方 推送"
    assert [each.split()[0] for each in shown[5:7]] == ["合计", "合计"]
    assert any("终端 格洛贝克斯" in each and PLANNED in each for each in shown)
    assert any("team 格洛贝克斯" in each for each in shown)


def test_what_a_split_took_out_of_a_told_story_is_no_message_of_its_own(desk: Desk) -> None:
    story = desk.read("harbour", PROFIT)
    asyncio.run(desk.deliver())
    assert desk.read("pujiang", CLIMBS) == story
    desk.split(story, 2)

    shown = Room(desk).shown("/plan 3d")
    assert "1 alert" in shown
    assert "2 alerts" not in shown
    assert "Just what was told." in shown
