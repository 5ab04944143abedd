"""A neutral message in Telegram's HTML: escaped, inert, and cut into parts that Telegram takes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.pages import Cost, Room, first_page, has_text, pages, shorten
from bot.channels.plain import tame, tame_link, utf16_units
from bot.model import Block, Button, Line, Message, Span

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_POPUP = 200
MOST_ENTITIES = 100
# Telegram refuses messages whose entities weigh more than about 9,500 bytes.
MOST_LINK_BYTES = 9_000
LONGEST_ACTION = 64
MOST_IN_A_ROW = 8
MOST_BUTTONS = 100

# An invisible joiner behind these marks keeps Telegram from making mentions, hashtags and links of what a feed
# says; within a link that we made, it looks for mentions only. Commands are ours unless they stand in news.
_JOINER = "\u2060"
_MARKED = re.compile(r"[@#$:.]")
_COMMAND = re.compile(r"/(?=[A-Za-z0-9_]|$)")
_MENTION = re.compile(r"@(?=\w)")
_OTHERS = re.compile(
    r"#(?=\w)|\$(?=[A-Za-z])"  # hashtags, cashtags
    r"|:(?=//)"  # any scheme
    r"|(?:^|(?<=[^\s.]))\.(?=[^\W\d_]{2,})|(?<=[wW]{3})\.(?=\w)"  # domains
    r"|(?<![^\W_])(?:[tT][gG]|[tT][oO][nN](?:[sS][iI][tT][eE])?):(?=\w)"  # Telegram's own schemes
)
_NUMBERED = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
# Telegram takes these out, and reads together what they stood between.
_TAKEN_OUT = re.compile("[\u030a\u0333\u033f]")
_DOTS = frozenset({"🔴", "🟠", "🔵", "⚪", "⚠️", "✅", "✏️"})
_FIRST_OF_DOTS = frozenset(dot[0] for dot in _DOTS)


@dataclass(frozen=True, slots=True)
class Part:
    """One message as Telegram gets it, and the same without markup."""

    html: str
    plain: str


def parts_of(message: Message) -> tuple[Part, ...]:
    """Return the parts of a message, in order; an empty tuple when there is nothing to see.

    With an attachment the first part is its caption, which may be empty; what it does not hold follows.
    """
    blocks = _blocks(message)
    if message.attachment is None:
        return tuple(map(_part, pages(blocks, ROOM)))
    caption, rest = first_page(blocks, CAPTION_ROOM)
    return (_part(caption), *map(_part, pages(rest, ROOM)))


def one_part_of(message: Message, *, caption: bool = False) -> Part | None:
    """Return a message as one part, shortened where too long; None when there is nothing to see."""
    blocks = shorten(_blocks(message), CAPTION_ROOM if caption else ROOM)
    return _part(blocks) if blocks else None


def _blocks(message: Message) -> list[Block]:
    """Return the blocks that show something; what looks like a command is none in those that tell news."""
    shown = filter(has_text, message.blocks)
    return [_inert(block) if message.level is not None or _tells_news(block) else block for block in shown]


def _tells_news(block: Block) -> bool:
    return any(
        any(span.link for span in line) or line[0].text.strip()[:1] in _FIRST_OF_DOTS
        for line in block.lines
        if line
    )


def _inert(block: Block) -> Block:
    if not any("/" in span.text for line in block.lines for span in line):
        return block
    lines = tuple(
        tuple(
            replace(span, text=_COMMAND.sub(f"/{_JOINER}", span.text)) if not span.link else span
            for span in line
        )
        for line in block.lines
    )
    return replace(block, lines=lines)


def popup_of(words: str) -> str:
    """Return words as a pop-up shows them: plain lines, at most 200 units, cut between lines or words."""
    text = "\n".join(tame(line).rstrip() for line in words.strip().split("\n"))
    if utf16_units(text) <= LONGEST_POPUP:
        return text
    kept = text[:LONGEST_POPUP]
    while utf16_units(kept) >= LONGEST_POPUP:
        kept = kept[:-1]
    for between in ("\n", " "):
        end = kept.rfind(between)
        if end > LONGEST_POPUP // 2:
            return kept[:end].rstrip() + ("\n…" if between == "\n" else "…")
    return kept.rstrip() + "…"


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Return the buttons below a message; a button whose action is too long for Telegram is left out."""
    room, shown = MOST_BUTTONS, []
    for row in rows:
        fitting = [_button(button) for button in row if _fits(button)][:room]
        room -= len(fitting)
        shown += [fitting[at : at + MOST_IN_A_ROW] for at in range(0, len(fitting), MOST_IN_A_ROW)]
    return InlineKeyboardMarkup(shown) if shown else None


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(tame(button.label), callback_data=button.action)


def _fits(button: Button) -> bool:
    return 0 < len(button.action.encode()) <= LONGEST_ACTION and bool(tame(button.label).strip())


def _part(blocks: Sequence[Block]) -> Part:
    return Part(_joined(blocks, _html), _joined(blocks, lambda line: "".join(_shown(line))))


def _joined(blocks: Sequence[Block], dressed: Callable[[Line], str]) -> str:
    """Set blocks apart by an empty line, unless one is meant to follow tightly."""
    text = ""
    for block in blocks:
        gap = "" if not text else "\n" if block.tight else "\n\n"
        text += gap + "\n".join(map(dressed, block.lines))
    return text


def _html(line: Line) -> str:
    return "".join(map(_dressed, line, _shown(line)))


def _dressed(span: Span, shown: str) -> str:
    text = html.escape(shown, quote=True).replace("&#x27;", "'")
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


@lru_cache(maxsize=256)
def _shown(line: Line) -> tuple[str, ...]:
    """Return the text of each span with every mark defused that Telegram would make live on its own.

    Marks are looked for in the whole line: a link may begin in one span and end in the next.
    """
    texts = [_TAKEN_OUT.sub("", tame(span.text)) for span in line]
    whole = "".join(texts)
    if not _MARKED.search(whole):
        return tuple(texts)
    mentions = {found.end() for found in _MENTION.finditer(whole)}
    marks = mentions | {found.end() for found in _OTHERS.finditer(whole)}
    for found in _NUMBERED.finditer(whole):
        marks |= {at + 1 for at in range(*found.span()) if whole[at] == "."}
    shown, start = [], 0
    for span, text in zip(line, texts, strict=True):
        inert = tame_link(span.link) or span.code
        shown.append(_defused(text, start, mentions if inert else marks))
        start += len(text)
    return tuple(shown)


def _defused(text: str, start: int, marks: set[int]) -> str:
    inside = sorted(mark - start for mark in marks if start < mark <= start + len(text))
    pieces = [text[one:other] for one, other in zip([0, *inside], [*inside, len(text)], strict=True)]
    return _JOINER.join(pieces)


def _cost(line: Line) -> Cost:
    """Count a line: UTF-16 units with its line break, entities, bytes of addresses."""
    return (
        1 + sum(map(utf16_units, _shown(line))),
        sum(span.bold + span.strike + span.code + bool(span.link) for span in line),
        sum(len(tame_link(span.link).encode()) for span in line),
    )


ROOM = Room(limits=(LONGEST_TEXT, MOST_ENTITIES, MOST_LINK_BYTES), line=_cost, frame=(1, 0, 0))
CAPTION_ROOM = Room(limits=(LONGEST_CAPTION, MOST_ENTITIES, MOST_LINK_BYTES), line=_cost, frame=(1, 0, 0))
