"""A change is written as its neighbours are: in their style, in their line ends, with their comments left alone."""

from __future__ import annotations

import pytest

from bot.edit import add_key, append_item, append_items, remove_item, remove_key, set_value
from bot.errors import EditError

FLOW = """\
# yaml-language-server: $schema=x

sources:
  # English
  - {id: one, url: "https://one.example/feed"}   # the first
  - {id: two, url: "https://two.example/feed"}

  # 中文
  # Its certificate is odd.
  - {id: three, url: "https://three.example/feed"}
# the end
"""
BLOCK = """\
watches:
  tencent: library

  acme:
    name: Acme
    aliases: [顶点]
    # what is not meant
    exclude:
      - acme hotel
      - acme bank   # another one

  # a topic
  chips:
    name: Chips
    all:
      - [ban, 禁令]
      - [chip]
"""
NEW = {"id": "new", "url": "https://new.example/feed", "language": "zh"}


def lines_of(before: str, after: str) -> list[str]:
    """The lines that an edit added."""
    assert [line for line in after.splitlines() if line in before.splitlines()] == before.splitlines()
    return [line for line in after.splitlines() if line not in before.splitlines()]


def test_a_source_stands_below_the_last_one_in_its_style() -> None:
    after = append_item(FLOW, ("sources",), NEW)

    assert lines_of(FLOW, after) == ['  - {id: new, url: "https://new.example/feed", language: zh}']
    assert after.endswith("language: zh}\n# the end\n")


def test_a_long_line_is_broken_below_its_bracket() -> None:
    after = append_item(FLOW, ("sources",), {**NEW, "name": "N" * 60, "tags": ["china", "business"]})

    first, second = lines_of(FLOW, after)
    assert len(first) <= 120
    assert second.startswith("     ")
    assert second.strip().endswith("tags: [china, business]}")


def test_a_source_stands_below_the_last_one_in_lines_where_the_others_do() -> None:
    text = "sources:\n- id: one\n  url: 'https://one.example'\n"

    after = append_item(text, ("sources",), NEW)

    assert after == text + '- id: new\n  url: "https://new.example/feed"\n  language: zh\n'


@pytest.mark.parametrize("empty", ["sources: []\n", "sources:\n", "sources: null\n", "# nothing yet\n", ""])
def test_the_first_source_begins_the_list(empty: str) -> None:
    after = append_item(empty, ("sources",), NEW)

    assert after.endswith('sources:\n  - {id: new, url: "https://new.example/feed", language: zh}\n')
    assert after.startswith("#") == empty.startswith("#")


def test_a_comment_after_an_empty_list_stays_beside_its_key() -> None:
    assert append_item("sources: []  # none\n# end\n", ("sources",), {"id": "a"}) == (
        "sources:  # none\n  - {id: a}\n# end\n"
    )


def test_a_term_joins_its_list() -> None:
    after = append_item(BLOCK, ("watches", "acme", "aliases"), "顶点科技")
    assert "aliases: [顶点, 顶点科技]\n" in after

    after = append_item(BLOCK, ("watches", "acme", "exclude"), "acme: the film")
    assert '      - acme bank   # another one\n      - "acme: the film"\n' in after


def test_a_missing_list_is_made() -> None:
    after = append_item(BLOCK, ("watches", "acme", "tickers"), "0700.HK")

    assert lines_of(BLOCK, after) == ["    tickers:", '      - "0700.HK"']


def test_a_watch_stands_apart_where_the_others_do() -> None:
    after = add_key(BLOCK, ("watches",), "globex", {"name": "Globex", "aliases": ["环球", "on"]})

    assert after == BLOCK + '\n  globex:\n    name: Globex\n    aliases: [环球, "on"]\n'
    assert remove_key(after, ("watches", "globex")) == BLOCK


def test_what_is_removed_takes_the_comment_above_it() -> None:
    after = remove_key(BLOCK, ("watches", "acme", "exclude"))

    assert "what is not meant" not in after
    assert "    aliases: [顶点]\n\n  # a topic\n" in after
    assert "# a topic" not in remove_key(BLOCK, ("watches", "chips"))


def test_a_heading_over_several_stays() -> None:
    after = remove_item(FLOW, ("sources", 0))

    assert "  # English\n  - {id: two" in after
    assert "the first" not in after


