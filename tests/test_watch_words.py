"""Terms as people type them: commas of either width, quotes, minus signs that phones make longer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.watch_words import Known, Terms, name_and_aliases, terms_of
from bot.errors import CommandError
from bot.model import Receiver

KNOWN = Known(
    {"moonshot": "moonshot", "moonshot ai": "moonshot", "月之暗面": "moonshot", "li-auto": "li-auto"},
    {},
    Receiver(id="", via="telegram"),
)


@pytest.mark.parametrize(
    ("typed", "add", "drop"),
    [
        ("月暗", ("月暗",), ()),
        ("月暗，Kimi  K2、暗面; K3", ("月暗", "Kimi K2", "暗面", "K3"), ()),
        ('"a, b" c', ("a, b", "c"), ()),
        ("「甲，乙」、丙", ("甲，乙", "丙"), ()),
        ("-Kimi", (), ("Kimi",)),
        ("—Kimi, －月暗, 新", ("新",), ("Kimi", "月暗")),
        ("新 -旧", ("新",), ("旧",)),
        ('-"Kimi K2"', (), ("Kimi K2",)),
        ("li-auto, 理想", ("li-auto", "理想"), ()),
        ("甲, 甲", ("甲",), ()),
        (" , ，", (), ()),
    ],
)
def test_a_list_of_terms_is_understood(typed: str, add: tuple[str, ...], drop: tuple[str, ...]) -> None:
    assert terms_of(typed) == Terms(add, drop)


@pytest.mark.parametrize(
    ("typed", "name", "aliases"),
    [
        ("Bluebird Robotics", "Bluebird Robotics", ()),
        ("Bluebird Robotics 青鸟机器人, BBR", "Bluebird Robotics", ("青鸟机器人", "BBR")),
        ("青鸟 Blue Bird、BBR", "青鸟", ("Blue Bird", "BBR")),
        ('"Blue 鸟" BBR', "Blue 鸟", ("BBR",)),
        ("Bluebird, 青鸟", "Bluebird", ("青鸟",)),
        ("", "", ()),
    ],
)
def test_a_name_ends_where_the_script_changes_or_a_comma_stands(
    typed: str, name: str, aliases: tuple[str, ...]
) -> None:
    assert name_and_aliases(typed) == (name, aliases)


def test_a_watch_is_found_by_its_longest_name_and_the_rest_is_left() -> None:
    assert KNOWN.find("Moonshot AI 月暗") == ("moonshot", "月暗")
    assert KNOWN.find("月之暗面：月暗") == ("moonshot", "月暗")
    assert KNOWN.find('"Moonshot AI" a b') == ("moonshot", "a b")
    assert KNOWN.find("MOONSHOT ai", rest=False) == ("moonshot", "")
    with pytest.raises(CommandError, match="Did you mean li-auto"):
        KNOWN.find("li-atuo 理想")
    with pytest.raises(CommandError, match="watch list"):
        KNOWN.find("完全不同的东西 x")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_somehow(text: str) -> None:
    terms = terms_of(text)
    name_and_aliases(text)
    assert all(term == " ".join(term.split()) and term for term in (*terms.add, *terms.drop))
