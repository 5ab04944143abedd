"""``match`` shows what the watchlist sees in a text, and who would hear of it at this moment, and why not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.cli.looking import match_text
from bot.model import Budget, DigestPlan, Mute, QuietHours, Receiver, Route, Source
from bot.store import mutes
from tests.deskwork import PROFIT, Desk
from tests.questions import Room

EVENING = QuietHours(time(11), time(18), unless_score=90)


@pytest.fixture
def room(desk: Desk) -> Room:
    """Five receivers, each with a reason of its own; the asker is an admin elsewhere."""
    people = {
        "desk": Receiver(id="desk", via="chat", chat="1"),
        "night": Receiver(id="night", via="chat", chat="2", quiet_hours=EVENING),
        "board": Receiver(id="board", via="chat", chat="3"),
        "daily": Receiver(id="daily", via="chat", chat="4"),
        "nobody": Receiver(id="nobody", via="chat", chat="5"),
    }
    morning = DigestPlan(at=time(8, 30))
    routes = (
        Route(name="all", to=("desk", "night"), min_score=40),
        Route(name="urgent", to=("board",), min_score=85),
        Route(name="morning", to=("daily",), min_score=40, digest=morning),
        Route(name="layoffs", to=("nobody",), events=frozenset({"layoffs"})),
    )
    desk.settings = replace(desk.settings, receivers=people, routes=routes)
    return Room(desk, receiver="", admin=True)


def heard(room: Room, text: str = PROFIT) -> dict[str, str]:
    """Receiver to what the answer says of it."""
    lines = room.shown(f"/match {text}").partition("Who would hear\n")[2].splitlines()
    return {name: words for name, _, words in (line.partition(" · ") for line in lines)}


def test_each_receiver_has_its_reason(room: Room) -> None:
    assert heard(room) == {
        "desk": "at once (route all)",
        "night": "at 18:00, after quiet hours (route all)",
        "board": "no: below its threshold of 85 (route urgent)",
        "daily": "in the digest at Thu 08:30 (route morning)",
        "nobody": "no: no route fits",
    }


def test_a_mute_and_a_used_budget_count_now(room: Room) -> None:
    receivers = dict(room.desk.settings.receivers)
    receivers["night"] = replace(receivers["night"], quiet_hours=None, at_most=Budget(0))
    room.desk.settings = replace(room.desk.settings, receivers=receivers)
    with room.desk.store.begin() as conn:
        until = room.desk.now + timedelta(hours=1)
        mutes.add(conn, Mute(receiver="desk", watch="globex", until=until), room.desk.now)

    assert heard(room)["desk"] == "no: muted (route all)"
    assert heard(room)["night"] == "over its limit: in the digest at Thu 08:30 (route all)"


def test_a_chat_is_told_of_itself_alone(room: Room) -> None:
    room.receiver, room.admin = "board", False
    assert list(heard(room)) == ["board"]
    room.receiver = ""
    assert heard(room) == {}


def test_a_named_source_opens_the_routes_that_ask_for_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Source(id="wire", name="The Wire", url="https://wire.example")
    routes = (*room.desk.settings.routes, Route(name="w", to=("nobody",), sources=frozenset({"wire"})))
    room.desk.settings = replace(room.desk.settings, routes=routes)
    plain = room.desk.desk
    monkeypatch.setattr(room.desk, "desk", lambda conn: replace(plain(conn), sources={"wire": wire}))

    assert heard(room)["nobody"] == "no: no route fits"
    assert heard(room, f'source:"the wire" {PROFIT}')["nobody"] == "at once (route w)"
    assert heard(room, f"来源：wire {PROFIT}")["nobody"] == "at once (route w)"


def test_what_only_looks_like_a_source_is_text(room: Room) -> None:
    assert room.shown("/match Source:close to Globex says no").startswith("Source:close to Globex says no\n")


def test_the_text_may_follow_the_headline(room: Room) -> None:
    shown = room.shown("/match Storm closes ports\nGlobex and others wait. Globex shares fall.")
    assert shown.startswith("Storm closes ports\n")
    assert "Globex" in shown.splitlines()[2]


def test_what_names_nobody_is_heard_by_nobody(room: Room) -> None:
    assert room.shown("/match Storm closes ports") == "Storm closes ports\n\nNo watch matched"


def test_nothing_is_stored_and_nothing_is_owed(room: Room) -> None:
    room.shown(f"/match {PROFIT}")
    assert room.shown("/recent") == "No stories yet."


def test_without_a_text_it_says_what_to_type(room: Room) -> None:
    assert room.shown("/match") == (
        "Give a headline; the text may follow on the next line: /match Alibaba cloud revenue jumps 34%"
    )


def test_the_terminal_says_who_would_hear_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.cli.options import Folders

    monkeypatch.setattr(Folders, "state", tmp_path / "state")
    files = {
        "wirewatch": "receivers:\n  desk: {via: console}\n  team: {via: console}\n"
        "routes:\n  - {name: all, min_score: 40, to: [desk]}\n  - {name: top, min_score: 95, to: [team]}\n",
        "sources": "sources:\n  - {id: wire, name: Wire, url: 'https://wire.example/feed'}\n",
        "watchlist": "watches:\n  globex: {name: Globex}\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    assert match_text(PROFIT, tmp_path, None, as_json=False) == 0
    assert capsys.readouterr().out.endswith(
        "Who would hear:\n   desk  at once (route all)\n   team  no: below its threshold of 95 (route top)\n"
    )
    assert match_text(f"source:Wire {PROFIT}", tmp_path, None, as_json=True) == 0
    row = json.loads(capsys.readouterr().out)
    assert list(row) == ["id", "matches", "refused", "receivers"]
    assert [(one["receiver"], one["when"]) for one in row["receivers"]] == [("desk", "now"), ("team", "not")]
    assert not (tmp_path / "state").exists()

    other = tmp_path / "elsewhere" / "watchlist.yaml"
    other.parent.mkdir()
    other.write_text("watches:\n  acme: {name: Acme}\n", encoding="utf-8")
    assert match_text("Acme profit doubles", other.parent, other, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["receivers"] == []
