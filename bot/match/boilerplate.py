"""Which part of a text is the article: scraped pages end in headings, stock boxes and links to other news."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.text import is_cjk

_HARD = frozenset({"scraping metadata", "stock mentions"})
"""Headings that no article has: they end it wherever they stand."""
_INLINE = frozenset(
    {
        "also read",
        "read also",
        "read more",
        "see also",
        "read next",
        "related",
        "延伸阅读",
        "推荐阅读",
        "扩展阅读",
    }
)
"""Links that stand between paragraphs too: far from the end they take only their own line away."""
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s\u2e80-\uffff]+|(?<![\w.-])[\w.-]{1,64}@[\w-]+(?:\.[\w-]+)+|@[a-z0-9_]+"
    r"|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|io|co)/[^\s\u2e80-\uffff]*"
)
_SENTENCE_END = '.!?。！？…")”’】])'
Span = tuple[int, int]
_EARLIEST = 0.4
_INLINE_EARLIEST = 0.7
_LONGEST_LINE = 300
_SENTENCE = re.compile(r"[.!?。！？](?=\s|[A-Z\u4e00-\u9fff])")
_LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Cut:
    """The article ends at ``end``; ``holes`` are spans inside it that are not the article's own words."""

    end: int
    holes: tuple[tuple[int, int], ...] = ()


def headings_of(tails: Iterable[str]) -> frozenset[str]:
    """Return the folded headings to look for."""
    return frozenset({*tails, *_HARD})


def cut_of(text: str, folded: str, headings: Iterable[Span]) -> Cut:
    """Return what counts of a text, given where its headings stand; links in it never count."""
    holes: list[Span] = []
    for start, end in sorted(headings, key=lambda span: (span[0], -span[1])):
        if not _is_heading(folded, start, end):
            continue
        if _ends_here(folded[start:end], start / len(text)):
            return Cut(start, (*holes, *links(folded)))
        if folded[start:end] in _INLINE:
            holes.append((start, _line_end(text, end)))
    return Cut(len(text), (*holes, *links(folded)))


def _ends_here(heading: str, place: float) -> bool:
    if heading in _HARD:
        return True
    return place >= (_INLINE_EARLIEST if heading in _INLINE else _EARLIEST)


def links(folded: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of addresses and handles: a name in them is not said about anybody."""
    if not ("@" in folded or "/" in folded or "www." in folded):
        return ()
    return tuple(found.span() for found in _LINK.finditer(folded))


def _is_heading(folded: str, start: int, end: int) -> bool:
    """A heading starts a line or follows a sentence; short ones are followed by a colon or the line's end."""
    before = folded[max(0, start - 16) : start].rstrip(" \t*#>-|·•")[-1:]
    if before not in {"", "\n"} and before not in _SENTENCE_END:
        return False
    heading, after = folded[start:end], folded[end : end + 3].lstrip(" \t")[:1]
    if len(heading.split()) >= 4 or heading.endswith((":", "©")) or heading.startswith("©"):
        return True
    starts_line = before in {"", "\n"}
    if starts_line and len(heading) >= 4 and is_cjk(heading[0]):
        return True
    return after in {"", "\n", ":"} or (starts_line and after in {"*", ".", "-"})


def _line_end(text: str, start: int) -> int:
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    if line - start <= _LONGEST_LINE:
        return line
    end = _SENTENCE.search(text, start, min(line, start + _LONGEST_SENTENCE))
    return end.end() if end else start + _LONGEST_LINE
