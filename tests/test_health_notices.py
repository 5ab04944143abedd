"""The operator hears of a source's trouble once, with what to do, and once when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from bot.model import QuietHours
from bot.store import health, meta
from tests.newsmaking import NOON
from tests.storing import later
from tests.wards import DAY, Ward, make_ward, ward

__all__ = ["ward"]


def test_a_source_that_fails_is_told_once_with_what_to_do(ward: Ward) -> None:
    ward.fails("harbour", status=403)

    (said,) = ward.looks_and_hears(31)
    assert said.splitlines()[0] == "⚠️ Harbour refuses us (403) since 12:00"
    assert "3 tries; next at 12:50" in said
    assert "a longer interval" in said
    ward.fails("harbour", at=(50, 90, 200), status=403)
    assert ward.looks_and_hears(201) == []


def test_one_failure_or_two_are_nobodys_business(ward: Ward) -> None:
    ward.fails("harbour", at=(0, 40))

    assert ward.looks_and_hears(60) == []


def test_three_failures_within_half_an_hour_may_still_be_a_hiccup(ward: Ward) -> None:
    ward.fails("harbour", at=(0, 1, 3))
    assert ward.looks_and_hears(10) == []

    ward.fails("harbour", at=(31,))
    assert len(ward.looks_and_hears(32)) == 1


@pytest.mark.parametrize(
    ("reason", "status", "words"),
    [
        ("status", 401, "does it want a password"),
        ("status", 404, "/sources test ADDRESS"),
        ("robots", None, "robots.txt"),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_the_second_try(
    ward: Ward, reason: str, status: int | None, words: str
) -> None:
    ward.fails("harbour", at=(0,), reason=reason, status=status)
    assert ward.looks_and_hears(1) == []

    ward.fails("harbour", at=(5,), reason=reason, status=status)
    (said,) = ward.looks_and_hears(6)
    assert words in said.splitlines()[-1]


def test_a_source_that_says_it_is_gone_is_told_at_once(ward: Ward) -> None:
    ward.fails("harbour", at=(0,), status=410)

    (said,) = ward.looks_and_hears(1)
    assert "is gone for good (410)" in said
    assert "It is not asked again." in said


def test_it_is_told_once_when_it_is_back_with_what_was_caught_up(ward: Ward) -> None:
    ward.fails("harbour")
    ward.looks_and_hears(31)
    ward.publishes("harbour", 560, 560, 560)
    ward.answers("harbour", at=560)

    assert ward.looks_and_hears(561) == ["✅ Harbour is back after 9 h 21 min\n3 items caught up."]
    assert ward.looks_and_hears(562) == []


def test_a_feed_that_became_a_page_is_told_as_that(ward: Ward) -> None:
    ward.fails("harbour", reason="web_page")

    (said,) = ward.looks_and_hears(31)
    assert "has become a web page" in said


def test_a_document_with_far_fewer_entries_is_told_at_the_third_poll(ward: Ward) -> None:
    for minutes in (5, 10):
        ward.answers("harbour", at=minutes, count=1)
    assert ward.looks_and_hears(11) == []

    ward.answers("harbour", at=15, count=1)
    (said,) = ward.looks_and_hears(16)
    assert "far fewer items than usual" in said
    assert "1 item, where there are usually about 20" in said
    ward.answers("harbour", at=20, count=19)
    assert ward.looks_and_hears(21)[0].startswith("✅ Harbour is back")


def test_a_source_that_flaps_is_told_again_only_after_six_good_hours(ward: Ward) -> None:
    ward.fails("harbour")
    assert len(ward.looks_and_hears(31)) == 1
    ward.answers("harbour", at=60)
    assert len(ward.looks_and_hears(61)) == 1

    for start in (100, 300, 500):
        ward.fails("harbour", at=(start, start + 10, start + 35))
        assert ward.looks_and_hears(start + 36) == []
        ward.answers("harbour", at=start + 60)
        assert ward.looks_and_hears(start + 61) == []

    ward.fails("harbour", at=(1000, 1010, 1035))
    assert len(ward.looks_and_hears(1036)) == 1


def test_a_flap_that_lasts_is_told_after_all(ward: Ward) -> None:
    ward.fails("harbour")
    ward.looks_and_hears(31)
    ward.answers("harbour", at=60)
    ward.looks_and_hears(61)
    ward.fails("harbour", at=(100, 110, 140))
    assert ward.looks_and_hears(141) == []

    ward.fails("harbour", at=(300,))
    assert ward.looks_and_hears(499) == []
    (said,) = ward.looks_and_hears(502)
    assert "since 13:40" in said
    ward.answers("harbour", at=600)
    assert ward.looks_and_hears(601) == ["✅ Harbour is back after 8 h 21 min"]


def test_a_graver_trouble_is_told_although_a_lighter_one_was(ward: Ward) -> None:
    ward.fails("harbour")
    ward.looks_and_hears(31)

    ward.fails("harbour", at=(60,), status=410)
    (said,) = ward.looks_and_hears(61)
    assert "is gone for good" in said
    ward.answers("harbour", at=100)
    assert ward.looks_and_hears(101) == ["✅ Harbour is back after 1 h 41 min"]


def test_a_restart_tells_nothing_twice(ward: Ward) -> None:
    ward.fails("harbour")
    assert ward.look(31) == 1

    for minutes in (31, 32, 33):
        assert ward.look(minutes) == 0
    assert len(ward.heard(34)) == 1


def test_what_is_over_before_it_could_be_told_is_told_to_nobody(tmp_path: Path) -> None:
    night = QuietHours(time(12, 0), time(20, 0))
    ward = make_ward(tmp_path, "harbour", "delta", quiet_hours=night)
    ward.fails("harbour", "delta")
    assert ward.look(31) == 2
    assert ward.heard(31) == []

    ward.answers("harbour", at=90)
    ward.look(91)
    said = ward.heard(8 * 60 + 1)
    assert [line.splitlines()[0] for line in said] == ["⚠️ Delta answers 503 since 12:00"]
    ward.store.close()


def test_without_an_operator_nothing_is_owed_and_it_is_noted_once(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, "harbour", to=())
    ward.fails("harbour")

    assert ward.look(31) == 0
    assert ward.heard(31) == []
    with ward.store.snapshot() as conn:
        assert health.told_of(conn, ["harbour"]) == {"harbour": f"failing {NOON.isoformat()}"}
    ward.store.close()


def test_every_receiver_of_the_operator_hears_it(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, "harbour", to=("desk", "night"))
    ward.fails("harbour")

    assert ward.look(31) == 2
    ward.store.close()


def test_a_source_that_is_no_longer_polled_is_forgotten(ward: Ward) -> None:
    ward.fails("harbour")
    ward.looks_and_hears(31)

    del ward.sources["harbour"]
    assert ward.looks_and_hears(40) == []
    with ward.store.snapshot() as conn:
        assert health.told_of(conn, ["harbour"]) == {}


def test_companies_that_lean_on_it_are_named(ward: Ward) -> None:
    from bot.store import matches
    from tests.storing import match

    ward.publishes("harbour", -300, -200)
    ward.publishes("delta", -100)
    with ward.store.begin() as conn:
        matches.save(conn, [match("s1"), match("s2"), match("s3", "tencent")], "v1", later(-90))
    ward.fails("harbour")

    (said,) = ward.looks_and_hears(31)
    assert "Companies that lean on it: Alibaba." in said


# Many at once


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Ward]:
    """Twelve sources and a desk."""
    made = make_ward(tmp_path, *(f"paper{number:02}" for number in range(12)))
    yield made
    made.store.close()


def test_more_than_three_in_trouble_are_one_message(town: Ward) -> None:
    town.fails("paper00", "paper01", status=403)
    town.fails("paper02", "paper03", reason="web_page")

    (said,) = town.looks_and_hears(31)
    assert said.splitlines()[0] == "⚠️ 4 of 12 sources are in trouble"
    assert "Paper03 · has become a web page since 12:00" in said


def test_three_in_trouble_are_a_message_each(town: Ward) -> None:
    town.fails("paper00", "paper01", "paper02", status=403)

    assert len(town.looks_and_hears(31)) == 3


def test_when_the_network_is_down_one_message_says_so_and_latecomers_add_none(town: Ward) -> None:
    names = list(town.sources)
    town.fails(*names[:2], reason="dns")
    town.fails(*names[2:9], at=(20, 30), reason="timeout")

    (said,) = town.looks_and_hears(31)
    assert said == "⚠️ 9 of 12 sources fail since 12:00: can't be reached. Probably this machine's network."
    town.fails(*names[9:], at=(20, 30, 51), reason="dns")
    assert town.looks_and_hears(52) == []

    town.answers(*names[:3], at=60)
    assert town.looks_and_hears(61) == []
    town.answers(*names[3:], at=63)
    assert town.looks_and_hears(64) == ["✅ 12 sources are back after 1 h 4 min"]


def test_the_first_that_are_back_do_not_wait_for_ever(town: Ward) -> None:
    names = list(town.sources)
    town.fails(*names, reason="network")
    town.looks_and_hears(31)

    for minutes, name in enumerate(names, 60):
        town.answers(name, at=minutes * 4 - 180)
        town.look(minutes * 4 - 179)
    said = [line for minutes in range(61, 120) for line in town.heard(minutes)]
    assert len(said) <= 4
    assert all(line.startswith("✅") for line in said)


def test_while_quiet_hours_hold_what_comes_one_by_one_becomes_one_message(tmp_path: Path) -> None:
    night = QuietHours(time(12, 0), time(20, 0))
    town = make_ward(tmp_path, *(f"paper{number:02}" for number in range(12)), quiet_hours=night)
    for number in range(5):
        town.fails(f"paper{number:02}", at=(number * 10, number * 10 + 31, number * 10 + 32), status=403)
        town.look(number * 10 + 33)

    (said,) = town.heard(8 * 60)
    assert said.splitlines()[0] == "⚠️ 5 of 12 sources are in trouble"
    town.store.close()


def test_nothing_is_told_while_the_network_may_not_be_up_yet(town: Ward) -> None:
    town.fails(*town.sources, reason="dns")
    with town.store.begin() as conn:
        meta.set(conn, "started", later(31).isoformat())

    assert town.looks_and_hears(35) == []
    assert len(town.looks_and_hears(42)) == 1


def test_a_rest_that_ends_while_the_network_may_not_be_up_yet_ends_after_it(ward: Ward) -> None:
    ward.fails(*ward.sources)
    ward.looks_and_hears(31)
    with ward.store.begin() as conn:
        health.rest(conn, "harbour", later(60), later(32))
        meta.set(conn, "started", later(59).isoformat())

    assert ward.looks_and_hears(61) == []
    (said,) = ward.looks_and_hears(70)
    assert said.startswith("⚠️ Harbour answers 503 since 12:00")


# What is odd


def test_what_is_odd_is_told_once_and_once_a_day_for_all(ward: Ward) -> None:
    ward.answers("harbour", at=0, oddities=("declared as utf-8, but it reads as gb18030",))
    assert ward.look(1) == 1
    ward.answers("delta", at=5, oddities=("18 of 20 known items came under other guids than before",))
    assert ward.look(6) == 0
    assert ward.heard(6) == []

    (said,) = ward.heard(30)
    assert said.splitlines()[0] == "2 sources are read, but something is odd"
    assert "Harbour · encoding: declared utf-8, read as gb18030" in said
    assert "Delta · ids change at every poll" in said
    ward.answers("pujiang", at=60, oddities=("some bytes are no big5",))
    ward.answers("delta", at=60, oddities=("17 of 20 known items came under other guids than before",))
    assert ward.look(61) == 0

    assert ward.look(DAY + 2) == 1
    (said,) = ward.heard(DAY + 30)
    assert "Pujiang" in said
    assert "Delta" not in said


def test_a_source_that_moved_or_is_another_one_is_told_as_odd(ward: Ward) -> None:
    ward.set("harbour", place="https://new.example/feed")
    ward.set("delta", place="https://pujiang.example/feed", merged_into="pujiang")

    ward.look(1)
    (said,) = ward.heard(30)
    assert "Harbour · moved to new.example/feed; change sources.yaml" in said
    assert "Delta · the same feed as Pujiang" in said


def test_the_feed_that_was_found_of_a_site_is_not_odd(ward: Ward) -> None:
    ward.set("harbour", url="https://harbour.example/", place="https://harbour.example/feed")

    assert ward.look(1) == 0
