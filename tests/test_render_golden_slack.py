"""The main messages as Slack's blocks, in both languages, as text files to be read against the look."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from runpy import run_path
from unittest.mock import patch

import pytest

from bot.channels.slack.dress import parts_of
from bot.model import Attachment
from tests.golden import assert_golden
from tests.golden.in_slack import in_slack
from tests.standins.slack_blocks import faults

KINDS = (
    "first_alert",
    "living_alert",
    "snoozed_and_corrected_alert",
    "development",
    "correction",
    "digest",
    "weekly",
    "why_told",
    "why_below_threshold",
    "recent",
    "source_silent",
)
PICTURED = {"weekly": Attachment(name="week.png", content=b"", alt="Stories a day: Alibaba 18, Tencent 11")}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_blocks_read_as_they_were_approved_in_slack(kind: str, language: str) -> None:
    message = in_slack(kind, language)
    if kind in PICTURED and message.attachment is None:
        message = replace(message, attachment=PICTURED[kind])
    (part,) = parts_of(message, interactive=True, picture="F0001" if message.attachment else "")
    assert faults(list(part.blocks)) == []
    shown = {"notification": part.text, "blocks": part.blocks}
    assert_golden(f"slack/{kind}.{language}", json.dumps(shown, ensure_ascii=False, indent=1))


def test_the_page_of_samples_shows_every_kind_in_both_languages(tmp_path: Path) -> None:
    page = tmp_path / "slack.html"
    script = run_path(str(Path(__file__).parents[1] / "docs" / "draw_slack.py"))
    with patch("sys.argv", ["draw_slack", str(page)]):
        script["main"]()
    drawn = page.read_text(encoding="utf-8")
    for kind in script["KINDS"]:
        assert f"<h2>{kind} · en · " in drawn
        assert f"<h2>{kind} · zh · " in drawn
    assert "<strong>Alibaba</strong> · Earnings" in drawn
    assert "&lt;http" not in drawn
