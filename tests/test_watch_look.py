"""How the watchlist reads in a chat: a change before and after, the list, one watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.model import Button, Message, Receiver
from bot.render.following import (
    ChangeView,
    Seen,
    WatchRow,
    WatchView,
    change_message,
    done_message,
    file_lines,
    list_message,
    show_message,
)
from bot.render.words import label
from tests.golden import assert_golden
from tests.newsmaking import NOON

OLD = "  moonshot: library   # Kimi\n"
NEW = "  moonshot: {library: moonshot, aliases: [月暗]}   # Kimi\n"
MORE = (
    Seen("desk", "月暗完成新一轮融资，估值翻倍", 81, at_once=True),
    Seen("night", "月暗完成新一轮融资，估值翻倍", 81, at_once=True),
    Seen("desk", "Moonshot goals for a cleaner city @everyone", 62, at_once=True),
    Seen("desk", "月暗发布新模型", 57, at_once=True),
    Seen("desk", "月暗扩招", 44, at_once=False),
)
FEWER = (Seen("desk", "Kimi races to pole in the rain", 61, at_once=True, reason="no_match"),)


def reader(language: str) -> Receiver:
    return Receiver(id="desk", via="telegram", language=language)


def _name(language: str) -> str:
    return "月之暗面" if language == "zh" else "Moonshot AI"


def _watch_change(language: str, more: tuple[Seen, ...] = MORE, fewer: tuple[Seen, ...] = FEWER) -> Message:
    view = ChangeView(
        reader=reader(language),
        now=NOON,
        kind="terms",
        name=_name(language),
        library=False,
        key="aliases",
        add=("月暗",),
        drop=("Kimi",),
        lines=file_lines("watchlist.yaml", 21, OLD, NEW, language),
        more=more,
        fewer=fewer,
        span=timedelta(days=7),
        entries=4210,
        rows=((Button(label("do", language), "do:x"), Button(label("cancel", language), "cancel:x")),),
    )
    return change_message(view)


def _watch_change_of_nothing(language: str) -> Message:
    return _watch_change(language, MORE[4:], ())


def _watch_done(language: str) -> Message:
    return done_message(
        reader=reader(language),
        now=NOON,
        change="watch alias moonshot 月暗",
        lines=file_lines("watchlist.yaml", 21, OLD, NEW, language),
        live=NOON + timedelta(seconds=3),
        running=True,
        who="Mei",
        undo="/watch undo",
    )


ROWS = (
    WatchRow(id="tencent", name="Tencent", other="腾讯", alerts=11),
    WatchRow(
        id="moonshot", name="Moonshot AI", other="月之暗面", alerts=1, muted_until=NOON + timedelta(hours=4)
    ),
    WatchRow(id="acme", name="Acme"),
)


def _watch_list(language: str) -> Message:
    return list_message(reader(language), NOON, ROWS, words="", total=3)


def _watch_shown(language: str) -> Message:
    view = WatchView(
        reader=reader(language),
        now=NOON,
        row=ROWS[1],
        origin="both",
        topic=False,
        terms=(("aliases", ("月之暗面", "月暗")), ("weak", ("Moonshot", "Kimi")), ("tags", ("ai", "china"))),
        min_score=60,
        routes=("important → desk (≥ 60)",),
        stories=9,
    )
    return show_message(view)


KINDS: dict[str, Callable[[str], Message]] = {
    function.__name__.strip("_"): function
    for function in (_watch_change, _watch_change_of_nothing, _watch_done, _watch_list, _watch_shown)
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_watchlist_reads_as_it_was_approved(kind: str, language: str) -> None:
    assert_golden(f"{kind}.{language}", KINDS[kind](language))


def test_a_long_change_shows_its_first_lines_and_counts_the_rest() -> None:
    lines = file_lines("watchlist.yaml", 3, "", "".join(f"  firm{at}: library\n" for at in range(20)), "en")

    assert len(lines) == 1 + 12 + 1
    assert "(+8)" in lines[-1][0].text
