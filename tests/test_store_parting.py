"""What was told and owed goes with the part of a story that keeps the message; what is withdrawn can be owed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.model import DeliveryKind, Reason, Verdict
from bot.store import alerts, deliveries, digests, matches, parting, requests, stories
from bot.store.alerts import MessageRef
from tests.newsmaking import NOON
from tests.storing import later, match, open_store, owe, publish, told

MESSAGE = MessageRef(channel="telegram", chat="-100", message_id="10", sent_at=later(1))


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        publish(lent, ("s1", "e1", "One"), ("s1", "e2", "Two"), ("s2", "e3", "Three"))
        yield lent


def test_a_message_is_handed_over_with_all_that_is_owed_of_it(conn: Connection) -> None:
    alerts.save_told(conn, told("s1"))
    alerts.save_message(conn, "s1", "desk", MESSAGE)
    owe(conn, "s1|desk|edit|1", kind=DeliveryKind.EDIT, revision=1)
    owe(conn, "s1|team|alert|0", receiver="team")
    parting.hand_over(conn, "s1", "s2", "desk")

    assert alerts.message_of(conn, "s2", "desk") == MESSAGE
    assert alerts.told_of(conn, "s1") == {}
    assert alerts.by_message(conn, "telegram", "-100", "10") == "s2"
    [edit] = deliveries.pending_of(conn, "desk", DeliveryKind.EDIT, later(600))
    [alert] = deliveries.pending_of(conn, "team", DeliveryKind.ALERT, later(600))
    assert (edit.story, alert.story) == ("s2", "s1")


def test_an_edit_that_was_under_way_counts_for_the_story_that_has_the_message_now(conn: Connection) -> None:
    alerts.save_told(conn, told("s1"))
    alerts.save_message(conn, "s1", "desk", MESSAGE)
    parting.hand_over(conn, "s1", "s2", "desk")
    alerts.save_told(conn, told("s1"))
    alerts.save_message(conn, "s1", "desk", replace(MESSAGE, last_edit=later(5)))

    assert alerts.message_of(conn, "s1", "desk") is None
    edited = alerts.message_of(conn, "s2", "desk")
    assert edited is not None
    assert edited.last_edit == later(5)


def test_an_edit_of_the_younger_of_two_merged_messages_leaves_the_older_in_its_place(
    conn: Connection,
) -> None:
    for story, number in (("s1", "10"), ("s2", "20")):
        alerts.save_told(conn, told(story))
        alerts.save_message(
            conn, story, "desk", replace(MESSAGE, message_id=number, sent_at=later(int(number)))
        )
    stories.merge(conn, "s2", "s1", later(30))
    younger = replace(MESSAGE, message_id="20", sent_at=later(20), last_edit=later(31))
    alerts.save_message(conn, "s2", "desk", younger)

    kept = alerts.message_of(conn, "s1", "desk")
    assert kept is not None
    assert (kept.message_id, kept.last_edit) == ("10", None)


def test_what_is_withdrawn_is_not_sent_and_can_be_owed_again(conn: Connection) -> None:
    assert owe(conn, "s1|desk|alert|0")
    assert parting.withdraw_alert(conn, "s1", "desk", "split off", NOON)
    assert not parting.withdraw_alert(conn, "s1", "desk", "split off", NOON)
    assert deliveries.owed(conn) == []
    assert owe(conn, "s1|desk|alert|0")


def test_an_alert_on_its_way_is_neither_withdrawn_nor_changed(conn: Connection) -> None:
    owe(conn, "s1|desk|alert|0")
    deliveries.claim(conn, NOON, owner="a", lease=timedelta(minutes=2), limit=5)
    assert not parting.withdraw_alert(conn, "s1", "desk", "split off", NOON)
    assert not parting.amend_alert(conn, "s1", "desk", later(5), 50, {})


def test_an_owed_alert_takes_another_time_and_score_unless_it_failed_before(conn: Connection) -> None:
    owe(conn, "s1|desk|alert|0")
    assert parting.amend_alert(conn, "s1", "desk", later(5), 50, {"reason": "quiet_hours"})
    [owed] = deliveries.pending_of(conn, "desk", DeliveryKind.ALERT, later(600))
    assert (owed.due, owed.score, owed.payload) == (later(5), 50, {"reason": "quiet_hours"})
    [sent] = deliveries.claim(conn, later(6), owner="a", lease=timedelta(minutes=2), limit=5)
    deliveries.retry(conn, sent.id, later(30), "down", ambiguous=False)
    parting.amend_alert(conn, "s1", "desk", later(7), 60, {})
    [owed] = deliveries.pending_of(conn, "desk", DeliveryKind.ALERT, later(600))
    assert (owed.due, owed.score) == (later(30), 60)


def test_what_only_waits_or_is_owed_does_not_count_as_told_after_a_split(conn: Connection) -> None:
    alerts.save_told(conn, told("s1", "asleep", pending=True))
    for receiver in ("waits", "read"):
        alerts.save_told(conn, told("s1", receiver, digest=True))
        digests.collect(conn, receiver, "s1", 45, Reason.IN_DIGEST, NOON)
    digests.taken(conn, "read", ["s1"], "today")
    alerts.save_told(conn, told("s1", "heard"))
    stories.split(conn, "s1", "e2", "s9", 9, later(10), "mei")

    assert (digests.waits(conn, "waits", "s1"), digests.waits(conn, "read", "s1")) == (True, False)
    assert set(alerts.told_of(conn, "s9")) == {"heard", "read"}
    assert alerts.count_since(conn, "heard", NOON) == 0, "there was no message for either"


def test_a_split_says_where_entries_may_never_return_to(conn: Connection) -> None:
    stories.split(conn, "s1", "e2", "s9", 9, later(10), "mei")
    assert stories.left(conn) == {"e2": ("s1", 1)}
    assert stories.parted(conn, "s9", "s1")
    stories.merge(conn, "s1", "s2", later(11))
    assert stories.left(conn) == {"e2": ("s2", 2)}
    assert stories.parted(conn, "s2", "s9")
    assert not stories.parted(conn, "s1", "s2")


def test_matches_that_go_take_their_verdicts_along_and_leave_the_history(conn: Connection) -> None:
    matches.save(conn, [match("s1", "alibaba"), match("s1", "jd")], "v1", NOON)
    reached = [
        Verdict(story="s1", watch=watch, receiver="desk", reason=Reason.FIRST_REPORT, told=True, score=70)
        for watch in ("alibaba", "jd")
    ]
    matches.save_verdicts(conn, reached, "v1", NOON)
    matches.replace(conn, "s1", [match("s1", "jd")], "v1", later(1))
    assert [each.verdict.watch for each in matches.verdicts_of(conn, "s1")] == ["jd"]
    assert len(matches.history_of(conn, "s1")) == 2


def test_requests_are_taken_one_at_a_time_the_oldest_first(conn: Connection) -> None:
    assert not requests.waits(conn, "split")
    first, second = (requests.add(conn, "split", {}, NOON) for _ in range(2))
    assert requests.waits(conn, "split")
    taken = [request.id for _ in range(3) for request in requests.take(conn, ["split"], limit=1)]
    assert taken == [first, second]
