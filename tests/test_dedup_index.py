"""The index keeps its word: undo, edits, merges, splits, forgetting, and any input."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot.dedup import StoryIndex, story_id
from bot.model import Facts
from tests.grouping import NOON, TABLES, Desk, entry, facts

DEAL = "Globex to acquire robot maker Hammer for $5 billion"
SAME_DEAL = "Robot maker Hammer bought by Globex in $5bn deal"


def test_story_ids_are_short_typable_and_unique() -> None:
    ids = {story_id(serial) for serial in range(20_000)}
    assert len(ids) == 20_000
    assert {len(story) for story in ids} == {4}
    assert not set("".join(ids)) & set("01ilouv")
    assert story_id(1)[:2] != story_id(2)[:2]


def test_ids_grow_by_a_character_when_four_are_used_up() -> None:
    assert len(story_id(29**4 - 1)) == 4
    assert len({story_id(29**4 + at) for at in range(2_000)}) == 2_000
    assert len(story_id(29**4)) == 5
    with pytest.raises(ValueError, match="negative"):
        story_id(-1)


def test_a_rollback_undoes_all_since_the_mark() -> None:
    untouched, desk = Desk(), Desk()
    for each in (untouched, desk):
        each.read(DEAL, source="wire")
    mark = desk.index.mark()
    desk.read(SAME_DEAL, after=1, source="paper")
    desk.read("Acme cuts 300 jobs in Berlin", after=1, source="paper")
    edited = entry("Initech sues Acme over patents", source="wire", uid=f"wire|{DEAL}|{NOON.isoformat()}")
    desk.index.update(edited, facts(edited))
    first_story = desk.index.story_of(edited.id)
    assert first_story is not None
    desk.index.split(edited.id, story_id(desk.index.next_serial), desk.index.next_serial)
    desk.index.rollback(mark)
    assert desk.index.next_serial == untouched.index.next_serial
    assert len(desk.index) == len(untouched.index)
    for each in (untouched, desk):
        again = each.read(SAME_DEAL, after=1, source="paper")
        assert again.story == first_story
    assert desk.read("Acme trims staff", after=2) == untouched.read("Acme trims staff", after=2)


def test_a_rolled_back_merge_leaves_both_stories() -> None:
    desk = Desk()
    one, other = desk.read(DEAL, source="a"), desk.read("Wheat prices fall on export hopes", source="b")
    mark = desk.index.mark()
    desk.index.merge(other.story, one.story)
    desk.index.rollback(mark)
    assert desk.index.story_of(other.entry.id) == other.story
    assert desk.read("Wheat prices fall on export hopes", after=1, source="c").story == other.story


def test_only_the_latest_mark_can_be_rolled_back_to() -> None:
    desk = Desk()
    early = desk.index.mark()
    desk.index.mark()
    with pytest.raises(ValueError, match="latest mark"):
        desk.index.rollback(early)


def test_assigning_an_entry_again_changes_nothing() -> None:
    desk = Desk()
    first = desk.read(DEAL, source="wire")
    held = len(desk.index)
    again = desk.read(DEAL, source="wire")
    assert (again.story, again.new) == (first.story, False)
    assert len(desk.index) == held


def test_an_edited_entry_is_found_by_its_new_words_and_keeps_its_story() -> None:
    desk = Desk()
    first = desk.read("Globex plans an announcement", source="wire", uid="e1")
    edited = entry(DEAL, source="wire", uid="e1")
    desk.index.update(edited, facts(edited))
    assert desk.read(SAME_DEAL, after=1, source="paper").story == first.story


def test_updating_an_unknown_entry_is_harmless() -> None:
    desk = Desk()
    held = len(desk.index)
    desk.index.update(entry(DEAL), facts(entry(DEAL)))
    assert len(desk.index) == held


def test_a_split_entry_stands_alone_and_never_comes_back() -> None:
    desk = Desk()
    first = desk.read(DEAL, source="wire")
    second = desk.read(SAME_DEAL, after=1, source="paper")
    serial = desk.index.next_serial
    desk.index.split(second.entry.id, story_id(serial), serial)
    assert desk.index.story_of(second.entry.id) == story_id(serial)
    assert desk.index.next_serial == serial + 1
    third = desk.read(SAME_DEAL, after=2, source="gazette")
    assert third.merged == ()
    assert desk.index.story_of(first.entry.id) != desk.index.story_of(second.entry.id)


def test_a_loaded_index_decides_as_one_that_never_stopped() -> None:
    titles = (
        DEAL,
        "Acme cuts 300 jobs in Berlin",
        "Initech sues Acme over patents",
        "Globex wins Hammer deal vote",
    )
    running, loaded = StoryIndex(TABLES), StoryIndex(TABLES)
    assigned = []
    for at, title in enumerate(titles):
        new = entry(title, after=at, source=f"s{at}")
        assigned.append(running.assign(new, facts(new)))
    loaded.load((each.story, each.serial, each.entry, each.facts) for each in assigned)
    assert loaded.next_serial == running.next_serial
    new = entry(SAME_DEAL, after=5, source="paper")
    assert loaded.assign(new, facts(new)) == running.assign(new, facts(new))


def test_forgetting_drops_old_stories_only() -> None:
    desk = Desk()
    old = desk.read(DEAL, source="wire")
    young = desk.read("Acme cuts 300 jobs in Berlin", after=48, source="wire")
    desk.index.forget(NOON + timedelta(hours=24))
    assert desk.index.story_of(old.entry.id) is None
    assert desk.index.story_of(young.entry.id) == young.story
    assert desk.read("Acme lays off 300 workers in Berlin", after=49, source="paper").story == young.story


@pytest.mark.parametrize("title", ["", " ", "!!!", "🚀", "Markets", "的", "云"])
def test_titles_that_say_nothing_never_join(title: str) -> None:
    desk = Desk()
    for at in range(5):
        assert desk.read(title, after=at, source=f"s{at}").new


def test_any_script_and_any_length_is_taken() -> None:
    desk = Desk()
    texts = [
        "Путин встретился с прессой",
        "삼성전자 실적",
        "ソニーが発表",
        "x" * 10_000,
        "阿里" * 5_000,
        "a b " * 2_500,
    ]
    stories = {desk.read(text, after=at, source="s").story for at, text in enumerate(texts)}
    assert len(stories) == len(texts)


def test_a_thousand_entries_of_one_second_stay_apart() -> None:
    desk, chosen = Desk(), random.Random(7)
    letters = "bcdfghklmnprstvz"
    words = ["".join(chosen.choice(letters) + chosen.choice("aeio") for _ in range(3)) for _ in range(4_000)]
    titles = [" ".join(chosen.sample(words, 7)) for _ in range(1_000)]
    assert len({desk.read(title, source="s", uid=title).story for title in titles}) > 990


def test_without_facts_an_entry_is_only_found_by_title_or_link() -> None:
    index = StoryIndex(TABLES)
    first = index.assign(entry(DEAL, source="a"), Facts())
    second = index.assign(entry(SAME_DEAL, source="b"), Facts())
    assert first.new
    assert second.new
