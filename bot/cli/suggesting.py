"""``watch suggest``: what the archive, or a recorded stream, says about the doubtful terms of a watch."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console as RichConsole
from rich.progress import Progress

from bot.app.logs import write_logs
from bot.channels import Address
from bot.channels.console import Console
from bot.cli.archive import recorded_entries, stored
from bot.commands import Answer
from bot.commands.suggesting import READ_OF_TEXT, Subject, answer_from, subject_of
from bot.config import Configuration, load
from bot.model import Receiver
from bot.store import texts

LONG = 20_000
"""Entries from which the work is worth a bar on the terminal: some seconds."""


def suggest(words: list[str], recorded: Path | None, config: Path, state: Path, *, as_json: bool) -> int:
    """Print what is suggested; 1 where the archive says nothing."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    reader = _reader(configuration)
    watchlist, tables = configuration.watchlist, configuration.tables
    subject = subject_of(" ".join(words[1:]), watchlist, tables, reader)
    if recorded is not None:
        entries = recorded_entries(recorded, configuration)
        entries.reverse()
        rows = ((entry.title, entry.text) for entry in entries)
        given = _answer(subject, rows, len(entries), configuration, reader)
    else:
        given = _from_store(subject, configuration, state, reader)
    if as_json:
        for row in given.rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        asyncio.run(Console(RichConsole(highlight=False)).send(Address("terminal"), given.message))
    return 1 if given.failed else 0


def _from_store(subject: Subject, configuration: Configuration, state: Path, reader: Receiver) -> Answer:
    instead = "`--in FILE.jsonl` reads a recorded stream instead"
    with stored(configuration, state, instead) as conn:
        rows = texts.newest(conn, length=READ_OF_TEXT)
        return _answer(subject, rows, texts.count(conn), configuration, reader)


def _answer(
    subject: Subject,
    rows: Iterable[tuple[str, str]],
    count: int,
    configuration: Configuration,
    reader: Receiver,
) -> Answer:
    with _progress(count, rows) as read:
        return answer_from(subject, read, configuration.watchlist, configuration.tables, reader)


def _reader(configuration: Configuration) -> Receiver:
    settings = configuration.settings
    consoles = (each for each in settings.receivers.values() if each.via == "console")
    return next(consoles, Receiver(id="", via="console", timezone=settings.timezone))


@contextmanager
def _progress(count: int, rows: Iterable[tuple[str, str]]) -> Iterator[Iterable[tuple[str, str]]]:
    """Show on standard error how far long work is, where somebody looks."""
    if count < LONG or not sys.stderr.isatty():
        yield rows
        return
    with Progress(console=RichConsole(stderr=True), transient=True) as bar:
        yield bar.track(rows, total=count, description="Reading")
