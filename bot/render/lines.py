"""Text from feeds made fit for a line: no control characters, no emoji, cut where it may be cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import Block, Button, Level, Line, Message, Span
from bot.render.words import colon
from bot.text import is_cjk, language_of

LONGEST_READ = 20_000
"""Characters of a text that are looked at; what a message shows stands at its beginning."""

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u2604\u2607-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u20e3\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[-–—|]\s|[，；：。！？]|——")
_TRAILING = " ,;:，；：、-–—|·"


def clean(text: str) -> str:
    """Return the text on one line, without control, bidirectional and invisible characters and without emoji.

    The dots, the lock and the warning sign carry meaning in a message: a headline must not fake them.
    """
    text = _EMOJI.sub("", text[:LONGEST_READ])
    if not text.isascii() or not text.isprintable():
        text = "".join(" " if _breaks(character) else character for character in text if _shown(character))
    return _SPACE.sub(" ", text).strip()


def shorten(text: str, limit: int) -> str:
    """Cut clean text to a limit (half of it for Chinese) at a clause, else at a word, with ``…``."""
    if language_of(text) == "zh":
        limit //= 2
    if len(text) <= limit:
        return text
    room = text[: limit - 1]
    ends = [found.start() for found in _CLAUSE.finditer(text[:limit])]
    if ends and ends[-1] * 2 >= limit:
        return room[: ends[-1]].rstrip(_TRAILING) + "…"
    space = room.rfind(" ")
    if space * 2 >= limit and not is_cjk(text[limit - 1]):
        room = room[:space]
    return room.rstrip(_TRAILING) + "…"


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the spans of the text's clauses, without the marks and spaces that part them."""
    marks = list(_CLAUSE.finditer(text))
    starts = [0, *(found.end() for found in marks)]
    ends = [*(found.start() for found in marks), len(text)]
    pairs = zip(starts, ends, strict=True)
    return [
        (end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()))
        for start, end in pairs
        if text[start:end].strip()
    ]


def plain(line: Line) -> str:
    """Return a line's text."""
    return "".join(span.text for span in line)


def text(words: str, *, bold: bool = False) -> Line:
    """Return a line of one span."""
    return (Span(words, bold=bold),)


def joined(lines: Iterable[Line], between: str) -> Line:
    """Return lines as one, with a text between them."""
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans.append(Span(between))
        spans.extend(line)
    return tuple(spans)


def message(
    blocks: Iterable[Block],
    language: str,
    *,
    buttons: tuple[tuple[Button, ...], ...] = (),
    silent: bool = True,
    level: Level | None = None,
    broadcast: bool = False,
) -> Message:
    """Return the message of these blocks; empty lines and blocks fall away, lines one and two notify."""
    kept = [replace(block, lines=tuple(line for line in block.lines if plain(line))) for block in blocks]
    kept = [block for block in kept if block.lines]
    first_two = [plain(line).strip() for block in kept for line in block.lines][:2]
    return Message(
        blocks=tuple(kept),
        buttons=buttons,
        silent=silent,
        notification=_announced(first_two, language),
        language=language,
        level=level,
        broadcast=broadcast,
    )


def _announced(lines: Sequence[str], language: str) -> str:
    """Lines one and two as one: with a colon between them unless the first one ends a sentence."""
    if not lines or lines[0][-1] not in ".!?:。！？：":
        return colon(language).join(lines)
    return ("" if lines[0][-1] in "。！？：" else " ").join(lines)


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Zl", "Zp"}


def _shown(character: str) -> bool:
    """Joiners and direction marks go; line breaks stay until they become spaces."""
    return unicodedata.category(character) not in {"Cf", "Cs", "Co", "Cn"}
