"""Mutes in the store: one of a kind at a time, remembered after their end, and they follow what becomes of a story."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.model import Mute
from bot.render.people import named, shown_name, signed
from bot.store import mutes
from tests.newsmaking import NOON
from tests.storing import later


def begin(conn: Connection, until: float, *, at: float = 0, by: str = "telegram:1 Mei", **what: str) -> Mute:
    """Begin a mute of the desk at one minute after noon until another."""
    mute = Mute(receiver="desk", until=later(until), by=by, **what)
    mutes.add(conn, mute, later(at))
    return mute


def test_a_mute_that_was_ended_is_remembered_as_long_as_it_held(conn: Connection) -> None:
    mute = begin(conn, 240, watch="alibaba")

    assert mutes.end(conn, mute, later(60))
    assert not mutes.end(conn, mute, later(61))

    assert mutes.active(conn, later(60)) == []
    (held,) = mutes.held(conn, later(30))
    assert (held.by, held.until) == ("telegram:1 Mei", later(60))
    assert mutes.held(conn, later(90)) == []


def test_a_mute_does_not_hold_before_it_began(conn: Connection) -> None:
    begin(conn, 240, at=30, story="s1")

    assert mutes.held(conn, later(20)) == []
    assert len(mutes.held(conn, later(30))) == 1


def test_only_the_mute_of_exactly_this_is_found(conn: Connection) -> None:
    mute = begin(conn, 240, watch="alibaba")

    assert mutes.of(conn, NOON, receiver="desk", watch="alibaba") == mute
    for other in ({"receiver": "desk"}, {"watch": "alibaba"}, {"receiver": "desk", "watch": "tencent"}):
        assert mutes.of(conn, NOON, **other) is None
    assert mutes.of(conn, later(240), receiver="desk", watch="alibaba") is None


def test_of_two_stories_that_became_one_the_longer_mute_stays(conn: Connection) -> None:
    begin(conn, 60, story="s1", by="telegram:1 Mei")
    begin(conn, 240, story="s2", by="telegram:3 Ann")

    mutes.follow(conn, "s2", "s1")

    (kept,) = mutes.active(conn, NOON)
    assert (kept.story, kept.by, kept.until) == ("s1", "telegram:3 Ann", later(240))


def test_an_ended_mute_of_a_merged_story_does_not_end_the_other_one(conn: Connection) -> None:
    begin(conn, 240, story="s1")
    mutes.end(conn, begin(conn, 900, story="s2"), later(10))

    mutes.follow(conn, "s2", "s1")

    (kept,) = mutes.active(conn, later(20))
    assert (kept.story, kept.until) == ("s1", later(240))


def test_people_are_kept_with_their_id_and_shown_by_their_name() -> None:
    assert signed("telegram:4242", "Mei Lin") == "telegram:4242 Mei Lin"
    assert named("telegram:4242 Mei Lin") == "Mei Lin"
    assert named(signed("telegram:4242", "")) == "4242"
    assert named(signed("terminal", "")) == "terminal"
    assert shown_name("telegram:4242", "\u202e🔴") == "4242"
    assert shown_name("", "") == "?"
