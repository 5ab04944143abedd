"""How long a message is in doubt: ``python -m bench.window``.

From the commit that says it leaves to the commit that says it arrived, a crash can't tell whether it did. What the
service itself takes is taken off; the rest is ours: rendering to bytes, the loopback, two commits to disk.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import structlog
from aiohttp import web

import bot.outbox
import bot.outbox.ending
from bot.channels import Pacer
from bot.channels.telegram import Telegram
from bot.model import Receiver
from tests.offices import UNHURRIED, Office, real_now
from tests.standins import TelegramStandIn

MESSAGES = 500
CHAT = 4242


class Timed(TelegramStandIn):
    """A service that notes how long it took over each message."""

    def __init__(self) -> None:
        super().__init__(chats=[CHAT], rates=False)
        self.took: list[float] = []

    async def _called(self, request: web.Request) -> web.Response:
        began = perf_counter()
        answer = await super()._called(request)
        if request.match_info["method"] == "sendMessage":
            self.took.append(perf_counter() - began)
        return answer


class Marks:
    """When each message was committed as leaving, and as arrived."""

    def __init__(self) -> None:
        self.left: list[float] = []
        self.arrived: list[float] = []

    def __call__(self, name: str) -> None:
        if name == "on-wire":
            self.left.append(perf_counter())
        elif name == "acknowledged":
            self.arrived.append(perf_counter())


async def measure(home: Path, messages: int = MESSAGES) -> tuple[list[float], list[float]]:
    """Send so many messages to one chat; return the seconds each was in doubt, and those that the service took."""
    marks = Marks()
    for module in (bot.outbox, bot.outbox.ending):
        module.crashpoint = marks  # type: ignore[attr-defined]
    async with Timed() as service:
        desk = Receiver(id="desk", via="telegram", chat=str(CHAT))
        telegram = Telegram(service.token, api_url=service.url, pacer=Pacer(UNHURRIED))
        office = Office(home, {"telegram": telegram}, [desk], now=real_now())
        stories = [f"s{number}" for number in range(messages)]
        office.publish(*stories)
        with office.store.begin() as conn:
            for story in stories:
                office.owe_in(conn, story, "desk")
        await office.outbox.flush()
        await telegram.close()
        office.store.close()
    doubt = [arrived - left for left, arrived in zip(marks.left, marks.arrived, strict=True)]
    return doubt, service.took


def main() -> int:
    """Print how long messages are in doubt, in milliseconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with TemporaryDirectory() as home:
        doubt, took = asyncio.run(measure(Path(home)))
    ours = [all_of_it - its for all_of_it, its in zip(doubt, took, strict=True)]
    for name, seconds in (("in doubt", doubt), ("the service's own", took), ("ours", ours)):
        *_, most = cuts = quantiles(seconds, n=100)
        print(
            f"{name:<18} median {1e3 * median(seconds):.1f} ms, p95 {1e3 * cuts[94]:.1f}, p99 {1e3 * most:.1f}"
        )
    print(f"{len(doubt)} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
