"""Messages that were given up, as ``status`` lists them: to whom, what, when, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model import Block, Button, DeliveryKind, Line, Message, Receiver, Rows
from bot.render.lines import clean, message, shorten, text
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import label, line, quoted, say

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


def given_up(
    reader: Receiver, now: datetime, count: int, rows: tuple[LetterRow, ...], *, buttons: bool
) -> Message:
    """Return the operator's notice of so many messages; ``rows`` are the newest of them."""
    language, clock = reader.language, Clock.of(reader, now)
    _, *letters = letter_lines(count, rows, reader.via, clock)
    *shown, to_do = letters
    after = () if buttons else (to_do,)
    blocks = (
        Block((line(language, "dead_head", count=count), *shown)),
        Block(after, grey=True, tight=True),
    )
    return message(blocks, language, buttons=retry_rows(rows[0].at, language) if buttons else ())


def retry_rows(until: datetime, language: str) -> Rows:
    """The button that tries again what was given up until then: pressed later, it does nothing a second time."""
    microseconds = round(until.timestamp() * 1_000_000)
    return ((Button(label("retry", language), f"retry:{microseconds}"),),)


def token_refused(reader: Receiver, now: datetime, service: str, name: str, since: datetime) -> Message:
    """Return that a service refuses the bot's token, and what to do; ``name`` is the variable that holds it."""
    language = reader.language
    time = Clock.of(reader, now).moment(since)
    head = line(language, "token_refused", service=clean(service), time=time)
    to_do = text(say(language, "token_todo", name=clean(name)))
    return message((Block((head,)), Block((to_do,), grey=True, tight=True)), language)


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
