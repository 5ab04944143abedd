"""A change is shown first and made by a button: ``do:NONCE`` once, by who asked for it, or ``cancel:NONCE``.

Who offers a change calls ``confirm_rows(asked, desk, "alias", {...}, language)``, puts the rows under its message
and the offers into its Answer, and adds a row ``"alias": confirmed_alias`` to ``CONFIRMED`` in ``pressing``. That
function gets the payload back and answers with an ``effect`` or a ``wanted``; a CommandError, or an answer that
``failed``, leaves the button as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk, Offer, Wanted
from bot.model import Block, Button, Rows
from bot.render.lines import message, text
from bot.render.people import id_of, shown_name
from bot.render.words import label, say
from bot.store import buttons, requests

Confirmed = Callable[[Asked, Desk, Mapping[str, Any]], Answer]
"""Makes a change that was confirmed; the mapping is the payload as it was offered, with ``what`` and ``by``."""

OFFERED_FOR = timedelta(minutes=10)


def confirm_rows(
    asked: Asked, desk: Desk, what: str, payload: Mapping[str, object], language: str
) -> tuple[Rows, tuple[Offer, ...]]:
    """Return the buttons that make a change or leave it, and what they stand for: belongs in the Answer."""
    made = offer(asked, desk, what, payload)
    do = Button(label("do", language), f"do:{made.nonce}")
    cancel = Button(label("cancel", language), f"cancel:{made.nonce}")
    return ((do, cancel),), (made,)


def offer(asked: Asked, desk: Desk, what: str, payload: Mapping[str, object]) -> Offer:
    """Return what one button ``do:NONCE`` stands for: ten minutes, once, for the asker alone."""
    kept = {**payload, "what": what, "by": asked.by, "who": shown_name(asked.by, asked.who)}
    return Offer(nonce=secrets.token_urlsafe(9), payload=kept, expires=desk.now + OFFERED_FOR)


def answer_do(asked: Asked, desk: Desk, known: Mapping[str, Confirmed]) -> Answer:
    """Make a change that was shown, if its asker presses, who may still make it, and nobody did before."""
    assert asked.pressed is not None
    nonce, language = asked.pressed.about, asked.reader.language
    payload = buttons.look(desk.conn, nonce, desk.now)
    refused = _refused(asked, payload)
    if payload is None or refused:
        return Answer(popup=refused, failed=True)
    confirmed = known.get(str(payload.get("what")))
    if confirmed is None:
        return Answer(popup=say(language, "button_unknown"), failed=True)
    if not asked.admin:
        return Answer(popup=say(language, "confirm_admins", who=id_of(asked.by)), failed=True)
    given = confirmed(asked, desk, payload)
    return given if given.failed else replace(given, effect=_once(nonce, given, asked, desk))


def answer_cancel(asked: Asked, desk: Desk) -> Answer:
    """Leave what was shown: its asker's word ends the offer."""
    assert asked.pressed is not None
    nonce, language = asked.pressed.about, asked.reader.language
    refused = _refused(asked, buttons.look(desk.conn, nonce, desk.now))
    if refused:
        return Answer(popup=refused, failed=True)
    words = say(language, "cancelled_by", who=shown_name(asked.by, asked.who))
    given = Answer(message((Block((text(words),)),), language), ({"cancelled": True},), instead=True)
    return replace(given, effect=_once(nonce, given, asked, desk))


def _once(nonce: str, given: Answer, asked: Asked, desk: Desk) -> Callable[[Connection], Answer]:
    """Press the button in the transaction that makes the change, or asks for it: both happen, or neither does.

    Of two presses at one moment one counts.
    """

    def make(conn: Connection) -> Answer:
        if buttons.press(conn, nonce, desk.now) is None:
            return Answer(popup=say(asked.reader.language, "confirm_over"), failed=True)
        if given.effect is not None:
            return given.effect(conn)
        wanted = given.wanted
        return given if wanted is None else replace(given, left=_left(conn, wanted, desk))

    return make


def _left(conn: Connection, wanted: Wanted, desk: Desk) -> int:
    return requests.add(conn, wanted.kind, wanted.payload, desk.now)


def _refused(asked: Asked, payload: Mapping[str, Any] | None) -> str:
    """Why a press does not count, in words; "" when it does."""
    language = asked.reader.language
    if payload is None:
        return say(language, "confirm_over")
    if payload.get("by") != asked.by:
        return say(language, "confirm_other", who=str(payload.get("who") or payload.get("by")))
    return ""
