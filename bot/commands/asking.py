"""A question, its answer, and what answering needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot import channels
from bot.charts import Picture
from bot.model import Message, Receiver, Rows, Settings, Source, Tables, Watchlist
from bot.render.health_views import MovedChat
from bot.render.views import Headline

SILENT = Message(blocks=())
"""No message: what was pressed is answered by a pop-up, or by other buttons."""
BUTTONED = channels.BUTTONED
"""The services whose messages have buttons."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button: ``mute:k7f2`` under the message ``message_id`` of a chat."""

    verb: str
    about: str
    """What stands behind the verb, up to the end: a story, ``k7f2:4h``, words, a nonce."""
    channel: str
    chat: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command as typed: ``verb`` without its slash, ``words`` the rest."""

    verb: str
    words: str = ""
    reader: Receiver
    """Whose language, zone and kind of chat the answer is for."""
    receiver: str = ""
    """The receiver that the question is about: the chat's own; "" for all."""
    story: str = ""
    """The story of the alert that the question answers to, where it does."""
    admin: bool = False
    """True for who may change things: admins in chats, and whoever sits at the terminal."""
    by: str = ""
    """Who asks, for the record: ``telegram:4242``."""
    who: str = ""
    """The asker's name as shown to others; "" where it is not known."""
    alone: bool = False
    """True where the bot and the asker are alone in the chat, and at the terminal."""
    pressed: Pressed | None = None
    """The button, where the question was a press; ``verb`` and ``words`` are empty then."""
    update: tuple[str, str] | None = None
    """(service, number) of the chat's update that the question came with: what it changes is changed once for it."""
    limit: int = 5
    first_look: bool = False
    """True after a baseline: only what would have rung, had it come later."""


def sees(asked: Asked, receiver: str) -> bool:
    """Tell whether the asker may read what concerns a receiver: admins of each, others of their chat's own."""
    return asked.admin or (bool(receiver) and receiver == asked.receiver)


def concerns(asked: Asked, receiver: str) -> bool:
    """Tell whether an answer is about a receiver: in its chat about it alone, elsewhere, for admins, about each.

    "" is what holds for all receivers: everybody's whom anything is told.
    """
    if not receiver:
        return not is_guest(asked)
    return sees(asked, receiver) and asked.receiver in {"", receiver}


def is_guest(asked: Asked) -> bool:
    """Tell whether nothing is told to this chat, and no admin asks: it reads stories, not what others are told."""
    return not asked.admin and not asked.receiver


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that a question asks for: who got the answer leaves it in the store as a request."""

    kind: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a button of the answer stands for; kept in the store under its nonce before the answer is sent."""

    nonce: str
    payload: Mapping[str, object]
    expires: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, and the same as rows for ``--json``."""

    message: Message = SILENT
    rows: tuple[Mapping[str, object], ...] = ()
    failed: bool = False
    misunderstood: bool = False
    """True when the question itself was wrong: the terminal exits with 2."""
    wanted: Wanted | None = None
    """What is to be done first; ``answer_finished`` says how that went, this answer only that it was asked."""
    left: int | None = None
    """The number of the request for ``wanted``, where ``effect`` left it already: in one transaction with the rest."""
    effect: Callable[[Connection], Answer] | None = None
    """What it changes in the store: run in one writing transaction; what that returns is the answer."""
    offers: tuple[Offer, ...] = ()
    popup: str = ""
    """Few words for the presser alone; where a chat has pop-ups, ``message`` is left out for them."""
    buttons: Rows | None = None
    """Other buttons for the pressed message."""
    instead: bool = False
    """True: ``message`` takes the place of the pressed one."""
    public: bool = False
    """True: shared with everybody in the chat on purpose."""
    picture: Picture | None = None
    """Drawn before the answer is sent, and shown over ``message``; where it can't be, the words go alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering needs: one snapshot of the store, the configuration in force, the time."""

    conn: Connection
    settings: Settings
    watchlist: Watchlist
    sources: Mapping[str, Source]
    tables: Tables
    now: datetime
    version: str
    started: datetime
    faults: tuple[str, ...] = ()
    moved: tuple[MovedChat, ...] = ()
    """Chats that the file still names by their old ids."""
    doubt: float = 0.0
    """Joinings with a smaller margin are listed as in doubt."""
    running: bool = True
    """False when nothing runs: what the store says is how the last round left it."""
    folder: Path | None = None
    """The configuration's folder, for what changes its files."""


def story_row(line: Headline) -> dict[str, object]:
    """Return one story as a JSON row."""
    return {
        "story": line.story,
        "score": line.score,
        "watches": list(line.watches),
        "title": line.title,
        "url": line.url,
        "source": line.source,
        "time": line.time.isoformat(),
        "sources": line.more + 1,
    }
