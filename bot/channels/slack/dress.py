"""A neutral message in Slack's blocks: escaped, inert, and cut into parts that Slack takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.pages import Cost, Room, cut_block, has_text, shorten
from bot.channels.plain import tame, tame_link
from bot.model import Block, Button, Line, Message, Span
from bot.render.words import say

MOST_BLOCKS = 50
LONGEST_SECTION = 3_000
LONGEST_CONTEXT = 2_000
# Slack answers msg_blocks_too_long somewhat above 13,000 characters.
LONGEST_MESSAGE = 12_500
LONGEST_LABEL = 75
LONGEST_VALUE = 2_000
LONGEST_CHOICE = 150
LONGEST_NOTIFICATION = 600
LONGEST_ALT = 2_000
# Slack cuts texts at 40,000 characters.
LONGEST_PLAIN = 39_000
MOST_BUTTONS = 25
MOST_CHOICES = 100
# A head and twelve companies; what a longer digest holds besides goes into its thread.
MOST_SECTIONS = 13

# Slack has no escape for these marks; an invisible space on both sides keeps them from pairing up.
_GAP = "\u200b"
_MARK = re.compile(r"(?<![A-Za-z0-9])[*_~]+|[*_~]+(?![A-Za-z0-9])")
# Names of emoji are in any script; a time of day is none.
_EMOJI = re.compile(r":(?=(?:100|1234|[^\s:/]*[^\s:/\d][^\s:/]*):)")
_MENTION = re.compile(r"@(?=\w)")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "ˋ"})

SlackBlock = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One message as Slack gets it; ``text`` is what notifications and old clients show."""

    blocks: tuple[SlackBlock, ...]
    text: str

    @property
    def pictured(self) -> bool:
        """True when a picture stands in it."""
        return any(block["type"] == "image" for block in self.blocks)


def parts_of(message: Message, *, interactive: bool, picture: str = "") -> tuple[Part, ...]:
    """Return the parts of a message, in order; an empty tuple when there is nothing to see.

    ``picture`` is the id of the uploaded picture that stands above the text; without it the message says that
    its picture is missing. The buttons stand under the last part, or under the first where all that follows is
    the rest of a long list.
    """
    first, *rest = _folded(message.blocks)
    actions = _actions(message.buttons) if interactive else []
    own = _pages(first, len(actions), _image(message, picture))
    if own:
        own[-1].extend(actions)
    return _parts(message, [*own, *(page for blocks in rest for page in _pages(blocks, 0))], picture)


def one_part_of(message: Message, *, interactive: bool, picture: str = "") -> Part | None:
    """Return a message as one part, shortened where too long; None when there is nothing to see."""
    actions = _actions(message.buttons) if interactive else []
    pages = _pages(shorten(message.blocks, _ONE_MESSAGE), len(actions), _image(message, picture))[:1]
    return _parts(message, [[*pages[0], *actions]], picture)[0] if pages else None


def without_picture(part: Part, language: str) -> Part:
    """Return a part that says that its picture is missing."""
    said = _context(Block(((Span(say(language, "slack_no_picture")),),), grey=True))
    kept = [block for block in part.blocks if block["type"] != "image"]
    at = next((at for at, block in enumerate(kept) if block["type"] == "actions"), len(kept))
    return Part((*kept[:at], said, *kept[at:]), part.text)


def commented(message: Message) -> str:
    """Return a message as the words that stand above a file: one text in Slack's markup."""
    room = Room(limits=(LONGEST_SECTION,), line=_cost, frame=(2,))
    blocks = shorten([block for block in message.blocks if has_text(block)], room)
    return "\n\n".join("\n".join(map(mrkdwn, block.lines)) for block in blocks)


def plain_of(message: Message) -> str:
    """Return a message without markup; Slack reads mentions and links in plain text too, so it is inert."""
    return "\n".join(_quoted_not(inert(line)) for line in message.plain.split("\n"))[:LONGEST_PLAIN]


