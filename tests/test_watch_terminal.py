"""``watch`` in the terminal: the same answers, a question before a change, and both with and without a running bot."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from bot.app.changing import make
from bot.app.lock import hold
from bot.cli.following import follow
from bot.edit import read
from bot.edit.folder import Edit
from bot.errors import CommandError
from bot.store import Store, requests
from tests.following import SETTINGS, WATCHES, Room, write_folder
from tests.newsmaking import NOON

CHANGED = WATCHES.replace("{name: Acme}", "{name: Acme, aliases: [艾克米]}")


class Keyboard(io.StringIO):
    """A person at the terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_folder(tmp_path)
    return tmp_path


def run(home: Path, *words: str, mode: str = "ask", as_json: bool = False) -> int:
    return follow(list(words), None, home / "config", home / "state", as_json=as_json, mode=mode)


def text(home: Path) -> str:
    return (home / "config" / "watchlist.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "after", "code"), [("y\n", CHANGED, 0), ("\n", WATCHES, 1), ("", WATCHES, 1)]
)
def test_a_change_is_shown_and_made_when_the_person_says_yes(
    home: Path,
    typed: str,
    after: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(typed))

    assert run(home, "alias", "acme", "艾克米") == code

    said = capsys.readouterr().out
    assert text(home) == after
    assert "+   acme: {name: Acme, aliases: [艾克米]}" in said
    assert ("It counts from the next run." in said) == (code == 0)
    assert ("Nothing was changed." in said) == (code == 1)


def test_nobody_is_asked_where_nobody_sits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match="--yes"):
        run(home, "alias", "acme", "艾克米")

    assert run(home, "alias", "acme", "艾克米", mode="show") == 0
    assert text(home) == WATCHES
    assert run(home, "alias", "acme", "艾克米", mode="write") == 0
    assert text(home) == CHANGED


def test_words_in_quotes_stay_together_and_undo_follows(home: Path) -> None:
    assert run(home, "add", "Bluebird Robotics", "青鸟机器人", mode="write") == 0
    assert "name: Bluebird Robotics" in text(home)
    assert "[青鸟机器人]" in text(home)

    assert run(home, "undo", mode="write") == 0

    assert text(home) == WATCHES


def test_json_shows_what_would_change_and_writes_only_with_yes(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(home, "alias", "acme", "艾克米", as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert run(home, "alias", "acme", "艾克米", mode="write", as_json=True) == 0
    done = json.loads(capsys.readouterr().out)

    assert (shown["file"], shown["removed"], shown["entries"]) == (
        "watchlist.yaml",
        "  acme: {name: Acme}\n",
        0,
    )
    assert done["done"]
    assert text(home) == CHANGED


def test_what_a_dead_process_wrote_and_never_noted_is_noted_by_the_next_one(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "weak", "acme", "Akme", mode="show") == 0  # makes the store
    store = Store.open(f"sqlite:///{home / 'state' / 'wirewatch.db'}")
    before, version = read(home / "config" / "watchlist.yaml")
    edit = Edit.between("watchlist.yaml", version, before, CHANGED)
    payload = {**edit.row, "change": "watch alias acme 艾克米", "key": "k1", "by": "terminal"}
    with store.begin() as conn:
        number = requests.add(conn, "edit", payload, NOON)
        requests.take(conn, ["edit"])
    assert make(home / "config", payload)["done"]  # written; then the process was killed

    assert run(home, "weak", "globex", "Orbit", mode="write") == 0

    with store.snapshot() as conn:
        request = requests.get(conn, number)
    store.close()
    assert request is not None
    assert request.result["done"] is True
    capsys.readouterr()
    assert run(home, "log") == 0
    assert "watch alias acme 艾克米" in capsys.readouterr().out
    assert text(home) == CHANGED.replace("[Kestrel]", "[Kestrel, Orbit]")


def test_a_mute_is_kept_and_what_is_wrong_exits_with_two(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "mute", "acme", "4h") == 0
    assert run(home, "mute") == 0
    assert "Acme · desk" not in capsys.readouterr().out
    assert run(home, "mute", "acme") == 2
    assert run(home, "alias", "nobody", "x y") == 2
    with pytest.raises(CommandError, match="watch suggest"):
        follow(["list"], Path("-"), home / "config", home / "state", as_json=False, mode="ask")


def test_a_chinese_reader_at_the_terminal_is_asked_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = SETTINGS.replace("{desk: {via: console}, ", "{").replace("to: [desk]", "to: [night]")
    write_folder(tmp_path, settings=settings)
    monkeypatch.setattr("sys.stdin", Keyboard("是\n"))

    assert run(tmp_path, "别名", "acme", "艾克米") == 0

    said = capsys.readouterr().out
    assert "执行？" in said
    assert "下次运行时生效" in said
    assert text(tmp_path) == CHANGED


async def test_with_a_running_bot_the_bot_makes_the_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Room(tmp_path) as room:
        with hold(room.state):
            typing = asyncio.ensure_future(
                asyncio.to_thread(run, tmp_path, "alias", "acme", "艾克米", mode="write")
            )
            while not typing.done():
                await room.app._errands.tick()
                await asyncio.sleep(0.02)

        assert await typing == 0
        assert room.app.configuration.watchlist.watches["acme"].aliases == ("艾克米",)
    assert "Live since" in capsys.readouterr().out
