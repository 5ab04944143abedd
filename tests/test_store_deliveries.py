"""The outbox forgets nothing, repeats nothing, and sends one message at a time to each receiver."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.model import Delivery, DeliveryKind
from bot.store import deliveries, retention
from tests.newsmaking import NOON
from tests.storing import later, owe

LEASE = timedelta(minutes=2)


def claim(conn: Connection, minutes: float = 0, **more: Any) -> list[Delivery]:
    values: dict[str, Any] = {"owner": "a", "lease": LEASE, "limit": 10, **more}
    return deliveries.claim(conn, later(minutes), **values)


def send_all(conn: Connection, minutes: float = 0) -> list[str]:
    """Send one after the other what is due and return the keys in their order."""
    sent = []
    while got := claim(conn, minutes):
        sent += [one.key for one in got]
        for one in got:
            deliveries.sent(conn, one.id, later(minutes))
    return sent


def test_a_delivery_comes_out_as_it_was_owed(conn: Connection) -> None:
    payload = {"reason": "first_report", "watches": ["alibaba", "腾讯"]}
    assert owe(conn, "s1|desk|alert|0", payload=payload, score=92, revision=3, due=later(-1))
    [got] = claim(conn)
    assert got == Delivery(
        id=got.id,
        key="s1|desk|alert|0",
        story="s1",
        receiver="desk",
        kind=DeliveryKind.ALERT,
        revision=3,
        due=later(-1),
        attempts=1,
        score=92,
        payload=payload,
    )


def test_a_key_is_owed_once_for_ever(conn: Connection) -> None:
    assert owe(conn, "k")
    assert not owe(conn, "k", score=99)
    assert send_all(conn) == ["k"]
    assert not owe(conn, "k")
    assert send_all(conn, 60) == []


def test_nothing_is_sent_before_it_is_due(conn: Connection) -> None:
    owe(conn, "k", due=later(5))
    assert claim(conn, 4.9) == []
    assert deliveries.next_due(conn) == later(5)
    assert len(claim(conn, 5)) == 1


def test_alerts_go_before_replies_before_answers_before_edits_and_high_scores_first(conn: Connection) -> None:
    owe(conn, "edit", kind=DeliveryKind.EDIT, score=99)
    owe(conn, "answer", kind=DeliveryKind.ANSWER)
    owe(conn, "low", score=50)
    owe(conn, "reply", kind=DeliveryKind.REPLY)
    owe(conn, "high", score=90)
    owe(conn, "high but later", score=90, due=later(0.5))
    assert send_all(conn, 1) == ["high", "high but later", "low", "reply", "answer", "edit"]


def test_one_chat_gets_one_message_at_a_time_and_never_holds_up_another(conn: Connection) -> None:
    for n in range(3):
        owe(conn, f"a{n}", "a")
        owe(conn, f"b{n}", "b")
    assert sorted(one.receiver for one in claim(conn)) == ["a", "b"]
    assert claim(conn, 1) == []
    owe(conn, "c", "c")
    assert [one.receiver for one in claim(conn, 1)] == ["c"]


def test_only_the_receivers_asked_for_are_served(conn: Connection) -> None:
    owe(conn, "a", "a")
    owe(conn, "b", "b")
    assert [one.receiver for one in claim(conn, receivers=["b", "x"])] == ["b"]


def test_a_retry_waits_and_tells_only_an_ambiguous_attempt_as_a_possible_repeat(conn: Connection) -> None:
    owe(conn, "k")
    [first] = claim(conn)
    deliveries.retry(conn, first.id, later(1), "refused", ambiguous=False)
    assert claim(conn, 0.5) == []
    [second] = claim(conn, 1)
    assert (second.attempts, second.maybe_repeat) == (2, False)
    deliveries.retry(conn, second.id, later(2), "no answer", ambiguous=True)
    [third] = claim(conn, 2)
    deliveries.retry(conn, third.id, later(3), "refused", ambiguous=False)
    [fourth] = claim(conn, 3)
    assert (fourth.attempts, fourth.maybe_repeat) == (4, True)


def test_a_message_whose_sender_fell_silent_on_the_wire_is_sent_again_marked(conn: Connection) -> None:
    owe(conn, "k")
    [first] = claim(conn)
    deliveries.on_wire(conn, first.id, NOON)
    assert claim(conn, 1.9, owner="b") == []
    [again] = claim(conn, 2.1, owner="b")
    assert (again.key, again.maybe_repeat, again.attempts) == ("k", True, 2)


def test_a_message_that_never_left_is_sent_again_unmarked(conn: Connection) -> None:
    owe(conn, "k")
    claim(conn)
    [again] = claim(conn, 2.1, owner="b")
    assert (again.key, again.maybe_repeat) == ("k", False)


def test_a_restart_owes_again_what_the_dead_instance_had_and_marks_what_had_left(conn: Connection) -> None:
    for receiver, owner in (("a", "dead"), ("b", "dead"), ("c", "alive")):
        owe(conn, f"{receiver}'s", receiver)
        [got] = claim(conn, owner=owner, receivers=[receiver])
        if receiver == "a":
            deliveries.on_wire(conn, got.id, NOON)
    assert deliveries.foreign_to_ambiguous(conn, "alive", later(1)) == 1
    again = claim(conn, 1, owner="alive")
    assert {one.key: one.maybe_repeat for one in again} == {"a's": True, "b's": False}


def test_only_the_kinds_asked_for_are_claimed(conn: Connection) -> None:
    owe(conn, "alert", "a")
    owe(conn, "edit", "b", kind=DeliveryKind.EDIT)
    assert [one.key for one in claim(conn, kinds=[DeliveryKind.EDIT])] == ["edit"]


def test_dead_letters_are_kept_with_their_reason_and_the_queue_moves_on(conn: Connection) -> None:
    owe(conn, "poison", score=99)
    owe(conn, "next")
    [poison] = claim(conn)
    deliveries.dead(conn, poison.id, "chat not found", later(1))
    assert send_all(conn, 1) == ["next"]
    [letter] = deliveries.dead_letters(conn)
    assert (letter.delivery.key, letter.error, letter.at) == ("poison", "chat not found", later(1))


def test_only_what_is_still_owed_can_be_cancelled(conn: Connection) -> None:
    owe(conn, "by key", "a")
    owe(conn, "being sent", "b")
    [sending] = claim(conn, receivers=["b"])
    assert deliveries.cancel(conn, "by key", "muted", NOON)
    assert not deliveries.cancel(conn, "by key", "muted", NOON)
    assert not deliveries.cancel(conn, sending.id, "muted")
    assert send_all(conn, 60) == ["being sent"]


def test_a_chat_that_asks_us_to_wait_gets_nothing_until_then_and_all_keep_their_due_times(
    conn: Connection,
) -> None:
    owe(conn, "a0", "a", score=80)
    owe(conn, "a1", "a")
    owe(conn, "b", "b")
    [first] = claim(conn, receivers=["a"])
    deliveries.retry(conn, first.id, later(60), "rate_limited: slow down", ambiguous=False)
    owe(conn, "a2", "a", due=later(30))
    assert send_all(conn, 59) == ["b"]
    assert {one.due for one in deliveries.pending_of(conn, "a", DeliveryKind.ALERT, later(59))} == {
        NOON,
        later(30),
    }
    assert send_all(conn, 60) == ["a0", "a1", "a2"]


def test_what_is_owed_is_counted_by_receiver_and_kind(conn: Connection) -> None:
    owe(conn, "1", "a", due=later(5))
    owe(conn, "2", "a", due=later(3))
    owe(conn, "3", "a", kind=DeliveryKind.EDIT)
    owe(conn, "4", "b")
    [sent] = claim(conn, receivers=["b"])
    assert [(one.receiver, one.kind, one.count, one.oldest_due) for one in deliveries.owed(conn)] == [
        ("a", DeliveryKind.ALERT, 2, later(3)),
        ("a", DeliveryKind.EDIT, 1, NOON),
        ("b", DeliveryKind.ALERT, 1, NOON),
    ]
    deliveries.sent(conn, sent.id, NOON)
    assert {one.receiver for one in deliveries.owed(conn)} == {"a"}
    for moment in (later(3), later(4)):  # what is due at this very moment is due
        assert [one.key for one in deliveries.pending_of(conn, "a", DeliveryKind.ALERT, moment)] == ["2"]


def owe_edit(conn: Connection, revision: int, due: float, **more: Any) -> bool:
    values: dict[str, Any] = {"score": 70, "payload": {"revision": revision}, "now": NOON, **more}
    return deliveries.owe_edit(conn, story="s1", receiver="desk", revision=revision, due=later(due), **values)


def test_a_newer_edit_takes_the_place_of_the_older_and_comes_no_later(conn: Connection) -> None:
    assert owe_edit(conn, 1, due=1)
    assert owe_edit(conn, 2, due=2)
    assert not owe_edit(conn, 1, due=0)
    [edit] = claim(conn, 1)
    assert (edit.revision, edit.payload, edit.key) == (2, {"revision": 2}, "s1|desk|edit|2")
    assert claim(conn, 60) != [edit]


def test_an_edit_that_comes_while_one_is_sent_waits_behind_it(conn: Connection) -> None:
    owe_edit(conn, 1, due=0)
    [first] = claim(conn)
    assert owe_edit(conn, 2, due=1)
    deliveries.sent(conn, first.id, NOON)
    assert send_all(conn, 1) == ["s1|desk|edit|2"]
    assert not owe_edit(conn, 2, due=1)


def test_a_newer_edit_does_not_shorten_the_pause_that_a_chat_asked_for(conn: Connection) -> None:
    owe_edit(conn, 1, due=0)
    [first] = claim(conn)
    deliveries.retry(conn, first.id, later(30), "too many requests", ambiguous=False)
    assert owe_edit(conn, 2, due=1)
    assert claim(conn, 29) == []
    assert [one.revision for one in claim(conn, 30)] == [2]


def test_an_owed_message_may_come_sooner_but_not_later(conn: Connection) -> None:
    owe(conn, "k", due=later(60))
    assert deliveries.hasten(conn, "k", later(5))
    assert not deliveries.hasten(conn, "k", later(30))
    assert len(claim(conn, 5)) == 1


def test_retention_forgets_what_was_sent_long_ago_but_not_that_a_receiver_was_greeted(
    conn: Connection,
) -> None:
    owe(conn, "old")
    owe(conn, "greeting|desk", kind=DeliveryKind.GREETING)
    send_all(conn)
    owe(conn, "owed", due=later(-60))
    assert retention(conn, later(50), later(60)).deliveries == 1
    assert not owe(conn, "greeting|desk", kind=DeliveryKind.GREETING)
    assert send_all(conn) == ["owed"]


def test_five_thousand_owed_to_one_chat_drain_without_growing_slow(conn: Connection) -> None:
    for n in range(5000):
        owe(conn, f"k{n}", score=n % 100)
    best = [claim(conn, n)[0].score for n in range(0, 60, 3)]
    assert best[0] == 99
    assert best == sorted(best, reverse=True)
