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
# Teams name emoji of their own in any script.
_EMOJI = re.compile(r":(?:100|1234|[\w+'-]*[^\W\d][\w+'-]*):")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def faults(blocks: Any) -> list[str]:
    """Return everything that is wrong with blocks, in Slack's manner; an empty list when they are fine."""
    if not isinstance(blocks, list) or not blocks:
        return ["must be a non-empty list [json-pointer:/blocks]"]
    if len(blocks) > 50:
        return ["no more than 50 items allowed [json-pointer:/blocks]"]
    ids = [element["action_id"] for block in blocks for element in _elements(block)]
    repeated = ["action_id already exists [json-pointer:/blocks]"] if len(set(ids)) < len(ids) else []
    return repeated + [
        f"{said} [json-pointer:/blocks/{at}]"
        for at, block in enumerate(blocks)
        for said in _block_faults(block)
    ]


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    rows = block.get("elements") if block.get("type") == "actions" else []
    return [each for each in rows if "action_id" in each] if isinstance(rows, list) else []


def _block_faults(block: dict[str, Any]) -> list[str]:
    match block:
        case {"type": "section", "text": dict(text)}:
            return _text_faults(text, 3000)
        case {"type": "context", "elements": list(elements)} if 1 <= len(elements) <= 10:
            return [said for element in elements for said in _text_faults(element, 2000)]
        case {"type": "actions", "elements": list(elements)} if 1 <= len(elements) <= 25:
            ids = [element.get("action_id") for element in elements]
            repeated = ["action_id already exists"] if len(set(ids)) < len(ids) else []
            return repeated + [said for element in elements for said in _element_faults(element)]
        case {"type": "image", "slack_file": {"id": str()}, "alt_text": str(alt)} if 1 <= len(alt) <= 2000:
            return []
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


def _element_faults(element: dict[str, Any]) -> list[str]:
    if not 1 <= len(element.get("action_id", "")) <= 255:
        return ["an element needs an action_id of at most 255 characters"]
    match element:
        case {"type": "button", "text": text, "value": str(value)} if 1 <= len(value) <= 2000:
            return _label_faults(text, 75)
        case {"type": "static_select", "placeholder": name, "options": list(options)}:
            many = [] if 1 <= len(options) <= 100 else ["a menu has between 1 and 100 options"]
            return many + _label_faults(name, 150) + [said for one in options for said in _option_faults(one)]
    return ["malformed element"]


def _option_faults(option: dict[str, Any]) -> list[str]:
    long = [] if 1 <= len(option.get("value", "")) <= 150 else ["an option's value has 1 to 150 characters"]
    return long + _label_faults(option.get("text"), 75)


def _label_faults(text: Any, longest: int) -> list[str]:
    if (
        not isinstance(text, dict)
        or text.get("type") != "plain_text"
        or not isinstance(text.get("text"), str)
    ):
        return ["plain_text is missing"]
    if not 1 <= len(text["text"]) <= longest:
        return [f"must be between 1 and {longest} characters"]
    return ["an emoji by name"] if _EMOJI.search(text["text"]) else []


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
    """Return what Slack would make of a text on its own: emoji, calls to all, quotations at a line's start."""
    bare = _TOKEN.sub("", source)
    quotes = re.findall(r"^\s*&gt;", source, re.MULTILINE)
    return _EMOJI.findall(bare) + quotes + re.findall(r"@(?=here|channel|everyone)", bare)
