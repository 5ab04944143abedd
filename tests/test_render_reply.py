"""Replies under an alert: developments, and corrections that show what changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Message
from bot.render import CorrectionView, DevelopmentView, correction, development
from tests.golden.invented import CLOUD, EARNINGS, GROWN, WATCHLIST, at, match, point, reader


def _development(**changes: object) -> Message:
    view = DevelopmentView(
        story=GROWN,
        matches=(match("alibaba", point("headline", 97)),),
        watchlist=WATCHLIST,
        receiver=reader(),
        now=at(18, 41),
        was_score=96,
        event="executive",
    )
    return development(replace(view, **changes))  # type: ignore[arg-type]


def test_a_development_rings_unless_it_is_still_minor() -> None:
    assert not _development().silent
    assert _development(matches=(match("alibaba", point("headline", 45)),)).silent


def test_a_development_whose_report_was_split_off_still_shows_a_headline() -> None:
    assert CLOUD in _development(entry="gone").plain


def test_only_an_urgent_development_leaves_its_thread_and_a_correction_always_does() -> None:
    assert _development().broadcast
    assert not _development(matches=(match("alibaba", point("headline", 70)),)).broadcast
    assert _correction("Up 3%", "Up 4%", told_score=50).broadcast


def _correction(was: str, became: str, **changes: object) -> Message:
    view = CorrectionView(
        story=GROWN,
        matches=(EARNINGS,),
        watchlist=WATCHLIST,
        receiver=reader(),
        now=at(18, 21),
        source="Harbour Wire",
        was=was,
        became=became,
        url="https://news.example/cloud",
        changed_at=at(18, 20),
        told_score=96,
    )
    return correction(replace(view, **changes))  # type: ignore[arg-type]


def bold(message: Message) -> list[str]:
    return [span.text for span in message.blocks[0].lines[2] if span.bold]


@pytest.mark.parametrize(
    ("was", "became", "changed"),
    [
        ("Revenue rises 34% in China", "Revenue rises 24% in China", ["24%"]),
        ("Profit of $1.2 billion", "Profit of $2.1 billion", ["$2.1 billion"]),
        ("估值 43 亿美元", "估值 34 亿美元", ["34 亿美元"]),
        ("Sales up 3%, profit up 5%", "Sales up 4%, profit up 6%", ["4%", "6%"]),
        ("Alibaba buys Tencent", "Tencent buys Alibaba", ["Tencent", "Alibaba"]),
        ("Up 3% on 1,200 orders", "Up 3% on 1,300 orders", ["1,300"]),
    ],
)
def test_only_what_changed_is_bold(was: str, became: str, changed: list[str]) -> None:
    assert bold(_correction(was, became)) == changed


def test_a_correction_shows_only_the_clauses_that_changed() -> None:
    was = "月之暗面完成 5 亿美元 C 轮融资，估值 43 亿美元，老股东领投"

    shown = _correction(was, was.replace("43", "34"))

    assert "估值 43 亿美元…" in shown.plain
    assert "C 轮" not in shown.plain
    assert "领投" not in shown.plain


def test_a_correction_rings_only_where_the_alert_was_urgent() -> None:
    assert not _correction("Up 3%", "Up 4%").silent
    assert _correction("Up 3%", "Up 4%", told_score=84).silent


def test_others_who_still_say_it_are_counted_and_nobody_is_left_out() -> None:
    assert "1 other still says 3%." in _correction("Up 3%", "Up 4%", others=1).plain
    assert "still" not in _correction("Up 3%", "Up 4%", others=0).plain


def test_a_headline_written_anew_is_shown_whole() -> None:
    shown = _correction("Alibaba shares slump", "Regulator opens inquiry into online market").plain

    assert "Was  Alibaba shares slump" in shown
    assert "Now  Regulator opens inquiry into online market" in shown