def _folded(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks of the message itself, with its grey end, and those that are too many for it."""
    seen = [block for block in blocks if has_text(block)]
    ends = next((at for at in range(len(seen), 0, -1) if not seen[at - 1].grey), 0)
    body, foot = seen[:ends], seen[ends:]
    return [seen] if len(body) <= MOST_SECTIONS else [[*body[:MOST_SECTIONS], *foot], body[MOST_SECTIONS:]]


def _pages(blocks: Sequence[Block], actions: int, image: SlackBlock | None = None) -> list[list[SlackBlock]]:
    pages: list[list[SlackBlock]] = [[image]] if image else []
    for block in blocks:
        for piece in filter(has_text, cut_block(block, _CONTEXT if block.grey else _SECTION)):
            dressed = _context(piece) if piece.grey else _section(piece)
            if not pages or not _has_room([*pages[-1], dressed], actions):
                pages.append([])
            pages[-1].append(dressed)
    return pages


def _parts(message: Message, pages: Sequence[Sequence[SlackBlock]], picture: str) -> tuple[Part, ...]:
    first = _quoted_not(inert((message.notification or _first_lines(message))[:LONGEST_NOTIFICATION]))
    parts = [Part(tuple(page), f"{first} …" if at else first) for at, page in enumerate(pages)]
    if parts and message.attachment is not None and message.attachment.picture and not picture:
        parts[0] = without_picture(parts[0], message.language)
    return tuple(parts)


def _image(message: Message, picture: str) -> SlackBlock | None:
    if not picture or message.attachment is None:
        return None
    alt = tame(message.attachment.alt).strip() or tame(message.attachment.name).strip() or "…"
    return {"type": "image", "slack_file": {"id": picture}, "alt_text": alt[:LONGEST_ALT]}


def _first_lines(message: Message) -> str:
    return " ".join(line for line in message.plain.split("\n")[:2] if line)


def _has_room(blocks: Sequence[SlackBlock], actions: int) -> bool:
    return len(blocks) + actions <= MOST_BLOCKS and sum(map(_size, blocks)) <= LONGEST_MESSAGE


def _size(block: SlackBlock) -> int:
    texts = [block["text"]] if "text" in block else block.get("elements", [])
    return sum(len(text["text"]) for text in texts)


def _section(block: Block) -> SlackBlock:
    return {"type": "section", "text": _mrkdwn("\n".join(map(mrkdwn, block.lines)))}


def _context(block: Block) -> SlackBlock:
    return {"type": "context", "elements": [_mrkdwn(_DOT.join(map(mrkdwn, block.lines)))]}


def _mrkdwn(text: str) -> dict[str, Any]:
    # verbatim: Slack makes no links and no mentions of bare words; ours are written out.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _actions(rows: Sequence[Sequence[Button]]) -> list[SlackBlock]:
    blocks: list[SlackBlock] = []
    for at, row in enumerate(rows):
        drawn = [_element(button, f"{at}.{place}") for place, button in enumerate(row[:MOST_BUTTONS])]
        if elements := [element for element in drawn if element]:
            blocks.append({"type": "actions", "elements": elements})
    return blocks


def _element(button: Button, action_id: str) -> SlackBlock | None:
    """Return a button, or a menu of its choices; None for what Slack would refuse."""
    name = _label(button.label)
    if not name["text"]:
        return None
    if not button.choices:
        fits = 0 < len(button.action) <= LONGEST_VALUE
        return (
            {"type": "button", "action_id": action_id, "value": button.action, "text": name} if fits else None
        )
    options = [
        {"text": _label(choice.label), "value": choice.action}
        for choice in button.choices
        if _label(choice.label)["text"] and 0 < len(choice.action) <= LONGEST_CHOICE
    ]
    menu = {"type": "static_select", "action_id": action_id, "placeholder": name}
    return {**menu, "options": options[:MOST_CHOICES]} if options else None


def _label(text: str) -> dict[str, Any]:
    shown = _EMOJI.sub(f":{_GAP}", tame(text)).strip()[:LONGEST_LABEL]
    return {"type": "plain_text", "text": shown, "emoji": True}


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
    return _quoted_not(text)


def _quoted_not(text: str) -> str:
    """Slack reads even an escaped ">" at the start of a line as a quotation."""
    return _GAP + text if text.lstrip().startswith("&gt;") else text


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
