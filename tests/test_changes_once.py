"""A change of a file is made once, noted once, put in force, and never said to be unmade when it was made."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bot.app.files
from bot.app.changing import make
from bot.config import Configuration, load
from bot.model import Access
from bot.store import requests
from tests.following import WATCHES, Room

ALIAS = "watch alias acme 艾克米"
CHANGED = WATCHES.replace("{name: Acme}", "{name: Acme, aliases: [艾克米]}")
EDITED = "was edited since this was shown"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(tmp_path) as opened:
        yield opened


def aliases(room: Room) -> tuple[str, ...]:
    """What Acme is called in the configuration in force."""
    return room.app.configuration.watchlist.watches["acme"].aliases


async def test_what_was_written_is_said_to_be_written_and_is_taken_by_the_next_look(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_way_out(*_: object) -> None:
        raise OSError("no route to the proxy")

    shown = await room.ask(ALIAS)
    with monkeypatch.context() as broken:
        broken.setattr(room.app, "_connect_new", no_way_out)
        done = await room.press(shown)

    assert not done.failed
    assert "Written, and not in force yet: the bot tries again" in done.message.plain
    assert (room.text, len(room.noted()), aliases(room)) == (CHANGED, 1, ())
    assert "could not be put in force: no route to the proxy" in (await room.ask("status")).message.plain
    assert await room.app.reload()
    assert aliases(room) == ("艾克米",)
    assert "no route" not in (await room.ask("status")).message.plain


async def test_an_older_reading_never_takes_the_place_of_a_newer_one(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_is_in_force, reading = threading.Event(), threading.Event()

    def slow(folder: Path, **more: Any) -> Configuration:
        first, found = not reading.is_set(), load(folder, **more)
        reading.set()
        if first:
            newer_is_in_force.wait(0.4)
        return found

    monkeypatch.setattr(bot.app.files, "load", slow)
    room.file.write_text(WATCHES + "  one: {name: One Corp}\n", encoding="utf-8")
    older = asyncio.ensure_future(room.app.reload())
    await asyncio.to_thread(reading.wait, 5)
    room.file.write_text(WATCHES + "  one: {name: One Corp}\n  two: {name: Two Corp}\n", encoding="utf-8")
    newer = asyncio.ensure_future(room.app.reload())
    newer.add_done_callback(lambda _: newer_is_in_force.set())
    await asyncio.gather(older, newer)

    assert {"one", "two"} <= room.watched


async def test_a_change_is_live_as_well_when_a_later_one_came_with_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload = room.app.reload

    async def together() -> bool:
        monkeypatch.setattr(room.app, "reload", reload)
        room.file.write_text(room.text + "  one: {name: One Corp}\n", encoding="utf-8")
        await reload()
        return False

    shown = await room.ask(ALIAS)
    monkeypatch.setattr(room.app, "reload", together)

    assert "Live since" in (await room.press(shown)).message.plain
    assert "one" in room.watched


async def test_one_change_that_is_shown_twice_and_confirmed_twice_is_noted_once_and_can_be_undone(
    room: Room,
) -> None:
    shown = [await room.ask(ALIAS) for _ in range(2)]
    first, second = [await room.press(each) for each in shown]

    assert (first.failed, second.failed) == (False, True)
    assert EDITED in second.message.plain
    assert len(room.noted()) == 1
    await room.make("watch undo")
    assert room.text == WATCHES
    assert "nothing to take back" in (await room.ask("watch undo")).message.plain


@pytest.mark.parametrize("by_itself", [True, False])
async def test_after_a_crash_a_change_is_noted_by_the_request_that_made_it_and_by_no_other(
    room: Room, *, by_itself: bool
) -> None:
    shown = [await room.ask(ALIAS) for _ in range(2)]
    if not by_itself:
        await room.press(shown.pop())
    with room.app.store.begin() as conn:
        number = requests.add(conn, "edit", shown[0].offers[0].payload, room.now)
        requests.take(conn, ["edit"])
    if by_itself:
        assert make(room.folder, shown[0].offers[0].payload)["done"]  # then the process was killed

    await room.restart()
    await room.app._errands.tick()
    asked = None
    while asked is None or asked.state != requests.FINISHED:
        await asyncio.sleep(0.01)
        asked = await room.app.store.read(lambda conn: requests.get(conn, number))

    assert asked.result["done"] is by_itself
    assert (room.text, len(room.noted())) == (CHANGED, 1)


async def test_a_button_is_spent_only_together_with_what_it_asks_for(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> int:
        raise RuntimeError("killed here")

    shown = await room.ask(ALIAS)
    with monkeypatch.context() as dying:
        dying.setattr(requests, "add", killed)
        with pytest.raises(RuntimeError, match="killed here"):
            await room.press(shown)
    assert room.text == WATCHES

    done = await room.press(shown)

    assert not done.failed, done.popup
    assert room.text == CHANGED


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nothing was changed: line 1: this way of writing can't be changed here"),
        ("zh", "未作更改：第 1 行：这种写法无法在此修改"),
    ],
)
async def test_a_file_that_can_not_be_changed_by_a_question_is_an_answer_not_silence(
    room: Room, language: str, said: str
) -> None:
    sources = "? sources\n: - {id: harbour, url: 'https://harbour.example/feed'}\n"
    (room.folder / "sources.yaml").write_text(sources, encoding="utf-8")

    typed = await room.ask("sources remove harbour", language=language)

    assert typed.failed
    assert said in typed.message.plain
    assert str(room.folder) not in typed.message.plain


async def test_who_is_no_admin_any_more_when_the_change_is_made_changes_nothing(room: Room) -> None:
    """The press was theirs to make; the bot was away meanwhile, and whoever runs it took them off the list."""
    shown = await room.ask(ALIAS, by="telegram:4242")
    room.app.settings = replace(room.app.settings, access={"telegram": Access(admins=frozenset({"1"}))})
    refused = await room.press(shown, by="telegram:4242")

    assert refused.failed
    assert "Only admins may change this. Your id is 4242" in refused.message.plain
    assert (room.text, room.noted()) == (WATCHES, [])
