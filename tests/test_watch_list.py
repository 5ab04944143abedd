"""What is watched: the list, one watch with all it says, and what is muted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.following import SETTINGS, Room

PROFIT = "Globex profit jumps 34% on cloud demand"
SUED = "Globex sued over cloud outage in Texas court"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(tmp_path) as opened:
        yield opened


async def test_the_list_has_names_ids_alerts_of_seven_days_and_mutes(room: Room) -> None:
    room.publish(PROFIT)
    room.now += timedelta(days=8)
    room.publish(SUED)
    await room.ask("watch mute acme 4h for:all")

    said = (await room.ask("watch list")).message.plain

    assert "3 companies and topics · alerts in 7 days" in said
    assert "Globex · 格洛贝克斯 · 1" in said
    assert "Acme · 0 · muted until 16:10" in said
    assert "Tencent · 腾讯 · 0" in said


async def test_a_bare_watch_lists_and_a_name_in_either_language_shows(room: Room) -> None:
    assert (await room.ask("watch")).rows == (await room.ask("watch list")).rows
    assert (await room.ask("watch 腾讯")).rows[0]["watch"] == "tencent"
    assert (await room.ask("关注 查看 格洛贝克斯", language="zh")).rows[0]["watch"] == "globex"


async def test_words_choose_from_the_list_and_fitting_none_says_so(room: Room) -> None:
    assert [row["watch"] for row in (await room.ask("watch list 格洛")).rows] == ["globex"]
    assert "No watch fits Initech" in (await room.ask("watch list Initech")).message.plain


async def test_a_long_list_is_cut_and_says_how_to_find_the_rest(tmp_path: Path) -> None:
    watches = "watches:\n" + "".join(f"  firm{at}: {{name: Firm Number {at}}}\n" for at in range(43))
    async with Room(tmp_path, watches=watches) as room:
        given = await room.ask("watch list")

        assert "3 more; /watch list NAME finds them" in given.message.plain
        assert len(given.rows) == 43


async def test_a_watch_shows_all_that_it_says_and_who_hears_of_it(tmp_path: Path) -> None:
    settings = SETTINGS + "  - {name: brakes, watches: [acme], to: [night]}\n"
    async with Room(tmp_path, settings=settings) as room:
        room.publish(PROFIT)

        said = (await room.ask("watch show globex")).message.plain
        theirs = (await room.ask("watch show tencent")).message.plain
        await room.make("watch weak tencent 鹅厂街")

        assert "Globex · 格洛贝克斯 · globex · your own" in said
        assert "aliases: 格洛贝克斯" in said
        assert "weak: Kestrel" in said
        assert "1 story and 1 alert in 7 days" in said
        assert "Heard by important → desk (≥ 40)" in said
        assert "brakes" not in said
        assert "from the library" in theirs
        assert "tickers: HK:700" in theirs or "HK:0700" in theirs
        assert "with lines of its own" in (await room.ask("watch show tencent")).message.plain
        assert "brakes → night" in (await room.ask("watch show acme")).message.plain


async def test_answers_are_in_the_readers_language(room: Room) -> None:
    said = (await room.ask("关注 列表", language="zh")).message.plain
    shown = (await room.ask("关注 格洛贝克斯", language="zh")).message.plain
    change = (await room.ask("关注 别名 acme 艾克米", language="zh")).message.plain

    assert "3 个公司或主题 · 7 天内推送" in said
    assert "格洛贝克斯 · Globex · globex · 自建" in shown
    assert "别名：格洛贝克斯" in shown
    assert "watchlist.yaml 第 8 行" in change
    assert "存档为空" in change
