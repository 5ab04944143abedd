"""``sources test``: fetch a source as the bot would, and show all that is known of the answer."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app.building import source_headers
from bot.app.logs import write_logs
from bot.app.looking import Look, Wanted, failure_row, look_row, matched
from bot.app.new_sources import completed
from bot.cli.looks import look_now, print_look
from bot.cli.reader import terminal_reader
from bot.config import Configuration, load
from bot.config.faults import did_you_mean
from bot.edit.sources import FILE
from bot.errors import CommandError, FetchError, ParseError
from bot.model import Polling, Receiver, Source
from bot.parsers.clean import visible
from bot.render.words import colon, say


def try_source(
    place: str, kind: str | None, selectors: Mapping[str, str], config: Path, *, as_json: bool
) -> int:
    """Look at a source by its id, or at any address; return 1 where it can't be read or is empty."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ) if (config / FILE).exists() else None
    reader = terminal_reader(configuration.settings if configuration else None)
    wanted = _wanted(place, kind, selectors, configuration, reader)
    polling = configuration.settings.polling if configuration else Polling()
    out = Console(highlight=False)
    try:
        shown = look_now(wanted, polling)
    except (FetchError, ParseError) as error:
        if as_json:
            print(json.dumps(failure_row(wanted, error), ensure_ascii=False))
        else:
            print(f"{wanted.url}: {error}", file=sys.stderr)
        return 1
    now = datetime.now(UTC)
    watches = matched(shown, configuration.watchlist, configuration.tables) if configuration else {}
    row = look_row(shown, watches, now)
    if as_json:
        print(json.dumps(row, ensure_ascii=False))
    else:
        print_look(row, reader, now, out)
        _print_answer(shown, reader.language, out)
    return 0 if shown.sample.entries else 1


def _wanted(
    place: str,
    kind: str | None,
    selectors: Mapping[str, str],
    configuration: Configuration | None,
    reader: Receiver,
) -> Wanted:
    source = _source(place, configuration, reader)
    if source is None or configuration is None:
        return Wanted(url=completed(place), kind=kind or "auto", selectors=selectors)
    return Wanted(
        url=source.url,
        kind=kind or source.kind,
        selectors={**source.selectors, **selectors},
        headers=source_headers(configuration, source.id),
    )


def _source(place: str, configuration: Configuration | None, reader: Receiver) -> Source | None:
    """The source that a word names; an address, or a word with a dot, may be anything else as well."""
    sources = configuration.sources if configuration else ()
    for source in sources:
        if place.casefold() in {source.id.casefold(), source.url.casefold()}:
            return source
    if "://" not in place and "." not in place:
        hint = did_you_mean(place, [source.id for source in sources])
        hint = hint or say(reader.language, "source_id_or_url")
        raise CommandError(say(reader.language, "source_none", name=place, hint=hint))
    return None


def _print_answer(shown: Look, language: str, out: Console) -> None:
    """Print how the server answered."""
    for name, said in _answer(shown, language):
        out.print(Text(f"{name}{colon(language)}", style="dim") + Text(said), soft_wrap=True)
    if len(shown.tried) > 1:
        out.print(Text(say(language, "answer_tried"), style="dim"))
        for url, outcome in shown.tried:
            out.print(Text(visible(f"  {url}  {outcome}"), style="dim"), soft_wrap=True)


def _answer(shown: Look, language: str) -> list[tuple[str, str]]:
    document = shown.document
    size = _size(len(document.body or b""), language)
    seconds = f"{shown.seconds:.2f}"
    said = say(language, "answer_said", status=str(document.status), seconds=seconds, size=size)
    rows = [(say(language, "answer_label"), said)]
    if document.url != shown.url:
        rows.append((say(language, "answer_redirected"), document.url))
    if document.moved_to:
        moved = say(language, "answer_write", url=document.moved_to)
        rows.append((say(language, "answer_moved"), moved))
    held = [name for name, value in (("ETag", document.validators.etag),
                                     ("Last-Modified", document.validators.last_modified)) if value]  # fmt: skip
    none = say(language, "answer_no_validators")
    rows.append((say(language, "answer_validators"), ", ".join(held) or none))
    if floor := document.floor or shown.sample.floor:
        minutes = f"{floor.total_seconds() / 60:g}"
        rows.append((say(language, "answer_floor"), say(language, "answer_minutes", minutes=minutes)))
    if shown.kind == "page":
        rows.append(("robots.txt", say(language, "answer_robots")))
    if shown.selectors:
        selectors = ", ".join(f"{key}: {value}" for key, value in shown.selectors.items())
        rows.append((say(language, "answer_selectors"), selectors))
    return rows


def _size(count: int, language: str) -> str:
    return say(language, "answer_bytes", count=count) if count < 10_000 else f"{count / 1024:,.0f} KiB"
