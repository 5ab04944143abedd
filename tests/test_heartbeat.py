"""A line a day says that the bot lives: once, at its hour or soon after, and never when it would be stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.model import Delivery, DeliveryKind, Message, Operator, QuietHours, Settings, Source, Watchlist
from bot.outbox.compose import compose
from bot.render.heartbeat import HeartbeatView, heartbeat
from bot.schedule.heartbeat import owe_heartbeats
from bot.store import Store, alerts, deliveries, digests, jumps, meta, sources
from bot.store.schema import alerts as alert_rows
from tests.golden import assert_golden
from tests.golden.invented import at as on
from tests.golden.invented import reader
from tests.newsmaking import receiver
from tests.storing import open_store, told

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
DESK = receiver(timezone="Asia/Hong_Kong", via="telegram", chat="1")
TEAM = replace(DESK, id="team", timezone="Europe/Berlin", chat="2")
SETTINGS = Settings(
    receivers={"desk": DESK, "team": TEAM}, operator=Operator(to=("desk",), heartbeat=time(9))
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def owe(store: Store, now: datetime, settings: Settings = SETTINGS) -> int:
    with store.begin() as conn:
        return owe_heartbeats(conn, settings, now)


def owed(store: Store, now: datetime = NINE + 30 * DAY) -> list[Delivery]:
    with store.snapshot() as conn:
        return deliveries.pending_of(conn, "desk", DeliveryKind.NOTICE, now)


def said(store: Store, now: datetime, *, buttons: bool = False) -> Message | None:
    """What the receiver would get of the one that is owed."""
    (delivery,) = owed(store)
    with store.snapshot() as conn:
        composed = compose(conn, delivery, DESK, Watchlist(watches={}), now, buttons=buttons)
    return None if composed is None else composed.message


def test_it_is_owed_at_its_hour_once_a_day_however_often_the_bot_looks(store: Store) -> None:
    made = [owe(store, NINE + minutes * timedelta(minutes=1)) for minutes in range(-120, 3 * 1440, 7)]
    assert sum(made) == 3
    assert owe(store, NINE - timedelta(seconds=1) + 3 * DAY) == 0
    assert owe(store, NINE + 3 * DAY) == 1


def test_a_bot_that_starts_in_the_morning_says_it_then_and_one_that_starts_late_waits_a_day(
    store: Store,
) -> None:
    assert owe(store, NINE + 6 * HOUR + timedelta(minutes=1)) == 0
    assert owe(store, NINE + DAY + 6 * HOUR) == 1
    assert owe(store, NINE + DAY + 6 * HOUR) == 0


def test_a_clock_that_is_set_back_over_its_hour_brings_no_second_one(store: Store) -> None:
    assert owe(store, NINE) == 1
    with store.begin() as conn:
        jumps.heal(conn, -HOUR, NINE - HOUR, [DESK])
    assert owe(store, NINE) == 0


def test_a_clock_that_was_a_day_ahead_does_not_take_tomorrows(store: Store) -> None:
    assert owe(store, NINE + DAY) == 1
    with store.begin() as conn:
        jumps.heal(conn, -DAY, NINE, [DESK])
    assert owe(store, NINE) == 1
    assert owe(store, NINE + DAY) == 1


def test_every_receiver_of_the_operator_gets_it_at_the_first_ones_hour(store: Store) -> None:
    both = replace(SETTINGS, operator=Operator(to=("desk", "team"), heartbeat=time(9)))
    assert owe(store, NINE - HOUR, both) == 0
    assert owe(store, NINE, both) == 2
    assert owe(store, NINE + 7 * HOUR, both) == 0  # nine o'clock in Berlin


@pytest.mark.parametrize(
    "operator", [Operator(to=("desk",)), Operator(heartbeat=time(9)), Operator(to=("x",))]
)
def test_nobody_is_told_who_did_not_ask_for_it(store: Store, operator: Operator) -> None:
    assert owe(store, NINE, replace(SETTINGS, operator=operator)) == 0


def test_it_waits_for_quiet_hours_to_end(store: Store) -> None:
    sleeper = replace(DESK, quiet_hours=QuietHours(time(22), time(10)))
    assert owe(store, NINE, replace(SETTINGS, receivers={"desk": sleeper})) == 1
    assert [each.due for each in owed(store)] == [NINE + HOUR]


def test_digests_do_not_take_it_for_one_of_them(store: Store) -> None:
    owe(store, NINE)
    with store.snapshot() as conn:
        assert digests.last_run(conn, "desk") is None


def test_it_says_what_holds_when_it_is_sent_and_does_not_ring(store: Store) -> None:
    with store.begin() as conn:
        meta.set(conn, "started", (NINE - 12 * DAY).isoformat())
        sources.sync(conn, [Source(id=each, name="", url=f"https://{each}.example/") for each in "abc"], NINE)
        for each in "abc":
            sources.succeeded(conn, each, NINE, due=NINE + HOUR, document=None, count=3, baseline=True)
        for name, hours in (("s1", -20), ("s2", -10), ("s3", -40), ("s4", -0.5)):  # s1 and s2 rang yesterday
            alerts.save_told(conn, told(name))
            conn.execute(
                alert_rows.update().where(alert_rows.c.story == name).values(sent_at=NINE + hours * HOUR)
            )
    owe(store, NINE)
    message = said(store, NINE)
    assert message is not None
    assert message.silent
    assert message.plain == "💚 All is well. Yesterday 2 stories rang.\n3 sources read · up 12 days"


def test_one_that_could_not_be_sent_all_day_is_left_out(store: Store) -> None:
    owe(store, NINE)
    assert said(store, NINE + 6 * HOUR) is not None
    assert said(store, NINE + 6 * HOUR + timedelta(seconds=1)) is None


def test_where_chats_have_buttons_one_shows_the_status(store: Store) -> None:
    owe(store, NINE)
    message = said(store, NINE, buttons=True)
    assert message is not None
    assert [button.action for row in message.buttons for button in row] == ["run:status"]


def _well(language: str) -> Message:
    return heartbeat(
        HeartbeatView(
            reader=reader(language),
            now=on(9),
            started=on(8) - 12 * DAY,
            sources=42,
            entries=318,
            told=7,
            backup=on(3, 30),
            buttons=True,
        )
    )


def _ill(language: str) -> Message:
    return heartbeat(
        HeartbeatView(
            reader=reader(language),
            now=on(9),
            started=on(4),
            sources=42,
            failing=2,
            entries=12,
            told=1,
            owed=3,
            oldest_owed=on(8, 10),
            dead=1,
            backup=on(3, 30, day=10),
        )
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "shown"), [("well", _well), ("ill", _ill)])
def test_the_sign_of_life_reads_as_approved(
    name: str, shown: Callable[[str], Message], language: str
) -> None:
    assert_golden(f"heartbeat_{name}.{language}", shown(language))
