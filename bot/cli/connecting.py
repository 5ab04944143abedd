"""``connect telegram`` and ``connect slack``: a one-time code, sent from a chat, makes that chat a receiver."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app.building import connect, database_url
from bot.app.claiming import PATIENCE, Claim, claim, claim_of, offer_code, withdraw
from bot.app.lock import is_free
from bot.app.logs import write_logs
from bot.channels import Channel, Listener, Question
from bot.channels.console import Console
from bot.cli.joining import FILE, Wish, join
from bot.config import Configuration, load
from bot.errors import CommandError, SendError
from bot.model import Receiver
from bot.store import Store

TOKENS = {"telegram": ("TELEGRAM_BOT_TOKEN",), "slack": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")}
FROM = {
    "TELEGRAM_BOT_TOKEN": "the token that @BotFather gave you",
    "SLACK_BOT_TOKEN": "the Bot User OAuth Token (xoxb-...) of your app, under OAuth & Permissions",
    "SLACK_APP_TOKEN": "an app-level token (xapp-...) with connections:write, under Basic Information",
}
_LOOK = 0.3
"""Seconds between two looks at whether the code came."""
_ANSWER = 10.0


def connect_chat(service: str, wish: Wish, config: Path, state: Path) -> int:
    """Wait for the code from a chat, show the change of wirewatch.yaml, and make it once it is agreed to."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    _check_service(service, configuration)
    _check_file(config, wish)
    if wish.mode == "ask" and not sys.stdin.isatty():
        raise CommandError(
            "Nobody can be asked here: add --yes to write without being asked, or --dry-run to see the lines"
        )
    return asyncio.run(_connect(service, wish, configuration, state))


def _check_service(service: str, configuration: Configuration) -> None:
    if service not in TOKENS:
        raise CommandError(f"'{service[:40]}' can't be connected: write telegram or slack")
    missing = [name for name in TOKENS[service] if not configuration.secrets.get(name)]
    if missing:
        lines = [f"  {name}=...   {FROM[name]}" for name in missing]
        raise CommandError(
            "\n".join((f"In {configuration.folder / '.env'} there must be (see docs/{service}.md):", *lines))
        )


def _check_file(config: Path, wish: Wish) -> None:
    """Say before anybody sends a code what would be wrong afterwards."""
    path = config / FILE
    if not path.exists():
        raise CommandError(f"{path} is missing: 'wirewatch init {config}' writes one to start from")
    if wish.mode != "show" and not (os.access(config, os.W_OK) and os.access(path, os.W_OK)):
        hint = "mounted read-only (:ro in compose.yaml)? --dry-run shows the lines to write elsewhere"
        raise CommandError(f"{path} can't be written: {hint}")


def channel_to(service: str, configuration: Configuration) -> Channel | None:
    """Return a channel to a service, whether or not a receiver uses it yet; None where its token is missing."""
    only = {service: Receiver(id=service, via=service)}
    asked = replace(configuration, settings=replace(configuration.settings, receivers=only))
    return connect(asked, Console()).channels.get(service)


async def _connect(service: str, wish: Wish, configuration: Configuration, state: Path) -> int:
    channel = channel_to(service, configuration)
    assert channel is not None
    store = Store.open(database_url(configuration.settings, state), variants=configuration.tables.variants)
    try:
        print(f"Connected as {await channel.check()}.")
        asks = wish.mode == "ask"
        language = wish.language or "en"
        code = await store.write(lambda conn: offer_code(conn, service, _now(), language=language, asks=asks))
        print(_instructions(service, code), flush=True)
        wait = _Wait(service, code, channel, store, configuration, state)
        try:
            claimed = await wait.until_claimed()
        finally:
            await store.write(lambda conn: withdraw(conn, service, code))
        if claimed is None:
            print(_nobody(service))
            return 1
        return await join(service, claimed, wish, configuration.folder, state, store, channel)
    finally:
        await channel.close()
        store.close()


def _instructions(service: str, code: str) -> str:
    minutes = PATIENCE.seconds // 60
    if service == "slack":
        return (
            f"Within {minutes} minutes, type this in the channel that shall hear (invite the bot first: "
            f"/invite @Wirewatch)\n\n  /wirewatch connect {code}\n\n"
            f"or send the bot a direct message: connect {code}\n"
        )
    return (
        f"Within {minutes} minutes, send this to the bot from the chat that shall hear: alone with it, in a "
        f"group, or in a topic\n\n  /connect {code}\n"
    )


def _nobody(service: str) -> str:
    hint = (
        "invite it: /invite @Wirewatch"
        if service == "slack"
        else "in a group, commands reach it with the slash"
    )
    return f"No code came, so nothing was changed. Is the bot in the chat? ({hint})"


class _Wait:
    """Waits for the code: in the store where the running bot listens, else it listens itself."""

    def __init__(
        self,
        service: str,
        code: str,
        channel: Channel,
        store: Store,
        configuration: Configuration,
        state: Path,
    ) -> None:
        self._service = service
        self._code = code
        self._channel = channel
        self._store = store
        self._state = state
        receivers = configuration.settings.receivers.values()
        self._bot_would_listen = any(receiver.via == service for receiver in receivers)
        self._listening: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()
        self._wrong = 0

    async def until_claimed(self) -> Claim | None:
        """Return who sent the code, None where nobody did in time."""
        deadline = _now() + PATIENCE
        try:
            while _now() < deadline:
                claimed = await self._look()
                if claimed is not None:
                    await self._finish_answer()
                    return claimed
                await self._listen_or_leave()
                await asyncio.sleep(_LOOK)
            return None
        finally:
            await self._leave()

    async def _look(self) -> Claim | None:
        try:
            claimed, wrong = await self._store.read(lambda conn: claim_of(conn, self._service, self._code))
        except LookupError:
            raise CommandError(
                "Another 'wirewatch connect' was started; its code holds, this one is void"
            ) from None
        if wrong > self._wrong:
            self._wrong = wrong
            print("A wrong code came; this one still holds.", flush=True)
        return claimed

    async def _listen_or_leave(self) -> None:
        """Two that poll one token take each other's messages: where the running bot listens, it alone does."""
        bot_listens = self._bot_would_listen and not is_free(self._state)
        if bot_listens:
            await self._leave()
        elif self._listening is None:
            assert isinstance(self._channel, Listener)
            self._listening = asyncio.create_task(self._channel.listen(self._hear))

    async def _hear(self, question: Question) -> None:
        reply = await claim(self._store, question, _now(), known=False)
        if reply is None:
            return
        assert isinstance(self._channel, Listener)
        try:
            await self._channel.respond(question, reply)
        except SendError as error:
            print(f"The chat could not be answered: {error}", flush=True)
        finally:
            self._answered.set()

    async def _finish_answer(self) -> None:
        """Let what was heard here be answered before listening ends."""
        if self._listening is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), _ANSWER)

    async def _leave(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None


def _now() -> datetime:
    return datetime.now(UTC)
