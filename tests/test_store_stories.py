"""Stories that merge take everything along once; an entry that was split off stays away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.model import DeliveryKind, Match, Mute, Reason, Verdict
from bot.store import alerts, deliveries, digests, feedback, matches, mutes, retention, search, stories
from bot.store.alerts import MessageRef
from tests.newsmaking import NOON
from tests.storing import later, match, open_store, owe, publish, told


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """Two stories: s1 of two entries, s2 of one, told apart a minute later each."""
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        publish(
            lent,
            ("s1", "e1", "Alibaba profit rises"),
            ("s1", "e2", "Alibaba profit up"),
            ("s2", "e3", "阿里财报"),
        )
        yield lent


def message(number: str, minutes: float = 0, **more: Any) -> MessageRef:
    return MessageRef(channel="telegram", chat="-100", message_id=number, sent_at=later(minutes), **more)


def tell(
    conn: Connection, story: str, number: str, minutes: float, receiver: str = "desk", **more: Any
) -> None:
    """The receiver was sent a message about the story."""
    alerts.save_told(conn, told(story, receiver, minutes=minutes, **more))
    alerts.save_message(conn, story, receiver, message(number, minutes))


def owed_keys(conn: Connection, receiver: str = "desk") -> set[str]:
    keys = set()
    for kind in DeliveryKind:
        keys |= {one.key for one in deliveries.pending_of(conn, receiver, kind, later(600))}
    return keys


def merge(conn: Connection) -> None:
    assert stories.merge(conn, "s2", "s1", later(10))


def test_a_merged_story_is_found_under_both_names(conn: Connection) -> None:
    merge(conn)
    for name in ("s1", "s2"):
        found = stories.get(conn, name)
        assert found is not None
        assert (found.id, [report.entry.id for report in found.reports]) == ("s1", ["e1", "e2", "e3"])
    assert stories.many(conn, ["s2"])["s2"].id == "s1"
    assert stories.root_of(conn, "s2") == "s1"
    assert stories.by_serial(conn, 2) == "s1"
    assert stories.serials(conn, ["s1", "s2"]) == {"s1": 1, "s2": 2}


def test_after_a_merge_only_the_earliest_entry_is_the_first(conn: Connection) -> None:
    stories.merge(conn, "s1", "s2", later(10))
    found = stories.get(conn, "s2")
    assert found is not None
    assert [(report.joining.rule, report.joining.other) for report in found.reports] == [
        ("first", ""),
        ("similar", ""),
        ("merged", "e1"),
    ]


def test_merging_chains_and_repeats_are_harmless(conn: Connection) -> None:
    publish(conn, ("s3", "e4", "More"))
    merge(conn)
    assert stories.merge(conn, "s1", "s3", later(11))
    assert not stories.merge(conn, "s2", "s3", later(12))
    assert not stories.merge(conn, "s9", "s3", later(12))
    assert [stories.root_of(conn, name) for name in ("s1", "s2", "s3", "s9")] == ["s3", "s3", "s3", None]
    publish(conn, ("s2", "e5", "Straggler"))
    assert stories.of_entry(conn, "e5") == "s3"


def test_what_was_told_of_a_story_follows_it(conn: Connection) -> None:
    tell(conn, "s2", "20", 3, score=80, watches=("alibaba",))
    merge(conn)
    assert alerts.told_of(conn, "s1")["desk"].score == 80
    assert alerts.told_of(conn, "s2") == alerts.told_of(conn, "s1")
    assert alerts.by_message(conn, "telegram", "-100", "20") == "s1"


def test_the_older_message_lives_on_when_both_were_told(conn: Connection) -> None:
    tell(conn, "s1", "10", 5, score=70, watches=("alibaba",), events=frozenset({"earnings"}), revision=4)
    tell(conn, "s2", "20", 3, score=80, watches=("tencent", "alibaba"), events=frozenset({"ipo"}), revision=1)
    merge(conn)
    joined = alerts.told_of(conn, "s1")["desk"]
    assert (joined.at, joined.score, joined.revision, joined.entries) == (later(3), 80, 4, 2)
    assert (joined.events, set(joined.watches)) == (frozenset({"earnings", "ipo"}), {"alibaba", "tencent"})
    kept = alerts.message_of(conn, "s2", "desk")
    assert kept is not None
    assert kept.message_id == "20"
    assert {alerts.by_message(conn, "telegram", "-100", number) for number in ("10", "20")} == {"s1"}


def test_a_second_first_alert_is_not_sent_when_the_stories_are_one(conn: Connection) -> None:
    tell(conn, "s1", "10", 1)
    owe(conn, "s1|desk|alert|0")
    [first] = deliveries.claim(conn, NOON, owner="a", lease=timedelta(minutes=2), limit=5)
    deliveries.sent(conn, first.id, later(1))
    alerts.save_told(conn, told("s2", pending=True))
    owe(conn, "s2|desk|alert|0")
    merge(conn)
    assert owed_keys(conn) == set()
    assert not alerts.told_of(conn, "s1")["desk"].pending


def test_an_alert_that_is_the_only_one_is_still_owed_after_a_merge(conn: Connection) -> None:
    alerts.save_told(conn, told("s2", pending=True))
    owe(conn, "s2|desk|alert|0")
    merge(conn)
    assert alerts.told_of(conn, "s1")["desk"].pending
    [owed] = deliveries.claim(conn, NOON, owner="a", lease=timedelta(minutes=2), limit=5)
    assert owed.story == "s1"
    assert not owe(conn, "s1|desk|alert|0"), "the surviving story's alert would be a second one"


def test_of_two_owed_alerts_and_edits_one_each_stays(conn: Connection) -> None:
    for story in ("s1", "s2"):
        alerts.save_told(conn, told(story, pending=True))
        owe(conn, f"{story}|desk|alert|0")
        owe(conn, f"{story}|desk|edit|1", kind=DeliveryKind.EDIT, revision=1)
        owe(conn, f"{story}|desk|reply|2", kind=DeliveryKind.REPLY, revision=2)
    merge(conn)
    assert {"s1|desk|alert|0", "s1|desk|edit|1", "s1|desk|reply|2"} < owed_keys(conn)
    assert len(owed_keys(conn)) == 4, "two replies say two different things"


def verdict(story: str, watch: str = "alibaba", reason: Reason = Reason.FIRST_REPORT, **more: Any) -> Verdict:
    values: dict[str, Any] = {"told": reason is Reason.FIRST_REPORT, "score": 70, **more}
    return Verdict(story=story, watch=watch, receiver="desk", reason=reason, **values)


def test_matches_and_verdicts_follow_the_better_match(conn: Connection) -> None:
    matches.save(conn, [match("s1", "alibaba", 50), match("s1", "jd", 60)], "v1", NOON)
    matches.save(
        conn, [match("s2", "alibaba", 90), match("s2", "jd", 30), match("s2", "tencent", 40)], "v1", NOON
    )
    matches.save_verdicts(conn, [verdict("s1"), verdict("s2", "tencent"), verdict("s2")], "v1", NOON)
    merge(conn)
    assert [(one.watch, one.score) for one in matches.of(conn, "s2")] == [
        ("alibaba", 90),
        ("jd", 60),
        ("tencent", 40),
    ]
    assert [one.verdict.watch for one in matches.verdicts_of(conn, "s1")] == ["alibaba", "tencent"]


def test_digests_mutes_and_votes_follow_a_merge(conn: Connection) -> None:
    digests.collect(conn, "desk", "s1", 45, Reason.IN_DIGEST, NOON)
    digests.collect(conn, "desk", "s2", 55, Reason.IN_DIGEST, NOON)
    mutes.add(conn, Mute(story="s2", receiver="desk", until=later(600)), NOON)
    feedback.vote(conn, "s2", "desk", who="mei", value=1, now=NOON)
    merge(conn)
    assert [(one.story, one.score) for one in digests.waiting(conn, "desk", later(60))] == [("s1", 55)]
    assert [mute.story for mute in mutes.active(conn, NOON)] == ["s1"]
    assert feedback.of_story(conn, "s1", "desk") == (1, 0)


def test_who_was_told_at_once_of_one_does_not_get_the_other_in_the_digest(conn: Connection) -> None:
    tell(conn, "s1", "10", 1)
    digests.collect(conn, "desk", "s2", 45, Reason.IN_DIGEST, NOON)
    digests.collect(conn, "team", "s2", 45, Reason.IN_DIGEST, NOON)
    merge(conn)
    assert digests.waiting(conn, "desk", later(60)) == []
    assert [one.story for one in digests.waiting(conn, "team", later(60))] == ["s1"]


def test_told_on_a_channel_without_message_ids_is_told_after_a_merge_too(conn: Connection) -> None:
    alerts.save_told(conn, told("s1"))
    alerts.save_told(conn, told("s2", pending=True))
    merge(conn)
    assert not alerts.told_of(conn, "s1")["desk"].pending


def test_a_split_takes_an_entry_out_for_good(conn: Connection) -> None:
    assert stories.split(conn, "s1", "e2", "s9", 9, later(10), "mei")
    old, new = stories.get(conn, "s1"), stories.get(conn, "s9")
    assert old is not None
    assert new is not None
    assert [report.entry.id for report in old.reports] == ["e1"]
    assert [(report.entry.id, report.joining.rule) for report in new.reports] == [("e2", "split")]
    assert stories.splits(conn) == [("e2", "s1")]
    assert stories.next_serial(conn) == 10


def test_what_is_split_off_counts_as_told_unless_asked_otherwise(conn: Connection) -> None:
    tell(conn, "s1", "10", 1)
    publish(conn, ("s3", "e4", "First"), ("s3", "e5", "Second"))
    tell(conn, "s3", "30", 1)
    stories.split(conn, "s1", "e2", "s8", 8, later(10), "mei")
    stories.split(conn, "s3", "e5", "s9", 9, later(10), "mei", told=False)
    assert set(alerts.told_of(conn, "s8")) == {"desk"}
    assert alerts.message_of(conn, "s8", "desk") is None
    assert alerts.told_of(conn, "s9") == {}


def test_the_opening_entry_can_be_split_off_and_the_next_one_opens(conn: Connection) -> None:
    assert stories.split(conn, "s1", "e1", "s9", 9, later(10), "mei")
    old = stories.get(conn, "s1")
    assert old is not None
    assert (old.root.entry.id, old.root.joining.rule) == ("e2", "first")


def test_nothing_is_split_off_that_is_all_of_a_story_or_not_in_it(conn: Connection) -> None:
    assert not stories.split(conn, "s2", "e3", "s9", 9, later(10), "mei")
    assert not stories.split(conn, "s2", "e1", "s9", 9, later(10), "mei")
    assert stories.splits(conn) == []


def test_a_match_comes_out_as_it_went_in_and_the_latest_counts(conn: Connection) -> None:
    first = match("s1", score=50)
    latest = match("s1", score=80, events=("earnings",), entry="e2")
    matches.save(conn, [first], "v1", NOON)
    matches.save(conn, [latest], "v2", later(1))
    assert matches.of(conn, "s1") == (latest,)
    assert matches.times(conn, NOON, "alibaba") == [(NOON, "alibaba", 80)]
    assert matches.times(conn, later(1)) == []


def test_replacing_matches_forgets_the_watches_that_no_longer_match(conn: Connection) -> None:
    matches.save(conn, [match("s1", "alibaba"), match("s1", "jd")], "v1", NOON)
    kept: list[Match] = [match("s1", "jd", 20)]
    matches.replace(conn, "s1", kept, "v2", later(1))
    assert matches.of(conn, "s1") == tuple(kept)


def test_verdicts_keep_the_latest_and_a_history_of_reasons(conn: Connection) -> None:
    quiet = verdict("s1", reason=Reason.QUIET_HOURS, due=later(60), threshold=60, route="earnings", late=True)
    for minutes, reached in enumerate((quiet, quiet, verdict("s1"))):
        matches.save_verdicts(conn, [reached], f"v{minutes}", later(minutes))
    [latest] = matches.verdicts_of(conn, "s1")
    assert (latest.verdict, latest.at, latest.watchlist_version) == (verdict("s1"), later(2), "v2")
    history = matches.history_of(conn, "s1")
    assert [(one.verdict.reason, one.at) for one in history] == [
        (Reason.QUIET_HOURS, NOON),
        (Reason.FIRST_REPORT, later(2)),
    ]
    assert history[0].verdict == quiet


def test_retention_takes_old_stories_whole_and_leaves_what_was_told(conn: Connection) -> None:
    publish(conn, ("s3", "e4", "New"), minutes=100)
    matches.save(conn, [match("s1")], "v1", NOON)
    matches.save_verdicts(conn, [verdict("s1")], "v1", NOON)
    tell(conn, "s1", "10", 1)
    owe(conn, "s2|desk|alert|0")
    taken = retention(conn, later(50), later(200))
    assert (taken.stories, taken.entries, taken.more) == (1, 2, False)
    assert stories.get(conn, "s1") is None
    assert search.search(conn, "profit") == []
    assert (matches.of(conn, "s1"), matches.verdicts_of(conn, "s1")) == ((), [])
    assert alerts.told_of(conn, "s1")["desk"].score == 70
    assert alerts.by_message(conn, "telegram", "-100", "10") is None, "there is no story to find"
    assert stories.get(conn, "s3") is not None
    assert stories.get(conn, "s2") is not None, "what is owed is still to be told"


def test_retention_comes_in_portions_and_takes_merged_stories_along(conn: Connection) -> None:
    publish(conn, ("s3", "e4", "Third"))
    merge(conn)
    assert retention(conn, later(50), later(60), limit=1).more
    assert retention(conn, later(50), later(60), limit=1).more
    assert retention(conn, later(50), later(60), limit=1).stories == 0
    assert [stories.root_of(conn, name) for name in ("s1", "s2", "s3")] == [None, None, None]
