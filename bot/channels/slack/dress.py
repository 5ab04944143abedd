"""A neutral message in Slack's blocks: escaped, inert, and cut into parts that Slack takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.pages import Cost, Room, cut_block, has_text, shorten
from bot.channels.plain import tame, tame_link
from bot.model import Block, Button, Line, Message, Span

MOST_BLOCKS = 50
LONGEST_SECTION = 3_000
LONGEST_CONTEXT = 2_000
# Slack answers msg_blocks_too_long somewhat above 13,000 characters.
LONGEST_MESSAGE = 12_500
LONGEST_LABEL = 75
LONGEST_VALUE = 2_000
LONGEST_NOTIFICATION = 2_000
MOST_BUTTONS = 25

# Slack has no escape for these marks; an invisible space on both sides keeps them from pairing up.
_GAP = "\u200b"
_MARK = re.compile(r"(?<![A-Za-z0-9])[*_~]+|[*_~]+(?![A-Za-z0-9])")
_EMOJI = re.compile(r":(?=(?:100|1234|[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*):)")
_MENTION = re.compile(r"@(?=\w)")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "ˋ"})

SlackBlock = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One message as Slack gets it; ``text`` is what notifications and old clients show."""

    blocks: tuple[SlackBlock, ...]
    text: str


def parts_of(message: Message, *, interactive: bool) -> tuple[Part, ...]:
    """Return the parts of a message, in order; an empty tuple when there is nothing to see."""
    return _parts(message, message.blocks, interactive=interactive)


def one_part_of(message: Message, *, interactive: bool) -> Part | None:
    """Return a message as one part, shortened where too long; None when there is nothing to see."""
    parts = _parts(message, shorten(message.blocks, _ONE_MESSAGE), interactive=interactive)
    return parts[0] if parts else None


def _parts(message: Message, blocks: Sequence[Block], *, interactive: bool) -> tuple[Part, ...]:
    actions = _actions(message.buttons) if interactive else []
    pages: list[list[SlackBlock]] = []
    for block in blocks:
        for piece in filter(has_text, cut_block(block, _CONTEXT if block.grey else _SECTION)):
            dressed = _context(piece) if piece.grey else _section(piece)
            if not pages or not _has_room([*pages[-1], dressed], len(actions)):
                pages.append([])
            pages[-1].append(dressed)
    if pages:
        pages[-1].extend(actions)
    first = escaped(tame(message.notification or _first_lines(message)))[:LONGEST_NOTIFICATION]
    return tuple(Part(tuple(page), f"{first} …" if at else first) for at, page in enumerate(pages))


def _first_lines(message: Message) -> str:
    return " ".join(line for line in message.plain.split("\n")[:2] if line)


def _has_room(blocks: Sequence[SlackBlock], actions: int) -> bool:
    return len(blocks) + actions <= MOST_BLOCKS and sum(map(_size, blocks)) <= LONGEST_MESSAGE


def _size(block: SlackBlock) -> int:
    texts = [block["text"]] if "text" in block else block["elements"]
    return sum(len(text["text"]) for text in texts)


def _section(block: Block) -> SlackBlock:
    return {"type": "section", "text": _mrkdwn("\n".join(map(mrkdwn, block.lines)))}


def _context(block: Block) -> SlackBlock:
    return {"type": "context", "elements": [_mrkdwn(_DOT.join(map(mrkdwn, block.lines)))]}


def _mrkdwn(text: str) -> dict[str, Any]:
    # verbatim: Slack makes no links and no mentions of bare words; ours are written out.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _actions(rows: Sequence[Sequence[Button]]) -> list[SlackBlock]:
    blocks = []
    for at, row in enumerate(rows):
        elements = [
            {
                "type": "button",
                "action_id": f"{at}.{place}",
                "value": button.action,
                "text": {"type": "plain_text", "text": tame(button.label)[:LONGEST_LABEL], "emoji": True},
            }
            for place, button in enumerate(row[:MOST_BUTTONS])
            if tame(button.label).strip() and len(button.action) <= LONGEST_VALUE
        ]
        if elements:
            blocks.append({"type": "actions", "elements": elements})
    return blocks


def mrkdwn(line: Line) -> str:
    """Return a line in Slack's markup; a style needs an edge around it and gets one where there is none."""
    text = ""
    edge = False
    for span in line:
        marked = span.bold or span.strike or span.code
        piece = _styled(span) if marked or span.link else inert(span.text)
        if text and piece and (marked or edge) and not (text[-1].isspace() or piece[0].isspace()):
            text += _GAP
        text += piece
        edge = marked
    # Slack reads even an escaped ">" at the start of a line as a quotation.
    return _GAP + text if text.startswith("&gt;") else text


def _styled(span: Span) -> str:
    text = tame(span.text)
    core = text.strip()
    if not core:
        return text
    if span.code:
        return f"`{inert(text)}`"
    dressed = inert(core)
    if link := tame_link(span.link):
        dressed = f"<{link.replace('&', '&amp;')}|{dressed}>"
    for wanted, mark in ((span.strike, "~"), (span.bold, "*")):
        if wanted:
            dressed = f"{mark}{dressed}{mark}"
    before, after = text[: text.index(core[0])], text[len(text.rstrip()) :]
    return f"{before}{dressed}{after}"


def inert(text: str) -> str:
    """Return text that Slack shows as it is: no markup, mention, emoji or link comes out of it."""
    text = escaped(tame(text))
    text = _MENTION.sub(f"@{_GAP}", _EMOJI.sub(f":{_GAP}", text))
    return _MARK.sub(lambda mark: f"{_GAP}{_GAP.join(mark[0])}{_GAP}", text)


def escaped(text: str) -> str:
    """Escape the three characters that Slack reads as its own."""
    return text.translate(_ESCAPES)


_DOT = "  ·  "


def _cost(line: Line) -> Cost:
    return (len(mrkdwn(line)) + len(_DOT),)


_SECTION = Room(limits=(LONGEST_SECTION,), line=_cost, frame=(0,))
_CONTEXT = Room(limits=(LONGEST_CONTEXT,), line=_cost, frame=(0,))
_ONE_MESSAGE = Room(
    limits=(LONGEST_MESSAGE, MOST_BLOCKS - 5), line=lambda line: (*_cost(line), 0), frame=(0, 1)
)
