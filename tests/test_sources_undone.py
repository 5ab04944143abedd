"""What ``sources`` changes at the terminal is noted with who and when, and taken back like any other change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.lock import hold
from bot.cli.following import follow
from bot.cli.removing import remove_source
from bot.store import Store, audit
from tests.following import Room
from tests.loopback import Newsroom
from tests.sourcedesk import SOURCES, SourceDesk, feed

LIST = """\
<opml version="2.0"><body><outline text="Motor" type="rss" xmlUrl="https://motor.example/feed"/></body></opml>
"""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SourceDesk]:
    async with Newsroom() as newsroom:
        newsroom.publish("/night.xml", feed())
        (tmp_path / "feeds.opml").write_text(LIST, encoding="utf-8")
        yield SourceDesk(tmp_path, newsroom)


def noted(desk: SourceDesk) -> list[tuple[str, str]]:
    """Who changed what, the latest first."""
    store = Store.open(f"sqlite:///{desk.home / 'state' / 'wirewatch.db'}")
    with store.snapshot() as conn:
        found = [(change.who, change.what) for change in audit.edits(conn)]
    store.close()
    return found


async def undo(desk: SourceDesk) -> int:
    """Take back the last change, at the terminal."""
    folders = (desk.config, desk.home / "state")
    return await asyncio.to_thread(follow, ["undo"], None, *folders, as_json=False, mode="write")


async def test_every_change_of_the_list_is_noted_and_taken_back_in_turn(desk: SourceDesk) -> None:
    typed = (
        ("add", desk.newsroom.url("/night.xml"), "--id", "night"),
        ("remove", "delta"),
        ("import", desk.home / "feeds.opml"),
    )
    texts = [desk.text]
    for words in typed:
        assert (await desk.type(*words, "--yes")).code == 0
        texts.append(desk.text)

    assert len(set(texts)) == 4
    assert noted(desk) == [
        ("terminal", "sources import feeds.opml"),
        ("terminal", "sources remove delta"),
        ("terminal", "sources add night"),
    ]
    for before in reversed(texts[:-1]):
        assert await undo(desk) == 0
        assert desk.text == before
    assert desk.text == SOURCES


async def test_a_source_that_breaks_the_configuration_can_be_removed_without_a_store(
    desk: SourceDesk,
) -> None:

    desk.put("wirewatch.yaml", "receivers: {t: {via: console}}\nroutes: [{to: [nobody]}]\n")

    ended = await desk.type("remove", "delta", "--yes")

    assert ended.code == 0, ended.err
    assert "delta" not in desk.text


async def test_the_running_bot_makes_the_change_and_has_it_in_force(tmp_path: Path) -> None:
    async with Room(tmp_path) as room:
        with hold(room.state):
            typing = asyncio.ensure_future(
                asyncio.to_thread(remove_source, "harbour", room.folder, room.state, yes=True)
            )
            while not typing.done():
                await room.app._errands.tick()
                await asyncio.sleep(0.02)

        assert await typing == 0
        assert room.app.configuration.sources == ()
        assert [(change.who, change.what) for change in room.noted()] == [
            ("terminal", "sources remove harbour")
        ]
