"""Hours without a chat service: nothing is lost, nobody is hammered, the most urgent comes first when it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import TELEGRAM_LIMITS, Pacer
from bot.channels.telegram import Telegram
from bot.errors import SendError
from bot.model import Outcome, Receiver
from bot.store import alerts, deliveries, matches
from tests.newsmaking import NOON, receiver
from tests.offices import Office, Service, Unsteady, title_of
from tests.standins.clock import EagerClock
from tests.storing import match

TOKEN = "123456:stand-in-token-for-tests"
GROUP, OTHER_GROUP, MEI, JO = -1001, -1002, 4242, 4243
STORIES = 40
URGENT = 95


class House(Office):
    """Four chats on one strict Telegram, which keeps its rates by the bot's clock."""

    def __init__(self, home: Path, api: Unsteady, clock: EagerClock) -> None:
        pacer = Pacer(TELEGRAM_LIMITS, clock=clock, sleep=clock.sleep)
        telegram = Telegram(TOKEN, api_url=api.url, pacer=pacer, sleep=clock.sleep)
        chats = {"group": GROUP, "others": OTHER_GROUP, "mei": MEI, "jo": JO}
        receivers = [Receiver(id=name, via="telegram", chat=str(chat)) for name, chat in chats.items()]
        self.clock = clock
        super().__init__(home, {"telegram": telegram}, receivers, pacers={"telegram": pacer})

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now, UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.now = moment.timestamp()


@pytest.fixture
async def api() -> AsyncIterator[tuple[Unsteady, EagerClock]]:
    clock = EagerClock(NOON.timestamp())
    async with Unsteady(token=TOKEN, chats=[GROUP, OTHER_GROUP, MEI, JO], clock=clock) as running:
        yield running, clock


async def test_after_six_hours_without_telegram_all_alerts_are_told_the_urgent_ones_first(
    tmp_path: Path, api: tuple[Unsteady, EagerClock]
) -> None:
    service, clock = api
    house = House(tmp_path, service, clock)
    stories = [f"s{number}" for number in range(STORIES)]
    house.publish(*stories)
    urgent = {"s30", "s31", "s32"}
    with house.store.begin() as conn:
        for name in house.settings.receivers:
            for number, story in enumerate(stories):
                house.owe_in(conn, story, name, score=URGENT if story in urgent else 60 + number % 20)
        matches.save(conn, [match(story, score=URGENT, entry=f"e{story}") for story in urgent], "v1", NOON)
    assert house.owed() == 4 * STORIES

    service.down = "502html"
    for step in [8] * 5 + [900] * 5 + [4 * 3600]:
        house.pass_time(step)
        await house.outbox.flush()
    assert not service.messages
    assert service.calls["sendMessage"] == 4, (
        "each chat was tried once; the rest were looks that send nothing"
    )

    service.down, looks = "", service.calls["sendChatAction"]
    house.pass_time(8)
    await house.outbox.flush()
    await house.channels["telegram"].close()

    assert house.states() == {"sent": 4 * STORIES}
    assert service.rate_limited == 0
    assert service.calls["sendChatAction"] == looks + 4
    for chat in (GROUP, OTHER_GROUP, MEI, JO):
        heard = [message for message in service.messages if message.chat == chat]
        text = "\n".join(message.text for message in heard)
        assert all(f"{title_of(story)}\n" in text for story in stories)
        first = next(at for at, message in enumerate(heard) if title_of("s30") in message.text)
        assert first <= 1
        assert sum("may be a repeat" in message.text for message in heard) == 1, "the one that was tried"
    house.store.close()


async def test_a_restart_keeps_the_pace_of_the_process_before_it(
    tmp_path: Path, api: tuple[Unsteady, EagerClock]
) -> None:
    service, clock = api
    for life in range(2):
        began = clock.now
        house = House(tmp_path, service, clock)
        clock.now = began + 0.2  # a start takes longer
        await house.outbox.start()
        stories = [f"s{6 * life + number}" for number in range(6)]
        house.publish(*stories)
        with house.store.begin() as conn:
            for story in stories:
                for name in ("group", "mei"):
                    house.owe_in(conn, story, name, score=70)
        await house.outbox.flush()
        await house.channels["telegram"].close()
        house.store.close()

    assert len(service.messages) == 24
    assert service.rate_limited == 0


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def make(tmp_path: Path, service: Service) -> Callable[..., Office]:
    def made(*names: str, others: dict[str, Service] | None = None, **more: Any) -> Office:
        receivers = [receiver(name, via="service", chat=f"chat of {name}") for name in names]
        receivers += [receiver(name, via=name, chat=f"chat of {name}") for name in others or {}]
        return Office(tmp_path, {"service": service, **(others or {})}, receivers, **more)

    return made


def tell(office: Office, to: str, *stories: str, score: int = 70) -> None:
    office.publish(*stories, score=score)
    for story in stories:
        office.owe(story, to, score=score)


async def wait(office: Office, seconds: float, *, steps: float = 2.0) -> None:
    for _ in range(round(seconds / steps)):
        office.pass_time(steps)
        await office.outbox.flush()


