"""A chat whose code came: what wirewatch.yaml says of it, shown before it is written, and the first message."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import edit
from bot.app.calling import how_called
from bot.app.changing import note
from bot.app.claiming import Claim
from bot.app.greetings import expect_greeting, greet_now
from bot.app.lock import is_free
from bot.channels import Address, Channel
from bot.cli.sourcelist import agreed
from bot.commands.edits import noted
from bot.config import Configuration, load
from bot.edit import folder
from bot.edit.folder import Edit
from bot.edit.receivers import NewReceiver, with_admin, with_receiver
from bot.edit.words import slug
from bot.errors import CommandError, SendError
from bot.model import Access, Message, Outcome, Receiver
from bot.render.connecting import connected_already, not_connected
from bot.render.lines import clean, shorten
from bot.store import Store
from bot.text import language_of

FILE = "wirewatch.yaml"
LONGEST_NAME = 60
MOST_ATTEMPTS = 3
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed; ``mode`` is ask, write or show (nothing is written then)."""

    name: str = ""
    language: str = ""
    beside: str = ""
    """A receiver whose routes shall tell the new one as well."""
    mode: str = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """wirewatch.yaml before and after; ``known`` is the receiver that the chat was already."""

    before: str
    version: str
    after: str
    name: str
    known: Receiver | None
    admin: bool
    """True where the sender becomes an admin."""


async def join(
    service: str, claim: Claim, wish: Wish, config: Path, state: Path, store: Store, channel: Channel
) -> int:
    """Show what changes, ask, write it, and tell the chat; return the exit code."""
    out = Console(highlight=False)
    out.print(_who(claim), soft_wrap=True)
    to = Address(claim.chat, claim.topic)
    out.print(f"{await channel.check(to)}.", soft_wrap=True)
    change = _change(service, claim, wish, load(config, environ=os.environ))
    if change.after == change.before:
        out.print("It is a receiver already, and who sent the code is an admin: nothing to change.")
        return await _send(channel, to, connected_already(_known(change), admin=False), out)
    _show(config / FILE, change, out)
    if wish.mode == "show":
        out.print("Nothing was written: these are the lines to paste.")
        return 0
    if wish.mode == "ask" and not agreed(f"\nChange {config / FILE}?"):
        out.print("Nothing was written.")
        await _send(channel, to, not_connected(wish.language or "en"), out)
        return 1
    if change.known is None:
        await store.write(lambda conn: expect_greeting(conn, change.name))
    folder.save(config, FILE, change.version, change.after)
    await store.write(lambda conn: note(conn, _noted(change), datetime.now(UTC)))
    out.print("Written.")
    return await _tell(change, config, state, store, channel, out)


def _who(claim: Claim) -> Text:
    person = shorten(clean(claim.person_name), LONGEST_NAME) or "somebody"
    place = shorten(clean(claim.chat_name), LONGEST_NAME)
    where = f"“{place}” ({claim.chat})" if place else f"chat {claim.chat}"
    topic = f", topic {claim.topic}" if claim.topic is not None else ""
    return Text(f"The code came from {person} ({claim.person}) in {where}{topic}.")


def _change(service: str, claim: Claim, wish: Wish, configuration: Configuration) -> _Change:
    """Return the change of the file as it stands now. Raises CommandError, EditError."""
    settings = configuration.settings
    text, version = edit.read(configuration.folder / FILE)
    known = next(
        (
            each
            for each in settings.receivers.values()
            if (each.via, each.chat, each.topic) == (service, claim.chat, claim.topic)
        ),
        None,
    )
    after, name = text, known.id if known else ""
    if known is None:
        name = _name(service, claim, wish, settings.receivers)
        if wish.beside and wish.beside not in settings.receivers:
            raise CommandError(f"There is no receiver '{wish.beside[:40]}' to stand beside")
        language = wish.language or language_of(claim.chat_name or claim.person_name)
        after = with_receiver(
            text,
            NewReceiver(
                name=name,
                via=service,
                chat=claim.chat,
                topic=claim.topic,
                language=language if language == "zh" else "en",
                beside=wish.beside,
            ),
        )
    admin = claim.person not in settings.access.get(service, Access()).admins
    if admin:
        after = with_admin(after, service, claim.person)
    return _Change(before=text, version=version, after=after, name=name, known=known, admin=admin)


