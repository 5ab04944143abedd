"""Recorded lines are read whatever they hold; one that can't be is named with its place."""

from __future__ import annotations

import pytest

from bot.backtest import read_recorded
from bot.errors import CommandError
from bot.model import DeliveryKind, Source
from tests.planning import JOBS, PROFIT, SUED, heard, line, recorded, replay

GOOD = recorded([line("a", PROFIT)])


def refused(raw: bytes) -> str:
    """What is said of a second line that can't be read."""
    with pytest.raises(CommandError) as found:
        read_recorded([*GOOD, raw + b"\n"], "stream.jsonl")
    return str(found.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "stream.jsonl:2: this is not JSON"),
        (b'"words"', "stream.jsonl:2: a JSON object is wanted"),
        (b"[" * 100_000, "stream.jsonl:2: this is not JSON"),
        (
            b'{"id": "b", "time": "2026-05-20T12:00:00Z", "title": "\xff"}',
            "stream.jsonl:2: this is not UTF-8",
        ),
        (b'{"time": "2026-05-20T12:00:00Z", "title": "t"}', 'stream.jsonl:2: "id" is missing'),
        (b'{"id": "", "time": "2026-05-20T12:00:00Z"}', 'stream.jsonl:2: "id" is missing'),
        (b'{"id": "b", "title": "t"}', 'stream.jsonl:2: "time" is missing'),
        (
            b'{"id": "b", "time": "2026-05-20T12:00:00Z", "headline": "t"}',
            'stream.jsonl:2: "title" is missing',
        ),
        (b'{"id": "b", "time": "yesterday"}', "stream.jsonl:2: \"time\" is 'yesterday', not a time as in 20"),
        (b'{"id": "b", "time": 1747742400}', 'stream.jsonl:2: "time" is 1747742400'),
        (b'{"id": "b", "time": "0001-01-01T00:00:00+14:00"}', 'stream.jsonl:2: "time" is'),
        (b'{"id": "b", "time": "9999-12-31T23:59:59-12:00"}', 'stream.jsonl:2: "time" is'),
    ],
)
def test_a_junk_line_is_named(raw: bytes, said: str) -> None:
    assert refused(raw).startswith(said)


def test_empty_lines_and_a_byte_order_mark_are_no_junk_and_are_counted() -> None:
    found = read_recorded([b"\xef\xbb\xbf" + GOOD[0], b"\r\n", b"  \n"], "stream.jsonl")
    assert [entry.id for entry in found] == ["a"]

    with pytest.raises(CommandError, match=r"^stream\.jsonl:4: "):
        read_recorded([*GOOD, b"\n", b"\n", b"{\n"], "stream.jsonl")


def test_lines_out_of_order_are_told_in_the_order_of_their_times() -> None:
    plan = replay(line("late", SUED, 5), line("early", PROFIT, -5), line("between", JOBS))

    assert [message.entry for message in plan.messages] == ["early", "between", "late"]


def test_lines_of_one_time_keep_their_order() -> None:
    plan = replay(line("z", SUED), line("a", PROFIT), line("m", JOBS))

    assert [message.entry for message in plan.messages] == ["z", "a", "m"]


def test_a_clock_far_in_the_future_or_in_1970_keeps_nobody_else_from_being_told() -> None:
    plan = replay(
        line("future", SUED, time="2120-01-01T00:00:00Z"),
        line("a", PROFIT),
        line("past", JOBS, time="1970-01-01T00:00:00"),
    )

    assert [message.entry for message in plan.messages] == ["past", "a", "future"]


@pytest.mark.parametrize(
    "odd",
    [
        {"title": ""},
        {"title": None, "source": None, "url": None, "lang": None, "body": None},
        {"title": ["a", "list"], "source": 7, "url": {"no": "address"}, "lang": ["en"], "body": 3.5},
        {"title": "x" * 20_000, "body": "y" * 100_000},
        {"title": "\ud800 half a character \x1b[31m and an escape", "url": "http://[::1"},
        {"title": "أخبار اليوم", "lang": "ar"},
        {"id": 0},
        {"id": {"a": 1}},
        {"time": "20260520T120000+0530"},
        {"story": 5, "anything": float("nan")},
    ],
)
def test_odd_values_break_nothing(odd: dict[str, object]) -> None:
    plan = replay(line("a", PROFIT), {**line("b", "Something else", 1), **odd}, line("c", SUED, 2))

    assert plan.entries == 3
    assert heard(plan)[-1] == f"alert: {SUED}"


def test_an_unknown_language_is_read_from_the_headline() -> None:
    made = recorded(
        [
            line("a", PROFIT, lang="klingon"),
            line("b", "格洛贝克斯利润增长", lang="jp"),
            line("c", "格洛贝克斯", lang="zh-Hans"),
        ]
    )

    assert [entry.lang for entry in read_recorded(made, "lines")] == ["en", "zh", "zh"]


def test_control_characters_of_a_headline_reach_nobody() -> None:
    plan = replay(line("a", f"{PROFIT}\x1b[2J\x07\nagain\ud800"))

    assert plan.messages[0].title == f"{PROFIT} again"


def test_a_source_is_known_by_its_id_or_its_name_and_brings_its_weight() -> None:
    wire = Source(id="wire", name="Harbour Wire", url="https://wire.example/feed", weight=1.4)
    names = [line(name, PROFIT, source=name) for name in ("wire", "Harbour Wire", "somebody")]

    found = read_recorded(recorded(names), "lines", [wire])
    assert [(entry.source, entry.source_name, entry.weight) for entry in found] == [
        ("wire", "Harbour Wire", 1.4),
        ("wire", "Harbour Wire", 1.4),
        ("somebody", "somebody", 1.0),
    ]


def test_a_line_that_repeats_an_id_is_the_same_entry_even_from_another_source() -> None:
    plan = replay(line("a", PROFIT), line("a", PROFIT, 1, source="elsewhere"))

    assert (plan.entries, plan.stories) == (2, 1)
    assert [message.kind for message in plan.messages] == [DeliveryKind.ALERT]


def test_hundreds_of_lines_of_one_second_are_told_as_one_story() -> None:
    plan = replay(*(line(f"e{at}", f"{PROFIT} says desk number {at}") for at in range(300)))

    assert [message.entry for message in plan.messages if message.kind is DeliveryKind.ALERT] == ["e0"]
