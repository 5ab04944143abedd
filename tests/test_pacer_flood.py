"""A flood of news: hundreds of messages owed to ten chats, one strict service, and no haste in it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from bot.channels import Pacer
from bot.model import DeliveryKind
from tests.standins import VirtualClock
from tests.standins.server import Rates

GROUPS = [f"-100{number}" for number in range(5)]
PRIVATE = [str(4240 + number) for number in range(5)]
CHATS = GROUPS + PRIVATE
OWED = {DeliveryKind.ALERT: 60, DeliveryKind.ANSWER: 5, DeliveryKind.DIGEST: 1, DeliveryKind.EDIT: 10}
DEAF = GROUPS[0]


@dataclass
class Service:
    """Telegram as it counts: refuses haste, answers after a while, one chat after a very long while."""

    clock: VirtualClock
    slow: float = 0.0
    """Seconds that the deaf chat takes to answer."""
    refusal: float = 0.0
    """Seconds for which the deaf chat refuses everything, from its tenth message on."""
    refused: list[str] = field(default_factory=list)
    taken: dict[str, list[tuple[float, DeliveryKind]]] = field(default_factory=lambda: defaultdict(list))
    _until: float = 0.0

    def __post_init__(self) -> None:
        self._rates = Rates(self.clock, burst=3, per_minute=20, per_second=30)

    async def take(self, chat: str, kind: DeliveryKind, delay: float) -> float:
        """Take a message; return 0, or the seconds for which the service asks to be left alone."""
        await self.clock.sleep(delay)
        if self.refusal and chat == DEAF and len(self.taken[chat]) == 10 and not self._until:
            self._until = self.clock.now + self.refusal
        if chat == DEAF and self.clock.now < self._until:
            self.refused.append(f"{chat} asked for a pause")
            return self._until - self.clock.now
        if self._rates.refuses(chat, group=chat.startswith("-")):
            self.refused.append(f"{chat} at {self.clock.now}")
            return 1.0
        self.taken[chat].append((self.clock.now, kind))
        await self.clock.sleep(self.slow if chat == DEAF else delay)
        return 0.0


async def deliver(pacer: Pacer, service: Service, chat: str, kind: DeliveryKind, delay: float) -> None:
    """Deliver one message as the outbox and the channel do: in its turn, again after a pause asked for."""
    while True:
        async with pacer.turn(chat, kind):
            pause = await service.take(chat, kind, delay)
            if pause:
                pacer.pause(chat, pause)
        if not pause:
            return


async def flood(clock: VirtualClock, service: Service, seconds: float) -> list[asyncio.Task[None]]:
    """Owe everything to everybody at once, in the worst order, and let the time pass."""
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    owed = [
        (chat, kind, (number * 37 % 11) / 40)
        for kind in reversed(OWED)
        for chat in CHATS
        for number in range(OWED[kind])
    ]
    tasks = [asyncio.create_task(deliver(pacer, service, *one)) for one in owed]
    await clock.advance(seconds)
    return tasks


async def end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def test_nothing_is_refused_and_each_chat_hears_the_most_urgent_first(clock: VirtualClock) -> None:
    service = Service(clock)
    tasks = await flood(clock, service, 300)
    assert service.refused == []
    assert all(task.done() for task in tasks)
    for chat in CHATS:
        kinds = [kind for _, kind in service.taken[chat]]
        assert kinds[1:] == sorted(kinds[1:], key=list(DeliveryKind).index), (
            "the first was alone in the queue"
        )
        assert {kind: kinds.count(kind) for kind in OWED} == OWED
    await end(tasks)


async def test_groups_and_people_get_them_as_fast_as_the_service_allows(clock: VirtualClock) -> None:
    service = Service(clock)
    tasks = await flood(clock, service, 300)
    for chat in PRIVATE:
        assert service.taken[chat][-1][0] - service.taken[chat][0][0] < 1.3 * 76
    for chat in GROUPS:
        minute = [at for at, _ in service.taken[chat] if at < clock.now - 300 + 59]
        assert len(minute) == 20
    await end(tasks)


@pytest.mark.parametrize(("slow", "refusal"), [(90.0, 0.0), (0.0, 200.0)])
async def test_a_chat_that_is_slow_or_refuses_delays_no_other(
    clock: VirtualClock, slow: float, refusal: float
) -> None:
    calm, troubled = Service(clock), Service(VirtualClock(), slow=slow, refusal=refusal)
    await end(await flood(clock, calm, 300))
    tasks = await flood(troubled.clock, troubled, 300)
    assert len(troubled.taken[DEAF]) < len(calm.taken[DEAF])
    assert len(troubled.refused) <= 1, "the pause that was asked for is kept"
    for chat in CHATS:
        if chat != DEAF:
            last, last_when_calm = troubled.taken[chat][-1][0], calm.taken[chat][-1][0]
            assert len(troubled.taken[chat]) == sum(OWED.values())
            assert last <= last_when_calm + 3
    await end(tasks)


async def test_presses_are_confirmed_at_once_in_the_middle_of_a_flood(clock: VirtualClock) -> None:
    service = Service(clock)
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    sends = [
        asyncio.create_task(deliver(pacer, service, chat, DeliveryKind.ALERT, 0.0))
        for chat in CHATS
        for _ in range(60)
    ]
    waited: list[float] = []

    async def press(at: float) -> None:
        await clock.sleep(at)
        began = clock.now
        async with pacer.beside():
            waited.append(clock.now - began)

    presses = [asyncio.create_task(press(number * 0.7)) for number in range(40)]
    await clock.advance(60)
    assert len(waited) == 40
    assert max(waited) <= 1.0
    assert service.refused == []
    await end([*sends, *presses])


async def test_what_is_confirmed_counts_for_the_rate_of_the_whole_bot(clock: VirtualClock) -> None:
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    done: list[float] = []

    async def confirm() -> None:
        async with pacer.beside():
            done.append(clock.now)

    tasks = [asyncio.create_task(confirm()) for _ in range(60)]
    await clock.advance(5)
    assert [done.count(clock.now - 5 + second) for second in range(3)] == [28, 28, 4]
    await end(tasks)