def _name(service: str, claim: Claim, wish: Wish, taken: Container[str]) -> str:
    """The name that was typed, or one made of the chat's title: asked where somebody can be asked."""
    if wish.name:
        if wish.name in taken:
            raise CommandError(f"There is a receiver '{wish.name[:40]}' already; choose another --name")
        return wish.name
    stem = slug(clean(claim.chat_name)) or slug(clean(claim.person_name)) or service
    proposed, number = stem, 2
    while proposed in taken:
        proposed, number = f"{stem}-{number}", number + 1
    if wish.mode != "ask":
        return proposed
    while True:
        typed = input(f"What shall it be called? [{proposed}] ").strip() or proposed
        if typed not in taken:
            return typed
        print(f"There is a receiver '{typed[:40]}' already.")


def _noted(change: _Change) -> dict[str, object]:
    """As the audit keeps it, so that it can be taken back."""
    made = Edit.between(FILE, change.version, change.before, change.after)
    return noted(made, f"connect {change.name}", by="terminal")


def _show(path: Path, change: _Change, out: Console) -> None:
    """Print the lines that go and come, each with a line around it."""
    lines = unified_diff(
        change.before.splitlines(), change.after.splitlines(), str(path), str(path), lineterm="", n=1
    )
    styles = {"+": "green", "-": "red", "@": "dim"}
    out.print()
    for line in lines:
        if not line.startswith(("+++", "---")):
            out.print(Text(line, style=styles.get(line[:1], "")), soft_wrap=True)
    if change.known is not None:
        out.print(f"\nThe chat is a receiver already: {change.known.id}.")


async def _tell(
    change: _Change, config: Path, state: Path, store: Store, channel: Channel, out: Console
) -> int:
    """Tell the chat what it is now; the running bot greets a new one itself."""
    configuration = load(config, environ=os.environ)
    receiver = configuration.settings.receivers[change.name]
    if change.known is not None:
        to = Address(receiver.chat, receiver.topic)
        return await _send(channel, to, connected_already(receiver, admin=change.admin), out)
    if not is_free(state):
        out.print("The running bot takes it within 5 seconds, and greets the chat.")
        return 0
    now = datetime.now(UTC)
    if await _insist(lambda: greet_now(store, channel, receiver, configuration.watchlist, now), out):
        return 1
    start = f"{how_called()} --config {config} --state {state} run"
    out.print(f"The chat was greeted. Start the bot, if it doesn't run: {start}", soft_wrap=True)
    return 0


async def _send(channel: Channel, to: Address, message: Message, out: Console) -> int:
    return await _insist(lambda: channel.send(to, message), out)


async def _insist(send: Callable[[], Awaitable[object]], out: Console) -> int:
    """Send, and again where the service asks for a pause; return 0, or 1 where it went wrong for good."""
    for attempt in range(MOST_ATTEMPTS):
        try:
            await send()
        except SendError as error:
            again = error.outcome in {Outcome.UNSENT, Outcome.RATE_LIMITED}
            if not again or attempt + 1 == MOST_ATTEMPTS:
                out.print(f"The chat could not be told: {error}", soft_wrap=True)
                return 1
            pause = error.retry_after.total_seconds() if error.retry_after else 2.0**attempt
            await asyncio.sleep(min(pause, LONGEST_PAUSE))
        else:
            break
    return 0


def _known(change: _Change) -> Receiver:
    assert change.known is not None
    return change.known
