"""A start or a question on broken files: the last good configuration is used, and the faults are said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.app.lock import hold
from bot.channels.console import Console
from bot.cli.asking import ask
from bot.cli.lastgood import in_force
from bot.cli.watching import run_once
from bot.config import keep, load, load_kept
from bot.errors import ConfigError
from bot.model import DeliveryKind
from bot.store import deliveries
from tests.following import SETTINGS, WATCHES, write_folder
from tests.newsmaking import NOON

TOKEN = "123456:CANARYcanaryCANARYcanaryCANARYcanary"
BROKEN = WATCHES.replace("acme: {name: Acme}", "acme: {nam: Acme}")
OPERATED = SETTINGS + "operator: {to: [desk]}\n"
FAULT = "watchlist.yaml:8:10: unknown key 'nam' (did you mean 'name'?)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path, settings=OPERATED)


@asynccontextmanager
async def started(folder: Path, state: Path) -> AsyncIterator[App]:
    """A bot as ``run`` makes it: on the files, or on the last good configuration."""
    configuration, faults = in_force(folder, state)
    app = App(
        configuration, state, owner="last good", console=Console(), environ={},
        clock=lambda: NOON, faults=faults,
    )  # fmt: skip
    try:
        await app.start()
        yield app
    finally:
        await app.close()


def _made(home: Path) -> Path:
    home.mkdir()
    return home


def spoil(folder: Path) -> None:
    (folder / "watchlist.yaml").write_text(BROKEN, encoding="utf-8")


async def test_a_bot_that_starts_again_on_broken_files_watches_on_and_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    async with started(folder, state) as first:
        version = first.configuration.version
    spoil(folder)

    for _ in range(2):  # it is told once, however often it starts
        async with started(folder, state) as again:
            assert again.configuration.version == version
            assert set(again.configuration.watchlist.watches) == {"globex", "acme", "tencent"}
            assert FAULT in again.faults[0]
            owed = await again.store.read(deliveries.owed)
            assert [(row.receiver, row.kind, row.count) for row in owed] == [("desk", DeliveryKind.NOTICE, 1)]
    assert FAULT in capsys.readouterr().err

    async with started(folder, state) as again:
        for _ in range(2):
            await again._look_at_files()
        assert FAULT in again.faults[0]
        (folder / "watchlist.yaml").write_text(WATCHES + "  initech: {name: Initech}\n", encoding="utf-8")
        for _ in range(2):
            await again._look_at_files()
        assert again.faults == ()
        assert "initech" in again.configuration.watchlist.watches


async def test_the_operator_reads_what_is_broken_and_what_to_do(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with started(folder, tmp_path / "state"):
        pass
    spoil(folder)
    async with started(folder, tmp_path / "state") as app:
        await app.outbox.flush()
    said = capsys.readouterr().out
    assert "Started on a broken configuration; the last good one is in force" in said
    assert FAULT in said
    assert str(folder) not in said
    assert "wirewatch status" in said


async def test_questions_are_answered_while_the_files_are_broken(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    async with started(folder, state):
        pass
    spoil(folder)
    capsys.readouterr()

    for verb, words, shown in (
        ("status", "", FAULT),
        ("sources", "", "harbour"),
        ("watch", "list", "Globex"),
    ):
        code = await asyncio.to_thread(ask, verb, words, folder, state, as_json=False, limit=5)
        said = capsys.readouterr()
        assert code == 0, verb
        assert shown in said.out
        assert FAULT in said.err
        assert "the last good one is used" in said.err


async def test_cron_and_a_first_start_take_no_broken_files(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    spoil(folder)
    with pytest.raises(ConfigError, match="unknown key 'nam'"):
        in_force(folder, state)
    (folder / "watchlist.yaml").write_text(WATCHES, encoding="utf-8")
    async with started(folder, state):
        pass
    spoil(folder)
    with pytest.raises(ConfigError, match="unknown key 'nam'"):
        run_once(folder, state, as_json=False)
    with hold(state):
        pass  # and nothing of it still holds the folder


def test_no_secret_is_kept_and_nobody_else_may_read_what_is(folder: Path, tmp_path: Path) -> None:
    (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    configuration = load(folder, environ={"SLACK_BOT_TOKEN": f"xoxb-{TOKEN[7:]}"})
    assert configuration.secrets.get("TELEGRAM_BOT_TOKEN") == TOKEN

    assert keep(configuration, tmp_path)
    assert not keep(configuration, tmp_path), "it is written again though it is the same"

    [kept] = tmp_path.glob("last_good*")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "CANARY" not in kept.read_text(encoding="utf-8")
    assert set(json.loads(kept.read_text(encoding="utf-8"))["files"]) == {
        "watchlist.yaml", "sources.yaml", "wirewatch.yaml",
    }  # fmt: skip
    again = load_kept(folder, tmp_path, environ={})
    assert again is not None
    assert again.secrets.get("TELEGRAM_BOT_TOKEN") == TOKEN
    assert again.version == configuration.version


@pytest.mark.parametrize("spoiled", ["half", "of another folder", "strange", "old keys", "gone"])
def test_a_kept_configuration_that_does_not_fit_is_none(folder: Path, tmp_path: Path, spoiled: str) -> None:
    keep(load(folder, environ={}), tmp_path)
    [kept] = tmp_path.glob("last_good*")
    text = kept.read_text(encoding="utf-8")
    if spoiled == "half":
        kept.write_text(text[: len(text) // 2], encoding="utf-8")
    elif spoiled == "of another folder":
        folder = write_folder(_made(tmp_path / "elsewhere"))
    elif spoiled == "strange":
        kept.write_text('{"folder": 7, "files": []}', encoding="utf-8")
    elif spoiled == "old keys":
        kept.write_text(text.replace("aliases", "synonyms"), encoding="utf-8")
    else:
        kept.unlink()

    assert load_kept(folder, tmp_path, environ={}) is None


def test_a_broken_secret_stands_against_the_last_good_one_too(folder: Path, tmp_path: Path) -> None:
    keep(load(folder, environ={}), tmp_path)
    spoil(folder)
    assert load_kept(folder, tmp_path, environ={"TELEGRAM_BOT_TOKEN": "two words"}) is None


def test_a_state_folder_that_can_not_be_written_keeps_nothing_and_stops_nothing(
    folder: Path, tmp_path: Path
) -> None:
    assert not keep(load(folder, environ={}), tmp_path / "nowhere")
