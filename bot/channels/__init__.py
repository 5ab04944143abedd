"""Chat services, both directions: the contract that every channel keeps, and the Pacer that all share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.channels.pacer import SLACK_LIMITS, TELEGRAM_LIMITS, Limits, Pacer
from bot.model import Message, Rows

__all__ = [
    "BUTTONED",
    "SLACK_LIMITS",
    "TELEGRAM_LIMITS",
    "UNEDITED",
    "Address",
    "Answer",
    "Channel",
    "Limits",
    "Listener",
    "Moved",
    "Pacer",
    "Question",
    "Reconciler",
    "Reply",
    "Sent",
]

BUTTONED = frozenset({"telegram", "slack"})
"""The services whose messages have buttons."""
UNEDITED = frozenset({"apprise"})
"""Those whose messages stay as they were sent."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a chat, and a topic in it where the service has topics."""

    chat: str
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the service gave back: ``message_id`` is the first part's, ``parts`` all of them in order."""

    message_id: str
    parts: tuple[str, ...] = ()
    chat: str = ""
    """The chat that took it; differs from the address after the chat has moved: store this one."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked in a chat, by typing (``text``) or by pressing a button (``callback``)."""

    channel: str
    chat: str
    person: str
    text: str
    topic: int | None
    message_id: str
    reply_to_message_id: str | None
    update_id: str
    callback: str | None = None
    callback_id: str | None = None
    person_name: str = ""
    private: bool = False
    """True where the bot and this person are alone."""
    way_back: str = ""
    """What the service itself needs to answer (an address for answers that only the asker sees); opaque."""
    chat_name: str = ""
    """The title of a group or channel, as the service gives it; "" in private, and where it is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a question gets: words for the presser alone, a message, or other buttons under the same message.

    A service shows ``popup`` over the chat where it can, and then leaves ``message`` out; one without pop-ups
    shows ``message``, or the words where there is none, to the asker alone.
    """

    message: Message | None = None
    popup: str = ""
    buttons: Rows | None = None
    """The row that takes the place of the one under the pressed message; None leaves it as it is."""
    instead: bool = False
    """True: ``message`` takes the place of the one whose button was pressed (a page turned)."""
    public: bool = False
    """True: everybody in the chat sees it, also where answers are for the asker alone (shared on purpose)."""


Answer = Callable[[Question], Awaitable[None]]
Moved = Callable[[str, str], Awaitable[None]]
"""Told the old and the new id of a chat."""


@runtime_checkable
class Channel(Protocol):
    """One bot on one chat service; failures are SendErrors whose outcome says what became of the message."""

    name: str

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Send a message, in parts where it is too long; ``reference`` lets a service find it again."""
        ...

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a sent message; the same text again is fine, a message that is gone is REFUSED."""
        ...

    async def check(self, to: Address | None = None) -> str:
        """Say who the bot is and, given an address, that it may write there; raises SendError."""
        ...

    async def close(self) -> None:
        """Close all connections; sending afterwards is an error."""
        ...


@runtime_checkable
class Reconciler(Protocol):
    """A channel that can look whether a message whose answer got lost has arrived."""

    async def reconcile(
        self, to: Address, references: Collection[str], since: datetime, *, reply_to: str | None = None
    ) -> Sent | None:
        """Look for a message sent under one of these references since then; in its thread where it was a reply.

        None: it surely never arrived. Raises SendError: UNSENT where the service can't be reached now, AMBIGUOUS
        where it can't be seen, or only a part of it is there.
        """
        ...


@runtime_checkable
class Listener(Protocol):
    """A channel that people can ask."""

    async def listen(self, answer: Answer) -> None:
        """Hand every question to ``answer`` until cancelled; no trouble of network or answers ends it."""
        ...

    async def respond(self, question: Question, reply: Reply) -> None:
        """Give a question its answer, paced like everything else; a press is confirmed even by an empty one.

        Raises SendError. What can no longer be answered (a press from yesterday) passes silently.
        """
        ...

    def tell_moves(self, on_moved: Moved) -> None:
        """Call this when a chat turns out to have another id; nothing where chats keep theirs."""
        ...

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, language: str | None = None) -> None:
        """Offer a menu of (verb, what it does), for all or for one language; nothing where there is none."""
        ...
