"""``sources add``: look first, then write one more source as the others are written."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import edit
from bot.app.logs import write_logs
from bot.cli.looks import Look, Wanted, failure_row, look_now, look_row, matched, print_look, rhythm_of
from bot.cli.sourcelist import SourceList, agreed, fault_of, read_list, save, when_taken
from bot.config import Configuration, load
from bot.edit.words import slug, source_id
from bot.errors import CommandError, FetchError, ParseError
from bot.links import host
from bot.model import Receiver
from bot.parsers.clean import visible

LONGEST_NAME = 60
_ORDER = ("id", "name", "url", "kind", "language", "weight", "every", "tags", "full_text", "item", "title", "link",
          "time", "summary")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed; ``keys`` are those of sources.yaml, None where nothing was said."""

    url: str
    kind: str = "auto"
    selectors: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, edit.Value] = field(default_factory=dict)


def add_source(wish: Wish, config: Path, state: Path, *, mode: str, as_json: bool) -> int:
    """Look at an address and add it; ``mode`` is ask, write or show (nothing is written then)."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    listed = read_list(config)
    wish = _completed(wish)
    _check_wish(wish, listed)
    if as_json and mode == "ask":
        raise CommandError("--json does not ask: add --yes, or --dry-run to write nothing")
    out = Console(highlight=False)
    wanted = Wanted(url=wish.url, kind=wish.kind, selectors=wish.selectors)
    if not as_json:
        out.print(Text(f"Looking at {wish.url} ...", style="dim"), soft_wrap=True)
    try:
        shown = look_now(wanted, configuration.settings.polling)
    except (FetchError, ParseError) as error:
        return _failed(wanted, error, as_json=as_json)
    _refuse_twin(listed, shown.url, shown.document.url)
    now = datetime.now(UTC)
    watches = matched(shown, configuration.watchlist, configuration.tables)
    if not as_json:
        print_look(shown, _reader(configuration), now, watches, out)
    keys = keys_of(wish, shown, listed, configuration)
    if fault := fault_of(keys):
        raise CommandError(f"This can't be a source: {fault}")
    text = edit.append_item(listed.text, ("sources",), keys)
    lines = new_lines(listed.text, text)
    if not as_json:
        out.print(f"\n{listed.path}:{lines[0]}", soft_wrap=True)
        out.print(Text(lines[1], style="green"), soft_wrap=True)
    written = mode == "write" or (mode == "ask" and agreed("\nAdd it?"))
    if written:
        save(listed, text)
    if as_json:
        row = look_row(shown, watches, now) | {"source": keys, "file": str(listed.path), "line": lines[0]}
        print(json.dumps({"added": written} | row, ensure_ascii=False))
    elif written:
        out.print(f"Added. {when_taken(state)}", soft_wrap=True)
    else:
        out.print("Nothing was written.")
    return 0 if written or mode == "show" else 1


def _failed(wanted: Wanted, error: FetchError | ParseError, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"added": False} | failure_row(wanted, error), ensure_ascii=False))
        return 1
    print(f"{wanted.url}: {error}", file=sys.stderr)
    if error.reason == "web_page":
        hint = "Which headlines? Say it: --kind page --item 'CSS SELECTOR' (and --title, --link, --time)"
        print(hint, file=sys.stderr)
    return 1


def _completed(wish: Wish) -> Wish:
    """An address typed without its scheme is meant as https."""
    url = wish.url.strip()
    url = url if "://" in url else f"https://{url.removeprefix('//')}"
    return Wish(url=url, kind=wish.kind, selectors=wish.selectors, keys=wish.keys)


def _check_wish(wish: Wish, listed: SourceList) -> None:
    """Refuse before anything is fetched what can't be written afterwards."""
    given = {key: value for key, value in wish.keys.items() if value is not None}
    kind = {"kind": wish.kind} if wish.kind != "auto" else {}
    fault = fault_of({"id": "new", "url": wish.url} | given | kind | dict(wish.selectors))
    if fault:
        raise CommandError(f"This can't be a source: {fault}")
    if str(given.get("id", "")).casefold() in listed.ids:
        at = listed.named(str(given["id"]))
        raise CommandError(
            f"{listed.where(at)}: the id '{listed.sources[at].id}' is taken; choose another --id"
        )
    _refuse_twin(listed, wish.url)


def _refuse_twin(listed: SourceList, *urls: str) -> None:
    at = listed.twin(*urls)
    if at is not None:
        source = listed.sources[at]
        off = "" if source.enabled else ", but it is switched off there (enabled: false)"
        raise CommandError(f"{listed.where(at)}: '{source.id}' reads {source.url} already{off}")


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
    said = {key: value for key, value in wish.keys.items() if value is not None}
    if isinstance(tags := said.get("tags"), list):
        said["tags"] = [tag if tag.isprintable() and " " not in str(tag) else slug(str(tag)) for tag in tags]
    keys = proposed | said
    return {key: keys[key] for key in _ORDER if keys.get(key) is not None}


def _name(title: str) -> str:
    """A title as alerts show it: its first part, where it is long."""
    if len(title) <= LONGEST_NAME:
        return title
    for mark in (" | ", " - ", " – ", " — ", "｜", "_", ": ", "，", ", "):
        first = title.split(mark, maxsplit=1)[0].strip()
        if 1 < len(first) <= LONGEST_NAME:
            return first
    return title[: LONGEST_NAME - 1].rstrip() + "…"


def new_lines(before: str, after: str) -> tuple[int, str]:
    """Return the number of the first line that is new, from 1, and the new lines."""
    old, new = before.splitlines(), after.splitlines()
    first = next((at for at, line in enumerate(new) if at >= len(old) or line != old[at]), len(new))
    last = len(new)
    while (
        last > first
        and len(old) - (len(new) - last) > first
        and new[last - 1] == old[len(old) - 1 - (len(new) - last)]
    ):
        last -= 1
    return first + 1, "\n".join(new[first:last])


def _reader(configuration: Configuration) -> Receiver:
    return Receiver(id="", via="console", timezone=configuration.settings.timezone)
