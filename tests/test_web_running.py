"""The status page of a running bot: where it is shown, when it moves, what it does to who is slow."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.app import showing
from bot.app.showing import Showing
from bot.config import Secrets
from bot.web import server
from tests.statusdesk import NOW, StatusDesk

TOKEN = "a-token-that-nobody-guesses"


@dataclass
class House:
    """An app as far as the page needs it."""

    settings: Any
    configuration: Any
    store: Any
    pipeline: Any
    started: datetime = NOW
    faults: tuple[str, ...] = ()

    def now(self) -> datetime:
        """The time."""
        return NOW

    def listen(self, at: str | None, token: str | None = None) -> None:
        """Put another configuration in force."""
        secrets = Secrets({"WIREWATCH_WEB_TOKEN": token} if token else {})
        self.settings = replace(self.settings, web_listen=at)
        self.configuration.secrets = secrets


@asynccontextmanager
async def shown(tmp_path: Path) -> AsyncIterator[tuple[House, Showing]]:
    """A house whose page is kept where its configuration says."""
    desk = StatusDesk(tmp_path)
    configuration = SimpleNamespace(
        watchlist=desk.watchlist,
        sources=(),
        tables=None,
        settings=desk.settings,
        secrets=Secrets({}),
        folder=tmp_path,
    )
    house = House(
        desk.settings, configuration, desk.store, SimpleNamespace(newsroom=SimpleNamespace(index=desk.index))
    )
    page = Showing(house)
    await page.keep()  # the first polls go first
    yield house, page
    await page.close()
    desk.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def get(port: int, path: str = "/health", **more: Any) -> httpx.Response:
    """Ask the page."""
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", **more)


async def test_it_appears_moves_and_goes_as_the_configuration_says(tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    async with shown(tmp_path) as (house, page):
        house.listen(f"127.0.0.1:{first}")
        await page.keep()
        assert (await get(first, "/")).status_code == 200
        assert "server" not in (await get(first, "/")).headers
        house.listen(f"127.0.0.1:{second}")
        await page.keep()
        assert (await get(second, "/")).status_code == 200
        with pytest.raises(httpx.ConnectError):
            await get(first)
        house.listen(f"127.0.0.1:{second}", TOKEN)
        await page.keep()
        assert (await get(second, "/")).status_code == 401
        house.listen(None)
        await page.keep()
        with pytest.raises(httpx.ConnectError):
            await get(second)


async def test_a_taken_port_is_said_once_and_tried_until_it_is_free(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with shown(tmp_path) as (house, page):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = int(taken.getsockname()[1])
            house.listen(f"127.0.0.1:{port}")
            for _ in range(3):
                await page.keep()
            said = "".join(capsys.readouterr())
            assert said.count("the status page can't be shown") == 1
            assert "Address already in use" in said
        await page.keep()
        assert (await get(port)).status_code in {200, 503}


async def test_who_dribbles_is_cut_off_and_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LONGEST", 0.2)
    port = free_port()
    async with shown(tmp_path) as (house, page):
        house.listen(f"127.0.0.1:{port}")
        await page.keep()
        dribblers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(server.MOST_CONNECTIONS)]
        for _, writer in dribblers:
            writer.write(b"GET / HTTP/1.1\r\nHost: loc")
        crowded = await get(port)
        assert crowded.status_code == 503
        ends = await asyncio.gather(*(reader.read() for reader, _ in dribblers), return_exceptions=True)
        assert len(ends) == server.MOST_CONNECTIONS
        assert (await get(port, "/sources")).status_code == 200
        for _, writer in dribblers:
            writer.close()


ODD = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /story/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
)
UPGRADE = b"GET /health HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


async def said(port: int, raw: bytes) -> bytes:
    """What the page answers to these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    answer = await asyncio.wait_for(reader.read(65_536), 5)
    writer.close()
    return answer


async def test_odd_requests_get_no_page_and_stop_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with shown(tmp_path) as (house, page):
        house.listen(f"127.0.0.1:{port}")
        await page.keep()
        for raw in ODD:
            assert (await said(port, raw)).startswith(b"HTTP/1.1 4"), raw[:60]
        assert b"101 Switching" not in await said(port, UPGRADE)
        assert (await get(port, "/sources")).status_code == 200


async def test_where_others_could_read_it_it_is_not_shown_without_a_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    async with shown(tmp_path) as (house, page):
        house.listen(f"0.0.0.0:{port}")
        await page.keep()
        with pytest.raises(httpx.ConnectError):
            await get(port)
        assert "WIREWATCH_WEB_TOKEN is not set" in "".join(capsys.readouterr())
        house.listen(f"0.0.0.0:{port}", TOKEN)
        await page.keep()
        assert (await get(port, "/")).status_code == 401


async def test_without_web_listen_nothing_of_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(showing, "import_module", loaded)
    async with shown(tmp_path) as (_, page):
        await page.keep()
        await page.keep()
