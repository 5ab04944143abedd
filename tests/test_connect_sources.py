"""``/sources add``, ``test``, ``remove`` from a chat: shown, confirmed, written; at the terminal in Chinese too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.asking import ask
from bot.app.building import desk_of
from bot.app.changing import change_file
from bot.app.errands import Errands
from bot.app.new_sources import look_at
from bot.commands import Answer, Asked, Desk, Pressed
from bot.commands.edits import EDIT
from bot.commands.new_sources import LOOK
from bot.config import load
from bot.fetch import Fetcher
from bot.model import Access, Receiver
from bot.sandbox import Sandbox
from bot.store import Connection, Store, audit, requests
from tests.grouping import TABLES
from tests.loopback import Newsroom
from tests.sourcedesk import SETTINGS, SOURCES, SourceDesk, feed

MEI = "telegram:4242"


class House:
    """The parts of a running bot that questions about sources need, on a real folder, store and network."""

    def __init__(self, folder: SourceDesk) -> None:
        self.folder = folder
        self.configuration = load(folder.config, environ={})
        access = {"telegram": Access(admins=frozenset({MEI.partition(":")[2]}))}
        self.settings = replace(self.configuration.settings, access=access)
        self.faults: tuple[str, ...] = ()
        self.store = Store.open(f"sqlite:///{folder.home / 'w.db'}", variants=TABLES.variants)
        self.fetcher = Fetcher(self.settings.polling)
        self.sandbox = Sandbox(workers=1)
        self._errands = Errands(self, {EDIT: change_file, LOOK: look_at})
        self._ticking = asyncio.create_task(self._tick())

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    async def reload(self) -> bool:
        """Take what stands on disk."""
        fresh = load(self.folder.config, environ={})
        changed = fresh.version != self.configuration.version
        self.configuration = fresh
        return changed

    async def _tick(self) -> None:
        while True:
            await self._errands.tick()
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """End everything."""
        self._ticking.cancel()
        with suppress(asyncio.CancelledError):
            await self._ticking
        await self._errands.close()
        await self.fetcher.close()
        await self.sandbox.close()
        self.store.close()

    def _desk(self, conn: Connection) -> Desk:
        now = self.now()
        return desk_of(conn, self.configuration, self.settings, now=now, started=now, faults=())

    async def ask(self, words: str, *, language: str = "en", admin: bool = True, by: str = MEI) -> Answer:
        """Type ``/sources WORDS`` in a chat."""
        reader = Receiver(id="desk", via="telegram", chat="4242", language=language)
        asked = Asked(verb="sources", words=words, reader=reader, admin=admin, by=by, who="Mei")
        return await ask(self.store, asked, self._desk, self.now)

    async def press(self, given: Answer, label: str, *, admin: bool = True, by: str = MEI) -> Answer:
        """Press a button of an answer."""
        buttons = {button.label: button.action for row in given.message.buttons for button in row}
        verb, _, about = buttons[label].partition(":")
        reader = Receiver(id="desk", via="telegram", chat="4242")
        pressed = Pressed(verb, about, "telegram", "4242", "1")
        asked = Asked(verb="", reader=reader, admin=admin, by=by, who="Mei", pressed=pressed)
        return await ask(self.store, asked, self._desk, self.now)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with Newsroom() as newsroom:
        newsroom.publish("/night.xml", feed())
        house = House(SourceDesk(tmp_path, newsroom))
        yield house
        await house.close()


async def test_a_feed_is_shown_with_its_line_and_added_by_the_button(house: House) -> None:
    url = house.folder.newsroom.url("/night.xml")
    shown = await house.ask(f'add {url} id:night name:"Night Desk Wuhan" tag:china every:30m')

    text = shown.message.plain
    assert "Night Desk: RSS, 6 entries, English" in text
    assert "Grandcar opens a plant in Wuhan" in text
    assert "Your watches in them: Grandcar (3)." in text
    assert "About 12 a day" in text
    assert "+   - {id: night, name: Night Desk Wuhan" in text
    assert house.folder.text == SOURCES, "nothing is written before the button"
    done = await house.press(shown, "Do it")
    assert not done.failed, done.message.plain + done.popup
    added = load(house.folder.config, environ={}).sources[-1]
    assert (added.id, added.name, added.tags) == ("night", "Night Desk Wuhan", frozenset({"china"}))
    assert house.folder.text.startswith(SOURCES)
    assert "Live since" in done.message.plain
    with house.store.snapshot() as conn:
        (change,) = audit.edits(conn)
    assert (change.who, change.what) == (MEI, "sources add night")


async def test_only_three_headlines_stand_in_a_chat(house: House) -> None:
    shown = await house.ask(f"test {house.folder.newsroom.url('/night.xml')}")

    assert shown.message.plain.count(" → ") + shown.message.plain.count("Harbour traffic") == 3
    assert "Rain delays ferry" not in shown.message.plain
    assert shown.message.buttons == ()


async def test_what_is_cancelled_is_not_written(house: House) -> None:
    shown = await house.ask(f"add {house.folder.newsroom.url('/night.xml')}")
    await house.press(shown, "Cancel")
    late = await house.press(shown, "Do it")

    assert late.failed
    assert house.folder.text == SOURCES


async def test_people_who_are_no_admins_are_told_so_and_nothing_is_fetched(house: House) -> None:
    for words in ("add https://x.example/feed", "test https://x.example", "remove delta"):
        given = await house.ask(words, admin=False, by="telegram:7")
        assert given.failed
        assert "7" in given.message.plain
    with house.store.snapshot() as conn:
        assert not requests.waits(conn, LOOK)


async def test_another_person_can_not_confirm(house: House) -> None:
    shown = await house.ask(f"add {house.folder.newsroom.url('/night.xml')}")

    assert (await house.press(shown, "Do it", by="telegram:7")).failed
    assert (await house.press(shown, "Do it", admin=False)).failed
    assert house.folder.text == SOURCES


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("add", "/sources add https://"),
        ("add https://u:secret@x.example/feed", "name and password"),
        ("add file:///etc/passwd", "https:// or http://"),
        ("add http://10.0.0.7/feed", "private address"),
        ("add https://harbour.example/feed", "'harbour' reads https://harbour.example/feed already"),
        ("add https://x.example/f id:HARBOUR", "the id 'harbour' is taken"),
        ("add https://x.example/f weight:9", "weight"),
        ("add https://x.example/f color:red", "'color:red' is no key of a source"),
        (f"add https://x.example/{'a' * 3000}", "longer than 2,000"),
        ("remove harbor", "did you mean 'harbour'?"),
        ("remove", "/sources remove"),
        ("test", "/sources test"),
    ],
)
async def test_what_can_not_be_asked_says_what_to_write(house: House, words: str, said: str) -> None:
    given = await house.ask(words)

    assert given.failed
    assert said in given.message.plain
    assert "secret" not in given.message.plain
    assert "10.0.0.7" not in given.message.plain.replace("http://10.0.0.7/feed", "").replace(
        "10.0.0.7/feed", ""
    )
    assert str(house.folder.home) not in given.message.plain
    assert house.folder.text == SOURCES


async def test_what_a_server_says_when_it_refuses_is_not_shown(house: House) -> None:
    house.folder.newsroom.publish("/gone", b"internal: 10.1.2.3", status=503)
    given = await house.ask(f"test {house.folder.newsroom.url('/gone')}")

    assert given.failed
    assert "503" in given.message.plain
    assert "10.1.2.3" not in given.message.plain
    assert "10.1.2.3" not in str(given.rows)


async def test_a_page_without_a_feed_says_how_to_name_the_headlines(house: House) -> None:
    house.folder.newsroom.publish("/void", b"<html><body>Hi</body></html>", content_type="text/html")
    given = await house.ask(f"add {house.folder.newsroom.url('/void')}")

    assert given.failed
    assert "kind:page item:SELECTOR" in given.message.plain


async def test_a_page_is_read_by_selectors_that_were_typed(house: House) -> None:
    page = b"<html><body><p><b>Grandcar recalls cars</b><a href='/1'>more</a></p></body></html>"
    house.folder.newsroom.publish("/p", page, content_type="text/html")
    shown = await house.ask(f"add {house.folder.newsroom.url('/p')} kind:page item:p title：“b” link:a id:pp")
    await house.press(shown, "Do it")

    assert dict(load(house.folder.config, environ={}).sources[-1].selectors) == {
        "item": "p",
        "title": "b",
        "link": "a",
    }


async def test_a_source_is_taken_out_with_what_leaned_on_it(house: House) -> None:
    shown = await house.ask("remove notices")
    assert "Notices would no longer be read" in shown.message.plain
    assert "In 30 days no story leaned on it." in shown.message.plain
    assert "-   - {id: notices" in shown.message.plain
    done = await house.press(shown, "Do it")

    assert not done.failed, done.message.plain + done.popup
    assert house.folder.text == SOURCES[: SOURCES.index("\n  # A page.")]


async def test_a_source_that_a_route_names_is_not_taken_out(house: House) -> None:
    house.folder.put(
        "wirewatch.yaml", SETTINGS.replace("{to: [terminal]}", "{sources: [delta], to: [terminal]}")
    )
    given = await house.ask("remove delta")

    assert given.failed
    assert "wirewatch.yaml:2" in given.message.plain
    assert house.folder.text == SOURCES


async def test_an_edit_on_disk_between_showing_and_pressing_is_never_overwritten(house: House) -> None:
    shown = await house.ask("remove notices")
    house.folder.put("sources.yaml", SOURCES + "# mine\n")
    done = await house.press(shown, "Do it")

    assert done.failed
    assert house.folder.text == SOURCES + "# mine\n"


async def test_an_address_whose_line_is_no_longer_right_is_asked_again_as_it_was_typed(house: House) -> None:
    typed = f"add {house.folder.newsroom.url('/night.xml')} id:night"
    shown = await house.ask(typed)
    house.folder.put("sources.yaml", SOURCES + "# mine\n")

    done = await house.press(shown, "Do it")

    assert f"Ask again: /sources {typed}" in done.message.plain
    assert done.message.buttons[0][0].action == f"run:sources {typed}"


@pytest.mark.parametrize(
    ("keys", "english", "chinese"),
    [
        ("weight:9", "weight: expected a number of at most 1.5", "weight：应为不大于 1.5 的数"),
        ("weight:nan", "weight: expected a number", "weight：应为数字"),
        ("weight:heavy", "weight: expected a number", "weight：应为数字"),
        ("every:5", "every: expected a duration such as 30s", "every：应为时长，如 30s"),
        ("language:fr", "expected a language: en or zh", "应为语言：en 或 zh"),
        ("kind:rss", "kind: expected 'auto', 'feed'", "kind：应为 'auto'、'feed'"),
        ("kind:page", "kind page needs 'item'", "类型 page 需要「item」"),
        ("kind:feed item:p", "'item' means nothing for kind feed", "「item」不适用于类型 feed"),
        ("kind:page item:p[", "this is no valid CSS selector", "CSS 选择器无效"),
        ('id:"a b"', "expected an id: up to 80 characters", "应为 ID：不超过 80 个字符"),
    ],
)
async def test_what_can_not_be_a_source_is_said_in_the_words_of_the_reader(
    house: House, keys: str, english: str, chinese: str
) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        given = await house.ask(f"add https://x.example/f {keys}", language=language)
        assert given.failed
        assert said in given.message.plain
        assert "Input" not in given.message.plain
        assert language == "en" or "expected" not in given.message.plain


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://[x", "这不是网址"),
        ("ftp://x.example", "网址须以 https:// 或 http:// 开头"),
        ("https://u:p@x.example", "网址中含有用户名和密码"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said_in_chinese(
    house: House, address: str, said: str
) -> None:
    assert (await house.ask(f"添加 {address}", language="zh")).message.plain == f"不能作为来源：{said}"


async def test_what_still_needs_a_source_and_what_was_meant_is_said_in_chinese(house: House) -> None:
    meant = await house.ask("移除 harbor", language="zh")
    house.folder.put(
        "wirewatch.yaml", SETTINGS.replace("{to: [terminal]}", "{sources: [delta], to: [terminal]}")
    )
    named = await house.ask("移除 delta", language="zh")

    assert "是否指「harbour」？" in meant.message.plain
    assert "没有来源「delta」" in named.message.plain


async def test_a_chat_in_chinese_is_answered_in_chinese(house: House) -> None:
    url = house.folder.newsroom.url("/night.xml")
    shown = await house.ask(f"添加 {url}", language="zh")
    removed = await house.ask("移除 notices", language="zh")
    failed = await house.ask(f"测试 {house.folder.newsroom.url('/nothing')}", language="zh")

    for given in (shown, removed, failed):
        frame = re.sub(r"[+-] .*|https?:\S+|Grandcar\S*|Night Desk|Harbour.*", "", given.message.plain)
        assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", frame), frame
    assert "其中的关注项" in shown.message.plain
    assert [button.label for button in shown.message.buttons[0]] == ["执行", "取消"]


async def test_the_terminal_speaks_the_language_of_its_receiver(tmp_path: Path) -> None:
    async with Newsroom() as newsroom:
        newsroom.publish("/night.xml", feed())
        desk = SourceDesk(tmp_path, newsroom)
        desk.put("wirewatch.yaml", SETTINGS.replace("via: console", "via: console, language: zh"))
        added = await desk.type("add", newsroom.url("/night.xml"), "--yes")
        tried = await desk.type("test", newsroom.url("/night.xml"))
        twin = await desk.type("add", newsroom.url("/night.xml"), "--yes")
        removed = await desk.type("remove", "night-desk", "--yes")

    assert (added.code, tried.code, twin.code, removed.code) == (0, 0, 2, 0)
    assert "Night Desk：RSS，6 条，英文" in added.out
    assert "已添加。" in added.out
    assert "校验标记：" in tried.out
    assert "已在抓取" in twin.err
    assert "已移除" in removed.out
