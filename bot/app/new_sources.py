"""An address that may become a source: what it would be called, the line that it would be, and a look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import edit
from bot.app.building import source_headers
from bot.app.errands import House, Payload
from bot.app.looking import Look, Wanted, failure_row, look, look_row, matched, rhythm_of
from bot.config import Configuration
from bot.edit.folder import Edit
from bot.edit.sources import FILE, KEYS, SourceList, fault_of, read_list
from bot.edit.words import slug, source_id
from bot.errors import ConfigError, EditError, FetchError, ParseError
from bot.links import host
from bot.parsers.clean import visible

LONGEST_NAME = 60
PATIENCE = 12.0
"""Seconds that a look from a chat may take; somebody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed; ``keys`` are those of sources.yaml, None where nothing was said."""

    url: str
    kind: str = "auto"
    selectors: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, edit.Value] = field(default_factory=dict)

    @classmethod
    def of(cls, payload: Payload) -> Wish:
        """Return what a request asks for."""
        return cls(**{name: payload[name] for name in ("url", "kind", "selectors", "keys")})

    @property
    def given(self) -> dict[str, edit.Value]:
        """What was said of the new source."""
        return {key: value for key, value in self.keys.items() if value is not None}

    @property
    def fault(self) -> str:
        """What can't be written, known before anything is fetched; "" where nothing is wrong."""
        kind = {"kind": self.kind} if self.kind != "auto" else {}
        return fault_of({"id": "new", "url": self.url} | self.given | kind | dict(self.selectors))


def completed(url: str) -> str:
    """Return an address; typed without its scheme it is meant as https."""
    url = url.strip()
    return url if "://" in url else f"https://{url.removeprefix('//')}"


def keys_of(
    wish: Wish, shown: Look, listed: SourceList, configuration: Configuration
) -> dict[str, edit.Value]:
    """Return the keys of the new source: what was typed, and a proposal for what was not."""
    title = " ".join(visible(shown.title).split())
    by_selectors = shown.selectors and shown.kind in {"page", "json"}
    kind = "page" if shown.proposed else shown.kind if by_selectors else wish.kind
    proposed: dict[str, edit.Value] = {
        "id": source_id(shown.url, title, listed.ids),
        "name": _name(title) or host(shown.url),
        "url": shown.url,
        "kind": kind if kind != "auto" else None,
        "language": shown.language or None,
        "every": rhythm_of(shown, configuration.settings.polling.every) or None,
        **shown.selectors,
    }
    said = wish.given
    if isinstance(tags := said.get("tags"), list):
        said["tags"] = [tag if tag.isprintable() and " " not in str(tag) else slug(str(tag)) for tag in tags]
    keys = proposed | said
    return {key: keys[key] for key in KEYS if keys.get(key) is not None}


def _name(title: str) -> str:
    """A title as alerts show it: its first part, where it is long."""
    if len(title) <= LONGEST_NAME:
        return title
    for mark in (" | ", " - ", " – ", " — ", "｜", "_", ": ", "，", ", "):
        first = title.split(mark, maxsplit=1)[0].strip()
        if 1 < len(first) <= LONGEST_NAME:
            return first
    return title[: LONGEST_NAME - 1].rstrip() + "…"


async def look_at(house: House, payload: Payload) -> dict[str, Any]:
    """Look at an address with the bot's own manners; ``add`` says also which line would make it a source.

    Where it can't be: ``done`` False, with a ``reason`` of FetchError or ParseError, or slow, twin, fault, faults.
    """
    wish, source = Wish.of(payload), str(payload.get("id", ""))
    headers = source_headers(house.configuration, source) if source else {}
    wanted = Wanted(url=wish.url, kind=wish.kind, selectors=wish.selectors, headers=headers)
    try:
        async with asyncio.timeout(PATIENCE):
            shown = await look(wanted, house.fetcher, house.sandbox)
    except TimeoutError:
        return {"done": False, "reason": "slow", "asked": wish.url}
    except (FetchError, ParseError) as error:
        return {"done": False, **failure_row(wanted, error)}
    return await asyncio.to_thread(_found, house.configuration, wish, shown, house.now(), add=payload["add"])


def _found(
    configuration: Configuration, wish: Wish, shown: Look, now: datetime, *, add: bool
) -> dict[str, Any]:
    watches = matched(shown, configuration.watchlist, configuration.tables)
    row = {"done": True, "look": look_row(shown, watches, now)}
    return row | _line(configuration, wish, shown) if add else row


def _line(configuration: Configuration, wish: Wish, shown: Look) -> dict[str, Any]:
    """The change of sources.yaml, or why there can be none."""
    try:
        listed = read_list(configuration.folder)
        twin = listed.twin(shown.url, shown.document.url)
        if twin is not None:
            return {"done": False, "reason": "twin", "twin": listed.sources[twin].id}
        keys = keys_of(wish, shown, listed, configuration)
        if fault := fault_of(keys):
            return {"done": False, "reason": "fault", "error": fault}
        after = edit.append_item(listed.text, ("sources",), keys)
    except (ConfigError, EditError) as error:
        words = str(error).replace(f"{configuration.folder}/", "")
        return {"done": False, "reason": "faults", "error": words}
    made = Edit.between(FILE, listed.version, listed.text, after)
    return {"edit": made.row, "line": made.line(listed.text), "source": dict(keys)}
