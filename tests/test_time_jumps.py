"""The clock is set back or ahead, or the machine sleeps: nothing stands still, nothing is told twice or never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.model import DeliveryKind, DigestPlan, Mute, Reason, Receiver, Settings, Source
from bot.schedule.clock import EARLIEST, Clock, JumpWatch
from bot.schedule.digests import owe_digests
from bot.store import Store, deliveries, digests, hosts, jumps, meta, mutes, sources
from bot.store.schema import alerts, digest_items
from bot.store.schema import deliveries as rows
from tests.bureau import Bureau
from tests.loopback import Newsroom
from tests.newsmaking import NOON, receiver, route
from tests.storing import later, open_store, owe, publish
from tests.trapping import HEADLINES, feed, item

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESK = receiver(timezone="Asia/Hong_Kong", via="telegram", chat="1")
MORNING = Settings(
    receivers={"desk": DESK}, routes=(route(at=40, digest=DigestPlan(time(8, 30))),), timezone="UTC"
)
HALF_PAST_EIGHT = datetime(2026, 11, 13, 0, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def set_clock(store: Store, by: timedelta, now: datetime) -> None:
    """Somebody sets the clock by so much; it says ``now`` then."""
    with store.begin() as conn:
        jumps.heal(conn, by, now, [DESK])


class Hands:
    """A machine's clock, and the seconds that pass whatever it says."""

    def __init__(self) -> None:
        self.says = NOON
        self.passed = 0.0

    def wait(self, seconds: float) -> None:
        self.says += timedelta(seconds=seconds)
        self.passed += seconds


@pytest.mark.parametrize("by", [-HOUR, DAY, -DAY, 8 * HOUR, timedelta(seconds=-3)], ids=str)
def test_a_clock_that_was_set_is_noticed_once(by: timedelta) -> None:
    hands = Hands()
    watch = JumpWatch(lambda: hands.says, lambda: hands.passed)
    hands.wait(0.5)
    assert watch.look() is None
    hands.says += by
    hands.wait(0.5)
    assert watch.look() == by
    hands.wait(600)
    assert watch.look() is None


def test_a_clock_that_is_slowly_set_right_is_no_jump() -> None:
    hands = Hands()
    watch = JumpWatch(lambda: hands.says, lambda: hands.passed)
    for _ in range(100):
        hands.wait(0.5)
        hands.says += timedelta(seconds=0.5)
        assert watch.look() is None


def test_a_clock_that_falls_back_to_1970_is_not_believed_until_it_is_right_again() -> None:
    hands = Hands()
    clock = Clock(lambda: hands.says, lambda: hands.passed)
    watch = JumpWatch(clock, lambda: hands.passed)
    assert clock() == NOON
    hands.says = datetime(1970, 1, 1, tzinfo=UTC)
    hands.wait(90)
    assert clock() == NOON + timedelta(seconds=90)
    assert watch.look() is None
    hands.says = NOON + timedelta(seconds=100)
    assert clock() == NOON + timedelta(seconds=100)


def test_a_machine_that_starts_in_1970_counts_from_a_day_that_can_be() -> None:
    clock = Clock(lambda: datetime(1970, 1, 1, tzinfo=UTC), iter([5.0, 8.0]).__next__)
    assert clock() == EARLIEST + timedelta(seconds=3)


@pytest.mark.parametrize(
    "moves",
    [(-HOUR,), (DAY, -DAY), (-DAY,), (HOUR, -HOUR, HOUR), (8 * HOUR,)],
    ids=["an hour back", "a day ahead and back", "a day back", "to and fro", "a sleep of 8 h"],
)
async def test_whatever_the_clock_does_each_piece_of_news_is_told_once(
    tmp_path: Path, moves: tuple[timedelta, ...]
) -> None:
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed(), feed(item(0)))
        published = [item(0)]
        for number, by in enumerate(moves, start=1):
            bureau.now += by
            set_clock(bureau.store, by, bureau.now)
            published.insert(0, item(number, ago=-12 - 20 * number))
            await bureau.read(feed(published), feed(published))

        assert bureau.told == list(HEADLINES[: len(moves) + 1])


