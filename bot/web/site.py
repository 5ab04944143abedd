"""The addresses of the site, and what is read for each: from one snapshot, beside the alerts, never in their way."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.commands import Desk
from bot.store import Connection, pulse
from bot.web.door import Door
from bot.web.drawing import draw, draw_door, style
from bot.web.exposition import exposition
from bot.web.figures import figures
from bot.web.house import House
from bot.web.overview import overview
from bot.web.reader import LANGUAGES, Reader
from bot.web.sourcelist import source_list
from bot.web.storypage import story_page

log = structlog.get_logger()

Endpoint = Callable[[Request], Awaitable[Response]]

PATIENCE = 10.0
"""Seconds that an answer may take; then the reader is told to come back."""
FRESH = 2.0
"""Seconds for which a page that was drawn is shown again: however many ask, the store is asked once."""
HTML = "text/html; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
MOST_UNDER_WAY = 2
"""Pages that are drawn at once, where the first takes so long that who asked for it has left."""


class Site:
    """Draws pages from the store, one at a time."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._drawing = asyncio.Lock()
        self._judging = asyncio.Lock()
        self._judged: tuple[float, bytes] = (float("-inf"), b"")
        self._drawn: dict[tuple[str, str], tuple[float, bytes | None]] = {}
        self._under_way: set[asyncio.Task[bytes | None]] = set()

    async def health(self, request: Request) -> Response:
        """Tell whether the bot is well; nothing more than the names of what is wrong.

        It waits for no page and no question: a bot that is busy drawing is well.
        """
        house = self._house

        def judged(conn: Connection) -> bytes:
            found = pulse.judge(conn, house.now())
            return json.dumps({"ok": found.ok, "troubles": list(found.troubles)}).encode()

        async with asyncio.timeout(PATIENCE), self._judging:
            if time.monotonic() - self._judged[0] >= FRESH:
                self._judged = (time.monotonic(), await house.store.read(judged))
            told = self._judged[1]
        return Response(told, 200 if json.loads(told)["ok"] else 503, media_type="application/json")

    async def metrics(self, request: Request) -> Response:
        """What Prometheus reads."""
        house = self._house

        def told(desk: Desk) -> bytes:
            held = figures(desk, house.store)
            return exposition(held, indexed=house.indexed, started=desk.started.timestamp())

        drawn = await self._once(("metrics", ""), told)
        return Response(drawn, headers={"content-type": METRICS})

    async def first(self, request: Request) -> Response:
        """The overview."""
        asked, store = _language(request), self._house.store

        def page(desk: Desk) -> bytes:
            reader = Reader.of(desk, asked)
            made = overview(desk, store, reader)
            return draw("overview.html", reader, view=made, here="/", version=desk.version)

        return Response(await self._once(("first", asked), page), headers={"content-type": HTML})

    async def sources(self, request: Request) -> Response:
        """Every source."""
        asked = _language(request)

        def page(desk: Desk) -> bytes:
            reader = Reader.of(desk, asked)
            made = source_list(desk, reader)
            return draw("sources.html", reader, view=made, here="/sources", version=desk.version)

        return Response(await self._once(("sources", asked), page), headers={"content-type": HTML})

    async def story(self, request: Request) -> Response:
        """One story."""
        asked, wanted = _language(request), request.path_params["story"]

        def page(desk: Desk) -> bytes | None:
            reader = Reader.of(desk, asked)
            made = story_page(desk, reader, wanted)
            here = f"/story/{made.shown.id}" if made else ""
            return draw("story.html", reader, view=made, here=here, version=desk.version) if made else None

        drawn = await self._once((f"story {wanted}", asked), page)
        if drawn is None:
            return await self.missing(request, KeyError(wanted))
        return Response(drawn, headers={"content-type": HTML})

    async def style(self, request: Request) -> Response:
        """The style sheet; it says nothing of what the bot knows."""
        return Response(style(), media_type="text/css", headers={"cache-control": "public, max-age=600"})

    async def missing(self, request: Request, error: Exception) -> Response:
        """There is no such page, or no longer."""
        return PlainTextResponse("There is no such page. The first one is at /\n", 404)

    async def _once(self, key: tuple[str, str], make: Callable[[Desk], bytes | None]) -> bytes | None:
        """Draw a page, or show the one that was drawn a moment ago; TimeoutError when that takes too long."""
        async with asyncio.timeout(PATIENCE), self._drawing:
            at, drawn = self._drawn.get(key, (float("-inf"), None))
            if time.monotonic() - at < FRESH:
                return drawn
            if len(self._under_way) >= MOST_UNDER_WAY:
                raise TimeoutError
            house = self._house
            work = asyncio.create_task(house.store.answer(lambda conn: make(house.desk(conn))))
            self._under_way.add(work)
            work.add_done_callback(self._done)
            drawn = await asyncio.shield(work)
            self._drawn = {
                old: kept for old, kept in self._drawn.items() if time.monotonic() - kept[0] < FRESH
            }
            self._drawn[key] = (time.monotonic(), drawn)
            return drawn

    def _done(self, work: asyncio.Task[bytes | None]) -> None:
        self._under_way.discard(work)
        if not work.cancelled():
            work.exception()  # who waited for it was told, if anybody still did


def site(house: House, host: str, token: str | None) -> Door:
    """Return the site behind its door; ``host`` is what it listens at."""
    pages = Site(house)
    shown: dict[str, Endpoint] = {
        "/": pages.first,
        "/sources": pages.sources,
        "/story/{story}": pages.story,
        "/health": pages.health,
        "/metrics": pages.metrics,
        "/style.css": pages.style,
    }
    routes = [Route(path, _guarded(page), methods=["GET"]) for path, page in shown.items()]
    application = Starlette(routes=routes, exception_handlers={404: pages.missing})
    return Door(application, host, token, lambda: Response(draw_door(), headers={"content-type": HTML}))


def _guarded(page: Endpoint) -> Endpoint:
    """A page that can't be drawn is logged and says so; what went wrong stays in the log."""

    async def answer(request: Request) -> Response:
        try:
            return await page(request)
        except TimeoutError:
            words = "The bot is busy: try again in a moment.\n"
            return PlainTextResponse(words, 503, headers={"retry-after": "5"})
        except Exception:
            log.exception("a page could not be drawn", path=request.scope["path"])
            return PlainTextResponse("This page could not be drawn: the log says why.\n", 500)

    return answer


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else ""
