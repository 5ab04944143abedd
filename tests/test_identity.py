"""An item is recognised again whatever its source renames, and two items are never one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model import ParsedEntry
from bot.pipeline.identity import identify, recognise
from bot.store.entries import Known

WHEN = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
ITEM = ParsedEntry(
    uid="guid-1", url="https://news.example/a?id=1", title="Alibaba profit jumps", published=WHEN
)


class Memory:
    """What a store would know after each poll of one source."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.stored: dict[str, Known] = {}

    def poll(self, *items: ParsedEntry) -> list[bool]:
        """Return for each item whether it was new."""
        identities = identify(items, "harbour")
        found = recognise(items, identities, self.keys, self.stored)
        for item, identity, entry in zip(items, identities, found, strict=True):
            name = entry or identity.entry_id(self.keys)
            self.stored[name] = Known(item.title, identity.link, item.published)
            self.keys |= {key: name for key in identity.keys if entry is None or key not in self.keys}
        return [entry is None for entry in found]


@pytest.mark.parametrize(
    "again",
    [
        ITEM,
        replace(ITEM, uid="guid-2"),
        replace(ITEM, uid=""),
        replace(ITEM, url="http://news.example/a?id=1&utm_source=rss#top"),
        replace(ITEM, title="Alibaba profit leaps", published=None),
        replace(ITEM, uid="moved-1", url="https://news.example/moved/1"),
        replace(
            ITEM,
            url="https://news.example/alibaba-profit-leaps",
            title="Alibaba profit leaps",
            published=None,
        ),
    ],
    ids=[
        "same",
        "new guid",
        "no guid",
        "http and tracking",
        "edited",
        "moved site",
        "new address and edited",
    ],
)
def test_an_item_that_comes_back_is_not_new(again: ParsedEntry) -> None:
    memory = Memory()
    memory.poll(ITEM)

    assert memory.poll(again) == [False]


def test_one_guid_for_all_items_hides_none() -> None:
    items = [replace(ITEM, url=f"https://news.example/{n}", title=f"Story number {n}") for n in range(5)]

    assert Memory().poll(*items) == [True] * 5


def test_one_link_for_all_items_hides_none() -> None:
    items = [
        replace(ITEM, uid=f"g{n}", url="https://news.example/", title=f"Story number {n}") for n in range(5)
    ]

    assert Memory().poll(*items) == [True] * 5


def test_filings_with_one_title_and_one_date_are_each_new() -> None:
    memory = Memory()
    first, second = (
        replace(ITEM, uid="", url=f"https://exchange.example/{n}.pdf", title="Board resolution") for n in "12"
    )

    assert memory.poll(first) == [True]
    assert memory.poll(second, first) == [True, False]


def test_a_guid_that_is_given_to_another_item_does_not_hide_it() -> None:
    memory = Memory()
    memory.poll(ITEM)
    other = ParsedEntry(uid="guid-1", url="https://news.example/z", title="Weather turns cold in Harbin")

    assert memory.poll(other) == [True]


def test_items_without_link_guid_and_title_are_known_by_their_text() -> None:
    memory = Memory()
    first, second = ParsedEntry(summary="One thing happened."), ParsedEntry(summary="Another thing happened.")

    assert memory.poll(first, second) == [True, True]
    assert memory.poll(second, first) == [False, False]


def test_an_item_that_returns_after_it_left_the_feed_is_known() -> None:
    memory = Memory()
    memory.poll(ITEM)
    for n in range(50):
        memory.poll(
            replace(ITEM, uid=f"x{n}", url=f"https://news.example/x{n}", title=f"Other {n}", published=None)
        )

    assert memory.poll(ITEM) == [False]


def test_a_guid_whose_first_item_was_forgotten_does_not_hide_another() -> None:
    memory = Memory()
    memory.poll(ITEM)
    memory.stored.clear()
    other = ParsedEntry(uid="guid-1", url="https://news.example/z", title="Alibaba profit jumps again")

    assert memory.poll(other) == [True]
    assert memory.poll(replace(ITEM, uid="guid-9")) == [False]


def test_guids_that_lead_where_the_links_lead_are_believed_about_a_headline_rewritten_whole() -> None:
    memory = Memory()
    others = [
        replace(ITEM, uid=f"g{n}", url=f"https://news.example/{n}", title=f"Story number {n}")
        for n in range(3)
    ]
    memory.poll(ITEM, *others)
    rewritten = ParsedEntry(
        uid="guid-1",
        url="https://news.example/cloud-boom",
        title="Cloud boom lifts a retailer",
        published=WHEN.replace(hour=11),
    )

    assert memory.poll(rewritten, *others) == [False] * 4


def test_a_headline_rewritten_whole_is_known_by_guid_and_date_alone() -> None:
    memory = Memory()
    memory.poll(ITEM)
    other = replace(ITEM, url="https://news.example/cloud-boom", title="Cloud boom lifts a retailer")

    assert memory.poll(other) == [False]


def test_a_guid_given_to_a_like_headline_of_another_item_still_listed_hides_nothing() -> None:
    memory = Memory()
    memory.poll(ITEM)
    newer = replace(ITEM, url="https://news.example/b", title="Alibaba profit jumps again")

    assert memory.poll(newer, replace(ITEM, uid="guid-2")) == [True, False]