def test_a_source_is_due_as_soon_as_it_would_have_been(store: Store) -> None:
    with store.begin() as conn:
        sources.sync(conn, [Source(id="harbour", name="", url="https://h.example/")], NOON)
        due = later(5)
        sources.succeeded(conn, "harbour", NOON, due=due, document=None, count=3, baseline=True)
        hosts.rest(conn, "h.example", later(30))
    set_clock(store, -DAY, NOON - DAY)

    with store.snapshot() as conn:
        state = sources.states(conn)["harbour"]
        assert hosts.rests_until(conn, "h.example") == later(30) - DAY
    assert later(30) - DAY <= state.due <= later(36) - DAY
    assert state.last_success == NOON - DAY


@pytest.mark.parametrize("by", [-HOUR, -DAY, HOUR, DAY], ids=str)
def test_what_is_claimed_stays_claimed_for_as_long_as_was_meant(store: Store, by: timedelta) -> None:
    lease = timedelta(minutes=3)
    with store.begin() as conn:
        sources.sync(conn, [Source(id="harbour", name="", url="https://h.example/")], NOON)
        sources.claim_due(conn, NOON, owner="me", lease=lease, limit=1)
        owe(conn, "s1|desk")
        deliveries.claim(conn, NOON, owner="me", lease=lease, limit=1)
    set_clock(store, by, NOON + by)

    with store.begin() as conn:
        moment = NOON + by + timedelta(minutes=2, seconds=59)
        assert sources.claim_due(conn, moment, owner="me", lease=lease, limit=1) == []
        assert deliveries.claim(conn, moment, owner="me", lease=lease, limit=1) == []
        moment += timedelta(seconds=2)
        assert sources.claim_due(conn, moment, owner="me", lease=lease, limit=1)
        assert deliveries.claim(conn, moment, owner="me", lease=lease, limit=1)


@pytest.mark.parametrize(
    ("due", "tried", "expected"),
    [
        (0, False, 0),  # it was due, it is due
        (10, True, 10),  # the next try, ten minutes from now
        (-5, True, 0),
        (8 * 60, False, 8 * 60),  # the end of quiet hours in the right night
    ],
)
def test_after_a_day_back_everything_owed_is_due_when_it_would_have_been(
    store: Store, due: float, tried: bool, expected: float
) -> None:
    with store.begin() as conn:
        owe(conn, "s1|desk", due=later(due))
        if tried:
            conn.execute(rows.update().values(attempts=1))
    set_clock(store, -DAY, NOON - DAY)

    with store.snapshot() as conn:
        assert max(deliveries.next_due(conn) or NOON, NOON - DAY) == later(expected) - DAY


def test_after_an_hour_back_quiet_hours_end_at_their_own_time(store: Store) -> None:
    with store.begin() as conn:
        owe(conn, "s1|desk", due=later(30))
        owe(conn, "s2|desk", kind=DeliveryKind.EDIT, due=later(1))
    set_clock(store, -HOUR, NOON - HOUR)

    with store.snapshot() as conn:
        due = {row.key: row.due for row in conn.execute(select(rows.c.key, rows.c.due))}
    assert due == {"s1|desk": later(30), "s2|desk": later(-59)}


def test_a_mute_ends_when_it_was_said_to(store: Store) -> None:
    with store.begin() as conn:
        mutes.add(conn, Mute(watch="alibaba", until=later(60)), NOON)
    set_clock(store, -DAY, NOON - DAY)

    with store.snapshot() as conn:
        assert [each.until for each in mutes.active(conn, NOON)] == [later(60)]


def _collect(store: Store, story: str, at: datetime) -> None:
    with store.begin() as conn:
        publish(conn, (story, f"e{story}", "Alibaba opens a park"))
        digests.collect(conn, "desk", story, 48, Reason.IN_DIGEST, at)


def _owe_digest(store: Store, now: datetime) -> int:
    with store.begin() as conn:
        return owe_digests(conn, MORNING, now)


