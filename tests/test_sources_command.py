"""``sources add``, ``remove`` and ``test`` as they are typed: look first, then one line more or less."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.lock import hold
from bot.cli.changing import _make_edits
from bot.config import load
from bot.store import Store
from tests.loopback import Newsroom
from tests.sourcedesk import SOURCES, SourceDesk, feed


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SourceDesk]:
    """A folder with three sources, and a newsroom with one feed."""
    async with Newsroom() as newsroom:
        newsroom.publish("/night.xml", feed(), etag='"1"')
        yield SourceDesk(tmp_path, newsroom)


async def test_a_feed_is_shown_and_added_below_the_others(desk: SourceDesk) -> None:
    ended = await desk.type("add", desk.newsroom.url("/night.xml"), "--tag", "china", "--yes")

    assert ended.code == 0, ended.err
    assert "Night Desk: RSS, 6 entries, English" in ended.out
    assert "Grandcar opens a plant in Wuhan  → Grandcar" in ended.out
    assert "Steel prices fall again" not in ended.out, "five headlines are enough"
    assert "Your watches in them: Grandcar (3)." in ended.out
    assert f"{desk.config}/sources.yaml:9" in ended.out
    assert "Added. It counts from the next run; its first poll is the baseline" in ended.out
    assert desk.text.startswith(SOURCES)
    assert desk.text.count("\n") == SOURCES.count("\n") + 1
    added = load(desk.config, environ={}).sources[-1]
    assert (added.id, added.name, added.language) == ("night-desk", "Night Desk", "en")
    assert (added.url, added.tags) == (desk.newsroom.url("/night.xml"), frozenset({"china"}))


async def test_a_running_bot_is_said_to_take_it(desk: SourceDesk) -> None:
    bot = Store.open(f"sqlite:///{desk.home / 'state' / 'wirewatch.db'}")
    with hold(desk.home / "state"):
        adding = asyncio.ensure_future(desk.type("add", desk.newsroom.url("/night.xml"), "--yes"))
        while not adding.done():
            await asyncio.to_thread(_make_edits, desk.config, bot)
            await asyncio.sleep(0.02)
        ended = await adding
    bot.close()

    assert "Added. The running bot takes it within 5 seconds; its first poll is the baseline" in ended.out


async def test_what_is_odd_is_said_before_it_is_written(desk: SourceDesk) -> None:
    desk.newsroom.publish(
        "/night.xml", feed(titles=("Новости дня", "Погода"), title="Comments on: Weather", days=900)
    )

    row = (await desk.type("add", desk.newsroom.url("/night.xml"), "--dry-run", "--json")).row

    assert row["language"] is None
    assert "the newest entry is 2 years old" in row["warnings"]
    assert "these are readers' comments, not the news itself" in row["warnings"]
    assert "the address is not encrypted (http)" in row["warnings"]


async def test_every_key_can_be_typed(desk: SourceDesk) -> None:
    words = (
        "--id",
        "night",
        "--name",
        "夜班",
        "--every",
        "1h",
        "--weight",
        "1.2",
        "--language",
        "zh",
        "--full-text",
    )
    ended = await desk.type("add", desk.newsroom.url("/night.xml"), *words, "--yes")

    assert ended.code == 0, ended.err
    added = load(desk.config, environ={}).sources[-1]
    assert (added.id, added.name, added.language, added.weight) == ("night", "夜班", "zh", 1.2)
    assert added.every is not None
    assert added.every.total_seconds() == 3600
    assert added.full_text


@pytest.mark.parametrize(("hours", "every"), [(0.5, None), (5, "15m"), (30, "30m"), (100, "1h")])
async def test_the_interval_follows_the_dates(desk: SourceDesk, hours: float, every: str | None) -> None:
    desk.newsroom.publish("/night.xml", feed(hours))

    ended = await desk.type("add", desk.newsroom.url("/night.xml"), "--dry-run", "--json")

    assert ended.row["source"].get("every") == every


async def test_the_feed_of_a_site_is_found_and_written(desk: SourceDesk) -> None:
    page = (
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/night.xml"></head><p>Hi</html>'
    )
    desk.newsroom.publish("/", page, content_type="text/html")

    ended = await desk.type("add", desk.newsroom.url("/"), "--yes")

    assert ended.code == 0, ended.err
    assert f"Found at {desk.newsroom.url('/night.xml')}" in ended.out
    assert f'url: "{desk.newsroom.url("/night.xml")}"' in desk.text


async def test_selectors_are_proposed_for_a_page_without_a_feed(desk: SourceDesk) -> None:
    items = "".join(
        f'<li class="news"><a href="/2026/{at}.html">宏图汽车公布第{at}季度业绩 销量同比增长两成</a></li>'
        for at in range(9)
    )
    page = f'<html><head><title>公告</title></head><body><ul id="list">{items}</ul></body></html>'
    desk.newsroom.publish("/list", page.encode(), content_type="text/html; charset=utf-8")

    ended = await desk.type("add", desk.newsroom.url("/list"), "--yes", "--json")

    assert ended.code == 0, ended.err
    assert (ended.row["kind"], ended.row["count"]) == ("page", 9)
    added = load(desk.config, environ={}).sources[-1]
    assert added.kind == "page"
    assert added.selectors["item"]


async def test_a_page_is_read_by_the_selectors_that_were_typed(desk: SourceDesk) -> None:
    page = b"<html><body><p><b>Grandcar recalls cars</b><a href='/1'>more</a></p></body></html>"
    desk.newsroom.publish("/p", page, content_type="text/html")
    words = ("--kind", "page", "--item", "p", "--title", "b", "--link", "a")

    ended = await desk.type("add", desk.newsroom.url("/p"), *words, "--yes")

    assert ended.code == 0, ended.err
    assert dict(load(desk.config, environ={}).sources[-1].selectors) == {
        "item": "p",
        "title": "b",
        "link": "a",
    }


async def test_a_source_that_is_there_is_named_with_its_line(desk: SourceDesk) -> None:
    ended = await desk.type("add", "http://www.harbour.example/feed/?utm_source=x", "--yes")

    assert ended.code == 2
    assert "sources.yaml:4: 'harbour' reads https://harbour.example/feed already" in ended.err
    assert desk.text == SOURCES


async def test_a_site_whose_feed_is_there_is_a_duplicate_too(desk: SourceDesk) -> None:
    await desk.type("add", desk.newsroom.url("/night.xml"), "--yes")
    desk.newsroom.redirect("/old", desk.newsroom.url("/night.xml"))
    before = desk.text

    ended = await desk.type("add", desk.newsroom.url("/old"), "--yes")

    assert ended.code == 2
    assert "'night-desk' reads" in ended.err
    assert desk.text == before


async def test_without_a_terminal_nothing_is_written_unless_yes_is_typed(desk: SourceDesk) -> None:
    ended = await desk.type("add", desk.newsroom.url("/night.xml"))

    assert ended.code == 2
    assert "add --yes" in ended.err
    assert desk.text == SOURCES


async def test_a_dry_run_shows_the_line_and_writes_nothing(desk: SourceDesk) -> None:
    ended = await desk.type("add", desk.newsroom.url("/night.xml"), "--dry-run")

    assert ended.code == 0
    assert "- {id: night-desk, name: Night Desk, url:" in ended.out
    assert desk.text == SOURCES


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("https://x.example/feed", "--every", "soon"), "a duration such as 30s"),
        (("https://x.example/feed", "--weight", "9"), "weight"),
        (("https://x.example/feed", "--id", "a b"), "up to 80 characters without spaces"),
        (("https://x.example/feed", "--id", "HARBOUR"), "the id 'harbour' is taken"),
        (("https://x.example/feed", "--kind", "feeds"), "kind"),
        (("https://u:secret@x.example/feed",), "name and password"),
        (("file:///etc/passwd",), "https:// or http://"),
        (("http://10.0.0.7/feed",), "private address 10.0.0.7"),
    ],
)
async def test_what_can_be_no_source_is_refused(
    desk: SourceDesk, words: tuple[str, ...], reason: str
) -> None:
    ended = await desk.type("add", *words, "--yes")

    assert ended.code in {1, 2}
    assert reason in ended.err
    assert "secret" not in ended.err
    assert "Traceback" not in ended.err
    assert desk.text == SOURCES


async def test_what_is_nothing_to_read_is_said_and_not_added(desk: SourceDesk) -> None:
    desk.newsroom.publish("/void", b"<html><body>Welcome</body></html>", content_type="text/html")

    nothing = await desk.type("add", desk.newsroom.url("/void"), "--yes")
    missing = await desk.type("add", desk.newsroom.url("/missing"), "--yes", "--json")

    assert (nothing.code, missing.code) == (1, 1)
    assert "no feed and no sitemap" in nothing.err
    assert "--kind page --item" in nothing.err
    assert (missing.row["added"], missing.row["status"]) == (False, 404)
    assert desk.text == SOURCES


async def test_a_source_is_removed_with_its_comment(desk: SourceDesk) -> None:
    ended = await desk.type("remove", "notices", "--yes")

    assert ended.code == 0, ended.err
    assert "{id: notices" in ended.out
    assert desk.text == SOURCES[: SOURCES.index("\n  # A page.")]


async def test_an_unknown_source_is_not_removed(desk: SourceDesk) -> None:
    ended = await desk.type("remove", "harbor", "--yes")

    assert ended.code == 2
    assert "did you mean 'harbour'?" in ended.err
    assert desk.text == SOURCES


async def test_a_source_that_a_route_names_is_not_removed(desk: SourceDesk) -> None:
    desk.put("wirewatch.yaml", "receivers: {t: {via: console}}\nroutes: [{sources: [delta], to: [t]}]\n")

    ended = await desk.type("remove", "delta", "--yes")

    assert ended.code == 2
    assert f"{desk.config}/wirewatch.yaml:2:" in ended.err
    assert "'delta' is still named elsewhere" in ended.err
    assert desk.text == SOURCES


async def test_a_test_tells_how_the_server_answered_and_writes_nothing(desk: SourceDesk) -> None:
    desk.newsroom.redirect("/old", desk.newsroom.url("/night.xml"))

    ended = await desk.type("test", desk.newsroom.url("/old"))

    assert ended.code == 0, ended.err
    assert "Night Desk: RSS, 6 entries" in ended.out
    assert "Answer: 200 in" in ended.out
    assert f"Moved for good to: {desk.newsroom.url('/night.xml')}" in ended.out
    assert "Validators: ETag" in ended.out
    assert desk.text == SOURCES


async def test_a_test_of_a_source_uses_what_is_configured(desk: SourceDesk) -> None:
    desk.put("sources.yaml", SOURCES.replace("https://notices.example/", desk.newsroom.url("/p")))
    page = "<html><body><ul><li><a href='/1'>宏图汽车召回四千辆汽车</a></li></ul></body></html>".encode()
    desk.newsroom.publish("/p", page, content_type="text/html; charset=utf-8")

    row = (await desk.type("test", "notices", "--json")).row

    assert (row["kind"], row["count"], row["language"]) == ("page", 1, "zh")
    assert row["watches"] == {"Grandcar": 1}
    assert [request.path for request in desk.newsroom.requests] == ["/robots.txt", "/p"]


async def test_a_test_that_fails_says_why(desk: SourceDesk) -> None:
    gone = await desk.type("test", desk.newsroom.url("/gone"), "--json")
    unknown = await desk.type("test", "harbor")

    assert (gone.code, gone.row["reason"], gone.row["status"]) == (1, "status", 404)
    assert (unknown.code, "did you mean 'harbour'?" in unknown.err) == (2, True)


async def test_the_list_needs_no_word(desk: SourceDesk) -> None:
    plain = await desk.type()
    rows = await desk.type("--json")
    fitting = await desk.type("delta")

    assert plain.code == rows.code == fitting.code == 0
    assert "Harbour Wire" in plain.out
    assert len(rows.out.splitlines()) == 3
    assert "Delta Daily" in fitting.out
