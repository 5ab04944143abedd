"""Topics: words instead of a company."""

from __future__ import annotations

import pytest

from bot.model import Watch
from tests.matching import facts, matcher


@pytest.mark.parametrize(
    "title",
    ["US widens export controls on AI chips", "芯片出口管制升级", "Chipmaker put on entity list over GPUs"],
)
def test_a_topic_wants_one_word_of_each_group(title: str) -> None:
    found = facts(title)
    assert "chip-controls" in found.subjects
    assert {mention.kind for mention in found.mentions if mention.watch == "chip-controls"} == {"topic"}


@pytest.mark.parametrize(
    "title", ["New chips for phones", "Export control law passes", "Export controls on potato chips"]
)
def test_half_a_topic_is_none(title: str) -> None:
    assert "chip-controls" not in facts(title).watches


def test_the_words_must_stand_in_one_paragraph() -> None:
    assert "chip-controls" in facts("News", "Chips fell.\nExport controls hit chips.").watches
    assert "chip-controls" not in facts("News", "Chips fell.\nExport controls on wine.").watches


def test_a_veto_word_cancels_a_topic() -> None:
    found = facts("Export controls on chips", "Pringles had no comment.")
    assert "chip-controls" not in found.watches
    assert {refused.reason for refused in found.refused} == {"vetoed"}


def test_any_wants_one_word_only() -> None:
    robots = matcher(Watch(id="robots", name="Robots", any=("humanoid", "人形机器人")))
    assert "robots" in robots.facts("人形机器人马拉松开跑").watches
    assert "robots" in robots.facts("Two humanoids walk into a bar").watches
    assert "robots" not in robots.facts("Robots").watches
