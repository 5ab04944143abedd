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
from bot.cli.looks import Look, Wanted, failure_row, look_now, look_row, matched, print_look
from bot.cli.sourcelist import FILE
from bot.config import Configuration, load
from bot.config.faults import did_you_mean
from bot.errors import CommandError, FetchError, ParseError
from bot.model import Polling, Receiver, Source
from bot.parsers.clean import visible


def try_source(
    place: str, kind: str | None, selectors: Mapping[str, str], config: Path, *, as_json: bool
) -> int:
    """Look at a source by its id, or at any address; return 1 where it can't be read or is empty."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ) if (config / FILE).exists() else None
    wanted = _wanted(place, kind, selectors, configuration)
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
    if as_json:
        print(json.dumps(look_row(shown, watches, now), ensure_ascii=False))
    else:
        reader = Receiver(
            id="", via="console", timezone=configuration.settings.timezone if configuration else "UTC"
        )
        print_look(shown, reader, now, watches, out)
        _print_answer(shown, out)
    return 0 if shown.sample.entries else 1


def _wanted(
    place: str, kind: str | None, selectors: Mapping[str, str], configuration: Configuration | None
) -> Wanted:
    source = _source(place, configuration)
    if source is None or configuration is None:
        url = place if "://" in place else f"https://{place}"
        return Wanted(url=url, kind=kind or "auto", selectors=selectors)
    return Wanted(
        url=source.url,
        kind=kind or source.kind,
        selectors={**source.selectors, **selectors},
        headers=source_headers(configuration, source.id),
    )


def _source(place: str, configuration: Configuration | None) -> Source | None:
    """The source that a word names; an address, or a word with a dot, may be anything else as well."""
    sources = configuration.sources if configuration else ()
    for source in sources:
        if place.casefold() in {source.id.casefold(), source.url.casefold()}:
            return source
    if "://" not in place and "." not in place:
        hint = did_you_mean(place, [source.id for source in sources]) or "give an id, or an address"
        raise CommandError(f"There is no source '{place}'; {hint}")
    return None


def _print_answer(shown: Look, out: Console) -> None:
    """Print how the server answered."""
    document = shown.document
    rows = [("Answer", f"{document.status} in {shown.seconds:.2f} s, {_size(len(document.body or b''))}")]
    if document.url != shown.url:
        rows.append(("Redirected to", document.url))
    if document.moved_to:
        rows.append(("Moved for good to", f"{document.moved_to} (write this address)"))
    held = [name for name, value in (("ETag", document.validators.etag),
                                     ("Last-Modified", document.validators.last_modified)) if value]  # fmt: skip
    rows.append(("Validators", ", ".join(held) or "none: every poll fetches all of it"))
    if floor := document.floor or shown.sample.floor:
        rows.append(("Asks for", f"{floor.total_seconds() / 60:g} minutes between two polls"))
    if shown.kind == "page":
        rows.append(("robots.txt", "allows this page"))
    if shown.selectors:
        rows.append(("Selectors", ", ".join(f"{key}: {value}" for key, value in shown.selectors.items())))
    for name, said in rows:
        out.print(Text(f"{name}: ", style="dim") + Text(said), soft_wrap=True)
    if len(shown.tried) > 1:
        out.print(Text("Tried:", style="dim"))
        for url, outcome in shown.tried:
            out.print(Text(visible(f"  {url}  {outcome}"), style="dim"), soft_wrap=True)


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1024:,.0f} KiB"
