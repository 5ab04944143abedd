"""The status page in a real browser: on a phone, in the dark, with long words; skipped where there is none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bot.web import serve
from tests.chromium import MISSING, Screen, chromium
from tests.statusdesk import StatusDesk
from tests.test_web_running import free_port

pytestmark = pytest.mark.skipif(chromium() is None, reason=MISSING)

PHONE, DESK = 360, 1280
LONG = "Alibabacloudrevenuejumps" * 12
WIDE = "document.documentElement.scrollWidth"
OUTSIDE = """
[...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map(one => one.outerHTML.slice(0, 80))
"""
INK = "getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page of a bot with a day of news is shown."""
    port, ready, stop = free_port(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def show() -> None:
        desk = StatusDesk(tmp_path_factory.mktemp("browser"))
        await desk.fill(days=1)
        desk.read("eastasia", f"Alibaba profit rises 9% {LONG}", late=20)
        desk.faults = (f"watchlist.yaml:12:3: unknown key '{LONG}' (did you mean aliases?)",)
        serving = asyncio.create_task(serve(desk, f"127.0.0.1:{port}", None))
        ready.set()
        await stop.wait()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        desk.close()

    shown = threading.Thread(target=loop.run_until_complete, args=(show(),))
    shown.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(stop.set)
    shown.join()
    loop.close()


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """A browser."""
    with Screen() as opened:
        yield opened


def test_on_a_phone_nothing_stands_out_of_the_page(address: str, screen: Screen) -> None:
    screen.show(address, width=PHONE)
    story = screen.value("document.querySelector('a.score').getAttribute('href')")
    for path in ("/", "/?lang=zh", "/sources", story):
        screen.show(address + path, width=PHONE)
        assert screen.value(WIDE) == PHONE, path
        assert screen.value(OUTSIDE) == [], path


def test_the_browser_complains_of_nothing_and_loads_nothing_from_elsewhere(
    address: str, screen: Screen
) -> None:
    screen.show(address, width=DESK)
    assert screen.complaints() == []
    assert set(screen.asked_for()) == {f"{address}/", f"{address}/style.css"}
    assert screen.value("document.styleSheets[0].cssRules.length") > 50


def test_it_is_dark_where_the_system_is(address: str, screen: Screen) -> None:
    screen.show(address, width=DESK)
    light = screen.value(INK)
    screen.show(address, width=DESK, dark=True)
    assert screen.value(INK) != light
    assert screen.picture(whole=False).startswith(b"\x89PNG")


def test_news_stand_beside_the_rest_on_a_wide_screen_and_above_it_on_a_narrow_one(
    address: str, screen: Screen
) -> None:
    beside = "document.querySelector('.side').offsetLeft > document.querySelector('.news').offsetLeft"
    screen.show(address, width=DESK)
    assert screen.value(beside) is True
    screen.show(address, width=PHONE)
    assert screen.value(beside) is False
    assert screen.value("getComputedStyle(document.querySelector('.cards td')).display") == "flex"
