"""The status page of a bot as its user runs it: a token, a reload, an end that waits for nobody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.living import Outlet, make_bot
from tests.loopback import Newsroom
from tests.test_web_running import free_port

TOKEN = "canary-of-the-status-page"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    """Where the outlet publishes."""
    async with Newsroom() as opened:
        yield opened


async def test_a_running_bot_shows_its_page_to_who_has_the_token(newsroom: Newsroom, tmp_path: Path) -> None:
    outlet, first, second = Outlet(newsroom, "harbour"), free_port(), free_port()
    outlet.publish("Ferry timetable changes on Sunday", minutes=90)
    settings = "receivers: {terminal: {via: console}}\nweb: {listen: '127.0.0.1:%d'}\n"
    bot = make_bot(tmp_path, [outlet], settings % first, {"WIREWATCH_WEB_TOKEN": TOKEN})
    async with bot.running() as running, httpx.AsyncClient(timeout=10) as client:
        await running.says("the status page is shown")
        page = f"http://127.0.0.1:{first}"
        for _ in range(100):  # what is published before the first poll is told to nobody
            if 'polls_total{outcome="new"}' in (await client.get(f"{page}/metrics", headers=BEARER)).text:
                break
            await asyncio.sleep(0.2)
        outlet.publish("Alibaba cloud revenue jumps 34%, beating forecasts")
        await running.says("Alibaba cloud revenue")
        assert (await client.get(f"{page}/health")).json() == {"ok": True, "troubles": []}
        assert (await client.get(f"{page}/metrics")).status_code == 401
        shown = await client.get(page, params={"token": TOKEN}, follow_redirects=True)
        assert "Alibaba cloud revenue jumps 34%" in shown.text, shown.text + running.said
        assert str(shown.url) == f"{page}/"
        for _ in range(100):  # it is counted where its arrival is written down: after it is shown
            told = (await client.get(f"{page}/metrics")).text
            if re.search(r"wirewatch_told_seconds_count [1-9]", told):
                break
            await asyncio.sleep(0.1)
        assert re.search(r'wirewatch_polls_total\{outcome="new"\} [1-9]', told)
        assert re.search(r"wirewatch_told_seconds_count [1-9]", told)
        assert re.search(r"wirewatch_fetch_seconds_count [1-9]", told)
        bot.write("wirewatch.yaml", "polling: {allow_private: [127.0.0.1]}\n" + settings % second)
        await running.says(f"127.0.0.1:{second}")
        assert (await client.get(f"http://127.0.0.1:{second}/health")).status_code == 200
        began = asyncio.get_running_loop().time()
        await running.stop()
        assert asyncio.get_running_loop().time() - began < 8
    assert TOKEN not in running.said
    assert all(
        TOKEN.encode() not in file.read_bytes() for file in (tmp_path / "state").rglob("*") if file.is_file()
    )
    assert running.process.returncode == 0
