"""Telegram's HTML, read more strictly than Telegram reads it: anything it might refuse is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote"}
)
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-z]+)(?P<attributes>[^<>]*)>|(?P<text>[^<]+)|(?P<stray><)")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7}));|([&>])")
_HREF = re.compile(r'\s+href="(https?://[^"<>\s]+)"')
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# What Telegram makes live by itself, outside of links and code.
_LIVE = re.compile(
    r"(?<!\w)@\w{2,}|(?<!\w)#\w+|(?<!\w)\$[A-Z]{1,8}\b|[a-z]+://\w\S*|\bwww\.\w\S*|\b(?:tg|ton):\w\S*"
    r"|(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?![\w/])|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
    r"|[^\s.@<>()\[\]]+\.(?:com|net|org|io|ai|cn|hk|me|dev|app|example|test|evil|中国)\b",
    re.IGNORECASE,
)
# Telegram takes these out before it looks.
_TAKEN_OUT = "\u030a\u0333\u033f"


class MarkupError(ValueError):
    """The text that Telegram gives as its reason."""


@dataclass(frozen=True)
class Entity:
    """A styled run; offsets count characters of the visible text."""

    kind: str
    start: int
    end: int
    url: str = ""


def parse(source: str) -> tuple[str, list[Entity]]:
    """Return the visible text and its entities; raises MarkupError."""
    text = ""
    entities: list[Entity] = []
    open_tags: list[tuple[str, int, str]] = []
    for token in _TOKEN.finditer(source):
        if token["stray"]:
            raise MarkupError(f'Unsupported start tag "" at byte offset {token.start()}')
        if token["text"] is not None:
            text += _unescaped(token["text"])
        elif token["close"]:
            if not open_tags or open_tags[-1][0] != token["tag"] or token["attributes"]:
                raise MarkupError(f'Unmatched end tag "{token["tag"]}" at byte offset {token.start()}')
            kind, start, url = open_tags.pop()
            entities.append(Entity(kind, start, len(text), url))
        else:
            open_tags.append((token["tag"], len(text), _address(token)))
    if open_tags:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return text, sorted(entities, key=lambda entity: (entity.start, -entity.end))


def _address(token: re.Match[str]) -> str:
    tag, attributes = token["tag"], token["attributes"]
    if tag not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {token.start()}')
    if tag != "a":
        if attributes:
            raise MarkupError(f'Unexpected attribute in tag "{tag}" at byte offset {token.start()}')
        return ""
    href = _HREF.fullmatch(attributes)
    if href is None:
        raise MarkupError(f"Bad address in a link at byte offset {token.start()}")
    return _unescaped(href[1])


def _unescaped(text: str) -> str:
    def read(found: re.Match[str]) -> str:
        if found[3]:
            raise MarkupError(f'Character "{found[3]}" must be escaped')
        return _NAMED[found[1]] if found[1] else chr(int(found[2]))

    return _ENTITY.sub(read, text)


def live(text: str, entities: list[Entity]) -> list[str]:
    """Return what Telegram would turn into mentions, hashtags and links on its own."""
    text = "".join(one for one in text if one not in _TAKEN_OUT)
    covered = [(entity.start, entity.end) for entity in entities if entity.kind in {"a", "code", "pre"}]
    return [
        found[0]
        for found in _LIVE.finditer(text)
        if not any(start <= found.start() < end for start, end in covered)
    ]
