"""``check``: is the configuration sound, and with ``--online``, do tokens, chats and sources answer?"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.app.building import connect, database_url, source_headers
from bot.app.logs import write_logs
from bot.channels.console import Console
from bot.cli.counting import counted
from bot.config import Configuration, advise, load
from bot.config.advice import Advice
from bot.errors import ConfigError, Fault, FetchError, ParseError, SendError, StoreError
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import Source
from bot.outbox import address_of
from bot.sandbox import Sandbox
from bot.store import Store, texts
from bot.store.opening import database_file

ENOUGH = 200
"""Entries from which the archive says how often a term matches."""
MOST = 20_000
TOO_MANY = 0.05
"""A term that counts in a larger share of all headlines is warned of."""


def check_folder(folder: Path, *, online: bool, state: Path | None = None) -> int:
    """Print every fault and warning; return 0, or 2 where there is a fault.

    ``state`` is the folder with the archive, on whose newest headlines the watchlist's terms are tried.
    """
    write_logs(logging.ERROR)
    try:
        configuration = load(folder, environ=os.environ)
    except ConfigError as error:
        for fault in error.faults:
            print(fault)
        count = sum(not fault.warning for fault in error.faults)
        print(f"{count} fault{'s' if count != 1 else ''}", file=sys.stderr)
        return 2
    for warning in sorted({*configuration.warnings, *_advice(configuration, state)}):
        print(warning)
    enabled = sum(source.enabled for source in configuration.sources)
    receivers = ", ".join(configuration.settings.receivers)
    watches = len(configuration.watchlist.watches)
    what = f"{counted(watches, 'watch', 'watches')}, {counted(enabled, 'source', 'sources')}"
    print(f"{folder}: {what}, tells {receivers}. No faults.")
    return asyncio.run(_check_online(configuration)) if online else 0


def _advice(configuration: Configuration, state: Path | None) -> tuple[Fault, ...]:
    """What works in the watchlist and is likely not what was meant."""
    advice = advise(configuration.folder, configuration.tables)
    if advice is None:
        return ()
    try:
        headlines = _headlines(configuration, state) if state is not None else []
    except StoreError as error:
        print(f"note: the archive was not looked at: {error}", file=sys.stderr)
        headlines = []
    if len(headlines) >= ENOUGH:
        _warn_of_frequent(advice, configuration, headlines)
    return advice.warnings


def _headlines(configuration: Configuration, state: Path) -> list[str]:
    """The newest headlines of the archive; none where there is no archive yet. Raises StoreError."""
    url = database_url(configuration.settings, state)
    if not database_file(url).exists():
        return []
    store = Store.open(url, variants=configuration.tables.variants)
    try:
        with store.snapshot() as conn:
            return [title for title, _ in texts.newest(conn, most=MOST, length=0)]
    finally:
        store.close()


def _warn_of_frequent(advice: Advice, configuration: Configuration, headlines: Sequence[str]) -> None:
    matcher = Matcher(configuration.watchlist, configuration.tables)
    counted: Counter[tuple[str, str]] = Counter()
    for title in headlines:
        counted.update(
            {(mention.watch, mention.text.casefold()) for mention in matcher.facts(title).mentions}
        )
    for (watch, text), count in counted.items():
        if count > TOO_MANY * len(headlines):
            share = f"{100 * count / len(headlines):.0f} % of the newest {len(headlines):,} headlines"
            hint = "if that is too much, put it under weak with context, or write more of it"
            advice.warn(watch, text, f"'{text[:40]}' counts in {share}", hint)


async def _check_online(configuration: Configuration) -> int:
    board = connect(configuration, Console())
    fetcher, sandbox = Fetcher(configuration.settings.polling), Sandbox()
    failed = 0
    try:
        for receiver in configuration.settings.receivers.values():
            channel = board.channels.get(receiver.via)
            if channel is None:
                continue
            try:
                who = await channel.check(address_of(receiver) if receiver.chat else None)
                print(f"ok      {receiver.id}: {who}")
            except SendError as error:
                failed += 1
                print(f"failed  {receiver.id}: {error}")
        tries = [
            _check_source(source, configuration, fetcher, sandbox)
            for source in configuration.sources
            if source.enabled
        ]
        for done in asyncio.as_completed(tries):
            line, good = await done
            failed += not good
            print(line)
    finally:
        await fetcher.close()
        await sandbox.close()
        for channel in board.channels.values():
            await channel.close()
    return 1 if failed else 0


async def _check_source(
    source: Source, configuration: Configuration, fetcher: Fetcher, sandbox: Sandbox
) -> tuple[str, bool]:
    try:
        document = await fetcher.fetch(source.url, headers=source_headers(configuration, source.id))
        parsed = await sandbox.parse(
            document.body or b"",
            content_type=document.content_type,
            url=document.url,
            kind=source.kind,
            selectors=dict(source.selectors),
        )
    except ParseError as error:
        if error.reason == "web_page" and source.kind == "auto":
            return await _check_site(source, configuration, fetcher, sandbox)
        return f"failed  {source.id}: {error}", False
    except FetchError as error:
        return f"failed  {source.id}: {error}", False
    return f"ok      {source.id}: {parsed.kind}, {counted(parsed.count, 'entry', 'entries')}", True


async def _check_site(
    source: Source, configuration: Configuration, fetcher: Fetcher, sandbox: Sandbox
) -> tuple[str, bool]:
    """A site's address is as good as a feed's where the site has one."""
    from bot.pipeline.discovery import discover

    headers = source_headers(configuration, source.id)
    try:
        found = await discover(source.url, fetcher=fetcher, sandbox=sandbox, headers=headers)
    except (FetchError, ParseError) as error:
        return f"failed  {source.id}: {error}", False
    return f"ok      {source.id}: {found.kind}, {found.sample.count} entries, found at {found.url}", True
