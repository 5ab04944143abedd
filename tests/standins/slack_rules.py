"""What Slack's stand-in keeps, and what it refuses in a message's content."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.server import flag
from tests.standins.slack_blocks import faults, live, markup_faults, styled, visible

MOST_CHARACTERS = 13_200


class SlackError(Exception):
    """An answer with ok: false; the text is Slack's code."""

    def __init__(
        self, code: str, *, status: int = 200, retry_after: int = 0, messages: Iterable[str] = ()
    ) -> None:
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.messages = list(messages)
        super().__init__(code)


@dataclass
class SlackPost:
    """One accepted message as it looks now; ``visible`` is what a reader sees, ``text`` the notification."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    at: float
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    person: str = ""
    """Who alone sees it; "" for everybody."""
    files: list[str] = field(default_factory=list)
    """Ids of the files that were shared with it."""
    by_address: bool = False
    """True when it came by a response_url."""
    visible: str = ""
    styled: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> None:
        """Look at the content as a reader does."""
        sources = texts_of(self.blocks) or [self.text]
        self.visible = "\n".join(map(visible, sources))
        self.styled = [run for source in sources for run in styled(source)]
        self.live = [found for source in sources for found in live(source)]

    def rewrite(self, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace the content, and remember that."""
        self.text, self.blocks = text, blocks
        self.read()
        self.edits.append({"text": self.text, "visible": self.visible, "at": time.time()})

    def as_message(self, *, with_metadata: bool) -> dict[str, Any]:
        """Return it as histories have it."""
        message: dict[str, Any] = {"ts": self.ts, "text": self.text, "type": "message"}
        return message | ({"metadata": self.metadata} if with_metadata and self.metadata else {})

    def elements(self) -> list[dict[str, Any]]:
        """Return the buttons and menus under it."""
        rows = [block["elements"] for block in self.blocks if block["type"] == "actions"]
        return [element for row in rows for element in row]

    def labels(self) -> list[str]:
        """Return what its buttons and menus are called."""
        named = [element.get("text") or element["placeholder"] for element in self.elements()]
        return [name["text"] for name in named]


def content_of(given: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Return text and blocks of a message; raises SlackError for what Slack refuses."""
    text = str(given.get("text") or "")
    blocks = given.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > 40_000:
        raise SlackError("msg_too_long")
    if given.get("parse", "none") != "none" or flag(given.get("link_names")):
        raise SlackError("invalid_arguments", messages=["parse must be none"])
    if blocks is None:
        if wrong := markup_faults(text):
            raise SlackError("invalid_arguments", messages=wrong)
        return text, []
    wrong = faults(blocks) + markup_faults(text)
    if wrong:
        raise SlackError("invalid_blocks", messages=wrong)
    if sum(len(source) for source in texts_of(blocks)) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return text, blocks


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the texts of sections and contexts."""
    texts = [text for block in blocks for text in [block.get("text"), *block.get("elements", [])] if text]
    return [text["text"] for text in texts if text.get("type") == "mrkdwn"]


def refusal(error: SlackError) -> web.Response:
    """Return the answer that says no."""
    answer: dict[str, Any] = {"ok": False, "error": error.code}
    if error.code == "missing_scope":
        answer["needed"] = ",".join(error.messages)
    elif error.messages:
        answer["response_metadata"] = {"messages": error.messages}
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return web.json_response(answer, status=error.status, headers=headers)
