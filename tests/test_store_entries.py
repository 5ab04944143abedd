"""Entries come out as they went in, are recognised for ever, and stand in their story."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.model import Entry, EventHit, Facts, Figure, Joining, Mention, Refusal
from bot.store import entries, retention, search, stories
from bot.store.codec import facts_from, facts_text, joining_from, joining_text
from tests.newsmaking import NOON, entry, facts, mention
from tests.storing import assignment, later, publish

FULL = Facts(
    mentions=(Mention(watch="alibaba", field="title", start=0, end=4, text="阿里巴巴", kind="alias"),),
    refused=(
        Refusal(
            watch="x",
            field="body",
            start=1,
            end=2,
            text='"\ud800',
            kind="weak",
            reason="excluded",
            by="阿里山",
        ),
    ),
    subjects=frozenset({"alibaba", "tencent"}),
    events=(EventHit(kind="earnings", field="title", start=5, end=7, text="财报"),),
    figures=(Figure(unit="CNY", value=39.8e9, field="body", start=0, end=3, text="398"),),
    tokens=("阿里", "财报", "q3"),
    body_tokens=("a\nb", ""),
    digest=True,
    clauses=(4, 9),
)


def test_facts_survive_storage_whole_whatever_they_hold() -> None:
    assert {field.name for field in fields(Facts)} == {
        name for name in FULL.__slots__ if getattr(FULL, name) != getattr(Facts(), name)
    }, "a new field of Facts must be shown here to survive"
    assert facts_from(facts_text(FULL)) == FULL
    assert facts_from(facts_text(Facts())) == Facts()
    assert len(facts_text(Facts())) == 2


def test_a_joining_survives_storage() -> None:
    joining = Joining(
        rule="similar",
        other="e1",
        margin=0.25,
        features=(("title", 0.8),),
        shared=("34%", "阿里"),
        copy_of="e0",
    )
    assert joining_from(joining.rule, joining.margin, joining_text(joining)) == joining


def test_an_entry_comes_out_as_it_went_in(conn: Connection) -> None:
    made = Entry(
        id="e1",
        source="wire",
        source_name="Wire 通讯",
        weight=1.25,
        uid="guid",
        url="https://wire.example/1?utm_source=x",
        link="https://wire.example/1",
        title="阿里巴巴财报：净利润增 34%",
        summary="short",
        body="long\x00 text",
        published=datetime(2026, 11, 12, 11, 59, 59, 123457, tzinfo=UTC),
        first_seen=NOON,
        time=NOON,
        lang="zh",
        paid=True,
        baseline=True,
        late=True,
        polled_before=later(-5),
    )
    joining = Joining(rule="first", shared=("阿里",))
    entries.save(conn, [assignment("s1", made, FULL, joining=joining)], {})
    found = entries.get(conn, "e1")
    assert found is not None
    assert (found.entry, found.facts, found.joining) == (made, FULL, joining)


def test_half_a_character_in_a_title_does_not_stop_a_poll(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "Alibaba \ud800 rises"))
    found = entries.get(conn, "e1")
    assert found is not None
    assert found.entry.title == "Alibaba ? rises"


def test_an_entry_is_recognised_by_each_of_its_keys(conn: Connection) -> None:
    made = assignment("s1", entry("e1"))
    entries.save(conn, [made], {"e1": ["u:wire:1", "l:wire:https://wire.example/1"]})
    entries.add_keys(conn, "e1", ["t:wire:title"])
    assert entries.known(conn, ["u:wire:1", "t:wire:title", "u:wire:2"]) == {
        "u:wire:1": "e1",
        "t:wire:title": "e1",
    }


def test_a_key_stays_with_the_entry_that_had_it_first(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "One"), ("s2", "e2", "Two"))
    entries.add_keys(conn, "e2", ["key e1"])
    assert entries.known(conn, ["key e1"]) == {"key e1": "e1"}


def test_an_archive_of_thousands_of_keys_is_looked_up_in_one_go(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "One"))
    entries.add_keys(conn, "e1", [f"key {n}" for n in range(2500)])
    assert len(entries.known(conn, [f"key {n}" for n in range(1000, 4000)])) == 1500


def test_what_was_seen_stays_seen_when_retention_has_taken_it(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "Old"))
    retention(conn, later(60), later(60))
    assert entries.get(conn, "e1") is None
    assert entries.known(conn, ["key e1"]) == {"key e1": "e1"}


def test_saving_an_entry_twice_keeps_the_first(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "First"))
    publish(conn, ("s1", "e1", "Second"))
    found = entries.get(conn, "e1")
    assert found is not None
    assert found.entry.title == "First"
    assert search.search(conn, "second") == []


def test_a_changed_headline_is_found_and_the_old_one_kept(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "Alibaba profit rises 34%"), ("s1", "e2", "Another"))
    was = entries.get(conn, "e1")
    assert was is not None
    entries.edit(conn, replace(was.entry, title="Alibaba income rises 43%"), FULL, was.entry.title, later(5))
    now = entries.get(conn, "e1")
    assert now is not None
    assert (now.entry.title, now.facts, now.joining) == ("Alibaba income rises 43%", FULL, was.joining)
    assert [(edit.at, edit.was_title) for edit in entries.edits_of(conn, "e1")] == [
        (later(5), "Alibaba profit rises 34%")
    ]
    assert search.search(conn, "profit") == []
    assert [hit.entry_id for hit in search.search(conn, "income")] == ["e1"]


def test_entries_are_found_by_their_address(conn: Connection) -> None:
    link = "https://wire.example/1"
    publish(conn, ("s1", "e1", "One"), ("s2", "e2", "Two"), link=link)
    publish(conn, ("s3", "e3", "Three"))
    assert entries.by_link(conn, link) == ["e1", "e2"]
    assert entries.by_link(conn, "") == []
    assert entries.headlines(conn, ["e1", "e9"]) == {"e1": entries.Known("One", link, None)}


def test_the_index_is_loaded_in_the_order_of_time(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "Late"), minutes=10)
    publish(conn, ("s2", "e2", "Early"), minutes=5)
    publish(conn, ("s3", "e3", "Too early"), minutes=-5)
    rows = list(entries.for_index(conn, NOON))
    assert [(story, serial, made.id) for story, serial, made, _ in rows] == [("s2", 2, "e2"), ("s1", 1, "e1")]


def test_the_index_can_be_loaded_without_texts(conn: Connection) -> None:
    title = "Alibaba rises"
    what = facts(mention(title, "Alibaba"))
    entries.save(conn, [assignment("s1", entry("e1", title, summary="s", body="b"), what)], {})
    [(_, _, made, found)] = entries.for_index(conn, NOON, texts=False)
    assert (made.title, made.summary, made.body, found) == (title, "", "", what)


def test_volume_counts_by_source(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "One"), ("s2", "e2", "Two"), source="wire")
    publish(conn, ("s3", "e3", "Three"), source="post", minutes=-90)
    assert entries.volume(conn, later(-60)) == {"wire": 2}


def test_a_story_holds_its_reports_oldest_first(conn: Connection) -> None:
    publish(conn, ("s1", "e1", "One"), ("s1", "e2", "Two"), ("s2", "e3", "Other"))
    found = stories.get(conn, "s1")
    assert found is not None
    assert [report.entry.id for report in found.reports] == ["e1", "e2"]
    assert [report.joining.rule for report in found.reports] == ["first", "similar"]
    assert stories.of_entry(conn, "e3") == "s2"
    assert stories.get(conn, "s9") is None
    assert set(stories.many(conn, ["s1", "s2", "s9"])) == {"s1", "s2"}


def test_serials_go_on_where_they_ended_even_after_everything_was_forgotten(conn: Connection) -> None:
    assert stories.next_serial(conn) == 0
    publish(conn, ("s7", "e1", "One"))
    assert stories.next_serial(conn) == 8
    assert stories.by_serial(conn, 7) == "s7"
    retention(conn, later(60), later(60))
    assert stories.get(conn, "s7") is None
    assert stories.next_serial(conn) == 8


def test_joinings_in_doubt_are_listed_newest_first(conn: Connection) -> None:
    def joined(name: str, margin: float, **more: Any) -> Any:
        return assignment(
            "s1", entry(name, **more), joining=Joining(rule="similar", margin=margin), new=False
        )

    publish(conn, ("s1", "e1", "One"))
    entries.save(conn, [joined("e2", 0.1, minutes=1), joined("e3", 0.05, minutes=2), joined("e4", 0.9)], {})
    found = stories.doubtful(conn, NOON - timedelta(days=1), 0.2)
    assert [(one.story, one.entry, one.margin) for one in found] == [("s1", "e3", 0.05), ("s1", "e2", 0.1)]
