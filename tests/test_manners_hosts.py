"""A host is spared as a whole: when it asks for a pause, and when it fails whatever is asked of it."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from sqlalchemy import Connection

from bot.errors import FetchError
from bot.store import sources
from tests.manners import DAY, HOUR, MINUTE, Desk, answered, lost, of_host, source
from tests.newsmaking import NOON

NAMES = [f"s{number}" for number in range(12)]


@pytest.fixture
def desk(conn: Connection) -> Desk:
    """Twelve sources of one host and one of another."""
    return Desk(conn, [*of_host("big.example", *NAMES), source("other")])


def later(hours: float) -> datetime:
    return NOON + hours * HOUR


def test_a_host_that_asks_for_a_pause_is_spared_by_all_its_sources(desk: Desk) -> None:
    desk.badly("s0", answered(429, retry_after=2 * HOUR, host="big.example"))
    due = desk.due()
    assert due.pop("other") == NOON
    assert all(later(2) <= moment <= later(2) + 5 * MINUTE for moment in due.values())
    assert len(set(due.values())) > 10, "they don't come back all at once"
    assert {name for name, state in sources.states(desk.conn).items() if state.errors} == {"s0"}


@pytest.mark.parametrize("status", [429, 503])
def test_no_source_of_a_resting_host_is_asked_before_the_pause_is_over(desk: Desk, status: int) -> None:
    def busy(name: str, now: datetime) -> FetchError | None:
        first = now == NOON and name == "s0"
        return answered(status, retry_after=2 * HOUR, host="big.example") if first else None

    desk.well("s1")
    desk.badly("s0", answered(status, retry_after=2 * HOUR))
    desk.run(later(3), busy)
    asked = [at for at, name in desk.asked if name != "other"]
    assert min(asked) >= later(2)
    assert {name for _, name in desk.asked} == {*NAMES, "other"}
    assert len([at for at, name in desk.asked if name == "other"]) == 36


def test_a_busy_server_that_names_no_time_is_left_alone_longer_each_time(desk: Desk) -> None:
    waits = []
    for _ in range(7):
        before = desk.now
        desk.now = desk.badly("s0", answered(429)).due
        waits.append((desk.now - before) / MINUTE)
    assert waits == [15, 30, 60, 120, 240, 360, 360]
    assert min(moment for name, moment in desk.due().items() if name != "other") >= desk.now


def test_a_503_that_names_no_time_is_an_error_of_one_source(desk: Desk) -> None:
    desk.badly("s0", answered(503))
    assert desk.due()["s1"] == NOON


def test_the_pause_that_another_host_asked_for_after_a_redirect_is_that_hosts(conn: Connection) -> None:
    desk = Desk(conn, [*of_host("old.example", "a", "b"), *of_host("new.example", "c")])
    desk.badly("a", answered(429, retry_after=HOUR, host="new.example"))
    due = desk.due()
    assert (due["a"] >= later(1), due["b"], due["c"] >= later(1)) == (True, NOON, True)


def test_a_source_that_found_its_host_resting_waits_without_an_error(desk: Desk) -> None:
    desk.claim()
    sources.postpone(desk.conn, "s3", later(1))
    state = desk.state("s3")
    assert (state.errors, state.error, state.polls, state.last_poll) == (0, "", 0, None)
    assert later(1) <= state.due <= later(1) + MINUTE
    desk.now = state.due
    assert [each.id for each in desk.claim() if each.id == "s3"] == ["s3"]


def test_waiting_for_a_resting_host_never_shortens_a_longer_pause(desk: Desk) -> None:
    desk.badly("s0", answered(429, retry_after=5 * HOUR))
    sources.postpone(desk.conn, "s3", later(1))
    assert desk.state("s3").due >= later(5)


def test_a_pause_holds_for_those_that_were_being_polled_when_it_was_asked_for(desk: Desk) -> None:
    desk.claim()
    desk.badly("s0", answered(429, retry_after=5 * HOUR))
    assert desk.well("s1").due >= later(5)
    assert desk.badly("s2", lost()).due >= later(5)
    assert desk.well("s1").interval == 5 * MINUTE


def test_a_host_that_fails_three_sources_is_tried_with_one_at_a_time(desk: Desk) -> None:
    for name in NAMES[:3]:
        desk.badly(name, lost())
    desk.run(later(4), lambda name, _: None if name == "other" else lost())
    tries = [at for at, name in desk.asked if name != "other"]
    gaps = [after - before for before, after in pairwise(tries)]
    assert 5 <= len(tries) <= 20, "twelve sources every five minutes would have asked 576 times"
    assert min(gaps) >= 5 * MINUTE
    assert gaps[-1] > gaps[0]
    assert len({name for at, name in desk.asked if name != "other"}) >= 5, "each try is another source"


@pytest.mark.parametrize("error", [lost("dns"), lost("refused"), lost("tls"), answered(500), answered(403)])
def test_every_failure_that_speaks_of_the_host_counts(desk: Desk, error: FetchError) -> None:
    for name in NAMES[:3]:
        desk.badly(name, error)
    assert sum(due > NOON for due in desk.due().values()) == 12


@pytest.mark.parametrize("error", [answered(404), answered(401), FetchError("too_big", "too big")])
def test_a_failure_that_speaks_of_one_source_holds_nobody_up(desk: Desk, error: FetchError) -> None:
    for name in NAMES[:5]:
        desk.badly(name, error)
    assert sum(due > NOON for due in desk.due().values()) == 5


def test_one_success_between_says_that_the_host_is_well(desk: Desk) -> None:
    desk.badly("s0", lost())
    desk.badly("s1", lost())
    desk.now += MINUTE
    desk.well("s2")
    desk.now += MINUTE
    desk.badly("s3", lost())
    assert desk.due()["s5"] == NOON


def test_a_host_that_is_back_is_read_whole_within_minutes(desk: Desk) -> None:
    desk.run(later(1), lambda name, _: None)
    desk.run(later(9), lambda name, _: None if name == "other" else lost())
    desk.asked.clear()
    back = desk.now
    desk.run(back + 4.2 * HOUR, lambda name, _: None)
    first = {name: min(at for at, one in desk.asked if one == name) for name in NAMES}
    probe = min(first.values())
    assert probe - back <= 4 * HOUR, "the longer it was away, the later it is missed: half that time"
    assert max(first.values()) - probe <= MINUTE
    assert len(set(first.values())) > 1 or len(first) == 1
    assert all(state.errors == 0 for state in sources.states(desk.conn).values())


def test_a_host_that_is_back_keeps_the_pause_it_asked_for(desk: Desk) -> None:
    for name in NAMES[:3]:
        desk.badly(name, lost())
    desk.badly("s3", answered(503, retry_after=3 * HOUR))
    desk.now += MINUTE
    desk.well("s4")
    assert min(due for name, due in desk.due().items() if name not in ("other", "s4")) >= later(3)


def test_a_daily_source_is_not_asked_sooner_because_its_host_failed_others(conn: Connection) -> None:
    daily = of_host("big.example", "daily", every=DAY)
    desk = Desk(conn, [*of_host("big.example", *NAMES[:4]), *daily])
    desk.run(later(0.1), lambda *_: None)
    desk.run(later(5), lambda *_: lost())
    desk.run(later(23.9), lambda *_: None)
    assert [at for at, name in desk.asked if name == "daily"] == [NOON]


def test_while_our_own_line_is_cut_waits_do_not_grow(conn: Connection) -> None:
    listed = [source(f"w{number}") for number in range(9)]
    desk = Desk(conn, [*listed, *of_host("big.example", *NAMES)])
    desk.run(later(0.5), lambda *_: None)
    reasons = {each.id: ("dns", "timeout", "refused")[number % 3] for number, each in enumerate(listed)}
    desk.run(later(4), lambda name, _: lost(reasons.get(name, "dns")))
    desk.asked.clear()
    desk.run(later(4.5), lambda *_: None)
    first = {each.id: min(at for at, one in desk.asked if one == each.id) for each in listed}
    assert max(first.values()) <= later(4) + 6 * MINUTE, "all are read within one interval"
    assert {name for _, name in desk.asked} == {*first, *NAMES}


def test_one_dead_host_among_many_is_not_taken_for_our_own_line(conn: Connection) -> None:
    desk = Desk(conn, [source(f"w{number}") for number in range(9)])
    desk.run(later(6), lambda name, _: lost("dns") if name in ("w0", "w1", "w2", "w3") else None)
    tries = [at for at, name in desk.asked if name == "w0"]
    assert len(tries) < 10
    assert tries[-1] - tries[-2] > HOUR
