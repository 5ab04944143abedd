"""Who may read the status page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response

from bot.web.door import MOST_GUESSES, Door

TOKEN = "a-token-that-nobody-guesses"
HTML = {"accept": "text/html"}


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def browser(
    token: str | None = None,
    *,
    listens: str = "127.0.0.1",
    clock: Clock | None = None,
    base: str = "http://127.0.0.1:8787",
    caller: str = "192.0.2.7",
) -> httpx.AsyncClient:
    """A browser before a page that says what it knows."""

    async def secret(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(f"all that it knows at {scope['path']}")(scope, receive, send)

    door = Door(secret, listens, token, lambda: Response("the door"), clock=clock or Clock())
    return httpx.AsyncClient(transport=httpx.ASGITransport(door, client=(caller, 5)), base_url=base)


async def test_on_this_machine_the_page_is_open() -> None:
    async with browser() as page:
        assert (await page.get("/")).text == "all that it knows at /"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MKCOL"])
async def test_nothing_can_be_changed(method: str) -> None:
    async with browser() as page:
        answer = await page.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8787", "127.0.0.1.evil.example", "localhost.evil.example:8787", "192.0.2.9", "",
     "[::1", "127.0.0.1:8787:1", "user@127.0.0.1", "127.0.0.1/x", "localhost:port", "[evil]", "2130706433"],
)  # fmt: skip
async def test_a_name_that_somebody_made_lead_here_reads_nothing(host: str) -> None:
    async with browser() as page:
        answer = await page.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "all that it knows" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.0.0.1:9", "[::1]:8787", "[::1]"]
)
async def test_every_name_of_this_machine_is_right(host: str) -> None:
    async with browser() as page:
        assert (await page.get("/", headers={"host": host})).status_code == 200


async def test_where_it_listens_to_all_an_address_is_right_and_a_name_is_not() -> None:
    async with browser(TOKEN, listens="0.0.0.0") as page:
        by_address = await page.get("/health", headers={"host": "192.0.2.9:8787"})
        by_name = await page.get("/health", headers={"host": "evil.example"})
    assert (by_address.status_code, by_name.status_code) == (200, 421)


async def test_another_sites_page_may_not_load_it() -> None:
    async with browser() as page:
        loaded = await page.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
        followed = await page.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    assert (loaded.status_code, followed.status_code) == (403, 200)


@pytest.mark.parametrize(
    "path", ["/", "/sources", "/story/k7f2", "/metrics", "/nowhere", "//", "/health/", "/HEALTH"]
)
async def test_without_the_token_nothing_is_told(path: str) -> None:
    async with browser(TOKEN) as page:
        shown, bare = await page.get(path, headers=HTML), await page.get(path)
    assert (shown.status_code, shown.text, bare.status_code) == (401, "the door", 401)
    assert shown.headers["www-authenticate"].startswith("Bearer")
    assert "all that it knows" not in bare.text


async def test_health_and_the_style_need_no_token() -> None:
    async with browser(TOKEN) as page:
        assert [(await page.get(path)).status_code for path in ("/health", "/style.css")] == [200, 200]


async def test_a_bearer_is_let_in_under_any_name() -> None:
    async with browser(TOKEN) as page:
        named = {"authorization": f"Bearer {TOKEN}", "host": "wirewatch:8787"}
        assert (await page.get("/metrics", headers=named)).status_code == 200
        wrong = named | {"authorization": f"Bearer {TOKEN}x"}
        assert (await page.get("/metrics", headers=wrong)).status_code == 401


async def test_opened_once_with_the_token_the_browser_is_known_and_the_address_is_clean() -> None:
    clock = Clock()
    async with browser(TOKEN, clock=clock) as page:
        answer = await page.get("/story/k7f2", params={"lang": "zh", "token": TOKEN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/story/k7f2?lang=zh")
        cookie = answer.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"))
        assert TOKEN not in cookie + answer.text + str(answer.headers)
        assert (await page.get("/")).status_code == 200
        clock.now += 31 * 86_400
        assert (await page.get("/")).status_code == 401


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/x"])
async def test_taking_the_token_out_leads_to_no_other_site(path: str) -> None:
    async with browser(TOKEN) as page:
        answer = await page.send(page.build_request("GET", f"http://127.0.0.1:8787{path}?token={TOKEN}"))
    assert answer.headers["location"].startswith("/evil.example") or answer.headers["location"].startswith(
        "/%5C"
    )


@pytest.mark.parametrize(
    "cookie",
    ["", "1", "9999999999.", "9999999999.0000", f"9999999999.{TOKEN}", ".x", "x.y", "９.0", "1e9.00", "-1.0"],
)
async def test_a_made_up_cookie_opens_nothing(cookie: str) -> None:
    async with browser(TOKEN) as page:
        assert (await page.get("/", headers={b"cookie": f"wirewatch={cookie}".encode()})).status_code == 401


async def test_a_new_token_ends_what_the_old_one_let_in() -> None:
    async with browser(TOKEN) as page, browser(TOKEN + "2") as other:
        cookie = (await page.get("/", params={"token": TOKEN})).headers["set-cookie"].partition(";")[0]
        assert (await page.get("/", headers={"cookie": cookie})).status_code == 200
        assert (await other.get("/", headers={"cookie": cookie})).status_code == 401


async def test_who_guesses_is_told_to_wait_and_who_knows_it_comes_in_from_the_same_address() -> None:
    async with browser(TOKEN, clock=Clock()) as page:
        answers = [await page.get("/", params={"token": f"guess {at}"}) for at in range(MOST_GUESSES + 1)]
        assert [answer.status_code for answer in answers] == [401] * (MOST_GUESSES - 1) + [429, 429]
        assert answers[-1].headers["retry-after"] == "60"
        assert (await page.get("/", params={"token": TOKEN})).status_code == 303


async def test_one_who_guesses_shuts_out_nobody_else() -> None:
    door = browser(TOKEN)
    async with door as page:
        for at in range(MOST_GUESSES):
            await page.get("/", params={"token": f"guess {at}"})
        page._transport = httpx.ASGITransport(page._transport.app, client=("192.0.2.8", 5))  # type: ignore[attr-defined]
        assert (await page.get("/", params={"token": TOKEN})).status_code == 303


@pytest.mark.parametrize("given", ["", "é" * 20, "\udcff", "x" * 1500, TOKEN.upper(), TOKEN[:-1]])
async def test_odd_tokens_are_wrong_not_errors(given: str) -> None:
    async with browser(TOKEN) as page:
        query = str(httpx.QueryParams({"token": given.encode("utf-8", "replace").decode()}))
        assert (await page.get(f"/?{query}")).status_code == 401
        header = {b"authorization": b"Bearer " + given.encode("utf-8", "replace")}
        asked = page.build_request("GET", "/", headers=list(header.items()))
        assert (await page.send(asked)).status_code == 401


async def test_an_address_that_is_too_long_is_refused() -> None:
    async with browser() as page:
        assert (await page.get("/?" + "a" * 3000)).status_code == 414


def _policy(headers: Mapping[str, str]) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/style.css"])
async def test_every_answer_forbids_scripts_frames_and_other_sites(path: str) -> None:
    async with browser(TOKEN) as page:
        headers = (await page.get(path, headers=HTML)).headers
    policy = _policy(headers)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
