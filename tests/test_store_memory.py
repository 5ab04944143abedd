"""The small things the bot remembers: what was told, digests, mutes, requests, buttons, votes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.model import Mute, Reason
from bot.store import alerts, audit, buttons, digests, feedback, meta, mutes, requests, updates
from bot.store.alerts import MessageRef
from tests.newsmaking import NOON
from tests.storing import later, open_store, publish, told


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        publish(lent, ("s1", "e1", "One"), ("s2", "e2", "Two"))
        yield lent


def test_what_was_told_comes_out_as_it_went_in(conn: Connection) -> None:
    what = told(
        "s1",
        score=92,
        events=frozenset({"ipo", "merger"}),
        watches=("b", "a"),
        entries=7,
        revision=3,
        replies=1,
    )
    alerts.save_told(conn, told("s1", score=40, digest=True))
    alerts.save_told(conn, what)
    assert alerts.told_of(conn, "s1") == {"desk": what}
    assert alerts.told_of(conn, "s2") == {}


def test_a_sent_message_is_found_by_its_story_and_by_any_of_its_parts(conn: Connection) -> None:
    alerts.save_told(conn, told("s1", pending=True))
    assert alerts.message_of(conn, "s1", "desk") is None
    message = MessageRef(
        channel="slack",
        chat="C1",
        message_id="1.5",
        parts=("1.6", "1.7"),
        shown_revision=2,
        text_hash="h",
        last_edit=later(2),
        sent_at=later(1),
    )
    alerts.save_message(conn, "s1", "desk", message)
    alerts.link_message(conn, "s1", "desk", channel="slack", chat="C1", message_id="2.0")
    assert alerts.message_of(conn, "s1", "desk") == message
    found = [alerts.by_message(conn, "slack", "C1", number) for number in ("1.5", "1.6", "1.7", "2.0", "9")]
    assert found == ["s1", "s1", "s1", "s1", None]
    assert not alerts.told_of(conn, "s1")["desk"].pending


def test_more_told_of_a_story_leaves_its_message_alone(conn: Connection) -> None:
    alerts.save_told(conn, told("s1"))
    alerts.save_message(
        conn, "s1", "desk", MessageRef(channel="telegram", chat="1", message_id="5", sent_at=NOON)
    )
    alerts.save_told(conn, told("s1", revision=1))
    message = alerts.message_of(conn, "s1", "desk")
    assert message is not None
    assert message.message_id == "5"


def test_the_budget_counts_what_was_told_at_once_since_then(conn: Connection) -> None:
    alerts.save_told(conn, told("s1", minutes=-60))
    alerts.save_told(conn, told("s2", minutes=5))
    alerts.save_told(conn, told("s3", minutes=6, digest=True))
    alerts.save_told(conn, told("s2", "asia", minutes=7))
    assert alerts.count_since(conn, "desk", NOON) == 1
    assert alerts.count_since(conn, "desk", later(-60)) == 2


def test_the_last_alert_is_the_last_that_was_sent(conn: Connection) -> None:
    alerts.save_told(conn, told("s1", minutes=5, pending=True))
    assert alerts.last_told(conn, "desk") is None
    alerts.save_message(
        conn, "s1", "desk", MessageRef(channel="telegram", chat="1", message_id="5", sent_at=later(9))
    )
    assert alerts.last_told(conn, "desk") == later(9)


def waiting(conn: Connection, minutes: float = 600) -> list[tuple[str, int]]:
    return [(one.story, one.score) for one in digests.waiting(conn, "desk", later(minutes))]


def test_a_story_waits_once_for_the_digest_with_its_best_score(conn: Connection) -> None:
    digests.collect(conn, "desk", "s1", 45, Reason.IN_DIGEST, NOON)
    digests.collect(conn, "desk", "s1", 55, Reason.OVER_BUDGET, later(1))
    digests.collect(conn, "desk", "s1", 50, Reason.IN_DIGEST, later(2))
    digests.collect(conn, "desk", "s2", 58, Reason.IN_DIGEST, later(5))
    assert waiting(conn) == [("s2", 58), ("s1", 55)]
    assert waiting(conn, 5) == [("s1", 55)]


def test_what_stood_in_a_digest_does_not_stand_in_the_next(conn: Connection) -> None:
    digests.collect(conn, "desk", "s1", 45, Reason.IN_DIGEST, NOON)
    digests.taken(conn, "desk", ["s1"], "daily 2026-11-12")
    digests.collect(conn, "desk", "s1", 59, Reason.IN_DIGEST, later(9))
    assert waiting(conn) == []


def test_a_story_told_at_once_leaves_the_digest(conn: Connection) -> None:
    digests.collect(conn, "desk", "s1", 45, Reason.IN_DIGEST, NOON)
    assert digests.drop(conn, "desk", "s1")
    assert not digests.drop(conn, "desk", "s1")
    assert waiting(conn) == []


def test_a_digest_is_made_once_a_local_day(conn: Connection) -> None:
    today, tomorrow = date(2026, 11, 12), date(2026, 11, 13)
    made = [
        digests.start_run(conn, "desk", "daily", day, later(minutes))
        for minutes, day in enumerate((today, today, tomorrow))
    ]
    assert made == [True, False, True]
    assert digests.start_run(conn, "asia", "daily", today, NOON)
    assert digests.last_run(conn, "desk") == later(2)
    assert digests.last_run(conn, "team") is None


def test_a_mute_holds_until_its_end_or_until_it_is_taken_back(conn: Connection) -> None:
    mutes.add(conn, Mute(watch="alibaba", until=later(60), by="mei"), NOON)
    mutes.add(conn, Mute(watch="alibaba", until=later(30), by="lin"), NOON)
    mutes.add(conn, Mute(story="s1", receiver="desk", until=later(90)), NOON)
    assert mutes.active(conn, later(29))[0] == Mute(watch="alibaba", until=later(30), by="lin")
    assert [mute.story for mute in mutes.active(conn, later(30))] == ["s1"]
    assert not mutes.end(conn, Mute(story="s1", until=later(90)), later(1))
    assert mutes.end(conn, Mute(story="s1", receiver="desk", until=later(90)), later(1))
    assert mutes.active(conn, later(1)) == [Mute(watch="alibaba", until=later(30), by="lin")]


def test_a_request_is_taken_once_and_answered(conn: Connection) -> None:
    number = requests.add(conn, "poll", {"source": "wire"}, NOON)
    requests.add(conn, "digest", {}, NOON)
    [taken] = requests.take(conn, ["poll", "reload"])
    assert (taken.id, taken.payload) == (number, {"source": "wire"})
    assert requests.take(conn, ["poll"]) == []
    requests.finish(conn, number, {"new": 3})
    answered = requests.get(conn, number)
    assert answered is not None
    assert (answered.state, answered.result) == ("finished", {"new": 3})


def test_a_request_that_died_with_its_instance_is_asked_again(conn: Connection) -> None:
    number = requests.add(conn, "poll", {"source": "wire"}, NOON)
    requests.take(conn, ["poll"])
    assert requests.reopen(conn) == 1
    assert [one.id for one in requests.take(conn, ["poll"])] == [number]


def test_an_update_from_a_chat_counts_once(conn: Connection) -> None:
    assert updates.first_time(conn, "telegram", 7, NOON)
    assert not updates.first_time(conn, "telegram", "7", later(1))
    assert updates.first_time(conn, "slack", 7, NOON)


def test_a_button_works_once_and_not_after_it_expired(conn: Connection) -> None:
    buttons.offer(conn, "n1", {"do": "mute"}, later(10))
    buttons.offer(conn, "n2", {"do": "add"}, later(10))
    assert buttons.press(conn, "n1", later(9)) == {"do": "mute"}
    assert buttons.press(conn, "n1", later(9)) is None
    assert buttons.press(conn, "n2", later(10)) is None
    assert buttons.press(conn, "forged", NOON) is None


def test_a_person_has_one_vote_on_a_story(conn: Connection) -> None:
    for who, value in (("mei", 1), ("lin", 1), ("mei", -1)):
        feedback.vote(conn, "s1", "desk", who=who, value=value, now=NOON)
    assert feedback.of_story(conn, "s1", "desk") == (1, 1)
    assert [(vote.who, vote.value) for vote in feedback.cast(conn, NOON)] == [("lin", 1), ("mei", -1)]
    assert feedback.cast(conn, later(1)) == []


def test_changes_are_audited_latest_first(conn: Connection) -> None:
    audit.record(conn, "telegram:4242", "watch add", {"watch": "腾讯"}, NOON)
    audit.record(conn, "telegram:4242", "undo", {}, later(1))
    assert [(change.what, change.detail) for change in audit.latest(conn)] == [
        ("undo", {}),
        ("watch add", {"watch": "腾讯"}),
    ]


def test_single_values_are_kept(conn: Connection) -> None:
    assert meta.get(conn, "started") is None
    meta.set(conn, "started", "1")
    meta.set(conn, "started", "2")
    assert meta.get(conn, "started") == "2"
