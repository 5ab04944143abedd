"""A file that is being written, swapped, gone for a moment or broken never changes or stops what is in force."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app import App
from bot.channels.console import Console
from bot.config import Configuration, load
from bot.model import DeliveryKind
from bot.store import deliveries
from tests.acceptance.living import eventually
from tests.following import SETTINGS, WATCHES, write_folder
from tests.newsmaking import NOON

MORE = WATCHES + "  initech: {name: Initech}\n"


def make_app(folder: Path, home: Path, configuration: Configuration | None = None) -> App:
    """A bot without its network, on these files."""
    return App(
        configuration or load(folder, environ={}),
        home / "state",
        owner="in force",
        console=Console(),
        environ={},
        clock=lambda: NOON,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path, settings=SETTINGS)


@pytest.fixture
async def app(folder: Path, tmp_path: Path) -> AsyncIterator[App]:
    opened = make_app(folder, tmp_path)
    await opened.start()
    await look(opened)
    yield opened
    await opened.close()


async def look(app: App) -> set[str]:
    """Let the bot look at its files once, as it does every second; return what it watches then."""
    await app._look_at_files()
    return set(app.configuration.watchlist.watches)


async def test_a_file_is_taken_once_it_stood_still_and_never_the_half_of_it(folder: Path, app: App) -> None:
    half = MORE[: MORE.index("  # makers of brakes")]
    file = folder / "watchlist.yaml"
    file.write_text(half, encoding="utf-8")
    load(folder, environ={})  # the half of it is a configuration too, with fewer watches

    assert {"acme", "tencent"} <= await look(app)
    file.write_text(MORE, encoding="utf-8")
    assert {"acme", "tencent"} <= await look(app)
    assert {"acme", "tencent", "initech"} <= await look(app)


def written(folder: Path) -> None:
    (folder / "watchlist.yaml").write_text(MORE, encoding="utf-8")


def renamed(folder: Path) -> None:
    (folder / "new").write_text(MORE, encoding="utf-8")
    (folder / "new").replace(folder / "watchlist.yaml")


def at_the_same_moment(folder: Path) -> None:
    was = (folder / "watchlist.yaml").stat()
    written(folder)
    os.utime(folder / "watchlist.yaml", ns=(was.st_atime_ns, was.st_mtime_ns))


def by_a_clock_that_is_wrong(folder: Path) -> None:
    written(folder)
    os.utime(folder / "watchlist.yaml", (time.time() + 1e6, time.time() + 1e6))


def a_whole_folder(folder: Path) -> None:
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    written(other)
    folder.rename(folder.with_name("old"))
    other.rename(folder)


def as_kubernetes_does(folder: Path) -> None:
    data = folder.with_name("data")
    shutil.copytree(folder, data)
    written(data)
    (folder / "..tmp").symlink_to(data)
    (folder / "..tmp").replace(folder / "..data")
    (folder / "link").symlink_to("..data/watchlist.yaml")
    (folder / "link").replace(folder / "watchlist.yaml")


@pytest.mark.parametrize(
    "way",
    [written, renamed, at_the_same_moment, by_a_clock_that_is_wrong, a_whole_folder, as_kubernetes_does],
)
async def test_a_change_is_in_force_at_the_second_look_however_it_was_made(
    folder: Path, app: App, way: Callable[[Path], None]
) -> None:
    way(folder)

    assert "initech" not in await look(app)
    assert "initech" in await look(app)
    assert app.faults == ()


async def test_a_link_that_is_swapped_is_in_force_within_five_seconds_of_a_running_bot(
    folder: Path, tmp_path: Path
) -> None:
    app, stop = make_app(folder, tmp_path), asyncio.Event()
    as_kubernetes_does(folder)
    running = asyncio.create_task(app.run(stop))
    try:
        await eventually(lambda: "initech" in app.configuration.watchlist.watches)
        newer = folder.with_name("newer")
        shutil.copytree(folder.with_name("data"), newer)
        (newer / "watchlist.yaml").write_text(MORE + "  hooli: {name: Hooli}\n", encoding="utf-8")
        began = time.monotonic()
        (folder / "..tmp").symlink_to(newer)
        (folder / "..tmp").replace(folder / "..data")
        await eventually(lambda: "hooli" in app.configuration.watchlist.watches)
        took = time.monotonic() - began
    finally:
        stop.set()
        await running
        await app.close()
    assert took < 5


@pytest.mark.parametrize("name", ["watchlist.yaml", "sources.yaml", "wirewatch.yaml"])
async def test_a_file_that_is_gone_for_a_moment_is_missed_and_nothing_else_happens(
    folder: Path, app: App, name: str
) -> None:
    in_force = app.configuration
    (folder / name).rename(folder.with_name(name))
    await look(app)
    await look(app)

    assert app.configuration is in_force
    [fault] = app.faults
    assert f"{name}: is missing" in fault
    folder.with_name(name).rename(folder / name)
    await look(app)
    await look(app)
    assert app.faults == ()
    assert app.configuration.version == in_force.version


async def test_a_file_that_nobody_may_read_for_a_moment_is_named(
    folder: Path, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def refuse(path: str, *more: int, **where: int) -> int:
        if str(path).endswith("watchlist.yaml"):
            raise PermissionError(13, "Permission denied")
        return really(path, *more, **where)

    in_force = app.configuration
    with monkeypatch.context() as locked:
        locked.setattr("bot.config.reading.os.open", refuse)
        await look(app)
        await look(app)
        assert "watchlist.yaml: can't be read: permission denied" in app.faults[0]
    await look(app)
    await look(app)
    assert app.faults == ()
    assert app.configuration.version == in_force.version


@pytest.mark.parametrize("text", ["", "# cut after the first line\n"], ids=["empty", "comments"])
async def test_chats_are_not_forgotten_when_their_file_is_emptied(folder: Path, app: App, text: str) -> None:
    (folder / "wirewatch.yaml").write_text(text, encoding="utf-8")
    await look(app)
    await look(app)

    assert set(app.settings.receivers) == {"desk", "night"}
    assert "wirewatch.yaml: is empty, and what stood in it is in force" in app.faults[0]


async def test_a_folder_that_never_had_its_optional_files_does_without_them(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "wirewatch.yaml").unlink()
    app = make_app(folder, tmp_path)
    await app.start()
    await look(app)
    written(folder)
    await look(app)
    assert "initech" in await look(app)
    await app.close()


async def test_what_is_owed_stays_owed_while_the_files_are_broken(folder: Path, app: App) -> None:
    await app.store.write(
        lambda conn: deliveries.owe(
            conn, key="k", story="", receiver="desk", kind=DeliveryKind.DIGEST, revision=0,
            due=NOON, score=0, payload={}, now=NOON,
        )
    )  # fmt: skip
    (folder / "wirewatch.yaml").write_text("receivers: {desk: {via: console}\n", encoding="utf-8")
    await look(app)
    await look(app)
    assert app.faults
    assert sum(row.count for row in await app.store.read(deliveries.owed)) == 1