async def test_a_service_that_cannot_be_reached_is_looked_at_now_and_then_for_all_its_chats(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk", "team", "mei")
    for tens, name in enumerate(("desk", "team", "mei")):
        tell(office, name, *(f"s{number}" for number in range(20 * tens, 20 * tens + 20)))
    service.down = Outcome.UNSENT
    await wait(office, 300, steps=4)
    assert len(service.tries) == 3, "one each, on their way at the same moment"
    assert len(service.looks) <= 300 / 8 + 3
    service.down = None
    back = office.now
    await wait(office, 10)
    assert office.states() == {"sent": 60}
    assert service.posts[0].at - back <= timedelta(seconds=10)
    assert not any("may be a repeat" in post.text for post in service.posts)
    office.store.close()


async def test_while_looks_are_answered_and_messages_fail_they_come_further_and_further_apart(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk")
    tell(office, "desk", *(f"s{number}" for number in range(20)))
    service.troubles = [SendError(Outcome.UNSENT, "no route")] * 12
    await wait(office, 3 * 3600, steps=30)
    gaps = [later - earlier for earlier, later in zip(service.tries, service.tries[1:13], strict=False)]
    assert max(gaps) <= timedelta(minutes=20)
    assert gaps[9] >= timedelta(minutes=10)
    assert office.states() == {"sent": 20}
    office.store.close()


async def test_one_chat_whose_answers_get_lost_keeps_nobody_else_waiting(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk", "team")
    tell(office, "desk", *(f"s{number}" for number in range(9)))
    tell(office, "team", *(f"s{number}" for number in range(10, 19)))
    service.refusing["chat of desk"] = Outcome.AMBIGUOUS
    await wait(office, 60)
    assert {post.chat for post in service.posts} == {"chat of team"}
    assert len(service.posts) == 9
    assert len(service.tries) == 10, "of the chat that does not answer one message was tried"
    office.store.close()


async def test_a_message_whose_answer_always_gets_lost_is_given_up_and_holds_up_no_other(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk")
    tell(office, "desk", "s1", score=90)
    tell(office, "desk", *(f"s{number}" for number in range(2, 8)))
    send = service.send

    async def loses_one(to, message, **more):  # type: ignore[no-untyped-def]
        if title_of("s1") in message.plain:
            service.tries.append(service.now)
            raise SendError(Outcome.AMBIGUOUS, "the answer got lost")
        return await send(to, message, **more)

    service.send = loses_one  # type: ignore[method-assign]
    await wait(office, 20)
    assert len(service.posts) == 6
    await wait(office, 3600, steps=90)
    assert office.states() == {"sent": 6, "dead": 1}
    office.store.close()


async def test_a_refused_token_stops_its_service_alone_and_a_new_one_works_at_once(
    make: Callable[..., Office], service: Service
) -> None:
    other = Service()
    office = make("desk", "team", others={"other": other})
    for tens, name in enumerate(("desk", "team", "other")):
        tell(office, name, *(f"s{number}" for number in range(10 * tens, 10 * tens + 5)))
    service.down = Outcome.UNAUTHORISED
    await wait(office, 900, steps=15)
    assert len(other.posts) == 5
    assert len(service.tries) <= 2
    assert len(service.looks) <= 15 + 6, "a minute apart"

    fresh = Service()
    office.channels["service"] = office.outbox._channels["service"] = fresh  # type: ignore[index]
    with office.store.begin() as conn:
        deliveries.hasten_failed(conn, f"{Outcome.UNAUTHORISED.value}:", office.now)
    await office.outbox.flush()
    assert sum(post.text.count("profit jumps") for post in fresh.posts) == 10
    office.store.close()


async def test_a_pause_that_one_chat_asks_for_is_kept_and_what_waits_is_still_told_together(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk", "team")
    tell(office, "desk", *(f"s{number}" for number in range(30)), score=90)
    tell(office, "team", "s100")
    office.pass_time(3600)
    pause = timedelta(seconds=3600)
    service.refusing["chat of desk"] = SendError(Outcome.RATE_LIMITED, "slow down", retry_after=pause)
    await office.outbox.flush()
    service.refusing.clear()
    await wait(office, 3590, steps=1795)
    assert {post.chat for post in service.posts} == {"chat of team"}
    await wait(office, 20, steps=10)
    desk = [post for post in service.posts if post.chat == "chat of desk"]
    assert sum(post.text.count("profit jumps") for post in desk) == 30
    assert len(desk) <= 3
    office.store.close()


async def test_a_new_start_tries_at_once_whoever_rested(
    make: Callable[..., Office], service: Service
) -> None:
    office = make("desk")
    tell(office, "desk", *(f"s{number}" for number in range(6)))
    service.down = Outcome.UNSENT
    await wait(office, 60)
    service.down = None
    second = office.open("second")
    await second.start()
    await second.flush()
    assert len(service.posts) >= 5
    office.store.close()


async def test_what_was_told_in_a_list_counts_as_told(make: Callable[..., Office], service: Service) -> None:
    office = make("desk")
    tell(office, "desk", *(f"s{number}" for number in range(60)))
    office.pass_time(3600)
    await office.outbox.flush()
    assert [post.text.count("profit jumps") for post in service.posts] == [25, 25, 10]
    with office.store.snapshot() as conn:
        assert all(not alerts.told_of(conn, f"s{number}")["desk"].pending for number in range(60))
    office.store.close()
