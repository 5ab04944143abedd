"""Watches muted and heard again: for one chat, for all, by who may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import mutes
from tests.following import SETTINGS, Room

SUED = "Acme sued over brake patents in Texas court"
CUTS = "Acme cuts 3,000 jobs in restructuring"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(tmp_path, settings=SETTINGS.replace("to: [desk]", "to: [desk, night]")) as opened:
        yield opened


def silent(room: Room) -> list[tuple[str, str]]:
    with room.app.store.snapshot() as conn:
        return [(mute.receiver, mute.watch) for mute in mutes.active(conn, room.now)]


async def alerts(room: Room, receiver: str) -> object:
    return (await room.ask("watch list acme", receiver=receiver)).rows[0]["alerts_7d"]


async def test_a_muted_watch_is_silent_here_and_heard_elsewhere_until_it_ends(room: Room) -> None:
    muted = await room.ask("watch mute acme 4h", receiver="desk")
    room.publish(SUED)
    assert [await alerts(room, name) for name in ("desk", "night")] == [0, 1]

    room.now += timedelta(hours=4)
    room.publish(CUTS)

    assert [await alerts(room, name) for name in ("desk", "night")] == [1, 2]
    assert "Acme is muted for desk until 16:00.\n/watch unmute acme ends it." in muted.message.plain


async def test_an_admin_outside_a_receivers_chat_mutes_for_all_or_for_one_by_name(room: Room) -> None:
    await room.ask("watch mute 腾讯 3天 for:all")
    await room.ask("watch mute acme 2 h for: night")
    await room.ask("watch mute acme for:desk 30m")

    assert set(silent(room)) == {("", "tencent"), ("night", "acme"), ("desk", "acme")}
    said = (await room.ask("watch mute")).message.plain
    assert "Tencent · all · until Sun 12:00 (Mei)" in said
    assert "Acme · night · until 14:00 (Mei)" in said
    here = (await room.ask("watch mute", receiver="desk")).message.plain
    assert "night" not in here


async def test_where_nothing_is_told_a_mute_says_for_whom_it_is(room: Room) -> None:
    asked = await room.ask("watch mute acme 4h")
    zh = await room.ask("watch mute 腾讯 3天", language="zh")

    assert asked.failed
    assert "for:all or for:NAME of desk, night" in asked.message.plain
    assert "/watch mute acme 4h for:all" in asked.message.plain
    assert "/watch mute tencent 3天 for:all" in zh.message.plain
    assert not silent(room)
    muted = await room.ask("watch mute acme 4h for:desk")
    assert "/watch unmute acme for:desk ends it." in muted.message.plain


async def test_unmute_ends_what_holds_here_and_an_admins_word_what_holds_for_all(room: Room) -> None:
    await room.ask("watch mute acme 4h for: all")
    await room.ask("watch mute acme 4h", receiver="desk")

    refused = await room.ask("watch unmute acme", receiver="night", admin=False, alone=True, by="chat:8")
    assert "admins may end that" in refused.message.plain
    assert len(silent(room)) == 2

    ended = await room.ask("watch unmute acme", receiver="desk")

    assert "Acme is heard again everywhere." in ended.message.plain
    assert not silent(room)
    assert "is not muted here" in (await room.ask("watch unmute acme")).message.plain


async def test_alone_with_the_bot_one_may_mute_for_oneself_and_nobody_else(room: Room) -> None:
    mine = await room.ask("watch mute acme 4h", receiver="desk", admin=False, alone=True, by="chat:8")
    theirs = await room.ask("watch mute acme 4h for:night", receiver="desk", admin=False, alone=True)
    group = await room.ask("watch mute acme 4h", receiver="night", admin=False)

    assert not mine.failed
    assert theirs.failed
    assert group.failed
    assert silent(room) == [("desk", "acme")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mute acme", "Name a watch and how long"),
        ("mute 4h", "Name a watch and how long"),
        ("mute acme 0h", "a year at most"),
        ("mute acme 2y", "a year at most"),
        ("mute acmee 4h", "Did you mean acme?"),
        ("mute acme 4h for: dask", "There is no receiver “dask”. There are: desk, night"),
        ("unmute", "Name one watch"),
    ],
)
async def test_what_is_mistyped_changes_nothing_and_says_what_to_type(
    room: Room, words: str, said: str
) -> None:
    refused = await room.ask(f"watch {words}")

    assert refused.failed
    assert said in refused.message.plain
    assert not silent(room)
