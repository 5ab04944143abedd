"""What is owed is delivered, again where it must be, together where it was held, and never silently dropped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.channels import Address, Pacer, Sent
from bot.channels.pacer import Limits
from bot.errors import SendError
from bot.model import DeliveryKind, Message, Outcome, Settings
from bot.outbox import Outbox
from bot.store import Store, alerts, deliveries, entries, matches
from tests.newsmaking import NOON, WATCHLIST, entry, facts, mention, receiver
from tests.storing import assignment, match, open_store, owe, told

TITLE = "Alibaba profit jumps {}%"


class Chat:
    """A channel that remembers what it was given; ``troubles`` are raised first, one a call."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.edited: list[tuple[str, Message]] = []
        self.troubles: list[SendError] = []

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        del to, reply_to, reference
        self._stumble()
        self.sent.append(message)
        return Sent(str(len(self.sent)))

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        del to
        self._stumble()
        self.edited.append((message_id, message))

    async def check(self, to: Address | None = None) -> str:
        del to
        return "a test"

    async def close(self) -> None:
        pass

    def _stumble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)


class Office:
    """An outbox over a real store, with a clock that tests move."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOON
        self.chat = Chat()
        self.desk = receiver(via="telegram", chat="4242")
        self.outbox = self.open("first")

    def open(self, owner: str) -> Outbox:
        """An instance of the outbox."""
        return Outbox(
            store=self.store,
            channels={"telegram": self.chat},
            pacers={"telegram": Pacer(Limits(every=1e-9))},
            configuration=lambda: (Settings(receivers={"desk": self.desk}), WATCHLIST),
            clock=lambda: self.now,
            owner=owner,
            chance=lambda: 0.5,
        )

    def owe_alerts(self, count: int, *, due: datetime = NOON, reason: str = "first_report") -> None:
        """Owe the alerts of so many stories."""
        with self.store.begin() as conn:
            for number in range(count):
                self._owe(conn, f"s{number}", TITLE.format(number), due, reason)

    def _owe(self, conn: Connection, story: str, title: str, due: datetime, reason: str) -> None:
        of = entry(f"e{story}", title)
        entries.save(conn, [assignment(story, of, facts(mention(title, "Alibaba")))], {of.id: [of.id]})
        matches.save(conn, [match(story, entry=of.id)], "v1", NOON)
        alerts.save_told(conn, told(story, watches=("alibaba",), pending=True))
        owe(conn, f"{story}|desk|alert|0", due=due, payload={"reason": reason})

    def headlines(self) -> list[str]:
        """The headlines sent, in order."""
        return [message.plain.splitlines()[1] for message in self.chat.sent]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    store = open_store(tmp_path)
    yield Office(store)
    store.close()


async def test_an_alert_is_sent_once(office: Office) -> None:
    office.owe_alerts(1)

    await office.outbox.flush()
    await office.outbox.flush()

    assert office.headlines() == ["Alibaba profit jumps 0%"]


async def test_what_is_not_due_yet_waits(office: Office) -> None:
    office.owe_alerts(1, due=NOON + timedelta(hours=1))

    await office.outbox.flush()
    assert office.chat.sent == []
    office.now = NOON + timedelta(hours=1)
    await office.outbox.flush()

    assert len(office.chat.sent) == 1


async def test_three_held_alerts_come_one_by_one_and_four_as_one_message(office: Office) -> None:
    office.owe_alerts(3, reason="quiet_hours")
    await office.outbox.flush()
    assert len(office.chat.sent) == 3

    office.chat.sent.clear()
    with office.store.begin() as conn:
        for number in range(10, 14):
            office._owe(conn, f"s{number}", TITLE.format(number), NOON, "quiet_hours")
    office.now = NOON + timedelta(seconds=1)
    await office.outbox.flush()

    (together,) = office.chat.sent
    for number in range(10, 14):
        assert TITLE.format(number) in together.plain


async def test_after_an_outage_many_alerts_are_one_message(office: Office) -> None:
    office.owe_alerts(9)
    office.now = NOON + timedelta(hours=6)

    await office.outbox.flush()

    assert len(office.chat.sent) == 1
    assert all(TITLE.format(number) in office.chat.sent[0].plain for number in range(9))


async def test_many_alerts_of_one_moment_are_not_held_and_come_one_by_one(office: Office) -> None:
    office.owe_alerts(6)

    await office.outbox.flush()

    assert len(office.chat.sent) == 6


async def test_what_surely_did_not_arrive_is_sent_again_without_a_word(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [SendError(Outcome.UNSENT, "no route to host")]

    await office.outbox.flush()
    office.now += timedelta(minutes=1)
    await office.outbox.flush()

    assert "may be a repeat" not in office.chat.sent[0].plain


async def test_what_may_have_arrived_is_sent_again_and_says_so(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [SendError(Outcome.AMBIGUOUS, "the connection broke")]

    await office.outbox.flush()
    office.now += timedelta(minutes=1)
    await office.outbox.flush()

    assert "may be a repeat" in office.chat.sent[0].plain


async def test_the_chat_says_when_to_come_back_and_is_believed(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [SendError(Outcome.RATE_LIMITED, "slow down", retry_after=timedelta(seconds=40))]
    await office.outbox.flush()

    office.now += timedelta(seconds=39)
    assert await office.outbox.flush() == 0


async def test_what_is_refused_for_good_is_a_dead_letter_and_the_next_one_goes_out(
    office: Office,
) -> None:
    office.owe_alerts(2)
    office.chat.troubles = [SendError(Outcome.REFUSED, "message is too long")]

    await office.outbox.flush()

    assert len(office.chat.sent) == 1
    with office.store.snapshot() as conn:
        assert [letter.error for letter in deliveries.dead_letters(conn)] == ["message is too long"]


async def test_a_refused_token_keeps_everything_and_a_new_start_tries_at_once(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [SendError(Outcome.UNAUTHORISED, "the token is refused")]
    await office.outbox.flush()

    second = office.open("second")
    await second.start()
    await second.flush()

    assert len(office.chat.sent) == 1


async def test_an_alert_claimed_by_a_dead_instance_before_it_left_is_no_repeat(office: Office) -> None:
    office.owe_alerts(1)
    with office.store.begin() as conn:
        deliveries.claim(conn, NOON, owner="dead", lease=timedelta(minutes=3), limit=9)

    assert await office.outbox.start() == 0
    await office.outbox.flush()

    assert "may be a repeat" not in office.chat.sent[0].plain


async def test_an_edit_that_would_change_nothing_is_not_sent(office: Office) -> None:
    office.owe_alerts(1)
    await office.outbox.flush()
    with office.store.begin() as conn:
        deliveries.owe_edit(
            conn, story="s0", receiver="desk", revision=1, due=NOON, score=70, payload={}, now=NOON
        )

    await office.outbox.flush()

    assert office.chat.edited == []
    with office.store.snapshot() as conn:
        assert deliveries.owed(conn) == []


async def test_a_receiver_that_is_gone_from_the_configuration_gets_nothing(office: Office) -> None:
    office.owe_alerts(1)
    office.desk = replace(office.desk, id="other")
    outbox = Outbox(
        store=office.store,
        channels={"telegram": office.chat},
        pacers={"telegram": Pacer(Limits(every=1e-9))},
        configuration=lambda: (Settings(receivers={"other": office.desk}), WATCHLIST),
        clock=lambda: office.now,
        owner="me",
    )

    assert await outbox.flush() == 0
    assert office.chat.sent == []


async def test_alerts_go_before_digests_and_edits(office: Office) -> None:
    office.owe_alerts(1)
    with office.store.begin() as conn:
        owe(conn, "greeting|desk", story="", kind=DeliveryKind.GREETING, due=NOON - timedelta(hours=1))

    await office.outbox.flush()

    assert office.headlines()[0] == "Alibaba profit jumps 0%"


async def test_a_chat_that_let_us_go_gets_what_is_owed_when_it_lets_us_in_again(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [SendError(Outcome.GONE, "the bot was kicked")]

    await office.outbox.flush()
    office.now += timedelta(hours=1)
    await office.outbox.flush()

    assert office.headlines() == ["Alibaba profit jumps 0%"]


async def test_a_passing_fault_of_ours_costs_no_alert(office: Office) -> None:
    office.owe_alerts(1)
    office.chat.troubles = [OSError("disk full")]  # type: ignore[list-item]

    await office.outbox.flush()
    office.now += timedelta(minutes=1)
    await office.outbox.flush()

    assert office.headlines() == ["Alibaba profit jumps 0%"]


async def test_what_was_reported_while_the_alert_was_on_its_way_is_shown_by_an_edit(office: Office) -> None:
    office.owe_alerts(1)
    send = office.chat.send

    async def send_slowly(*given: Any, **more: Any) -> Sent:
        other = entry("e99", "Alibaba profit soars", source="delta", source_name="Delta Daily")
        with office.store.begin() as conn:
            what = facts(mention("Alibaba profit soars", "Alibaba"))
            entries.save(conn, [assignment("s0", other, what, rule="similar")], {"e99": ["e99"]})
            alerts.save_told(conn, told("s0", watches=("alibaba",), pending=True, entries=2))
        return await send(*given, **more)

    office.chat.send = send_slowly  # type: ignore[method-assign]
    await office.outbox.flush()

    assert "Delta Daily" not in office.chat.sent[0].plain
    assert ["Delta Daily" in message.plain for _, message in office.chat.edited] == [True]
