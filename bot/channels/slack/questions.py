"""What people ask in Slack: slash commands, mentions, direct messages and presses become questions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.channels import Question

Payload = Mapping[str, Any]

_TOKEN = re.compile(r"<([^<>]*)>")
_NO_NAMES = frozenset({"directmessage", "privategroup"})
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
LONGEST_TYPED = 4_000


@dataclass(frozen=True, slots=True)
class WayBack:
    """What an answer needs beyond the question: kept in ``Question.way_back`` as JSON."""

    url: str = ""
    """Where Slack takes answers to this question for half an hour, five at most."""
    thread: str = ""
    """The thread that the question stood in."""
    ephemeral: bool = False
    """True when the pressed message was one that only the presser sees."""

    def packed(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, question: Question) -> WayBack:
        """Return a question's way back; an empty one for a question from elsewhere."""
        return cls(**json.loads(question.way_back)) if question.way_back else cls()


def typed_command(payload: Payload) -> Question | None:
    """Return what ``/wirewatch WORDS`` asks."""
    chat, person = _text(payload, "channel_id"), _text(payload, "user_id")
    if not chat or not person:
        return None
    return Question(
        "slack",
        chat,
        person,
        as_command(plain_words(_text(payload, "text"))),
        None,
        "",
        None,
        _text(payload, "trigger_id") or _text(payload, "response_url"),
        person_name=_text(payload, "user_name"),
        private=_is_direct(chat),
        way_back=WayBack(url=_text(payload, "response_url")).packed(),
        chat_name=_chat_name(_text(payload, "channel_name")),
    )


def mentioned(payload: Payload, me: str) -> Question | None:
    """Return what stands behind the bot's name in a message, or None where the bot is not asked.

    ``me`` is the bot's user id. In a thread the question is about what the thread's first message tells.
    """
    event = _part(payload, "event")
    text = _text(event, "text")
    named = _name_of(me).search(text)
    if named is None or text[: named.start()].lstrip().startswith("<@"):
        return None  # said to somebody else first: another app's command that names this one
    return _said(payload, event, as_command(plain_words(text[named.end() :])))


def said_directly(payload: Payload, me: str) -> Question | None:
    """Return what a person wrote to the bot in their direct messages."""
    event = _part(payload, "event")
    if event.get("channel_type") != "im":
        return None
    text = _text(event, "text").strip()
    named = _name_of(me).match(text)
    words = plain_words(text[named.end() if named else 0 :])
    return _said(payload, event, as_command(words) if named else words)


def _name_of(me: str) -> re.Pattern[str]:
    return re.compile(rf"<@{re.escape(me)}(?:\|[^>]*)?>[\s,:，：]*")


def _said(payload: Payload, event: Payload, words: str) -> Question | None:
    """No question: edits, what joins and leaves, bots, and messages without words."""
    chat, person, message = (_text(event, name) for name in ("channel", "user", "ts"))
    by_machine = event.get("bot_id") or event.get("subtype") or event.get("edited")
    if by_machine or not (chat and person and message and words):
        return None
    thread = _text(event, "thread_ts")
    return Question(
        "slack",
        chat,
        person,
        words,
        None,
        message,
        thread or None,
        _text(payload, "event_id") or f"{chat}:{message}",
        private=_is_direct(chat),
        way_back=WayBack(thread=thread).packed(),
    )


def pressed(payload: Payload) -> Question | None:
    """Return what a button or a line of a menu asks."""
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    callback = _text(action, "value") or _text(_part(action, "selected_option"), "value")
    container, user = _part(payload, "container"), _part(payload, "user")
    chat = _text(container, "channel_id") or _text(_part(payload, "channel"), "id")
    person, message = _text(user, "id"), _text(container, "message_ts")
    if not (callback and chat and person and message):
        return None
    thread = _text(container, "thread_ts") or _text(_part(payload, "message"), "thread_ts")
    way_back = WayBack(
        url=_text(payload, "response_url"),
        thread="" if thread == message else thread,
        ephemeral=container.get("is_ephemeral") is True,
    )
    trigger = _text(payload, "trigger_id")
    return Question(
        "slack",
        chat,
        person,
        "",
        None,
        message,
        None,
        trigger or f"{chat}:{message}:{_text(action, 'action_ts')}",
        callback=callback,
        callback_id=trigger or None,
        person_name=_text(user, "username") or _text(user, "name"),
        private=_is_direct(chat),
        way_back=way_back.packed(),
        chat_name=_chat_name(_text(_part(payload, "channel"), "name")),
    )


def as_command(words: str) -> str:
    """Return what was said to the bot by name as a command; nothing said asks for help."""
    words = words.lstrip("/／ ")
    return f"/{words}" if words else "/help"


def plain_words(text: str) -> str:
    """Return a text as it was typed, lines kept: Slack's links, names and escapes undone."""
    text = _TOKEN.sub(_typed, text[:LONGEST_TYPED])
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    verb, _, words = text.strip().replace("\n", " \n ").partition(" ")
    lines = "\n".join(" ".join(line.split()) for line in words.strip().split("\n"))
    return f"{verb} {lines}".strip()


def _typed(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target.startswith(("!", "@", "#")):
        # Groups, people and channels are no words to look for, but their names may be.
        return label.removeprefix("@")
    if label and target in {f"http://{label}", f"https://{label}", f"mailto:{label}", f"tel:{label}"}:
        return label
    return target


def _chat_name(name: str) -> str:
    return "" if name in _NO_NAMES else name


def _is_direct(chat: str) -> bool:
    return chat.startswith("D")


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _part(payload: Payload, name: str) -> Payload:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
