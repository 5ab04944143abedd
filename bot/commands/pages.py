"""Answers of several pages: what their buttons stand for is kept under a nonce, and a press shows another page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.commands.asking import Answer, Asked, Desk, Offer
from bot.render.words import say
from bot.store import buttons

TURNED_FOR = timedelta(days=7)
_MOST = 100_000
Shown = Callable[[Mapping[str, Any], int, str], Answer]
"""Answers with one page, given what was kept, the page's number from 1, and the nonce of its buttons."""


def offer_pages(what: str, payload: Mapping[str, object], now: datetime) -> Offer:
    """Return what is kept of an answer for seven days, so that its pages can be turned."""
    return Offer(nonce=secrets.token_urlsafe(9), payload={"what": what, **payload}, expires=now + TURNED_FOR)


def turn(asked: Asked, desk: Desk, what: str, show: Shown) -> Answer:
    """Show the page that a button ``NONCE:2`` names in place of the pressed message, or say that it is gone."""
    assert asked.pressed is not None
    nonce, _, number = asked.pressed.about.rpartition(":")
    kept = buttons.look(desk.conn, nonce, desk.now)
    if kept is None or kept.get("what") != what or not number.isdecimal():
        return Answer(popup=say(asked.reader.language, "page_gone"), failed=True)
    given = show(kept, max(1, min(int(number[:6]), _MOST)), nonce)
    if not given.rows:
        return Answer(popup=say(asked.reader.language, "page_end"), failed=True)
    return replace(given, instead=True)
