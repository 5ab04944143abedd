"""The store remembers of each poll what tells a source that is well from one that is not."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.model import Validators
from bot.store import sources
from tests.manners import HOUR, MINUTE, Desk, answered, document, lost, source
from tests.newsmaking import NOON


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn, [source("wire")])


def counts(desk: Desk, *numbers: int) -> list[tuple[int | None, int]]:
    """Let documents have so many entries; return (how many are usual, shrunk documents in a row) after each."""
    states = [desk.well("wire", count=number) for number in numbers]
    return [(state.usual_count, state.shrunk) for state in states]


def test_trouble_is_dated_from_its_first_failure_until_it_is_over(desk: Desk) -> None:
    for hours in (1, 2, 3):
        desk.now = NOON + hours * HOUR
        assert desk.badly("wire", lost()).failing_since == NOON + HOUR
    desk.now += HOUR
    assert desk.well("wire").failing_since is None
    desk.now += HOUR
    assert desk.badly("wire", lost()).failing_since == NOON + 5 * HOUR


def test_a_304_ends_trouble_too(desk: Desk) -> None:
    desk.well("wire")
    desk.badly("wire", answered(500))
    state = desk.well("wire", document=document(status=304, body=None), count=None)
    assert (state.failing_since, state.errors, state.error_reason) == (None, 0, "")


def test_what_a_document_was_is_remembered_while_nothing_changes(desk: Desk) -> None:
    desk.well("wire", parsed_kind="atom", oddities=["mojibake", "ids change\nat each poll", "mojibake"])
    state = desk.well("wire", document=document(status=304, body=None), count=None, parsed_kind="")
    assert (state.kind, state.oddities) == ("atom", "mojibake\nids change at each poll")
    assert desk.well("wire", oddities=[]).oddities == ""


def test_what_is_usual_moves_slowly(desk: Desk) -> None:
    assert counts(desk, 30, 30, 38, 38, 30) == [(30, 0), (30, 0), (31, 0), (32, 0), (32, 0)]


def test_far_fewer_entries_than_usual_are_counted_until_they_are_back(desk: Desk) -> None:
    counts(desk, 30)
    assert counts(desk, 5, 0, 6, 1) == [(30, 1), (30, 2), (27, 0), (27, 1)]
    assert counts(desk, 27) == [(27, 0)]


def test_a_small_source_never_counts_as_shrunk(desk: Desk) -> None:
    assert counts(desk, 4, 0, 0) == [(4, 0), (4, 0), (4, 0)]


def test_a_source_that_stays_small_for_long_has_become_small(desk: Desk) -> None:
    counts(desk, 100)
    later = counts(desk, *[2] * 60)
    assert later[48] == (100, 49)
    assert later[49] == (2, 0)
    assert later[-1] == (2, 0)


def test_a_document_that_did_not_change_is_as_small_as_it_was(desk: Desk) -> None:
    counts(desk, 30, 1)
    state = desk.well("wire", document=document(status=304, body=None), count=None)
    assert (state.last_count, state.usual_count, state.shrunk) == (1, 30, 2)


def test_a_document_that_did_not_change_says_nothing_new_of_a_usual_size(desk: Desk) -> None:
    counts(desk, 30, 28)
    state = desk.well("wire", document=document(status=304, body=None), count=None)
    assert (state.last_count, state.usual_count, state.shrunk) == (28, 30, 0)


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ({}, True),
        ({"body": None}, True),
        ({"status": 304, "body": None}, False),
        ({"complete": False}, False),
    ],
    ids=["another body", "the same body", "a 304", "a part"],
)
def test_a_document_counts_as_read_when_it_came_whole(
    desk: Desk, more: dict[str, object], read: bool
) -> None:
    desk.well("wire")
    desk.now += HOUR
    assert desk.well("wire", document=document(**more)).read_at == (desk.now if read else NOON)


def test_the_same_body_without_validators_leaves_none(desk: Desk) -> None:
    desk.well("wire")
    state = desk.well("wire", document=document(body=None, validators=Validators()), count=None)
    assert (state.validators, state.body_hash) == (Validators(), "h1")


def test_a_source_that_was_removed_while_it_was_polled_is_no_error(conn: Connection) -> None:
    desk = Desk(conn, [source("wire")])
    sources.succeeded(conn, "gone", NOON, due=NOON, document=None, count=0, baseline=True)
    sources.failed(conn, "gone", NOON, due=NOON, reason="dns", message="x", status=None)
    assert set(desk.due()) == {"wire"}


def test_a_failure_frees_the_claim_and_keeps_the_validators(desk: Desk) -> None:
    desk.well("wire")
    desk.now += 5 * MINUTE
    assert [state.id for state in desk.claim()] == ["wire"]
    desk.now = desk.badly("wire", lost()).due
    (state,) = desk.claim()
    assert (state.validators.etag, state.body_hash) == ('"1"', "h1")
