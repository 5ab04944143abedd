"""What the stand-in for Telegram knows of chats and messages, and what it refuses of a request."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.standins.server import Failure
from tests.standins.telegram_html import Entity, MarkupError, parse

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


PNG = b"\x89PNG\r\n\x1a\n"
MOST_IN_A_ROW = 8
MOST_BUTTONS = 100
LARGEST_PICTURE = 10_000_000
LARGEST_FILE = 50_000_000
SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}


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
    kind: str = "text"
    """text, photo or document; the text of the others is their caption."""
    file_name: str = ""
    file_size: int = 0


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


def read_text(given: dict[str, Any], name: str = "text", longest: int = 4096) -> tuple[str, list[Entity]]:
    """Read a text or a caption; only a caption may be empty."""
    source = str(given.get(name) or "")
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
    if not text and name == "text":
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > longest:
        raise RefusedError(400, f"Bad Request: message {'caption ' if name == 'caption' else ''}is too long")
    if len(entities) > 100 or sum(len(one.url.encode()) for one in entities) > 9500:
        raise RefusedError(400, "Bad Request: ENTITIES_TOO_LONG")
    return text, entities


def read_buttons(markup: dict[str, Any] | None) -> list[list[tuple[str, str]]]:
    """Read the buttons: eight in a row, a hundred in all, each with words and 1-64 bytes of data."""
    keyboard = (markup or {}).get("inline_keyboard", [])
    if not isinstance(keyboard, list) or not all(isinstance(row, list) for row in keyboard):
        raise RefusedError(
            400, "Bad Request: can't parse inline keyboard button: inline keyboard is no array"
        )
    rows = [[(button.get("text", ""), button.get("callback_data", "")) for button in row] for row in keyboard]
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
        raise RefusedError(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for label, action in row:
            if not label.strip() or not 0 < len(action.encode()) <= 64:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def read_file(given: dict[str, Any], kind: str) -> tuple[str, bytes]:
    """Read an uploaded photo or document and return its name and content."""
    upload = given.get(kind)
    if not isinstance(upload, web.FileField):
        raise RefusedError(400, f"Bad Request: there is no {kind} in the request")
    content = upload.file.read()
    if not content:
        raise RefusedError(400, "Bad Request: file must be non-empty")
    if len(content) > (LARGEST_PICTURE if kind == "photo" else LARGEST_FILE):
        raise RefusedError(413, "Request Entity Too Large")
    if kind == "photo":
        check_picture(content)
    return str(upload.filename), content


def check_picture(content: bytes) -> None:
    """Refuse what is no PNG, and what is too large or too narrow to be shown."""
    if not content.startswith(PNG) or len(content) < 24:
        raise RefusedError(400, "Bad Request: IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", content[16:24])
    if not width or not height or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise RefusedError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")


def read_commands(given: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """Return the scope, the language and the commands of a menu."""
    commands = [(entry["command"], entry["description"]) for entry in given["commands"]]
    scope = (given.get("scope") or {"type": "default"})["type"]
    language = str(given.get("language_code") or "")
    if len(commands) > 100:
        raise RefusedError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    for name, description in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(description.strip()) <= 256:
            raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    if scope not in SCOPES:
        raise RefusedError(400, "Bad Request: can't parse BotCommandScope")
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise RefusedError(400, "Bad Request: LANG_CODE_INVALID")
    return scope, language, commands


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
