"""A newsroom on loopback: a few outlets whose feeds grow step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from importlib import resources
from types import TracebackType

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One item that an outlet publishes ``ago`` minutes before the step it belongs to."""

    outlet: str
    title: str
    text: str
    ago: int
    again: int = 0
    """Above 0: the same news under another address and id."""
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is said, what is published, and what is asked afterwards."""

    say: str
    samples: tuple[Sample, ...]
    why: str = ""
    """The outlet whose newest item is asked about."""
    digest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The outlets and the steps, in order."""

    outlets: Mapping[str, Mapping[str, object]]
    steps: tuple[Step, ...]


def read_script() -> Script:
    """Return the script that ships with the bot."""
    from ruamel.yaml import YAML

    text = (resources.files("bot.data") / "demo" / "newsroom.yaml").read_text(encoding="utf-8")
    raw = YAML(typ="safe").load(text)
    return Script(outlets=raw["sources"], steps=tuple(_step(each) for each in raw["steps"]))


def _step(raw: Mapping[str, object]) -> Step:
    published = raw["publish"]
    assert isinstance(published, list)
    samples = tuple(
        Sample(
            outlet=item["in"],
            title=item["title"],
            text=item["text"],
            ago=item["ago"],
            again=item.get("again", 0),
            paid=item.get("paid", False),
        )
        for item in published
    )
    return Step(
        say=str(raw["say"]), samples=samples, why=str(raw.get("why", "")), digest=bool(raw.get("digest"))
    )


class Newsroom:
    """Serves one RSS feed an outlet on 127.0.0.1; ``async with`` starts and stops it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._items: dict[str, list[str]] = {outlet: [] for outlet in script.outlets}
        self._count = 0
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def __aenter__(self) -> Newsroom:
        app = web.Application()
        app.router.add_get("/{outlet}.xml", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.root = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def feed(self, outlet: str) -> str:
        """The address of an outlet's feed."""
        return f"{self.root}/{outlet}.xml"

    def publish(self, samples: Sequence[Sample], now: datetime) -> list[str]:
        """Put items at the top of their feeds; return their addresses."""
        links = []
        for sample in samples:
            self._count += 1
            link = f"{self.root}/{sample.outlet}/{self._count}"
            links.append(link)
            self._items[sample.outlet].insert(0, _item(sample, link, now))
        return links

    def publish_now(self, samples: Sequence[Sample]) -> list[str]:
        """Publish by this machine's clock."""
        return self.publish(samples, datetime.now(UTC))

    async def _serve(self, request: web.Request) -> web.Response:
        outlet = request.match_info["outlet"]
        about = self.script.outlets.get(outlet)
        if about is None:
            raise web.HTTPNotFound
        head = f"<title>{escape(str(about['name']))}</title><language>{about['language']}</language>"
        items = "".join(self._items[outlet])
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        )
        return web.Response(body=body.encode(), content_type="application/rss+xml")


def _item(sample: Sample, link: str, now: datetime) -> str:
    published = format_datetime(now - timedelta(minutes=sample.ago))
    text = sample.text + (" This post is for paid subscribers." if sample.paid else "")
    return (
        f"<item><title>{escape(sample.title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{published}</pubDate><description>{escape(text)}</description></item>"
    )