def test_a_digest_of_a_day_that_had_not_come_comes_on_its_day_too(store: Store) -> None:
    _owe_digest(store, NOON)
    _collect(store, "s1000", NOON)
    assert _owe_digest(store, HALF_PAST_EIGHT + HOUR) == 1  # the clock is a day ahead
    set_clock(store, -DAY, HALF_PAST_EIGHT + HOUR - DAY)

    _collect(store, "s1001", HALF_PAST_EIGHT - 3 * HOUR)
    made = [_owe_digest(store, HALF_PAST_EIGHT + timedelta(minutes=minutes)) for minutes in (-1, 0, 1)]
    assert made == [0, 1, 0]


def test_a_digest_does_not_come_twice_because_its_hour_does(store: Store) -> None:
    _owe_digest(store, NOON)
    _collect(store, "s1000", NOON)
    assert _owe_digest(store, HALF_PAST_EIGHT) == 1
    set_clock(store, -HOUR, HALF_PAST_EIGHT - HOUR)
    _collect(store, "s1001", HALF_PAST_EIGHT - HOUR / 2)

    assert _owe_digest(store, HALF_PAST_EIGHT) == 0
    assert _owe_digest(store, HALF_PAST_EIGHT + DAY) == 1


def test_digests_that_were_slept_through_are_one_with_all_of_them(store: Store) -> None:
    _owe_digest(store, NOON - DAY)
    _collect(store, "s1000", NOON - DAY)
    with store.begin() as conn:
        digests.start_run(conn, "desk", "daily 08:30", (NOON - DAY).date(), HALF_PAST_EIGHT - 2 * DAY)
    for day in range(3):
        _collect(store, f"s200{day}", NOON + day * DAY)

    assert _owe_digest(store, HALF_PAST_EIGHT + 2 * DAY + HOUR) == 1
    with store.snapshot() as conn:
        (payload,) = conn.execute(select(rows.c.payload)).scalars()
    assert len(payload["stories"]) == 4
    assert datetime.fromisoformat(payload["since"]) == HALF_PAST_EIGHT - 2 * DAY
    assert datetime.fromisoformat(payload["until"]) == HALF_PAST_EIGHT + 2 * DAY


def test_nothing_has_happened_in_the_future(store: Store) -> None:
    _collect(store, "s1000", NOON)
    with store.begin() as conn:
        conn.execute(
            alerts.insert().values(
                story="s1000", receiver="desk", at=NOON, last_edit=NOON, events=[], watches=[]
            )
        )
    set_clock(store, -DAY, NOON - DAY)

    with store.snapshot() as conn:
        told = conn.execute(select(alerts.c.at, alerts.c.last_edit)).one()
        waits = conn.execute(select(digest_items.c.at)).scalar_one()
    assert (*told, waits) == (NOON - DAY,) * 3


@pytest.mark.parametrize(("back", "healed"), [(HOUR, True), (timedelta(0), False), (-HOUR, False)], ids=str)
def test_a_clock_that_was_set_back_while_the_bot_was_down_is_noticed_at_the_start(
    store: Store, back: timedelta, healed: bool
) -> None:
    with store.begin() as conn:
        sources.sync(conn, [Source(id="harbour", name="", url="https://h.example/")], NOON)
        sources.succeeded(conn, "harbour", NOON, due=later(5), document=None, count=3, baseline=True)
        jumps.lived(conn, NOON)
    with store.begin() as conn:
        by = jumps.heal_at_start(conn, NOON - back, [DESK])
        due = sources.states(conn)["harbour"].due

    assert by == (-back if healed else None)
    assert due == later(5) - (back if healed else timedelta(0))
    with store.snapshot() as conn:
        assert meta.get(conn, jumps.LIVED) == (NOON - back).isoformat()


def test_a_receiver_of_another_place_has_its_own_day(store: Store) -> None:
    far = Receiver(id="far", via="console", timezone="Pacific/Kiritimati")  # 14 hours ahead: tomorrow already
    with store.begin() as conn:
        for each in (DESK, far):
            digests.start_run(conn, each.id, "daily 08:30", (NOON + DAY).date(), NOON)
        jumps.heal(conn, -HOUR, NOON - HOUR, [DESK, far])
        run = [digests.was_run(conn, each.id, "daily 08:30", (NOON + DAY).date()) for each in (DESK, far)]
    assert run == [False, True]
