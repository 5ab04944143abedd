"""What becomes of a notice on its way: through the real outbox, with what was caught up, for whom it matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels import Limits, Pacer
from bot.outbox import Outbox
from bot.render.advice import advice, slower
from bot.route.quiet import Silence
from bot.route.troubles import Condition, Kind, Step, Told, has_moved, next_step, trouble_of
from bot.schedule.health import Rhythms, look_after
from bot.store import alerts, health, matches
from tests.deskwork import Chat
from tests.newsmaking import NOON, WATCHLIST
from tests.storing import later, match, told
from tests.wards import Ward, ward

__all__ = ["ward"]


async def test_a_notice_leaves_through_the_outbox_silently_and_once(ward: Ward) -> None:
    chat, now, rhythms = Chat(), later(31), Rhythms()
    outbox = Outbox(
        store=ward.store,
        channels={"telegram": chat},
        pacers={"telegram": Pacer(Limits(every=1e-9, burst=1))},
        configuration=lambda: (ward.settings, WATCHLIST),
        clock=lambda: now,
        owner="me",
    )
    ward.fails("harbour", status=404)

    assert await look_after(ward.store, ward.settings, ward.sources, now, rhythms) == 1
    assert await look_after(ward.store, ward.settings, ward.sources, now, rhythms) == 0
    await outbox.flush()
    assert [post.text.splitlines()[0] for post in chat.posts] == ["⚠️ Harbour answers 404 since 12:00"]


def test_what_was_caught_up_says_how_it_was_told(ward: Ward) -> None:
    ward.fails("harbour")
    ward.looks_and_hears(31)
    ward.publishes("harbour", 60, 60, 60, 60)
    with ward.store.begin() as conn:
        alerts.save_told(conn, told("s1", minutes=60))
        alerts.save_told(conn, told("s2", minutes=60, digest=True))
        alerts.save_told(conn, told("s3", "another", minutes=60))
    ward.answers("harbour", at=60)

    (said,) = ward.looks_and_hears(61)
    assert said.splitlines()[1] == "4 items caught up: 1 told (marked late), 1 in the digest."


def test_a_company_leans_on_a_source_that_is_often_first(ward: Ward) -> None:
    ward.publishes("delta", *range(-100, -80))
    ward.publishes("harbour", -60, -50)
    with ward.store.begin() as conn:
        by_delta = [match(f"s{number}") for number in range(1, 21)]
        matches.save(conn, [*by_delta, match("s21"), match("s22", "tencent")], "v1", later(-10))

    with ward.store.snapshot() as conn:
        assert health.lean_on(conn, "delta", NOON) == ["alibaba"]
        assert health.lean_on(conn, "harbour", NOON) == ["tencent"]
        assert health.lean_on(conn, "delta", NOON + timedelta(days=40)) == []


def test_what_was_told_is_read_as_it_was_written() -> None:
    for aloud in (True, False):
        trouble = Told(Kind.SHAPE, NOON, aloud=aloud)
        assert Told.of(str(trouble)) == trouble
    assert Told.of("") is None
    assert Told.of("failing yesterday") is None


def test_a_source_that_begins_to_answer_and_fails_again_between_two_looks_was_never_away() -> None:
    spoken = Told(Kind.FAILING, NOON)
    again = Condition(
        id="a",
        url="https://a.example/feed",
        due=later(90),
        errors=1,
        reason="status",
        status=503,
        failing_since=later(60),
        last_poll=later(60),
        told=str(spoken),
    )

    assert next_step(spoken, later(31), trouble_of(again), later(61)) is Step.NOTHING


def test_a_silence_that_ended_while_it_was_looked_at_is_none() -> None:
    silence = Silence(NOON, later(200), timedelta(hours=1))
    quiet = Condition(
        id="a", url="https://a.example/feed", due=later(301), last_success=later(300), last_entry=NOON
    )

    assert trouble_of(quiet, silence) is not None
    assert trouble_of(replace(quiet, last_entry=later(299)), silence) is None
    assert trouble_of(replace(quiet, last_success=later(199)), silence) is None


def test_a_source_that_another_one_is_read_for_is_in_no_trouble() -> None:
    failing = Condition(
        id="a",
        url="https://a.example/feed",
        due=later(90),
        errors=9,
        reason="dns",
        failing_since=NOON,
        last_poll=later(60),
    )

    assert trouble_of(failing) is not None
    assert trouble_of(replace(failing, merged_into="b")) is None


@pytest.mark.parametrize(
    ("url", "place", "kind", "moved"),
    [
        ("https://a.example/feed.xml", "https://b.example/feed.xml", "auto", True),
        ("https://a.example/", "https://a.example/feed", "auto", False),
        ("https://a.example/news", "https://b.example/news", "page", True),
        ("https://a.example/feed", None, "feed", False),
    ],
)
def test_a_feed_that_was_found_is_no_move(url: str, place: str | None, kind: str, moved: bool) -> None:
    assert has_moved(url, place, kind) is moved


@pytest.mark.parametrize(
    ("minutes", "written"), [(None, "30m"), (5, "30m"), (20, "40m"), (30, "1h"), (45, "90m"), (120, "4h")]
)
def test_a_longer_interval_is_proposed_as_it_is_written(minutes: int | None, written: str) -> None:
    assert slower(None if minutes is None else timedelta(minutes=minutes)) == written


def test_an_answer_with_an_error_of_the_server_asks_for_patience_alone() -> None:
    assert advice("status", 503) == ""
    assert advice("status", 403) == "slower"
    assert advice("status", 418) == "open"
    assert advice("host_rests", None) == ""
