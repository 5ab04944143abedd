"""A newsroom on 127.0.0.1 that publishes what a test tells it to, well or badly, and remembers who asked.

async with Newsroom() as newsroom:
    newsroom.publish("/feed.xml", rss([{"title": "Alibaba buys"}]), etag='"1"')
    ... fetch newsroom.url("/feed.xml") ...
    assert newsroom.requests[0].headers["User-Agent"].startswith("Wirewatch")
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

Item = Mapping[str, str]
"""title, link, id, date, summary, body, language: whichever are given."""


@dataclass(frozen=True)
class Request:
    """What somebody asked for; header names are looked up as given by HTTP, in any case."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a path answers. ``delay`` is in seconds before the head, ``drip`` between the bytes of the body."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rss+xml; charset=utf-8"
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    packed: bool = False
    """Compress the body with gzip."""

    def head(self) -> dict[str, str]:
        """Return the headers of the answer."""
        named = {"ETag": self.etag, "Last-Modified": self.last_modified, "Content-Type": self.content_type}
        head = {name: value for name, value in named.items() if value}
        if self.packed:
            head["Content-Encoding"] = "gzip"
        return head | dict(self.headers)

    def unchanged_for(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a conditional request gets 304."""
        if self.etag is not None and "If-None-Match" in headers:
            return headers["If-None-Match"] == self.etag
        return self.last_modified is not None and headers.get("If-Modified-Since") == self.last_modified


class Newsroom:
    """An HTTP server on an ephemeral port of the loopback."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: dict[str, list[Answer]] = {}
        self._origin = ""
        self._runner: web.ServerRunner | None = None
        self.now = 0
        """Requests being answered at this moment."""
        self.most = 0
        """The most requests that were answered at the same moment."""

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port that the newsroom listens on."""
        return int(self._origin.rpartition(":")[2])

    def url(self, path: str) -> str:
        """Return the full address of a path."""
        return self._origin + path

    def publish(
        self,
        path: str,
        body: bytes = b"",
        *,
        status: int = 200,
        content_type: str = "application/rss+xml; charset=utf-8",
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        drip: float = 0.0,
        packed: bool = False,
    ) -> None:
        """Let a path answer like this from now on."""
        answer = Answer(
            body=body,
            status=status,
            content_type=content_type,
            etag=etag,
            last_modified=last_modified,
            headers=headers or {},
            delay=delay,
            drip=drip,
            packed=packed,
        )
        self._answers[path] = [answer]

    def script(self, path: str, *answers: Answer) -> None:
        """Let a path give these answers in turn; the last one stays."""
        self._answers[path] = list(answers)

    def redirect(self, path: str, to: str, status: int = 301) -> None:
        """Let a path lead elsewhere."""
        self.publish(path, status=status, headers={"Location": to})

    def asked(self, path: str) -> list[Request]:
        """Return the requests for one path, the oldest first."""
        return [request for request in self.requests if request.path == path]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(Request(request.path_qs, request.headers.copy()))
        answers = self._answers.get(request.path_qs) or self._answers.get(request.path)
        if not answers:
            return web.Response(status=404, text="nothing here")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(answer.delay)
            return await self._given(request, answer)
        finally:
            self.now -= 1

    async def _given(self, request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        if answer.status == 200 and answer.unchanged_for(request.headers):
            head = {name: value for name, value in answer.head().items() if name != "Content-Type"}
            return web.Response(status=304, headers=head)
        body = gzip.compress(answer.body) if answer.packed else answer.body
        if not answer.drip:
            return web.Response(status=answer.status, headers=answer.head(), body=body)
        response = web.StreamResponse(status=answer.status, headers=answer.head())
        await response.prepare(request)
        for at in range(len(body)):
            await response.write(body[at : at + 1])
            await asyncio.sleep(answer.drip)
        await response.write_eof()
        return response


class Scoundrel:
    """A server that sends the same bytes to everybody, HTTP or not, and hangs up."""

    def __init__(self, reply: bytes) -> None:
        self._reply = reply
        self._server: asyncio.Server | None = None
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str = "/") -> str:
        """Return an address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._reply)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()


def _element(name: str, text: str | None, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text is not None else ""


def rss(items: Sequence[Item], title: str = "Newsroom", *, language: str = "", extra: str = "") -> bytes:
    """Return an RSS feed; ``date`` is as in e-mail, ``extra`` raw XML for the channel."""
    parts = [
        "<item>"
        + _element("title", item.get("title"))
        + _element("link", item.get("link"))
        + _element("guid", item.get("id"), ' isPermaLink="false"')
        + _element("pubDate", item.get("date"))
        + _element("description", item.get("summary"))
        + _element("content:encoded", item.get("body"))
        + "</item>"
        for item in items
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        + _element("title", title)
        + _element("language", language or None)
        + extra
        + "".join(parts)
        + "</channel></rss>"
    ).encode()


def atom(items: Sequence[Item], title: str = "Newsroom", *, language: str = "", extra: str = "") -> bytes:
    """Return an Atom feed; ``date`` is ISO 8601."""
    parts = [
        "<entry>"
        + _element("title", item.get("title"))
        + (f'<link rel="alternate" href={quoteattr(item["link"])}/>' if "link" in item else "")
        + _element("id", item.get("id"))
        + _element("updated", item.get("date"))
        + _element("summary", item.get("summary"), ' type="html"')
        + _element("content", item.get("body"), ' type="html"')
        + "</entry>"
        for item in items
    ]
    lang = f" xml:lang={quoteattr(language)}" if language else ""
    head = f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"{lang}>'
    return (head + _element("title", title) + extra + "".join(parts) + "</feed>").encode()


def json_feed(items: Sequence[Item], title: str = "Newsroom", *, language: str = "") -> bytes:
    """Return a JSON Feed; ``date`` is ISO 8601."""
    names = {"title": "title", "link": "url", "id": "id", "date": "date_published", "summary": "summary",
             "body": "content_html", "language": "language"}  # fmt: skip
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "items": [{names[key]: value for key, value in item.items()} for item in items],
    }
    if language:
        feed["language"] = language
    return json.dumps(feed, ensure_ascii=False).encode()
