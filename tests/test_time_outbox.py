"""What is owed and the clock: quiet hours hold what comes into them late, and a clock set ahead makes no repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels import Address, Pacer, Sent
from bot.channels.pacer import Limits
from bot.errors import SendError
from bot.model import Message, Outcome, QuietHours, Settings
from bot.outbox import Outbox
from bot.store import Store, alerts, entries, matches
from bot.store.schema import deliveries as rows
from tests.newsmaking import NOON, WATCHLIST, entry, facts, mention, receiver
from tests.storing import assignment, later, match, open_store, owe, told

NIGHT = QuietHours(time(12, 30), time(20), unless_score=90)  # in UTC


class Chat:
    """A channel that keeps what it is sent, once it is let."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.down = False
        self.arriving = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        del to, reply_to, reference
        self.arriving.set()
        await self.open.wait()
        if self.down:
            raise SendError(Outcome.UNSENT, "no connection")
        self.sent.append(message.plain)
        return Sent(str(len(self.sent)))

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        raise AssertionError("there is nothing to edit")

    async def check(self, to: Address | None = None) -> str:
        del to
        return "a test"

    async def close(self) -> None:
        pass


class Office:
    """An outbox over a real store, with a clock that tests set."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOON
        self.chat = Chat()
        self.desk = receiver(via="telegram", chat="1", timezone="UTC")
        self.outbox = Outbox(
            store=store,
            channels={"telegram": self.chat},
            pacers={"telegram": Pacer(Limits(every=1e-9))},
            configuration=lambda: (Settings(receivers={"desk": self.desk}), WATCHLIST),
            clock=lambda: self.now,
            owner="me",
        )

    def owe(self, number: int, *, score: int = 70) -> None:
        """Owe an alert, due at noon."""
        title = f"Alibaba profit jumps {number}%"
        what = facts(mention(title, "Alibaba"))
        with self.store.begin() as conn:
            made = entry(f"e{number}", title)
            entries.save(conn, [assignment(f"s{number}", made, what)], {made.id: [f"key {number}"]})
            matches.save(conn, [match(f"s{number}", score=score)], "v1", NOON)
            alerts.save_told(conn, told(f"s{number}", score=score, watches=("alibaba",), pending=True))
            owe(conn, f"s{number}|desk", score=score)

    def rows(self, column: str) -> list[object]:
        """What the outbox holds, in the order in which it was owed."""
        with self.store.snapshot() as conn:
            return list(conn.execute(select(rows.c[column]).order_by(rows.c.id)).scalars())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(open_store(tmp_path)) as store:
        yield Office(store)


async def test_what_an_outage_brings_into_quiet_hours_waits_for_their_end_and_is_one_message(
    office: Office,
) -> None:
    office.desk = replace(office.desk, quiet_hours=NIGHT)
    for number in range(5):
        office.owe(number)
    office.owe(95, score=95)
    office.chat.down = True
    await office.outbox.flush()
    office.chat.down = False
    office.now = later(60)
    await office.outbox.flush()

    assert [text for text in office.chat.sent if "95%" not in text] == [], "only what may wake people came"
    office.now = later(8 * 60 - 1)
    await office.outbox.flush()
    before = len(office.chat.sent)
    office.now = later(8 * 60 + 1)
    await office.outbox.flush()
    assert len(office.chat.sent) == before + 1
    assert all(f"jumps {number}%" in office.chat.sent[-1] for number in range(5))


@pytest.mark.parametrize("by", [timedelta(hours=8), timedelta(days=1)], ids=str)
async def test_a_clock_that_leaps_ahead_during_a_send_makes_no_repeat(office: Office, by: timedelta) -> None:
    office.owe(1)
    office.chat.open.clear()
    stop = asyncio.Event()
    running = asyncio.create_task(office.outbox.run(stop))
    async with asyncio.timeout(20):
        await office.chat.arriving.wait()
        office.now += by  # every lease is over
        for _ in range(5):
            office.outbox.wake()
            await asyncio.sleep(0.01)
        office.chat.open.set()
        stop.set()
        await running

    assert len(office.chat.sent) == 1
    assert office.rows("state") == ["sent"]
    assert office.rows("maybe_repeat") == [False]
    assert office.rows("attempts") == [1]


async def test_a_clock_that_goes_back_during_a_send_makes_no_repeat(office: Office) -> None:
    office.owe(1)
    office.chat.open.clear()
    flushing = asyncio.create_task(office.outbox.flush())
    async with asyncio.timeout(20):
        await office.chat.arriving.wait()
        office.now -= timedelta(hours=1)
        office.chat.open.set()
        await flushing
        await office.outbox.flush()

    assert len(office.chat.sent) == 1
    assert office.rows("state") == ["sent"]
    assert office.rows("maybe_repeat") == [False]
