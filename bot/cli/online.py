"""``check --online``: do tokens, chats and sources answer, and what is to be done where they do not?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.building import others_of, source_headers
from bot.app.calling import how_called
from bot.channels import Channel
from bot.channels.console import Console
from bot.cli.connecting import FROM, TOKENS, channel_to
from bot.cli.counting import counted
from bot.config import Configuration
from bot.errors import FetchError, ParseError, SendError
from bot.fetch import Fetcher
from bot.model import Outcome, Receiver, Source
from bot.outbox import address_of
from bot.render.connecting import tried_out
from bot.sandbox import Sandbox

_TO_DO = {
    Outcome.UNSENT: "try again, and look at the network or HTTPS_PROXY",
    Outcome.RATE_LIMITED: "wait, and try again",
    Outcome.AMBIGUOUS: "try again",
}
_SPARED = "SLACK_APP_TOKEN"
"""Without it messages go out all the same, only nobody can ask or press."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried; ``word`` is ok, failed, missing or note."""

    word: str
    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.word:<8}{self.what}: {self.said}"

    @property
    def bad(self) -> bool:
        """True where the bot can't do its work."""
        return self.word in {"failed", "missing"}


async def check_online(configuration: Configuration, *, send: bool) -> int:
    """Print a line for each token, chat and source as it answers; return 1 where one does not, else 0.

    ``send`` sends a silent test message to every receiver whose chat answers.
    """
    failed = 0
    async with AsyncExitStack() as stack:
        channels = await _channels(configuration, stack)
        for look in (
            _tokens(configuration, channels),
            _chats(configuration, channels, send=send),
            _sources(configuration),
        ):
            async for finding in look:
                print(finding, flush=True)
                failed += finding.bad
    return 1 if failed else 0


async def _channels(configuration: Configuration, stack: AsyncExitStack) -> dict[str, Channel]:
    """A channel for every service whose token is there; closed with the stack."""
    found: dict[str, Channel] = {"console": Console()}
    for service, (token, *_) in TOKENS.items():
        channel = channel_to(service, configuration) if configuration.secrets.get(token) else None
        if channel is not None:
            stack.push_async_callback(channel.close)
            found[service] = channel
    if (others := others_of(configuration)) is not None:
        found[others.name] = others
    return found


async def _tokens(configuration: Configuration, channels: dict[str, Channel]) -> AsyncIterator[Finding]:
    used = {receiver.via for receiver in configuration.settings.receivers.values()}
    for service, names in TOKENS.items():
        for name in names:
            if configuration.secrets.get(name):
                yield await _token(name, service, channels, used=service in used)
            elif service in used:
                yield _missing(name, configuration)
    if "slack" in channels:
        from bot.channels.slack.scopes import look_at_app

        async for good, what, said in look_at_app(configuration.secrets.get):
            yield Finding("ok" if good else "failed", what, said)


async def _token(name: str, service: str, channels: dict[str, Channel], *, used: bool) -> Finding:
    if name == _SPARED:
        return Finding("ok", name, "is set")
    said = await _tried(channels[service].check)
    if isinstance(said, SendError):
        return Finding("failed", name, _words(said))
    connect = f"; no receiver uses it yet: {how_called()} connect {service}"
    return Finding("ok", name, said + ("" if used else connect))


def _missing(name: str, configuration: Configuration) -> Finding:
    where = f"{configuration.folder / '.env'}: {name}=..., {FROM[name]}"
    if name == _SPARED:
        return Finding(
            "note", name, f"not set, so nobody can ask the bot or press a button; put it into {where}"
        )
    return Finding("missing", name, f"not set, so the terminal stands in; put it into {where}")


async def _chats(
    configuration: Configuration, channels: dict[str, Channel], *, send: bool
) -> AsyncIterator[Finding]:
    for receiver in configuration.settings.receivers.values():
        channel = channels.get(receiver.via)
        if channel is not None:
            yield await _chat(receiver, channel, send=send)


async def _chat(receiver: Receiver, channel: Channel, *, send: bool) -> Finding:
    to = address_of(receiver) if receiver.chat or receiver.url_env else None
    said = await _tried(lambda: channel.check(to))
    if send and not isinstance(said, SendError):
        sent = await _tried(lambda: _send(receiver, channel))
        said = f"{said}; {sent}" if isinstance(sent, str) else sent
    if isinstance(said, SendError):
        return Finding("failed", receiver.id, _words(said))
    return Finding("ok", receiver.id, said)


async def _send(receiver: Receiver, channel: Channel) -> str:
    await channel.send(address_of(receiver), tried_out(receiver))
    return "a test message was sent"


async def _tried(attempt: Callable[[], Awaitable[str]]) -> str | SendError:
    try:
        return await attempt()
    except SendError as error:
        return error


def _words(error: SendError) -> str:
    """What went wrong, and what to do where the words do not say it."""
    to_do = _TO_DO.get(error.outcome)
    return f"{error}; {to_do}" if to_do else str(error)


async def _sources(configuration: Configuration) -> AsyncIterator[Finding]:
    fetcher, sandbox = Fetcher(configuration.settings.polling), Sandbox()
    try:
        tries = [
            _source(source, configuration, fetcher, sandbox)
            for source in configuration.sources
            if source.enabled
        ]
        for done in asyncio.as_completed(tries):
            yield await done
    finally:
        await fetcher.close()
        await sandbox.close()


async def _source(
    source: Source, configuration: Configuration, fetcher: Fetcher, sandbox: Sandbox
) -> Finding:
    headers = source_headers(configuration, source.id)
    try:
        document = await fetcher.fetch(source.url, headers=headers)
        parsed = await sandbox.parse(
            document.body or b"",
            content_type=document.content_type,
            url=document.url,
            kind=source.kind,
            selectors=dict(source.selectors),
        )
    except ParseError as error:
        if error.reason == "web_page" and source.kind == "auto":
            return await _site(source, configuration, fetcher, sandbox)
        return Finding("failed", source.id, _to_test(error, source))
    except FetchError as error:
        return Finding("failed", source.id, _to_test(error, source))
    return Finding("ok", source.id, f"{parsed.kind}, {counted(parsed.count, 'entry', 'entries')}")


async def _site(source: Source, configuration: Configuration, fetcher: Fetcher, sandbox: Sandbox) -> Finding:
    """A site's address is as good as a feed's where the site has one."""
    from bot.pipeline.discovery import discover

    headers = source_headers(configuration, source.id)
    try:
        found = await discover(source.url, fetcher=fetcher, sandbox=sandbox, headers=headers)
    except (FetchError, ParseError) as error:
        return Finding("failed", source.id, _to_test(error, source))
    return Finding("ok", source.id, f"{found.kind}, {found.sample.count} entries, found at {found.url}")


def _to_test(error: FetchError | ParseError, source: Source) -> str:
    return f"{error} ({how_called()} sources test {source.id} shows more)"
