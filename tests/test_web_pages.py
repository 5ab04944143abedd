"""What the status page shows, in both languages, of a bot that has some news behind it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from bot.web.site import site
from tests.statusdesk import NOW, StatusDesk

HOSTILE = (
    '<script>alert("x")</script> BYD sued over patents in Leeds court {{ 7*7 }} <img src=x onerror=alert(1)>'
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatusDesk]:
    """A bot after a day of news."""
    made = StatusDesk(tmp_path_factory.mktemp("status"))
    asyncio.run(made.fill(days=1))
    made.read("delta", HOSTILE, url="javascript:alert(1)//")
    asyncio.run(made.deliver(seconds=0))
    yield made
    made.close()


@pytest.fixture
async def page(desk: StatusDesk) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before it."""
    transport = httpx.ASGITransport(site(desk, "127.0.0.1", None))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8787") as client:
        yield client


def words(html: str) -> str:
    """What a reader sees: without markup, one space between words."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def test_the_newest_story_stands_first_with_its_score_and_why(page: httpx.AsyncClient) -> None:
    said = words((await page.get("/")).text)
    assert "Moonshot AI · Funding Moonshot AI raises $500 million in Series C" in said
    assert re.search(
        r"Huawei unveils laptop with its own chip Harbour Wire · 14:11 \d+ why company in headline", said
    )
    assert said.index("Alibaba cloud revenue jumps 34%") < said.index("Tencent wins approval for two games")


async def test_a_headline_is_a_link_that_tells_the_other_site_nothing(page: httpx.AsyncClient) -> None:
    html = (await page.get("/")).text
    links = re.findall(r'<a href="(https?://[^"]+)"([^>]*)>', html)
    assert links
    assert all("noreferrer" in attributes for _, attributes in links)


async def test_what_a_feed_says_is_text_and_what_may_not_be_a_link_is_none(
    page: httpx.AsyncClient, desk: StatusDesk
) -> None:
    for path in ("/", f"/story/{await _story(page, 'BYD sued')}"):
        html = (await page.get(path)).text
        assert "&lt;script&gt;alert(" in html
        assert "<script" not in html
        assert "<img" not in html
        assert "{{ 7*7 }}" in html
        assert "javascript:" not in html


async def test_what_needs_a_person_stands_on_top(page: httpx.AsyncClient) -> None:
    said = words((await page.get("/")).text)
    assert "2 things need a look 1 message was given up 2 of 6 sources are in trouble" in said
    assert "refuses us (403) since 12:05 next try 18:00 · a longer interval: every: 30m" in said


async def test_what_is_owed_and_what_was_given_up(page: httpx.AsyncClient) -> None:
    said = words((await page.get("/")).text)
    assert re.search(r"Owed now receiver kind count due night alert 2 07:30", said)
    assert "press-room · alert" in said
    assert "not enough rights to send text messages" in said


async def test_how_quick_it_was_by_company_and_by_source(page: httpx.AsyncClient) -> None:
    said = words((await page.get("/")).text)
    assert re.search(r"From published to told 7 days Read to told: half within [\d.]+ s", said)
    assert re.search(r"company half within nine in ten alerts .*Huawei \d+ (s|min) \d+ (s|min) \d", said)
    assert re.search(r"slowest source half within nine in ten alerts .*Delta Games \d", said)


async def test_stories_a_day_have_their_numbers_in_words(page: httpx.AsyncClient) -> None:
    html = (await page.get("/")).text
    assert re.search(r'role="img" aria-label="Tencent: \d stories in 14 days, most on 12 Nov \(\d\)"', html)
    assert html.count("<rect") >= 4


async def test_broken_files_are_named_with_what_to_do(page: httpx.AsyncClient, desk: StatusDesk) -> None:
    desk.faults = ("watchlist.yaml:12:3: unknown key 'alias' (did you mean aliases?)",)
    try:
        said = words((await page.get("/")).text)
    finally:
        desk.faults = ()
    assert "The configuration on disk is broken; the last good one is in force" in said
    assert "watchlist.yaml:12:3: unknown key" in said


async def test_a_story_says_its_points_who_was_told_and_why_its_reports_are_one(
    page: httpx.AsyncClient,
) -> None:
    said = words((await page.get(f"/story/{await _story(page, 'Alibaba cloud')}")).text)
    assert "+55 company in headline: “Alibaba”" in said
    assert "Told to desk at 16:21:" in said
    assert "Not told yet · quiet hours until 07:30" in said
    assert "Reports 3" in said
    assert "opened the story" in said
    assert "same company, earnings" in said
    assert said.count("+55 company in headline") == 1


async def test_every_source_stands_with_its_state(page: httpx.AsyncClient) -> None:
    said = words((await page.get("/sources")).text)
    assert said.index("Exchange filings") < said.index("Delta Games") < said.index("Harbour Wire")
    assert "Harbour Wire harbour.example read 17:05" in said


async def test_the_page_speaks_chinese_where_it_is_asked_to_and_stays_so(page: httpx.AsyncClient) -> None:
    html = (await page.get("/", params={"lang": "zh"})).text
    said = words(html)
    assert '<html lang="zh-Hans">' in html
    assert "阿里巴巴 · 财报 阿里巴巴云业务营收增长34%，超出市场预期" in said
    assert "公司在标题、财报" in said
    assert "6 个来源中有 2 个异常" in said
    assert 'href="/sources?lang=zh"' in html
    assert re.search(r'href="/story/\w+\?lang=zh"', html)
    assert "已放弃" in said


@pytest.mark.parametrize("path", ["/", "/sources"])
async def test_no_english_is_left_on_the_chinese_page(page: httpx.AsyncClient, path: str) -> None:
    said = words((await page.get(path, params={"lang": "zh"})).text)
    for word in ("Owed", "Newest", "told to", "sources", "running", "half within", "why", "since"):
        assert word not in said.replace("wirewatch sources test", ""), word


@pytest.mark.parametrize("lang", ["fr", "../../etc/passwd", "<b>", ""])
async def test_any_other_language_is_that_of_the_first_receiver(page: httpx.AsyncClient, lang: str) -> None:
    answer = await page.get("/", params={"lang": lang})
    assert "Newest stories" in answer.text
    assert "lang=fr" not in answer.text


@pytest.mark.parametrize("path", ["/story/zzzz", "/story/" + "a" * 900, "/nothing", "/story/k7f2/x",
                                  "/static/../site.py", "/story/%00", "/story/<b>"])  # fmt: skip
async def test_what_is_not_there_is_not_found(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    assert answer.status_code == 404
    assert "<b>" not in answer.text


async def test_the_page_comes_again_every_minute_and_loads_nothing_from_elsewhere(
    page: httpx.AsyncClient,
) -> None:
    html = (await page.get("/")).text
    assert '<meta http-equiv="refresh" content="60">' in html
    assert set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)) == {"/style.css"}
    assert not re.findall(r'(?:src|action)="', html)
    assert not re.findall(r"<[^>]* (?:style|on\w+)=", html)
    style = await page.get("/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text


async def test_health_says_only_whether_it_is_well(page: httpx.AsyncClient, desk: StatusDesk) -> None:
    answer = await page.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "troubles": []})


async def test_a_bot_that_hangs_is_not_well(desk: StatusDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "clock", NOW.replace(hour=12))
    transport = httpx.ASGITransport(site(desk, "127.0.0.1", None))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/health")
    assert answer.status_code == 503
    assert "silent" in answer.json()["troubles"]


async def test_however_many_ask_the_store_is_asked_once(page: httpx.AsyncClient, desk: StatusDesk) -> None:
    asked, answer = 0, desk.store.answer

    async def counted(fn: Any, *, long: bool = False) -> Any:
        nonlocal asked
        asked += 1
        return await answer(fn, long=long)

    desk.store.answer = counted  # type: ignore[method-assign]
    try:
        pages = await asyncio.gather(*(page.get("/") for _ in range(20)))
    finally:
        desk.store.answer = answer  # type: ignore[method-assign]
    assert {each.status_code for each in pages} == {200}
    assert asked == 1


async def test_a_page_that_breaks_says_so_without_what_went_wrong(
    page: httpx.AsyncClient, desk: StatusDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(conn: object) -> None:
        raise RuntimeError("secret: 123456:CANARY")

    monkeypatch.setattr(desk, "desk", broken)
    answer = await page.get("/sources")
    assert answer.status_code == 500
    assert "CANARY" not in answer.text
    assert "the log says why" in answer.text


async def test_head_is_answered(page: httpx.AsyncClient) -> None:
    assert (await page.head("/")).status_code == 200


async def _story(page: httpx.AsyncClient, title: str) -> str:
    html = (await page.get("/")).text
    found = re.search(re.escape(title) + r".*?/story/(\w+)", html, re.DOTALL)
    assert found is not None
    return found[1]
