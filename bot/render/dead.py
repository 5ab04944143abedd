"""Messages that were given up, as ``status`` lists them: to whom, what, when, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model import DeliveryKind, Line
from bot.render.lines import clean, shorten, text
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import quoted, say

LONGEST_REASON = 120
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """One message that was given up; ``title`` is its story's headline, "" where it has none."""

    receiver: str
    kind: DeliveryKind
    story: str
    title: str
    why: str
    at: datetime


def letter_lines(count: int, rows: tuple[LetterRow, ...], via: str, clock: Clock) -> Iterator[Line]:
    """Yield how many there are, the newest of them, and how to try them again; nothing where there are none."""
    language = clock.language
    if not count:
        return
    yield text(say(language, "status_dead", count=count))
    for row in rows:
        yield text(_letter(row, clock))
    if rows and count > len(rows):
        yield text(say(language, "dead_more", count=count - len(rows)))
    if rows:
        yield text(say(language, "dead_try", command=typed(via, "retry all")))


def _letter(row: LetterRow, clock: Clock) -> str:
    language, title = clock.language, shorten(clean(row.title), LONGEST_TITLE)
    what = f"{quoted(title, language)} {row.story}" if title else _what(row.kind, language)
    why = shorten(clean(row.why), LONGEST_REASON)
    return say(
        language,
        "dead_letter",
        receiver=clean(row.receiver),
        what=what,
        time=clock.moment(row.at),
        why=why,
    )


def _what(kind: DeliveryKind, language: str) -> str:
    named = {DeliveryKind.DIGEST: "dead_digest", DeliveryKind.GREETING: "dead_greeting"}
    return say(language, named.get(kind, "dead_notice"))
