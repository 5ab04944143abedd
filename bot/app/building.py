"""Put the parts together: which channels there are, and what the newsroom knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot import __version__
from bot.app.moves import unwritten
from bot.channels import Channel, Pacer
from bot.channels.console import Console
from bot.channels.pacer import SLACK_LIMITS, TELEGRAM_LIMITS, Limits
from bot.config import Configuration
from bot.dedup import DOUBT, StoryIndex
from bot.match import Matcher
from bot.model import Receiver, Settings, Source
from bot.pipeline import Newsroom

if TYPE_CHECKING:
    from bot.channels.apprise import Apprise
    from bot.commands import Desk

UNLIMITED = Limits(every=1e-9, burst=1)
DEFAULT_DATABASE = "sqlite:///state/wirewatch.db"
_TOKENS = {"telegram": "TELEGRAM_BOT_TOKEN", "slack": "SLACK_BOT_TOKEN"}


@dataclass(frozen=True, slots=True)
class Switchboard:
    """The channels in use, their pacers, and what could not be connected."""

    channels: dict[str, Channel]
    pacers: dict[str, Pacer]
    cautions: tuple[str, ...] = ()
    listening: tuple[str, ...] = field(default=())

    def adopt(self, other: Switchboard, anew: Collection[str] = ()) -> list[str]:
        """Take over the channels that this one lacks, and those to be made anew; return their names.

        What apprise sends to may be other places each time.
        """
        self._readdress(other)
        new = [name for name in other.channels if name not in self.channels or name in anew]
        for name in new:
            self.channels[name] = other.channels[name]
            self.pacers[name] = other.pacers[name]
        return new

    def _readdress(self, other: Switchboard) -> None:
        if "apprise" in self.channels and "apprise" in other.channels:
            from bot.channels.apprise import Apprise

            mine, fresh = self.channels["apprise"], other.channels["apprise"]
            if isinstance(mine, Apprise) and isinstance(fresh, Apprise):
                mine.replace_places(fresh)


def connect(configuration: Configuration, console: Console) -> Switchboard:
    """Return a channel for every service that a receiver uses and a token is there for."""
    channels: dict[str, Channel] = {"console": console}
    pacers = {"console": Pacer(UNLIMITED)}
    wanted = {receiver.via for receiver in configuration.settings.receivers.values()}
    token = configuration.secrets.get
    if "telegram" in wanted and token("TELEGRAM_BOT_TOKEN"):
        from bot.channels.telegram import PUBLIC_API, Telegram

        pacers["telegram"] = Pacer(TELEGRAM_LIMITS)
        root = token("TELEGRAM_API_URL") or PUBLIC_API
        channels["telegram"] = Telegram(
            token("TELEGRAM_BOT_TOKEN") or "", api_url=root, pacer=pacers["telegram"]
        )
    if "slack" in wanted and token("SLACK_BOT_TOKEN"):
        from bot.channels.slack import PUBLIC_API as SLACK_API
        from bot.channels.slack import Slack

        pacers["slack"] = Pacer(SLACK_LIMITS)
        root = token("SLACK_API_URL") or SLACK_API
        channels["slack"] = Slack(
            token("SLACK_BOT_TOKEN") or "",
            app_token=token("SLACK_APP_TOKEN") or "",
            api_url=root,
            pacer=pacers["slack"],
        )
    if "apprise" in wanted and (others := others_of(configuration)) is not None:
        from bot.channels.apprise import APPRISE_LIMITS

        pacers["apprise"] = Pacer(APPRISE_LIMITS)
        channels["apprise"] = others
    cautions = tuple(_missing(configuration, channels))
    return Switchboard(channels, pacers, cautions, _listening(configuration, channels))


def others_of(configuration: Configuration) -> Apprise | None:
    """Return the channel to the receivers whose address stands in the environment; None where none does."""
    named = {each.id: each.url_env for each in configuration.settings.receivers.values() if each.url_env}
    known = {name: (env, url) for name, env in named.items() if (url := configuration.secrets.get(env))}
    if not known:
        return None
    from bot.channels.apprise import Apprise, Place

    return Apprise({name: Place(env, url) for name, (env, url) in known.items()})


def _listening(configuration: Configuration, channels: Mapping[str, Channel]) -> tuple[str, ...]:
    """The services whose questions are heard: Slack's need a token of their own."""
    tokens = {"telegram": "TELEGRAM_BOT_TOKEN", "slack": "SLACK_APP_TOKEN"}
    return tuple(
        name for name, token in tokens.items() if name in channels and configuration.secrets.get(token)
    )


