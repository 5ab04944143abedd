"""``sources add``: look first, then write one more source as the others are written."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import edit
from bot.app.logs import write_logs
from bot.app.looking import Wanted, failure_row, look_row, matched
from bot.app.new_sources import Wish, completed, keys_of
from bot.cli.looks import look_now, print_look
from bot.cli.reader import terminal_reader
from bot.cli.sourcelist import agreed, named, save, when_taken
from bot.config import load
from bot.edit.sources import SourceList, fault_of, read_list
from bot.errors import CommandError, FetchError, ParseError
from bot.model import Receiver
from bot.render.faults import source_fault
from bot.render.words import say


def add_source(wish: Wish, config: Path, state: Path, *, mode: str, as_json: bool) -> int:
    """Look at an address and add it; ``mode`` is ask, write or show (nothing is written then)."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    reader = terminal_reader(configuration.settings)
    language = reader.language
    listed = read_list(config)
    wish = replace(wish, url=completed(wish.url))
    _check_wish(wish, listed, reader)
    if as_json and mode == "ask":
        raise CommandError(say(language, "json_does_not_ask"))
    out = Console(highlight=False)
    wanted = Wanted(url=wish.url, kind=wish.kind, selectors=wish.selectors)
    if not as_json:
        out.print(Text(say(language, "look_looking", url=wish.url), style="dim"), soft_wrap=True)
    try:
        shown = look_now(wanted, configuration.settings.polling)
    except (FetchError, ParseError) as error:
        return _failed(wanted, error, reader, as_json=as_json)
    _refuse_twin(listed, reader, shown.url, shown.document.url)
    now = datetime.now(UTC)
    row = look_row(shown, matched(shown, configuration.watchlist, configuration.tables), now)
    if not as_json:
        print_look(row, reader, now, out)
    keys = keys_of(wish, shown, listed, configuration)
    if fault := fault_of(keys):
        raise CommandError(source_fault(fault, language))
    text = edit.append_item(listed.text, ("sources",), keys)
    lines = new_lines(listed.text, text)
    if not as_json:
        out.print(f"\n{listed.path}:{lines[0]}", soft_wrap=True)
        out.print(Text(lines[1], style="green"), soft_wrap=True)
    question = f"\n{say(language, 'add_it')}"
    written = mode == "write" or (mode == "ask" and agreed(question, language))
    if written:
        save(listed, text, f"sources add {keys['id']}", configuration, state)
    if as_json:
        print(
            json.dumps(
                {"added": written} | row | {"source": keys, "file": str(listed.path), "line": lines[0]},
                ensure_ascii=False,
            )
        )
    elif written:
        out.print(say(language, "added", when=when_taken(state, language)), soft_wrap=True)
    else:
        out.print(say(language, "nothing_written"))
    return 0 if written or mode == "show" else 1


def _failed(wanted: Wanted, error: FetchError | ParseError, reader: Receiver, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"added": False} | failure_row(wanted, error), ensure_ascii=False))
        return 1
    print(f"{wanted.url}: {error}", file=sys.stderr)
    if error.reason == "web_page":
        print(say(reader.language, "page_hint"), file=sys.stderr)
    return 1


def _check_wish(wish: Wish, listed: SourceList, reader: Receiver) -> None:
    """Refuse before anything is fetched what can't be written afterwards."""
    if wish.fault:
        raise CommandError(source_fault(wish.fault, reader.language))
    wanted = str(wish.given.get("id", ""))
    if wanted.casefold() in listed.ids:
        at = named(listed, wanted, reader)
        raise CommandError(
            say(reader.language, "source_taken", where=listed.where(at), id=listed.sources[at].id)
        )
    _refuse_twin(listed, reader, wish.url)


def _refuse_twin(listed: SourceList, reader: Receiver, *urls: str) -> None:
    at = listed.twin(*urls)
    if at is not None:
        source = listed.sources[at]
        key = "source_twin" if source.enabled else "source_twin_off"
        raise CommandError(say(reader.language, key, where=listed.where(at), id=source.id, url=source.url))


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
