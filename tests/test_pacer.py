"""The Pacer: rates are kept, urgent things go first, one chat never holds up another."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import pytest

from bot.channels import SLACK_LIMITS, Limits, Pacer
from bot.model import DeliveryKind
from tests.standins import VirtualClock
from tests.standins.server import Rates

GROUP = "-1001234567890"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(start=0.0)


@pytest.fixture
def pacer(clock: VirtualClock) -> Pacer:
    return Pacer(clock=clock, sleep=clock.sleep)


async def send(
    pacer: Pacer,
    clock: VirtualClock,
    chat: str,
    log: list[tuple[float, str]],
    kind: DeliveryKind,
    takes: float = 0.0,
) -> None:
    async with pacer.turn(chat, kind):
        log.append((round(clock.now, 3), kind.value))
        if takes:
            await clock.sleep(takes)


def start(*coroutines: Coroutine[object, object, None]) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(one) for one in coroutines]


async def test_a_short_burst_goes_at_once_and_then_one_a_second(pacer: Pacer, clock: VirtualClock) -> None:
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, "4242", log, DeliveryKind.ALERT) for _ in range(6)))
    await clock.advance(10)
    assert [at for at, _ in log] == [0, 0, 0, 1, 2, 3]


async def test_a_group_gets_twenty_messages_a_minute(pacer: Pacer, clock: VirtualClock) -> None:
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, GROUP, log, DeliveryKind.ALERT) for _ in range(45)))
    await clock.advance(59.9)
    assert len(log) == 20
    await clock.advance(60)
    assert len(log) == 40


async def test_in_one_chat_an_alert_goes_before_everything_and_an_edit_goes_last(
    pacer: Pacer, clock: VirtualClock
) -> None:
    log: list[tuple[float, str]] = []
    first = start(send(pacer, clock, "4242", log, DeliveryKind.DIGEST, takes=1))
    await clock.advance(0)
    others = start(*(send(pacer, clock, "4242", log, kind) for kind in reversed(DeliveryKind)))
    await clock.advance(30)
    await asyncio.gather(*first, *others)
    assert [kind for _, kind in log[1:]] == [kind.value for kind in DeliveryKind]


async def test_an_alert_that_comes_while_an_edit_waits_overtakes_it(
    pacer: Pacer, clock: VirtualClock
) -> None:
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, "4242", log, DeliveryKind.EDIT) for _ in range(4)))
    await clock.advance(0.5)
    start(send(pacer, clock, "4242", log, DeliveryKind.ALERT))
    await clock.advance(5)
    assert log[3:] == [(1.0, "alert"), (2.0, "edit")]


async def test_a_chat_that_hangs_or_rests_does_not_hold_up_another(pacer: Pacer, clock: VirtualClock) -> None:
    log: list[tuple[float, str]] = []
    start(send(pacer, clock, "slow", [], DeliveryKind.ALERT, takes=60))
    pacer.pause("resting", 3600)
    start(send(pacer, clock, "resting", log, DeliveryKind.ALERT))
    await clock.advance(1)
    start(send(pacer, clock, "quick", log, DeliveryKind.EDIT))
    await clock.advance(0)
    assert log == [(1.0, "edit")]


async def test_only_one_request_is_in_flight_in_a_chat(pacer: Pacer, clock: VirtualClock) -> None:
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, "4242", log, DeliveryKind.ALERT, takes=7) for _ in range(3)))
    await clock.advance(30)
    assert [at for at, _ in log] == [0, 7, 14]


async def test_after_a_refusal_nothing_goes_to_that_chat_before_its_time(
    pacer: Pacer, clock: VirtualClock
) -> None:
    log: list[tuple[float, str]] = []
    pacer.pause("4242", 30)
    pacer.pause("4242", 5)
    assert pacer.paused("4242") == 30
    assert pacer.paused("other") == 0
    start(send(pacer, clock, "4242", log, DeliveryKind.ALERT))
    await clock.advance(29.9)
    assert log == []
    await clock.advance(0.2)
    assert log == [(30.0, "alert")]


async def test_a_pause_of_the_bot_holds_every_chat_until_it_is_lifted(
    pacer: Pacer, clock: VirtualClock
) -> None:
    log: list[tuple[float, str]] = []
    pacer.pause(None, 3600)
    start(send(pacer, clock, "4242", log, DeliveryKind.ALERT))
    await clock.advance(100)
    assert log == []
    assert pacer.paused("4242") == 3500
    pacer.resume()
    await clock.advance(5)
    assert log == [(105.0, "alert")]


async def test_the_whole_bot_stays_under_its_rate_over_all_chats(clock: VirtualClock) -> None:
    pacer = Pacer(Limits(burst=3, per_second=5), clock=clock, sleep=clock.sleep)
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, f"chat {n}", log, DeliveryKind.ALERT) for n in range(12)))
    await clock.advance(10)
    assert [at for at, _ in log] == [0] * 5 + [1] * 5 + [2] * 2


async def test_requests_that_hang_do_not_use_up_the_bots_rate_for_long(clock: VirtualClock) -> None:
    pacer = Pacer(Limits(burst=3, per_second=2), clock=clock, sleep=clock.sleep)
    start(*(send(pacer, clock, f"hanging {n}", [], DeliveryKind.ALERT, takes=60) for n in range(2)))
    log: list[tuple[float, str]] = []
    start(send(pacer, clock, "4242", log, DeliveryKind.ALERT))
    await clock.advance(10)
    assert log == [(6.0, "alert")]


async def test_requests_within_a_turn_share_it_and_pay_from_the_second_on(
    pacer: Pacer, clock: VirtualClock
) -> None:
    times: list[float] = []

    async def delivery_of_five_parts() -> None:
        async with pacer.turn("4242", DeliveryKind.ALERT):
            for _ in range(5):
                async with pacer.turn("4242", DeliveryKind.ANSWER):
                    times.append(clock.now)

    tasks = start(delivery_of_five_parts())
    await clock.advance(10)
    await asyncio.gather(*tasks)
    assert times == [0, 0, 0, 1, 2]


async def test_a_task_left_over_from_an_ended_turn_waits_like_anybody(
    pacer: Pacer, clock: VirtualClock
) -> None:
    log: list[tuple[float, str]] = []
    async with pacer.turn("4242", DeliveryKind.ALERT):
        start(send(pacer, clock, "4242", log, DeliveryKind.EDIT))
    pacer.pause("4242", 2)
    start(send(pacer, clock, "4242", log, DeliveryKind.ALERT))
    await clock.advance(5)
    assert log == [(2.0, "alert"), (2.0, "edit")]


async def test_who_stops_waiting_leaves_the_queue_in_order(pacer: Pacer, clock: VirtualClock) -> None:
    log: list[tuple[float, str]] = []
    start(send(pacer, clock, "4242", [], DeliveryKind.ALERT, takes=5))
    await clock.advance(0)
    impatient, *_ = start(
        send(pacer, clock, "4242", log, DeliveryKind.ALERT),
        send(pacer, clock, "4242", log, DeliveryKind.EDIT),
    )
    await clock.advance(1)
    impatient.cancel()
    await clock.advance(10)
    assert log == [(5.0, "edit")]


async def test_a_failure_within_a_turn_gives_the_turn_back(pacer: Pacer, clock: VirtualClock) -> None:
    with pytest.raises(ZeroDivisionError):
        async with pacer.turn("4242"):
            raise ZeroDivisionError
    log: list[tuple[float, str]] = []
    await send(pacer, clock, "4242", log, DeliveryKind.ALERT)
    assert log == [(0.0, "alert")]


async def test_slack_gets_one_message_a_second_and_channel(clock: VirtualClock) -> None:
    pacer = Pacer(SLACK_LIMITS, clock=clock, sleep=clock.sleep)
    log: list[tuple[float, str]] = []
    start(*(send(pacer, clock, "C0123ABC", log, DeliveryKind.ALERT) for _ in range(3)))
    await clock.advance(5)
    assert [at for at, _ in log] == [0, 1, 2]


@pytest.mark.parametrize("chat", ["4242", GROUP])
async def test_a_service_that_counts_at_arrival_never_has_to_refuse(clock: VirtualClock, chat: str) -> None:
    """Requests take between 0 and 0.9 s to arrive, which bends any spacing kept at the sender's end."""
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    api = Rates(clock, burst=3, per_minute=20, per_second=30)
    refused: list[float] = []
    arrived: list[float] = []

    async def request(n: int) -> None:
        async with pacer.turn(chat, DeliveryKind.ALERT):
            await clock.sleep((n * 37 % 10) / 11)
            (refused if api.refuses(chat, group=chat.startswith("-")) else arrived).append(clock.now)
            await clock.sleep((n * 13 % 10) / 11)

    tasks = start(*(request(n) for n in range(60)))
    await clock.advance(400)
    await asyncio.gather(*tasks)
    assert refused == []
    assert len(arrived) == 60


async def test_chats_that_went_quiet_are_forgotten(pacer: Pacer, clock: VirtualClock) -> None:
    for n in range(600):
        async with pacer.turn(f"chat {n}"):
            await clock.advance(0.5)
    assert len(pacer._lanes) <= 300
