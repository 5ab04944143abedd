"""The store knows of each source when it is due, how it fares, and who has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.model import Document, Source, Validators
from bot.store import sources
from bot.store.sources import SourceState
from tests.newsmaking import NOON
from tests.storing import ids, later, open_store

LEASE = timedelta(minutes=2)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        sources.sync(lent, [source("wire"), source("post")], NOON)
        yield lent


def source(name: str, url: str = "", **more: Any) -> Source:
    return Source(id=name, name=name.title(), url=url or f"https://{name}.example/feed", **more)


def document(**more: Any) -> Document:
    values: dict[str, Any] = {
        "url": "https://wire.example/feed",
        "status": 200,
        "body": b"<rss/>",
        "validators": Validators('"abc"', "Thu, 12 Nov 2026 12:00:00 GMT"),
        "body_hash": "h1",
        **more,
    }
    return Document(**values)


def claim(conn: Connection, minutes: float = 0, **more: Any) -> list[str]:
    values: dict[str, Any] = {"owner": "a", "lease": LEASE, "limit": 10, **more}
    return ids(sources.claim_due(conn, later(minutes), **values))


def poll(conn: Connection, minutes: float = 0, **more: Any) -> SourceState:
    """Let a poll of wire go well and return what the store knows then."""
    values: dict[str, Any] = {
        "due": later(minutes + 5),
        "document": document(),
        "count": 20,
        "baseline": False,
        **more,
    }
    sources.succeeded(conn, "wire", later(minutes), **values)
    return sources.states(conn)["wire"]


def test_a_new_source_is_due_at_once(conn: Connection) -> None:
    assert claim(conn) == ["post", "wire"]


def test_a_claimed_source_is_nobody_else_s_until_its_lease_ends(conn: Connection) -> None:
    assert claim(conn, 0, limit=1) == ["post"]
    assert claim(conn, 1, owner="b") == ["wire"]
    assert claim(conn, 1.9) == []
    assert claim(conn, 2.1) == ["post"]


def test_only_what_is_asked_for_is_claimed_even_before_it_is_due(conn: Connection) -> None:
    poll(conn)
    assert claim(conn, 1, only=["wire"]) == []
    assert claim(conn, 1, only=["wire"], ignore_due=True) == ["wire"]


def test_a_released_source_is_due_as_before(conn: Connection) -> None:
    claim(conn)
    sources.release(conn, "wire")
    assert claim(conn, 0.1) == ["wire"]


def test_a_restart_frees_what_the_dead_instance_had_and_not_its_own(conn: Connection) -> None:
    claim(conn, only=["wire"], owner="dead")
    claim(conn, only=["post"], owner="alive")
    assert sources.free_foreign_leases(conn, "alive") == 1
    assert claim(conn, 0.1) == ["wire"]


def test_a_poll_that_went_well_is_remembered_byte_for_byte(conn: Connection) -> None:
    state = poll(conn, 1, baseline=True)
    assert state.validators == Validators('"abc"', "Thu, 12 Nov 2026 12:00:00 GMT")
    assert (state.due, state.last_poll, state.last_success) == (later(6), later(1), later(1))
    assert (state.baseline, state.interval, state.last_count) == (later(1), timedelta(minutes=5), 20)
    assert (state.status, state.body_hash, state.polls, state.errors) == (200, "h1", 1, 0)


def test_the_baseline_is_the_first_one_for_ever(conn: Connection) -> None:
    assert poll(conn, 1).baseline is None
    poll(conn, 2, baseline=True)
    assert poll(conn, 3, baseline=True).baseline == later(2)


def test_nothing_new_keeps_the_validators_that_the_server_did_not_repeat(conn: Connection) -> None:
    poll(conn)
    state = poll(
        conn, 5, document=document(status=304, body=None, validators=Validators(), body_hash=""), count=None
    )
    assert (state.validators.etag, state.body_hash, state.last_count) == ('"abc"', "h1", 20)


def test_a_server_that_stops_sending_an_etag_is_not_sent_the_old_one(conn: Connection) -> None:
    poll(conn)
    assert poll(conn, 5, document=document(validators=Validators())).validators == Validators()


def test_a_body_cut_short_is_asked_for_again_in_full(conn: Connection) -> None:
    poll(conn)
    state = poll(conn, 5, document=document(complete=False))
    assert (state.validators, state.body_hash) == (Validators(), "")


def test_a_failed_poll_counts_until_one_goes_well(conn: Connection) -> None:
    poll(conn, baseline=True)
    for minutes in (5, 10):
        claim(conn, minutes)
        sources.failed(
            conn,
            "wire",
            later(minutes),
            due=later(minutes + 5),
            reason="status",
            message="refused",
            status=403,
        )
    state = sources.states(conn)["wire"]
    assert (state.errors, state.error_reason, state.error, state.status) == (2, "status", "refused", 403)
    assert (state.last_success, state.last_poll, state.validators.etag) == (NOON, later(10), '"abc"')
    assert claim(conn, 15, only=["wire"]) == ["wire"]
    state = poll(conn, 15)
    assert (state.errors, state.error, state.error_reason) == (0, "", "")


def test_a_permanent_move_is_counted_while_it_points_to_one_place(conn: Connection) -> None:
    moves = ["https://a.example/", "https://a.example/", "https://b.example/", None]
    states = [poll(conn, at, document=document(moved_to=to)) for at, to in enumerate(moves)]
    assert [(state.moved_to, state.moved_hits) for state in states] == [
        ("https://a.example/", 1),
        ("https://a.example/", 2),
        ("https://b.example/", 1),
        (None, 0),
    ]


def test_a_changed_address_starts_anew_but_alerts_as_the_same_source(conn: Connection) -> None:
    poll(conn, baseline=True)
    sources.sync(conn, [source("wire", "https://new.example/feed"), source("post")], later(1))
    state = sources.states(conn)["wire"]
    assert (state.url, state.validators, state.due) == ("https://new.example/feed", Validators(), later(1))
    assert state.baseline == NOON


def test_an_unchanged_configuration_changes_nothing(conn: Connection) -> None:
    before = poll(conn, baseline=True)
    sources.sync(conn, [source("wire"), source("post")], later(1))
    assert sources.states(conn)["wire"] == before


def test_a_source_that_is_gone_or_switched_off_is_kept_and_never_polled(conn: Connection) -> None:
    poll(conn, baseline=True)
    sources.sync(conn, [source("post", enabled=False)], later(1))
    assert claim(conn, 60, ignore_due=True) == []
    assert sources.next_due(conn) is None
    sources.sync(conn, [source("wire")], later(60))
    assert sources.states(conn)["wire"].baseline == NOON
    assert claim(conn, 60) == ["wire"]


def test_the_next_poll_is_known_also_while_one_runs(conn: Connection) -> None:
    poll(conn)
    assert sources.next_due(conn) == NOON
    claim(conn, 1)
    assert sources.next_due(conn) == later(3)
