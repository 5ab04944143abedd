"""A source is polled where it really is: it follows a move for good, and comes back when the place is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.errors import FetchError
from bot.model import Validators
from bot.store import documents, sources
from bot.store.places import host_of, same_place
from tests.manners import DAY, HOUR, MINUTE, Desk, answered, document, lost, source
from tests.newsmaking import NOON

NEW = "https://new.example/feed"


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn, [source("wire"), source("post")])


def moves(desk: Desk, *hours: float, to: str | None = NEW, **more: object) -> str | None:
    """Let polls of wire, so many hours after noon, be led to a place; return its place then."""
    for hour in hours:
        desk.now = NOON + hour * HOUR
        desk.well("wire", document=document(moved_to=to, **more))
    return desk.state("wire").place


def test_a_permanent_move_is_followed_when_it_has_lasted_a_day(desk: Desk) -> None:
    assert moves(desk, 0, 12, 23.9) is None
    assert moves(desk, 24) == NEW
    state = desk.state("wire")
    assert (state.address, state.url, state.host) == (NEW, "https://wire.example/feed", "new.example")
    assert state.validators.etag == '"1"', "the body is the same one, so its validators stay"
    assert (state.moved_to, state.moved_hits, state.moved_since) == (None, 0, None)


def test_two_polls_are_not_enough_however_far_apart(desk: Desk) -> None:
    assert moves(desk, 0, 48) is None
    assert moves(desk, 72) == NEW


def test_a_move_that_changes_its_mind_begins_anew(desk: Desk) -> None:
    moves(desk, 0, 10)
    moves(desk, 20, to="https://elsewhere.example/")
    assert moves(desk, 25, 30) is None
    moves(desk, 35, to=None)
    assert moves(desk, 40, 50, 60) is None
    assert moves(desk, 64) == NEW


def test_a_failed_poll_between_does_not_undo_a_move(desk: Desk) -> None:
    moves(desk, 0, 12)
    desk.badly("wire", lost())
    assert moves(desk, 25) == NEW


def test_a_place_without_entries_is_not_moved_to(desk: Desk) -> None:
    for hour in (0, 12, 24, 36):
        desk.now = NOON + hour * HOUR
        desk.well("wire", document=document(moved_to=NEW), count=0)
    assert desk.state("wire").place is None
    desk.well("wire", document=document(moved_to=NEW, status=304, body=None), count=None)
    assert desk.state("wire").place is None


@pytest.mark.parametrize("to", ["https://WIRE.example:443/feed#top", "https://wire.example/feed"])
def test_a_redirect_to_the_same_address_is_no_move(desk: Desk, to: str) -> None:
    moves(desk, 0, 12, 24, to=to)
    assert (desk.state("wire").place, desk.state("wire").moved_to) == (None, None)


def test_a_move_back_to_the_configured_address_ends_the_detour(desk: Desk) -> None:
    moves(desk, 0, 12, 24)
    assert moves(desk, 30, 42, 54, to="https://wire.example/feed") is None
    assert desk.state("wire").host == "wire.example"


@pytest.mark.parametrize(
    "error",
    [answered(404), lost("dns"), FetchError("not_a_feed", "a page"), FetchError("web_page", "a page")],
)
def test_a_place_that_is_gone_is_given_up_after_three_failures(desk: Desk, error: FetchError) -> None:
    moves(desk, 0, 12, 24)
    for _ in range(2):
        desk.now += DAY
        assert desk.badly("wire", error).place == NEW
    desk.now += DAY
    state = desk.badly("wire", error)
    assert (state.address, state.host, state.due) == ("https://wire.example/feed", "wire.example", desk.now)
    assert state.validators == Validators(), "the validators were the lost place's"


def test_a_place_removed_for_good_is_given_up_at_once(desk: Desk) -> None:
    moves(desk, 0, 12, 24)
    state = desk.badly("wire", answered(410))
    assert (state.place, state.due) == (None, desk.now)
    assert desk.badly("wire", answered(410)).due > desk.now + 1000 * DAY


@pytest.mark.parametrize("error", [answered(500), answered(403), lost("timeout")])
def test_a_place_in_passing_trouble_stays(desk: Desk, error: FetchError) -> None:
    moves(desk, 0, 12, 24)
    for _ in range(9):
        desk.badly("wire", error)
    assert desk.state("wire").place == NEW


def test_two_sources_that_turn_out_to_be_one_are_polled_once(desk: Desk) -> None:
    desk.well("post")
    moves(desk, 0, 12, 24, to="https://POST.example:443/feed#latest")
    assert desk.state("wire").merged_into == "post"
    desk.now += DAY
    assert [state.id for state in desk.claim()] == ["post"]
    assert sources.claim_due(desk.conn, desk.now, owner="x", lease=HOUR, limit=9, only=["wire"]) == []


def test_a_resting_source_does_not_hold_the_schedule(desk: Desk) -> None:
    desk.well("post")
    moves(desk, 0, 12, 24, to="https://post.example/feed")
    assert sources.next_due(desk.conn) == desk.state("post").due


def test_a_merged_source_is_polled_again_when_its_partner_is_gone_for_good(desk: Desk) -> None:
    desk.well("post")
    moves(desk, 0, 12, 24, to="https://post.example/feed")
    desk.badly("post", answered(410))
    state = desk.state("wire")
    assert (state.merged_into, state.address, state.due) == (None, state.url, desk.now)


def test_a_merged_source_is_polled_again_when_its_partner_is_no_longer_configured(desk: Desk) -> None:
    desk.well("post")
    moves(desk, 0, 12, 24, to="https://post.example/feed")
    sources.sync(desk.conn, [source("wire")], desk.now)
    state = desk.state("wire")
    assert (state.merged_into, state.address, state.due) == (None, "https://post.example/feed", desk.now)


def test_a_source_that_is_added_where_another_moved_to_takes_over(desk: Desk) -> None:
    moves(desk, 0, 12, 24)
    sources.sync(desk.conn, [source("wire"), source("new", NEW)], desk.now)
    assert desk.state("wire").merged_into == "new"
    assert [state.id for state in desk.claim()] == ["new"]


def test_a_page_is_never_merged_with_what_reads_its_address_otherwise(desk: Desk) -> None:
    desk.well("post", parsed_kind="page")
    assert moves(desk, 0, 12, 24, to="https://post.example/feed") == "https://post.example/feed"
    assert desk.state("wire").merged_into is None


def test_one_address_written_in_two_ways_is_polled_once(conn: Connection) -> None:
    twins = [source("a", "https://Wire.Example/feed"), source("b", "https://wire.example:443/feed#x")]
    desk = Desk(conn, [*twins, source("c", "https://wire.example/feed?x=1")])
    assert [state.id for state in desk.claim()] == ["a", "c"]
    assert desk.state("b").merged_into == "a"


def test_one_page_read_in_two_ways_is_polled_twice(conn: Connection) -> None:
    page = "https://wire.example/news"
    top = source("top", page, kind="page", selectors={"item": ".top"})
    desk = Desk(
        conn, [top, source("rest", page, kind="page", selectors={"item": "li"}), source("feed", page)]
    )
    assert {state.id for state in desk.claim()} == {"top", "rest", "feed"}


def test_a_source_with_headers_of_its_own_is_not_merged(conn: Connection) -> None:
    paid = source("paid", "https://wire.example/feed", headers_env={"Authorization": "TOKEN"})
    assert len(Desk(conn, [source("wire"), paid]).claim()) == 2


def test_the_feed_found_for_a_site_is_polled_from_then_on(desk: Desk) -> None:
    desk.well("wire")
    assert sources.found_place(desk.conn, "wire", NEW) is None
    assert (desk.state("wire").address, desk.state("wire").host) == (NEW, "new.example")
    assert desk.state("wire").validators.etag == '"1"'


def test_a_site_whose_feed_is_a_source_already_rests(desk: Desk) -> None:
    desk.well("post")
    desk.well("wire")
    assert sources.found_place(desk.conn, "wire", "https://post.example/feed") == "post"


def test_a_changed_address_forgets_everything_of_the_old_one_but_the_baseline(desk: Desk) -> None:
    moves(desk, 0, 12, 24)
    desk.well("wire", document=document(moved_to="https://third.example/"), baseline=True, oddities=["odd"])
    documents.keep(desk.conn, "wire", [("https://wire.example/map.xml", document())], desk.now)
    desk.badly("wire", lost())
    sources.sync(desk.conn, [source("wire", "https://other.example/rss"), source("post")], desk.now)
    state = desk.state("wire")
    assert (state.address, state.host, state.due) == (state.url, "other.example", desk.now)
    assert (state.validators, state.body_hash, state.read_at) == (Validators(), "", None)
    assert (state.moved_to, state.moved_hits, state.moved_since) == (None, 0, None)
    assert (state.errors, state.error, state.failing_since, state.status) == (0, "", None, None)
    assert (state.kind, state.usual_count, state.shrunk, state.oddities) == ("", None, 0, "")
    assert documents.of(desk.conn, "wire") == {}
    assert state.baseline == desk.now


def test_a_restart_asks_nobody_before_it_is_due(conn: Connection) -> None:
    desk = Desk(conn, [source("wire"), source("weekly", every=timedelta(days=7))])
    desk.run(NOON + 2 * MINUTE, lambda *_: None)
    sources.sync(conn, list(desk.listed.values()), desk.now)
    assert desk.claim() == []
    assert desk.due() == {"wire": NOON + 5 * MINUTE, "weekly": NOON + timedelta(days=7)}


def test_a_restart_asks_a_source_that_was_gone_at_most_once_a_day(desk: Desk) -> None:
    desk.badly("wire", answered(410))
    for hours, asked in ((1, []), (23, []), (25, ["wire"])):
        desk.now = NOON + hours * HOUR
        sources.sync(desk.conn, list(desk.listed.values()), desk.now)
        assert [state.id for state in desk.claim() if state.id == "wire"] == asked


@pytest.mark.parametrize(
    ("url", "place", "host"),
    [
        ("HTTP://News.Example:80/Feed?b=1#x", "http://news.example/Feed?b=1", "news.example"),
        ("https://news.example", "https://news.example/", "news.example"),
        ("https://news.example.:8443/", "https://news.example:8443/", "news.example:8443"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/", "[2001:db8::1]"),
        ("https://新闻.example/", "https://xn--efvy88h.example/", "xn--efvy88h.example"),
        ("https://user:pw@news.example/", "https://news.example/", "news.example"),
        ("http://[::1", "http://[::1", ""),
    ],
)
def test_addresses_are_compared_by_what_they_lead_to(url: str, place: str, host: str) -> None:
    assert (same_place(url), host_of(url)) == (place, host)
