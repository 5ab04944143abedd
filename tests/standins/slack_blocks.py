"""Slack's blocks and markup, read more strictly than Slack reads them: what might break is refused."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<(https?://[^|<>\s]+)\|([^<>\n]+)>")
_BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
# A style opens at the start of a word and closes at the end of one; an invisible space counts as a space.
_STYLED = re.compile(
    r"(?<![^\s\u200b(\[|>*_~])([*_~])(?![\s\u200b])([^\n]*?)(?<![\s\u200b])\1(?![^\s\u200b.,;:!?)\]|<*_~])"
)
_EMOJI = re.compile(r":(?:100|1234|[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*):")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def faults(blocks: Any) -> list[str]:
    """Return everything that is wrong with blocks, in Slack's manner; an empty list when they are fine."""
    if not isinstance(blocks, list) or not blocks:
        return ["must be a non-empty list [json-pointer:/blocks]"]
    if len(blocks) > 50:
        return ["no more than 50 items allowed [json-pointer:/blocks]"]
    return [
        f"{said} [json-pointer:/blocks/{at}]"
        for at, block in enumerate(blocks)
        for said in _block_faults(block)
    ]


def _block_faults(block: dict[str, Any]) -> list[str]:
    match block:
        case {"type": "section", "text": dict(text)}:
            return _text_faults(text, 3000)
        case {"type": "context", "elements": list(elements)} if 1 <= len(elements) <= 10:
            return [said for element in elements for said in _text_faults(element, 2000)]
        case {"type": "actions", "elements": list(elements)} if 1 <= len(elements) <= 25:
            ids = [element.get("action_id") for element in elements]
            repeated = ["action_id already exists"] if len(set(ids)) < len(ids) else []
            return repeated + [said for element in elements for said in _button_faults(element)]
    return [f"unsupported or malformed block: {block.get('type')}"]


def _text_faults(text: dict[str, Any], longest: int) -> list[str]:
    source = text.get("text")
    if text.get("type") != "mrkdwn" or not isinstance(source, str):
        return ["mrkdwn text is missing"]
    if not 1 <= len(source) <= longest:
        return [f"must be between 1 and {longest} characters"]
    if not text.get("verbatim"):
        return ["without verbatim Slack makes links and mentions of bare words"]
    return markup_faults(source)


def _button_faults(element: dict[str, Any]) -> list[str]:
    label = element.get("text", {})
    fine = (
        element.get("type") == "button"
        and label.get("type") == "plain_text"
        and 1 <= len(label.get("text", "")) <= 75
        and 1 <= len(element.get("action_id", "")) <= 255
        and 1 <= len(element.get("value", "")) <= 2000
    )
    return [] if fine else ["malformed button"]


def markup_faults(source: str) -> list[str]:
    """Return what a text holds beside links that are written out: mentions, broken links, bare characters."""
    foreign = [f"foreign token {token}" for token in _TOKEN.findall(source) if not _LINK.fullmatch(token)]
    bare = ["an unescaped character"] if _BARE.search(_TOKEN.sub("", source)) else []
    return foreign + bare


def visible(source: str) -> str:
    """Return what a reader sees: links by their label, no escapes, no invisible spaces, no styles."""
    text = _LINK.sub(r"\2", source)
    for _ in range(3):
        text = _STYLED.sub(r"\2", text)
    text = text.replace("`", "").replace("\u200b", "")
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text


def styled(source: str) -> list[str]:
    """Return the runs that Slack would set in bold, italics or struck out."""
    return [f"{mark}{run}{mark}" for mark, run in _STYLED.findall(source)]


def live(source: str) -> list[str]:
    """Return what Slack would make of a text on its own: emoji, and quotations at the start of a line."""
    return _EMOJI.findall(_TOKEN.sub("", source)) + re.findall(r"^&gt;", source, re.MULTILINE)
