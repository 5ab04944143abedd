"""What may stand in ``wirewatch.yaml``; every key is optional."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.schema_types import (
    BudgetText,
    ChatId,
    ClockTime,
    Days,
    Duration,
    EnvironmentName,
    Id,
    Language,
    Score,
    Section,
    Size,
    Text,
)

Count = Annotated[int, Field(ge=1, le=512)]


class PollingSection(Section):
    """How sources are polled."""

    every: Duration | None = Field(
        default=None, description="How often, where a source doesn't say; 5m if missing."
    )
    min: Duration | None = Field(
        default=None, description="With every: auto, at the most often; 1m if missing."
    )
    max: Duration | None = Field(
        default=None, description="With every: auto, at the least often; 6h if missing."
    )
    concurrency: Count = Field(default=32, description="So many sources at the same time.")
    per_host: Count = Field(default=2, description="So many connections to one host.")
    timeout: Duration | None = Field(
        default=None, description="The longest that one fetch may take; 30s if missing."
    )
    max_body: Size | None = Field(
        default=None, description="The largest body, after decompression; 10MiB if missing."
    )
    allow_private: list[Text] = Field(
        default=[], description="Hosts and networks that sources may have although they aren't public."
    )
    proxy: Text | None = Field(
        default=None,
        description="'environment' to fetch sources through HTTPS_PROXY too, or a proxy's address.",
    )
    contact: Text | None = Field(
        default=None,
        description="Whom site owners may ask, told to them in the User-Agent: a mail or web address.",
    )


class StoriesSection(Section):
    """How entries are grouped."""

    window: Duration | None = Field(
        default=None, description="How long a story stays open for more; 3d if missing."
    )


class QuietHoursSection(Section):
    """Recurring silence, in the receiver's time; may cross midnight."""

    start: ClockTime = Field(alias="from")
    until: ClockTime
    unless_score: Score | None = Field(default=None, description="This score and above rings anyway.")


class ReceiverSection(Section):
    """A named destination: a chat, or the terminal."""

    via: Literal["console", "telegram", "slack", "apprise"]
    chat: ChatId | None = Field(
        default=None, description="Telegram: a number or @channel; Slack: an id such as C0123ABC."
    )
    topic: int | None = Field(default=None, ge=1, description="A topic of a Telegram group.")
    language: Language = Field(default="en", description="The language of what surrounds the headline.")
    timezone: Text | None = Field(
        default=None, description="Such as Asia/Hong_Kong; the general one if missing."
    )
    at_most: BudgetText | None = Field(
        default=None, description="At most so many alerts; the rest goes into the digest."
    )
    quiet_hours: QuietHoursSection | None = None
    url_env: EnvironmentName | None = Field(
        default=None,
        description="For apprise: the environment variable with the address, as in ntfy://TOPIC.",
    )


class DigestSection(Section):
    """When a digest is due, in the receiver's time."""

    at: ClockTime
    days: Days = Field(
        default=frozenset(range(7)), description="daily, mon-fri, or [mon, wed]; daily if missing."
    )


class RouteSection(Section):
    """Who hears what. A list that is missing fits everything."""

    name: Text | None = Field(
        default=None, description="What why calls it; route-1, route-2, ... if missing."
    )
    watches: list[Id] = Field(default=[], description="Ids of watches.")
    tags: list[Id] = Field(default=[], description="Tags of watches.")
    sources: list[Id] = Field(default=[], description="Ids of sources.")
    source_tags: list[Id] = Field(default=[], description="Tags of sources.")
    languages: list[Language] = Field(default=[], description="Languages of the report.")
    events: list[Id] = Field(default=[], description="Kinds of event: earnings, funding, ipo, merger, ...")
    min_score: Score | None = Field(
        default=None, description="From this score; if missing, all that is about a watch."
    )
    max_age: Duration | None = Field(
        default=None, description="Older news isn't told at once; 24h if missing."
    )
    to: list[Id] = Field(description="Names of receivers.", min_length=1)
    digest: DigestSection | None = Field(
        default=None, description="Collect into one message instead of telling at once."
    )
    stop: bool = Field(default=False, description="Routes below this one aren't asked for what fits here.")


class AccessSection(Section):
    """Who may ask and change on one chat service."""

    admins: list[ChatId] = Field(default=[], description="Ids of the people who may change things.")
    chats: list[ChatId] = Field(default=[], description="Ids of more chats that may ask.")


class AccessSections(Section):
    """Who may ask and change."""

    telegram: AccessSection | None = None
    slack: AccessSection | None = None


class OperatorSection(Section):
    """Who hears about the bot itself."""

    to: list[Id] = Field(default=[], description="Names of receivers.")
    heartbeat: ClockTime | None = Field(default=None, description="A daily sign of life.")
    ping_url_env: EnvironmentName | None = Field(
        default=None, description="The environment variable with a URL to ping."
    )


class RetentionSection(Section):
    """How long things are kept."""

    entries: Duration | None = Field(default=None, description="180d if missing.")


class WebSection(Section):
    """The status page."""

    listen: Text = Field(
        description='Host and port, such as "127.0.0.1:8787"; any other host needs WIREWATCH_WEB_TOKEN.'
    )


class WirewatchFile(Section):
    """wirewatch.yaml: how Wirewatch works and who hears."""

    timezone: Text = Field(default="UTC", description="Such as Asia/Shanghai.")
    database: Text = Field(default="sqlite:///state/wirewatch.db", description="sqlite:/// and a path.")
    polling: PollingSection = PollingSection()
    stories: StoriesSection = StoriesSection()
    receivers: dict[Id, ReceiverSection] = Field(default={}, description="Chats by name.")
    routes: list[RouteSection] | None = Field(default=None, description="All that fit are taken.")
    access: AccessSections = AccessSections()
    operator: OperatorSection = OperatorSection()
    retention: RetentionSection = RetentionSection()
    web: WebSection | None = None
