"""What may stand in ``watchlist.yaml``, in the library and in ``events.yaml``."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, RootModel, model_validator

from bot.config.schema_types import Id, Score, Section, Term, Text, complaint

Terms = list[Term]


def _or_library(schema: dict[str, Any]) -> None:
    """Let the schema allow the word ``library`` in place of the mapping."""
    described = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"const": "library"}, described]


class WatchSection(Section):
    """A company or topic to follow."""

    model_config = ConfigDict(json_schema_extra=_or_library)

    name: Text | None = Field(default=None, description="Counts wherever it stands.")
    library: Id | None = Field(default=None, description="A watch of the library whose lists are added to.")
    aliases: Terms = Field(
        default=[], description="Other names, in every language; they count wherever they stand."
    )
    likely: Terms = Field(default=[], description="Counts unless the context speaks against it.")
    weak: Terms = Field(default=[], description="Counts only when something speaks for it.")
    products: Terms = Field(default=[], description="Count like names.")
    people: Terms = Field(default=[], description="Support; never enough alone.")
    tickers: Terms = Field(default=[], description='In quotes, with the exchange: "NYSE:BABA", "9988.HK".')
    context: Terms = Field(default=[], description="What speaks for likely and weak terms.")
    exclude: Terms = Field(default=[], description="Cancels a mention that it overlaps.")
    case_sensitive: Terms = Field(
        default=[], description="Terms of this watch that count only as they are written."
    )
    any: Terms = Field(default=[], description="A topic: one of these words. @alibaba stands for a watch.")
    all: list[Terms] = Field(default=[], description="A topic: one word of each list.")
    none: Terms = Field(default=[], description="A word that cancels the whole story.")
    tags: list[Id] = Field(default=[], description="For the tags of routes.")
    min_score: Score | None = Field(default=None, description="Lower matches of this watch are never told.")
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise complaint(
                "a mapping, or the word library", "write 'ID: library', or name: and aliases: below the id"
            )
        return value


class WatchlistFile(Section):
    """watchlist.yaml: what to look for."""

    watches: dict[Id, WatchSection]

    @model_validator(mode="before")
    @classmethod
    def _write_out_library(cls, value: Any) -> Any:
        """``alibaba: library`` is short for ``alibaba: {library: alibaba}``."""
        watches = value.get("watches") if isinstance(value, dict) else None
        if not isinstance(watches, dict):
            return value
        written = {key: {"library": key} if watch == "library" else watch for key, watch in watches.items()}
        return {**value, "watches": written}


class LibraryFile(RootModel[dict[Id, WatchSection]]):
    """One file of the library: watches by id."""


class EventWords(Section):
    """The words of one kind of event."""

    en: Terms = Field(default=[], description="English words and phrases.")
    zh: Terms = Field(default=[], description="Chinese words and phrases.")


class EventsFile(RootModel[dict[Id, EventWords]]):
    """events.yaml: kinds of event and the words that tell them; a kind replaces the one that ships."""
