"""A neutral message in Telegram's HTML: escaped, inert, and cut into parts that Telegram takes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.pages import Cost, Room, has_text, pages, shorten
from bot.channels.plain import tame, tame_link, utf16_units
from bot.model import Block, Button, Line, Message, Span

LONGEST_TEXT = 4096
MOST_ENTITIES = 100
# Telegram refuses messages whose entities weigh more than about 9,500 bytes.
MOST_LINK_BYTES = 9_000
LONGEST_ACTION = 64

# An invisible joiner behind these marks keeps Telegram from making mentions, hashtags and links of what a
# feed says; within a link that we made, it looks for mentions only.
_JOINER = "\u2060"
_MENTION = re.compile(r"@(?=\w)")
_TAG = re.compile(r"#(?=\w)|\$(?=[A-Za-z])")
_SCHEME = re.compile(r":(?=//)")
_DOMAIN = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2,})")


@dataclass(frozen=True, slots=True)
class Part:
    """One message as Telegram gets it, and the same without markup."""

    html: str
    plain: str


def parts_of(message: Message) -> tuple[Part, ...]:
    """Return the parts of a message, in order; an empty tuple when there is nothing to see."""
    return tuple(_part(page) for page in pages(message.blocks, ROOM))


def one_part_of(message: Message) -> Part | None:
    """Return a message as one part, shortened where too long; None when there is nothing to see."""
    blocks = shorten(list(filter(has_text, message.blocks)), ROOM)
    return _part(blocks) if blocks else None


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Return the buttons below a message; a button whose action is too long for Telegram is left out."""
    shown = [[_button(button) for button in row if _fits(button)] for row in rows]
    return InlineKeyboardMarkup([row for row in shown if row]) if any(shown) else None


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(tame(button.label), callback_data=button.action)


def _fits(button: Button) -> bool:
    return 0 < len(button.action.encode()) <= LONGEST_ACTION and bool(tame(button.label).strip())


def _part(blocks: Sequence[Block]) -> Part:
    return Part(
        _joined(blocks, lambda line: "".join(map(_span, line))),
        _joined(blocks, lambda line: "".join(map(_shown, line))),
    )


def _joined(blocks: Sequence[Block], dressed: Callable[[Line], str]) -> str:
    """Set blocks apart by an empty line, unless one is meant to follow tightly."""
    text = ""
    for block in blocks:
        gap = "" if not text else "\n" if block.tight else "\n\n"
        text += gap + "\n".join(map(dressed, block.lines))
    return text


def _span(span: Span) -> str:
    text = html.escape(_shown(span), quote=True).replace("&#x27;", "'")
    if not text.strip():
        return text
    link = tame_link(span.link)
    for wanted, opening, closing in (
        (span.code, "<code>", "</code>"),
        (span.strike, "<s>", "</s>"),
        (span.bold, "<b>", "</b>"),
        (link, f'<a href="{html.escape(link, quote=True)}">', "</a>"),
    ):
        if wanted:
            text = f"{opening}{text}{closing}"
    return text


def _shown(span: Span) -> str:
    """Return a span's text with every mark defused that Telegram would make live on its own."""
    text = _MENTION.sub(f"@{_JOINER}", tame(span.text))
    if span.link or span.code:
        return text
    text = _SCHEME.sub(f":{_JOINER}", _TAG.sub(lambda mark: mark[0] + _JOINER, text))
    # A single bold word without a link is a name of ours, which may well be JD.com.
    a_name = span.bold and not re.search(r"[\s/]|^www\.", text)
    return text if a_name else _DOMAIN.sub(f".{_JOINER}", text)


def _cost(line: Line) -> Cost:
    """Count a line: UTF-16 units with its line break, entities, bytes of addresses."""
    return (
        1 + sum(utf16_units(_shown(span)) for span in line),
        sum(span.bold + span.strike + span.code + bool(span.link) for span in line),
        sum(len(tame_link(span.link).encode()) for span in line),
    )


ROOM = Room(limits=(LONGEST_TEXT, MOST_ENTITIES, MOST_LINK_BYTES), line=_cost, frame=(1, 0, 0))
