"""``eval feeds`` as it is typed: a folder of labelled feeds and articles in, how much of it is read right out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.evaluate.feeds import judge_feed, word_f1
from bot.model import ParsedDocument, ParsedEntry
from tests.loopback import json_feed, rss
from tests.test_plan_command import wirewatch

DATE = "Tue, 01 Sep 2026 18:00:00 +0800"
ITEMS = [
    {"title": "AT&amp;T &lt;b&gt;buys&lt;/b&gt; it", "link": "https://e.com/1", "date": DATE},
    {"title": "腾讯发布财报", "link": "https://e.com/2", "date": "Tue, 01 Sep 2026 10:00:00 GMT"},
]  # fmt: skip
EXPECTED = [
    {"title": "AT&T <b>buys</b> it", "link": "https://e.com/1", "date": "2026-09-01T10:00:00Z"},
    {"title": "腾讯发布财报", "link": None, "date": "2026-09-01T11:00:00Z"},
]
TEXT = "Moonshot AI has raised $500 million in a new round that Alibaba led. It was said on Monday. "


def folder_of(tmp_path: Path, parts: Mapping[str, object], files: Mapping[str, bytes]) -> Path:
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    for part, expected in parts.items():
        (tmp_path / f"{part}_expected.json").write_text(json.dumps(expected), encoding="utf-8")
    return tmp_path


def page(text: str) -> bytes:
    body = f"<html><body><article><p>{text}</p></article><p>All rights reserved.</p></body></html>"
    return gzip.compress(body.encode())


def rows(out: str) -> dict[str, str]:
    """Return the last column of the table by its first one, between two spaces."""
    return {line.split("  ")[0]: " ".join(line.split("  ")[1:]).strip() for line in out.splitlines()}


def test_the_table_tells_what_was_read_right_and_out_tells_of_each_document(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        {
            "feeds": [
                {"file": "feeds/a.xml", "count": 2, "entries": EXPECTED},
                {"file": "feeds/b.json", "count": 1, "entries": [{"title": "B", "link": None, "date": None}]},
                {"file": "feeds/broken.xml", "count": 3, "entries": EXPECTED[:1]},
            ],
            "articles": {"one.html.gz": {"url": "https://e.com/1", "articleBody": TEXT * 3}},
            "pages_trafilatura": {"two.html.gz": {"with": ["Alibaba led", "gone"], "without": ["rights"]}},
        },
        {
            "feeds/a.xml": rss(ITEMS),
            "feeds/b.json": json_feed([{"title": "B", "id": "1"}]),
            "feeds/broken.xml": b"no feed at all",
            "articles/one.html.gz": page(TEXT * 3),
            "pages_trafilatura/two.html.gz": page(TEXT * 3),
        },
    )
    code, out, err = wirewatch("eval", "feeds", folder, "--out", tmp_path / "out.jsonl")
    table = rows(out)
    assert (code, err) == (0, "")
    assert table["feeds read to the exact count"].startswith("2 of 3")
    assert table["entries compared"].startswith("4")
    assert table["titles right"].startswith("3 of 4")
    assert table["links right"].startswith("1 of 2")
    assert table["dates right"].startswith("1 of 3")
    assert table["JSON Feeds read"].startswith("1 of 1")
    assert table["word F1 of article texts, mean"].endswith("1.0000")
    assert table["strings of pages found"].startswith("1 of 2")
    assert table["strings around them avoided"].startswith("1 of 1")
    assert table["exceptions"].startswith("1")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert lines[0] == {
        "file": "feeds/a.xml", "kind": "rss", "error": None, "count": 2, "expected": 2,
        "titles": {"right": 2, "checked": 2}, "links": {"right": 1, "checked": 1},
        "dates": {"right": 1, "checked": 2},
    }  # fmt: skip
    assert "neither a feed" in lines[2]["error"]
    assert lines[3] == {"file": "articles/one.html.gz", "kind": "article", "error": None, "f1": 1.0}


def test_a_part_that_is_missing_is_skipped_with_a_word(tmp_path: Path) -> None:
    parts = {"feeds": [{"file": "feeds/gone.xml", "count": 1, "entries": []}]}
    code, out, err = wirewatch("eval", "feeds", folder_of(tmp_path, parts, {}))
    assert code == 0
    assert rows(out)["feeds read to the exact count"].startswith("0 of 1")
    assert "articles" not in out
    assert "no articles_expected.json: articles were not measured" in err


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("other.json", "{}", "nothing to measure: there is none of feeds_expected.json"),
        ("feeds_expected.json", "[{", "feeds_expected.json: not valid JSON"),
        ("feeds_expected.json", '[{"count": 1}]', "feeds_expected.json: not laid out as expected"),
        ("articles_expected.json", "[1]", "articles_expected.json: not laid out as expected"),
    ],
)
def test_a_folder_that_can_not_be_measured_is_refused_by_name(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    code, _, err = wirewatch("eval", "feeds", tmp_path)
    assert code == 2
    assert message in err
    code, _, err = wirewatch("eval", "feeds", tmp_path / "nowhere")
    assert (code, "there is no such folder" in err) == (2, True)


def read(titles: Sequence[str]) -> ParsedDocument:
    return ParsedDocument(
        kind="rss", count=len(titles), entries=tuple(ParsedEntry(title=title) for title in titles)
    )


@pytest.mark.parametrize(
    ("titles", "right"),
    [(["A", "B", "C"], 3), (["B", "A", "C"], 1), (["X", "A", "B", "C"], 3), (["C"], 1), ([], 0)],
)
def test_entries_are_paired_in_order_where_counts_agree_else_by_what_they_say(
    titles: list[str], right: int
) -> None:
    outcome = judge_feed("f", 3, [{"titles": "A"}, {"titles": "B"}, {"titles": "C"}], read(titles))
    assert (outcome.right["titles"], outcome.checked["titles"]) == (right, 3)


@pytest.mark.parametrize(
    ("text", "wanted", "f1"),
    [
        ("a b c d", "a b c d", 1.0),
        ("A, b. C!", "a b c d", 6 / 7),
        ("a a a", "a", 0.5),
        ("腾讯财报", "腾讯", 2 / 3),
        ("", "", 1.0),
        ("", "a", 0.0),
    ],
)
def test_words_are_counted_as_often_as_they_stand_there(text: str, wanted: str, f1: float) -> None:
    assert word_f1(text, wanted) == pytest.approx(f1)
