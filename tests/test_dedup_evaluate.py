"""``eval stories``: labels in, figures out, on the production path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.evaluating import read_lines
from bot.errors import CommandError
from bot.evaluate.stories import evaluate_stories
from tests.grouping import MATCHER, TABLES

DEAL = [
    {
        "id": "a",
        "time": "2026-05-20T12:00:00Z",
        "title": "Globex to acquire robot maker Hammer for $5bn",
        "story": "x",
    },
    {"id": "b", "time": "2026-05-20T12:30:00Z", "title": "Acme lays off 300 workers in Berlin", "story": "y"},
    {
        "id": "c",
        "time": "2026-05-20T13:00:00Z",
        "title": "Robot maker Hammer bought by Globex in $5bn deal",
        "story": "x",
    },
]
TORN = {"id": "d", "time": "2026-05-20T14:00:00Z", "title": "Wheat prices fall", "story": "x"}


def test_a_perfect_grouping_scores_one() -> None:
    quality = evaluate_stories(DEAL, MATCHER, TABLES)
    assert quality.entries == 3
    assert quality.stories == 2
    assert quality.bcubed is not None
    assert quality.pairwise is not None
    assert quality.bcubed.f1 == quality.pairwise.f1 == 1.0
    assert (quality.first_swallowed, quality.told_again) == (0.0, 0.0)


def test_predictions_name_the_story_and_whether_it_was_opened() -> None:
    lines = [prediction.as_line() for prediction in evaluate_stories(DEAL, MATCHER, TABLES).predictions]
    assert [line["id"] for line in lines] == ["a", "b", "c"]
    assert [line["new"] for line in lines] == [True, True, False]
    assert lines[0]["story"] == lines[2]["story"] != lines[1]["story"]


def test_a_follow_up_that_alerts_again_is_counted() -> None:
    quality = evaluate_stories([*DEAL, TORN], MATCHER, TABLES)
    assert quality.told_again == 0.5
    assert quality.first_swallowed == 0.0
    assert quality.bcubed is not None
    assert quality.bcubed.precision == 1.0
    assert quality.bcubed.recall == pytest.approx((2 / 3 + 1 + 2 / 3 + 1 / 3) / 4)


def test_a_story_whose_first_entry_joins_another_is_swallowed() -> None:
    mislabelled = [DEAL[0], {**DEAL[2], "story": "z"}]
    quality = evaluate_stories(mislabelled, MATCHER, TABLES)
    assert quality.first_swallowed == 0.5


def test_pairs_are_scored_by_label_and_note() -> None:
    pairs = [
        {"a": "a", "b": "c", "label": 1, "note": "same_lang"},
        {"a": "a", "b": "b", "label": 0, "note": "neg"},
        {"a": "a", "b": "d", "label": 1, "note": "same_lang"},
    ]
    scored = evaluate_stories([*DEAL, TORN], MATCHER, TABLES, pairs=pairs).pairs
    assert scored is not None
    assert scored.quality.precision == 1.0
    assert scored.quality.recall == 0.5
    assert scored.merged_wrongly == 0.0
    assert scored.by_note == {"neg": (0, 1), "same_lang": (1, 2)}


def test_without_labels_only_predictions_come_out() -> None:
    bare = [{key: value for key, value in line.items() if key != "story"} for line in DEAL]
    quality = evaluate_stories(bare, None, TABLES)
    assert quality.bcubed is None
    assert quality.told_again is None
    assert len(quality.predictions) == 3


def test_an_absent_source_is_no_identity() -> None:
    same = [
        {"id": name, "time": "2026-05-20T12:00:00Z", "title": "Three charts on chips today"} for name in "ab"
    ]
    assert evaluate_stories(same, None, TABLES).stories == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"id": "a", "title": "x"}, 'line 1: "time"'),
        ({"id": "a", "title": "x", "time": "yesterday"}, "yesterday"),
        ({"time": "2026-05-20T12:00:00Z", "title": "x"}, 'line 1: "id" is missing'),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        evaluate_stories([line], None, TABLES)


def test_a_repeated_id_is_named() -> None:
    with pytest.raises(CommandError, match="line 2: the id 'a'"):
        evaluate_stories([DEAL[0], DEAL[0]], None, TABLES)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"id": "a"', "lines.jsonl:2: this is not JSON"),
        ("标题".encode("gbk"), "lines.jsonl:2: this is not UTF-8"),
        (b"[1]", "lines.jsonl:2: a JSON object is wanted"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_file_and_line(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"id": "one"}\n' + raw + b"\n")
    with pytest.raises(CommandError, match=f"{tmp_path}/{said}"):
        list(read_lines(path))
