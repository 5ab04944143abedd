"""What may stand in ``sources.yaml``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.config.schema_types import DurationOrAuto, EnvironmentName, Id, Language, Section, Text


class SourceSection(Section):
    """Something to poll."""

    id: Id
    name: Text | None = Field(default=None, description="What alerts call it; the id if missing.")
    url: Text = Field(description="An address that begins with https:// or http://.")
    kind: Literal["auto", "feed", "jsonfeed", "sitemap", "page", "json"] = Field(
        default="auto", description="auto finds the feed or sitemap of a site by itself."
    )
    weight: float = Field(default=1.0, ge=0.5, le=1.5, description="How far it is trusted.")
    language: Language | None = Field(default=None, description="Found out per entry if missing.")
    every: DurationOrAuto | None = Field(
        default=None, description="Kept exactly; auto follows the source's rhythm."
    )
    tags: list[Id] = Field(default=[], description="For the source_tags of routes.")
    full_text: bool = Field(default=False, description="Fetch the article as well.")
    enabled: bool = True
    headers_env: dict[Text, EnvironmentName] = Field(
        default={}, description="A header's name and the environment variable with its value."
    )
    item: Text | None = Field(
        default=None,
        description="Each piece of news. kind page: a CSS selector; kind json: a path such as data.list, or JMESPath.",
    )
    title: Text | None = Field(default=None, description="Within an item: a CSS selector or a path.")
    link: Text | None = Field(
        default=None,
        description="Within an item: a CSS selector (a@data-href names an attribute) or a path; for kind json also "
        "https://HOST/detail/{id} with fields of the item.",
    )
    time: Text | None = Field(
        default=None, description="Within an item: a CSS selector such as time@datetime, or a path."
    )
    summary: Text | None = Field(default=None, description="Within an item: a CSS selector or a path.")


class SourcesFile(Section):
    """sources.yaml: what to poll."""

    sources: list[SourceSection]
