"""What the stand-in for Telegram knows of chats and messages, and what it refuses of a request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.standins.server import Failure
from tests.standins.telegram_html import Entity, MarkupError, parse

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@dataclass
class Chat:
    """A chat the bot may know. ``state``: ok, blocked, kicked, deactivated or read_only."""

    type: str = "private"
    topics: frozenset[int] = frozenset()
    state: str = "ok"
    moved_to: int | None = None


@dataclass
class Edit:
    """One accepted edit."""

    text: str
    html: str
    at: float


@dataclass
class TelegramMessage:
    """One accepted message as it looks now; ``text`` is what a reader sees."""

    chat: int
    message_id: int
    text: str
    html: str
    silent: bool
    at: float
    reply_to: int | None = None
    topic: int | None = None
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    """What Telegram would have made live on its own: mentions, hashtags, bare links."""
    edits: list[Edit] = field(default_factory=list)


class RefusedError(Exception):
    """An answer with ok: false."""

    def __init__(self, code: int, said: str, **parameters: int) -> None:
        self.code = code
        self.said = said
        self.parameters = parameters
        super().__init__(said)


def refusal_of_state(state: str, kind: str) -> RefusedError:
    """Return what Telegram says of a chat in this state."""
    return {
        "blocked": RefusedError(403, "Forbidden: bot was blocked by the user"),
        "kicked": RefusedError(403, f"Forbidden: bot was kicked from the {kind} chat"),
        "deactivated": RefusedError(403, "Forbidden: user is deactivated"),
        "read_only": RefusedError(400, "Bad Request: not enough rights to send text messages to the chat"),
    }[state]


def type_of(chat: int) -> str:
    return "private" if chat > 0 else "supergroup" if str(chat).startswith("-100") else "group"


def read_text(given: dict[str, Any]) -> tuple[str, list[Entity]]:
    source = str(given.get("text") or "")
    entities: list[Entity] = []
    text = source
    if given.get("parse_mode") == "HTML":
        try:
            text, entities = parse(source)
        except MarkupError as error:
            raise RefusedError(400, f"Bad Request: can't parse entities: {error}") from None
    leading = len(text) - len(text.lstrip())
    entities = [replace(one, start=one.start - leading, end=one.end - leading) for one in entities]
    text = text.strip()
    if not text:
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise RefusedError(400, "Bad Request: message is too long")
    if len(entities) > 100 or sum(len(one.url.encode()) for one in entities) > 9500:
        raise RefusedError(400, "Bad Request: ENTITIES_TOO_LONG")
    return text, entities


def read_buttons(markup: dict[str, Any] | None) -> list[list[tuple[str, str]]]:
    rows = [
        [(button.get("text", ""), button.get("callback_data", "")) for button in row]
        for row in (markup or {}).get("inline_keyboard", [])
    ]
    for row in rows:
        for label, action in row:
            if not label or not 0 < len(action.encode()) <= 64:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def said_failure(failure: Failure) -> RefusedError | None:
    """Return a planned failure that Telegram itself would say; None for those of the network."""
    if failure.how.startswith("error:"):
        return RefusedError(400, f"Bad Request: {failure.how.removeprefix('error:')}")
    return {
        "429": RefusedError(
            429, f"Too Many Requests: retry after {failure.retry_after}", retry_after=failure.retry_after
        ),
        "500": RefusedError(500, "Internal Server Error"),
        "401": RefusedError(401, "Unauthorized"),
        "403": RefusedError(403, "Forbidden: bot was blocked by the user"),
        "409": RefusedError(409, "Conflict: terminated by other getUpdates request"),
    }.get(failure.how)


def refused_answer(refusal: RefusedError) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.said}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return web.json_response(answer, status=refusal.code)
