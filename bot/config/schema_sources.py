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
    kind: Literal["auto", "feed", "jsonfeed", "sitemap", "page", "json"] = "auto"
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
        default=None, description="kind page: a CSS selector; kind json: a path such as data.list."
    )
    title: Text | None = None
    link: Text | None = None
    time: Text | None = None
    summary: Text | None = None


class SourcesFile(Section):
    """sources.yaml: what to poll."""

    sources: list[SourceSection]