def reachable(settings: Settings, channels: Mapping[str, Channel]) -> Settings:
    """Return the settings with the terminal in the place of every receiver that has no channel."""
    receivers = {
        name: receiver if receiver.via in channels else _on_terminal(receiver)
        for name, receiver in settings.receivers.items()
    }
    return replace(settings, receivers=receivers)


def newsroom_of(configuration: Configuration, settings: Settings, index: StoryIndex) -> Newsroom:
    """Return what deciding needs, compiled."""
    return Newsroom(
        settings=settings,
        watchlist=configuration.watchlist,
        sources=sources_by_id(configuration),
        source_tags={source.id: source.tags for source in configuration.sources if source.tags},
        matcher=Matcher(configuration.watchlist, configuration.tables),
        tables=configuration.tables,
        index=index,
    )


def sources_by_id(configuration: Configuration) -> dict[str, Source]:
    """Return the configured sources by their ids."""
    return {source.id: source for source in configuration.sources}


def desk_of(
    conn: Connection,
    configuration: Configuration,
    settings: Settings,
    *,
    now: datetime,
    started: datetime,
    faults: tuple[str, ...],
) -> Desk:
    """Return what answering questions needs, for a chat and for the terminal alike."""
    from bot.commands import Desk

    return Desk(
        conn=conn,
        settings=settings,
        watchlist=configuration.watchlist,
        sources=sources_by_id(configuration),
        tables=configuration.tables,
        now=now,
        version=__version__,
        started=started,
        faults=faults,
        moved=unwritten(configuration.settings, conn),
        doubt=DOUBT,
        folder=configuration.folder,
    )


def database_url(settings: Settings, state: Path) -> str:
    """Return where the database is: in the state folder, unless the configuration says otherwise."""
    if settings.database == DEFAULT_DATABASE:
        return f"sqlite:///{state / 'wirewatch.db'}"
    return settings.database


def source_headers(configuration: Configuration, source: str) -> dict[str, str]:
    """Return a source's own headers, their values from the environment."""
    for each in configuration.sources:
        if each.id == source:
            values = {header: configuration.secrets.get(name) for header, name in each.headers_env.items()}
            return {header: value for header, value in values.items() if value}
    return {}


def first_polls_over(configuration: Configuration) -> timedelta:
    """Return over what time first polls are spread: at once, unless there are more than a hundred sources."""
    many = sum(source.enabled for source in configuration.sources) > 100
    return configuration.settings.polling.every if many else timedelta(0)


def _on_terminal(receiver: Receiver) -> Receiver:
    return replace(receiver, via="console", chat="", topic=None)


def _missing(configuration: Configuration, channels: Mapping[str, Channel]) -> list[str]:
    lost: dict[str, list[str]] = {}
    for receiver in configuration.settings.receivers.values():
        if receiver.via not in channels:
            lost.setdefault(_TOKENS.get(receiver.via, receiver.url_env), []).append(receiver.id)
    said = [f"{name} is not set: the terminal stands in for {', '.join(ids)}" for name, ids in lost.items()]
    return said + [
        f"{receiver.url_env} is not set: what is owed to {receiver.id} waits for it"
        for receiver in configuration.settings.receivers.values()
        if receiver.via in channels and receiver.url_env and not configuration.secrets.get(receiver.url_env)
    ]
