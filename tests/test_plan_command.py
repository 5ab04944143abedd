"""``wirewatch plan`` as it is typed: what it prints, what it refuses, and that it leaves everything as it was."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli.planning import plan_recorded, plan_stored
from bot.errors import CommandError, ConfigError
from tests import forking
from tests.bursting import headlines
from tests.newsdesk import live, open_store
from tests.planning import JOBS, OUTAGE, PROFIT, PROFIT_AGAIN, SUED, line, recorded

REPOSITORY = Path(__file__).parents[1]
FILES = {
    "wirewatch": "timezone: Asia/Shanghai\n"
    "receivers:\n  terminal: {via: console}\n"
    "routes:\n  - {name: important, min_score: important, to: [terminal]}\n",
    "sources": "sources:\n  - {id: harbour, name: Harbour Wire, url: 'https://harbour.example/feed'}\n",
    "watchlist": "watches:\n  globex: {name: Globex}\n  acme: {name: Acme}\n",
}
LAST = ("aco", "enta", "iris", "omex", "utar", "ylon", "orra", "evin")
KEYS = ["time", "receiver", "kind", "verdict", "score", "story", "watches", "title", "entry"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def stream(folder: Path, *lines: object) -> Path:
    """A file of recorded lines."""
    file = folder / "stream.jsonl"
    file.write_bytes(b"".join(recorded(lines)))
    return file


def wirewatch(*arguments: object, given: bytes = b"") -> tuple[int, str, str]:
    """Run the program to its end and return (exit code, output, errors)."""
    ended = forking.run([*map(str, arguments)], {**os.environ, "COLUMNS": "80"}, given=given)
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def dump(state: Path) -> list[str]:
    """All that the store holds."""
    with closing(sqlite3.connect(state / "wirewatch.db")) as connection:
        return list(connection.iterdump())


def printed(capsys: pytest.CaptureFixture[str], file: Path, config: Path, **more: Any) -> str:
    """What a plan of this file prints."""
    assert plan_recorded(file, config, more.pop("watchlist", None), as_json=more.pop("as_json", False)) == 0
    return capsys.readouterr().out


def test_a_line_of_json_for_each_message(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stream(tmp_path, line("a", PROFIT), line("b", PROFIT_AGAIN, 1), line("c", SUED, 2))

    rows = [json.loads(row) for row in printed(capsys, file, config, as_json=True).splitlines()]
    assert [list(row) for row in rows] == [KEYS] * 3
    assert [(row["kind"], row["verdict"], row["entry"]) for row in rows] == [
        ("alert", "first_report", "a"),
        ("edit", "more_sources", "b"),
        ("alert", "first_report", "c"),
    ]
    assert (rows[0]["time"], rows[0]["receiver"]) == ("2026-05-20T12:00:00+00:00", "terminal")
    assert (rows[0]["watches"], rows[0]["title"]) == (["globex"], PROFIT)


def test_a_digest_is_one_line_that_lists_its_stories(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FILES["wirewatch"].replace("to: [terminal]", 'to: [terminal], digest: {at: "08:30"}')
    (config / "wirewatch.yaml").write_text(text, encoding="utf-8")
    file = stream(tmp_path, line("a", PROFIT), line("b", SUED, 1))

    (row,) = [json.loads(row) for row in printed(capsys, file, config, as_json=True).splitlines()]
    assert list(row) == [*KEYS, "stories"]
    assert (row["kind"], row["verdict"], row["time"]) == ("digest", "in_digest", "2026-05-21T00:30:00+00:00")
    assert row["story"] == row["stories"][0]["story"]
    assert {listed["entry"] for listed in row["stories"]} == {"a", "b"}


def test_what_rings_because_there_is_more_news_than_usual_says_so(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = [23.0 * day for day in range(20)]
    burst = [20 * 24 + 7 + number / 6 for number in range(6)]
    titled = zip([*quiet, *burst], headlines(), strict=False)
    file = stream(tmp_path, *(line(f"e{at}", title, after) for at, (after, title) in enumerate(titled)))

    rings = [text for text in printed(capsys, file, config).splitlines() if "🔵" in text]
    assert len(rings) == 1
    assert "🔵  55  Globex  more news than usual: Globex " in rings[0]


def test_people_read_counts_by_day_and_then_the_messages(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stream(tmp_path, line("a", PROFIT), line("b", PROFIT_AGAIN, 1), line("c", SUED, 5))

    said = printed(capsys, file, config).splitlines()
    assert said[0].startswith(
        "2 days (2026-05-20 to 2026-05-21, Asia/Shanghai): 3 entries, 2 stories, 3 mess"
    )
    assert [row.split() for row in said[2:6]] == [
        ["day", "receiver", "alerts", "edits"],
        ["Wed", "2026-05-20", "terminal", "1", "1"],
        ["Thu", "2026-05-21", "terminal", "1", "-"],
        ["all", "terminal", "2", "1"],
    ]
    assert said[7] == "Wed 2026-05-20"
    assert said[8].startswith("20:00")
    assert said[8].endswith(f"Globex  {PROFIT} (1 edit)")
    assert said[10] == "Thu 2026-05-21"
    assert said[11].endswith(f"Acme  {SUED}")


def test_a_long_day_is_cut_and_says_by_how_much(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"{first}{last}" for first in ("Bel", "Dor", "Fan", "Gom", "Kur", "Nim") for last in LAST]
    watches = "".join(f"  {name}: {{name: {name}}}\n" for name in names)
    (config / "watchlist.yaml").write_text(f"watches:\n{watches}", encoding="utf-8")
    file = stream(
        tmp_path, *(line(name, f"{name} profit jumps {at}%", at / 50) for at, name in enumerate(names, 5))
    )

    rows = [json.loads(row) for row in printed(capsys, file, config, as_json=True).splitlines()]
    alerts = sum(row["kind"] in {"alert", "reply"} for row in rows)
    assert alerts > 40
    said = printed(capsys, file, config)
    assert f"... and {alerts - 40} more; --json shows all" in said


def test_another_watchlist_is_tried_and_routes_that_name_what_it_lacks_are_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    routes = FILES["wirewatch"].replace("min_score: important", "watches: [globex]")
    (config / "wirewatch.yaml").write_text(routes + "  - {to: [terminal]}\n", encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text("watches:\n  initech: {name: Initech}\n", encoding="utf-8")
    file = stream(tmp_path, line("a", PROFIT), line("b", JOBS, 1))

    assert plan_recorded(file, config, other, as_json=True) == 0
    said = capsys.readouterr()
    assert [json.loads(row)["entry"] for row in said.out.splitlines()] == ["b"]
    assert said.err == f"{other}: the route important watches globex, which is not there\n"


def test_silence_is_explained(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = stream(tmp_path, line("a", "Wheat harvest is the best in ten years"))
    assert "Nobody would have heard anything." in printed(capsys, file, config)

    (config / "wirewatch.yaml").write_text("routes: []\n", encoding="utf-8")
    assert "the configuration has no receivers, or no routes" in printed(capsys, file, config)

    assert printed(capsys, stream(tmp_path), config) == "There are no entries.\n"


def test_wrong_input_is_named_and_exits_with_2(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "stream.jsonl"
    file.write_text(f"{json.dumps(line('a', PROFIT))}\nnot JSON\n", encoding="utf-8")

    code, out, err = wirewatch("--config", config, "plan", "--in", file)
    assert (code, out) == (2, "")
    assert err.startswith(f"{file}:2: this is not JSON")


def test_a_stream_comes_through_a_pipe_too(config: Path) -> None:
    lines = recorded([line("a", PROFIT), line("b", OUTAGE, 1)])
    code, out, err = wirewatch("plan", "--config", config, "--in", "-", "--json", given=b"".join(lines))
    assert (code, err) == (0, "")
    assert [json.loads(row)["entry"] for row in out.splitlines()] == ["a"]


def test_files_that_are_not_there_are_named(config: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.jsonl: no such file"):
        plan_recorded(tmp_path / "gone.jsonl", config, None, as_json=False)
    with pytest.raises(CommandError, match="is a directory"):
        plan_recorded(tmp_path, config, None, as_json=False)
    with pytest.raises(ConfigError, match=r"gone\.yaml"):
        plan_recorded(stream(tmp_path), config, tmp_path / "gone.yaml", as_json=False)


def test_no_database_is_wrong_input_and_none_is_made(config: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no database yet"):
        plan_stored(7, config, tmp_path / "state", None, as_json=False)
    assert not (tmp_path / "state").exists()


async def test_the_store_is_held_against_a_watchlist_and_stays_as_it_was(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with open_store(state) as store:
        lines = [line("a", PROFIT), line("b", "Wheat Board sued over brake patents", 1)]
        await live(
            store, [{**each, "source": "harbour", "url": f"https://h.example/{each['id']}"} for each in lines]
        )
    before = dump(state)
    (config / "watchlist.yaml").write_text("watches:\n  wheat: {name: Wheat Board}\n", encoding="utf-8")
    receiver = FILES["wirewatch"].replace("terminal", "desk")
    (config / "wirewatch.yaml").write_text(receiver, encoding="utf-8")

    assert plan_stored(3000, config, state, None, as_json=False) == 0
    said = capsys.readouterr().out
    assert "Beside what was told: +1, -1 at once." in said
    assert any(row.startswith("+ ") and "first report: Wheat Board sued" in row for row in said.splitlines())
    assert any(row.startswith("- ") and f"no match: {PROFIT}" in row for row in said.splitlines())

    assert plan_stored(3000, config, state, None, as_json=True) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [(row["change"], row["verdict"]) for row in rows] == [("-", "no_match"), ("+", "first_report")]
    assert dump(state) == before

    other = (config / "watchlist.yaml").rename(tmp_path / "other.yaml")
    (config / "watchlist.yaml").write_text(FILES["watchlist"], encoding="utf-8")
    assert plan_stored(3000, config, state, other, as_json=False) == 0
    assert f"  Globex  no match: {PROFIT}" in capsys.readouterr().out