def test_a_heading_goes_with_the_last_one_below_it() -> None:
    after = remove_item(FLOW, ("sources", 2))

    assert "中文" not in after
    assert "certificate" not in after
    assert after.endswith('two.example/feed"}\n# the end\n')


def test_the_only_entry_leaves_an_empty_list() -> None:
    assert remove_item("a: 1\nsources:\n  # why\n  - {id: x}\nb: 2\n", ("sources", 0)) == (
        "a: 1\nsources: []\nb: 2\n"
    )


def test_a_comment_at_the_top_of_the_file_is_never_taken() -> None:
    assert remove_key("# schema\na: 1\nb: 2\n", ("a",)) == "# schema\nb: 2\n"


def test_a_value_keeps_its_quotes_and_its_comment() -> None:
    after = set_value(FLOW, ("sources", 0, "url"), "https://uno.example")

    assert '  - {id: one, url: "https://uno.example"}   # the first\n' in after
    assert len(after.splitlines()) == len(FLOW.splitlines())


@pytest.mark.parametrize(
    "value", ["yes", "no", "on", "9988", "0700.HK", "1e3", "22:00", "2026-11-23", "~", "null"]
)
def test_what_some_program_would_misread_is_quoted(value: str) -> None:
    assert f'[a, "{value}"]' in append_item("x: [a]\n", ("x",), value)


@pytest.mark.parametrize(
    "value", ["@x", "*x", "&x", "!x", "%x", "- x", "a: b", "a #b", "[x", "{x", "x, y", " x", ""]
)
def test_what_yaml_would_misread_is_quoted(value: str) -> None:
    assert f'[a, "{value}"]' in append_item("x: [a]\n", ("x",), value)


@pytest.mark.parametrize("value", ["Moonshot AI", "月之暗面", "li-auto", "36kr", "15m", "it's", "AT&T"])
def test_plain_words_stay_plain(value: str) -> None:
    assert f"[a, {value}]" in append_item("x: [a]\n", ("x",), value)


def test_single_quotes_are_kept_where_the_others_have_them() -> None:
    assert append_item("x:\n  - 'a'\n  - 'b'\n", ("x",), "c") == "x:\n  - 'a'\n  - 'b'\n  - 'c'\n"


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + FLOW.replace("\n", "\r\n")

    after = append_item(text, ("sources",), NEW)

    assert after.startswith("\ufeff#")
    assert "\n" not in after.replace("\r\n", "")
    assert remove_item(after, ("sources", 3)) == text


def test_a_file_without_a_last_line_break_gets_none() -> None:
    assert append_item("x:\n  - a", ("x",), "b") == "x:\n  - a\n  - b"


def test_many_at_once_are_one_edit() -> None:
    after = append_items("x: []\n", ("x",), [{"id": str(at)} for at in range(3)])

    assert after == 'x:\n  - {id: "0"}\n  - {id: "1"}\n  - {id: "2"}\n'
    assert append_items(after, ("x",), []) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1\nb: []\n", "line 1: .*anchor"),
        ("a: !x 1\nb: []\n", "line 1: .*tag"),
        ("a: 1\nb:\n\t- x\n", "line 3"),
        ("a: 1\rb: []\r", "line"),
        ("a: [1\nb: []\n", "line"),
        ("a: 1\na: 2\nb: []\n", "line 2: the key 'a' stands twice"),
        ("- 1\n", "the top of the file is not a mapping"),
        ("b: {x: 1}\n", "b is not a list"),
        ("b: text\n", "b is not a list"),
    ],
)
def test_what_can_not_be_changed_safely_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(EditError, match=reason):
        append_item(text, ("b",), "x")


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(EditError, match=r"nothing at sources\[7\]"):
        remove_item(FLOW, ("sources", 7))
    with pytest.raises(EditError, match=r"nothing at watches\.acme\.people"):
        set_value(BLOCK, ("watches", "acme", "people"), "x")
    with pytest.raises(EditError, match="stands there already"):
        add_key(BLOCK, ("watches",), "acme", "library")
    with pytest.raises(EditError, match="whole file"):
        set_value(BLOCK, (), "x")
