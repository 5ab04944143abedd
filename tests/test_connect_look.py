"""What is said while a chat is connected and of an address that is looked at, as it was approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.edit.sources import FILE
from bot.model import Button, Message, Receiver
from bot.render.connecting import (
    code_taken,
    code_wrong,
    connected_already,
    connected_soon,
    not_connected,
    tried_out,
)
from bot.render.following import file_lines
from bot.render.looks import LookView, look, look_failed, source_goes
from bot.render.words import label
from tests.golden import assert_golden
from tests.golden.invented import at, reader

NEWS = (
    ("Alibaba cloud revenue jumps 34%, beating forecasts on AI demand", at(17, 2), True, ("Alibaba",)),
    ("南方财讯：阿里云下调三款模型价格", at(16, 40), False, ("Alibaba", "Tencent")),
    ("Delta ferry adds a night service", None, False, ()),
    ("Steel prices fall again", at(9, 0), False, ()),
)
LINE = '  - {id: harbour, name: Harbour Wire, url: "https://news.example/feed.xml", language: en}\n'


def _row(**more: Any) -> dict[str, Any]:
    return {
        "asked": "https://news.example",
        "url": "https://news.example/feed.xml",
        "kind": "rss",
        "title": "Harbour Wire",
        "language": "en",
        "count": 20,
        "entries": [
            {
                "title": title,
                "url": f"https://news.example/{number}",
                "published": when.isoformat() if when else None,
                "paid": paid,
                "watches": list(watches),
            }
            for number, (title, when, paid, watches) in enumerate(NEWS)
        ],
        "watches": {"Alibaba": 4, "Tencent": 1},
        "proposed": False,
        "each_day": 11.7,
        "moved_to": None,
        "oddities": ["declared as gb2312, but it reads as utf-8"],
        "cautions": [["caution_paid", {"paid": 5, "count": 20}], ["caution_http", {}]],
        "others": [],
        **more,
    }


def _rows(language: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(label("do", language), "do:n"), Button(label("cancel", language), "cancel:n")),)


def _added(language: str) -> Message:
    view = LookView.of(_row(), reader(language), at(17, 10))
    lines = file_lines(FILE, 12, "", LINE, language)
    return look(view, every=timedelta(minutes=5), lines=lines, rows=_rows(language))


def _tested(language: str) -> Message:
    row = _row(kind="page", proposed=True, url="https://news.example", each_day=0.4, watches={}, oddities=[])
    return look(LookView.of(row, reader(language), at(17, 10)))


def _refused(language: str) -> Message:
    return look_failed("https://news.example/feed", "status", 403, reader(language))


def _no_feed(language: str) -> Message:
    return look_failed("https://news.example", "web_page", None, reader(language))


def _removed(language: str) -> Message:
    lines = file_lines(FILE, 12, LINE, "", language)
    return source_goes(
        "Harbour Wire", reader(language), leaned=(31, 4, 12), days=30, lines=lines, rows=_rows(language)
    )


def _chat(language: str) -> Receiver:
    return Receiver(id="desk", via="telegram", chat="-1", language=language)


KINDS: dict[str, Callable[[str], Message]] = {
    "look_add": _added,
    "look_test_page": _tested,
    "look_refused": _refused,
    "look_no_feed": _no_feed,
    "source_remove": _removed,
    "connect_code_taken": lambda language: code_taken(language, asks=True),
    "connect_code_wrong": lambda language: code_wrong(language, 1),
    "connect_said_no": not_connected,
    "connect_soon": lambda language: connected_soon(_chat(language)),
    "connect_again": lambda language: connected_already(_chat(language), admin=True),
    "check_send": lambda language: tried_out(_chat(language)),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_reads_as_it_was_approved(kind: str, language: str) -> None:
    message = KINDS[kind](language)
    assert message.silent, "answers ring nobody"
    assert_golden(f"{kind}.{language}", message)
