"""Six hours without Telegram, by a clock of its own: ``python -m bench.soak.outage [ALERTS]``.

Ten chats are owed five thousand alerts meanwhile. Then the service answers again, as strict about its rates as ever.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import structlog

from bot.channels import TELEGRAM_LIMITS, Pacer
from bot.channels.telegram import Telegram
from bot.model import Receiver
from bot.store import deliveries
from tests.newsmaking import NOON
from tests.offices import Office, Unsteady
from tests.standins.clock import EagerClock

HOURS, OWED, CHATS = 6, 5_000, 10
STEP = 60.0
"""Seconds between two looks at the outbox while nothing answers."""
URGENT, OTHERS = 95, 60
EVERY = 50
"""One alert in so many is urgent."""
TO_RECOVER = 10.0
_HEADLINE = re.compile(r"Alibaba profit jumps (\d+)%\n")


class Counting(Unsteady):
    """A service that is down as long as somebody says so, and notes what it takes."""

    def __init__(self, chats: Sequence[int], clock: EagerClock) -> None:
        super().__init__(chats=chats, clock=clock)
        self.taken: list[float] = []
        """When each message was taken."""

    async def _do_send_message(self, given: dict[str, Any]) -> Any:
        answer = await super()._do_send_message(given)
        self.taken.append(self._clock())
        return answer


class House(Office):
    """An outbox whose time is the service's own."""

    def __init__(self, home: Path, service: Counting, clock: EagerClock, chats: Sequence[int]) -> None:
        pacer = Pacer(TELEGRAM_LIMITS, clock=clock, sleep=clock.sleep)
        telegram = Telegram(service.token, api_url=service.url, pacer=pacer, sleep=clock.sleep)
        receivers = [Receiver(id=f"chat{chat}", via="telegram", chat=str(chat)) for chat in chats]
        self.clock = clock
        super().__init__(home, {"telegram": telegram}, receivers, pacers={"telegram": pacer})

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.clock.now, UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.now = moment.timestamp()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it; times in seconds after the service answered again."""

    owed: int
    tried: int
    """Messages that were tried while it was down."""
    messages: int
    first_urgent: float
    last_urgent: float
    last: float
    lost: int
    listed: int
    """Given up, and listed in ``status`` as such."""
    refused_for_haste: int
    marked: int

    @property
    def kept(self) -> bool:
        """True where the promise held."""
        in_time = self.first_urgent <= TO_RECOVER and self.last_urgent <= self.last
        return not self.lost and not self.refused_for_haste and in_time


async def outage(home: Path, *, hours: int = HOURS, owed: int = OWED, chats: int = CHATS) -> Report:
    """Live through it and return what came of it."""
    clock = EagerClock(NOON.timestamp(), turn=0.002)
    names = [-1001 - number if number % 2 else 4242 + number for number in range(chats)]
    async with Counting(names, clock) as service:
        house = House(home, service, clock, names)
        service.down = "502html"
        await _wait(house, hours, owed)
        tried = service.calls["sendMessage"]
        service.down, back = "", clock.now
        while house.owed() and clock.now < back + 86_400:
            await house.outbox.flush()
            clock.now += 1
        await house.channels["telegram"].close()
        report = _report(house, service, back, owed, tried)
        house.store.close()
    return report


async def _wait(house: House, hours: int, owed: int) -> None:
    """Let the alerts come evenly over the hours, and the outbox look as it does."""
    receivers, steps, made = list(house.settings.receivers), int(hours * 3600 / STEP), 0
    for step in range(1, steps + 1):
        due = owed * step // steps
        house.publish(*(f"s{number}" for number in range(made, due)))
        with house.store.begin() as conn:
            for number in range(made, due):
                score = OTHERS if number % EVERY else URGENT
                house.owe_in(conn, f"s{number}", receivers[number % len(receivers)], score=score)
        made = due
        house.clock.now += STEP
        await house.outbox.flush()


def _report(house: House, service: Counting, back: float, owed: int, tried: int) -> Report:
    told: dict[int, float] = {}
    for message, at in zip(service.messages, service.taken, strict=True):
        for number in _HEADLINE.findall(message.text + "\n"):
            told.setdefault(int(number), at - back)
    with house.store.snapshot() as conn:
        listed = len(deliveries.dead_letters(conn, owed))
    urgent = [told[number] for number in range(0, owed, EVERY) if number in told]
    return Report(
        owed=owed,
        tried=tried,
        messages=len(service.messages),
        first_urgent=min(urgent, default=1e9),
        last_urgent=max(urgent, default=1e9),
        last=max(told.values(), default=0.0),
        lost=owed - len(told) - listed,
        listed=listed,
        refused_for_haste=service.rate_limited,
        marked=sum("may be a repeat" in message.text for message in service.messages),
    )


def main() -> int:
    """Run it, print the figures, and return 1 where the promise did not hold."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    began = perf_counter()
    with TemporaryDirectory() as home:
        report = asyncio.run(outage(Path(home), owed=int(sys.argv[1]) if sys.argv[1:] else OWED))
    for name in Report.__dataclass_fields__:
        value = getattr(report, name)
        print(f"{name:<18} {value:.1f}" if isinstance(value, float) else f"{name:<18} {value:,}")
    print(f"{perf_counter() - began:.0f} s; {'kept' if report.kept else 'NOT KEPT'}")
    return 0 if report.kept else 1


if __name__ == "__main__":
    sys.exit(main())
