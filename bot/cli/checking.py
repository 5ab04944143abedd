"""``check``: is the configuration sound, and with ``--online``, do tokens, chats and sources answer?"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.app.building import database_url
from bot.app.logs import write_logs
from bot.cli.counting import counted
from bot.config import Configuration, advise, load
from bot.config.advice import Advice
from bot.errors import ConfigError, Fault, StoreError
from bot.match import Matcher
from bot.store import Store, texts
from bot.store.opening import database_file

ENOUGH = 200
"""Entries from which the archive says how often a term matches."""
MOST = 20_000
TOO_MANY = 0.05
"""A term that counts in a larger share of all headlines is warned of."""


def check_folder(folder: Path, *, online: bool = False, send: bool = False, state: Path | None = None) -> int:
    """Print every fault and warning; return 0, 2 where there is a fault, 1 where something online fails.

    ``state`` is the folder with the archive, on whose newest headlines the watchlist's terms are tried.
    ``send`` (with ``online``) sends a silent test message to every receiver.
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
    if not online:
        return 0
    from bot.cli.online import check_online

    return asyncio.run(check_online(configuration, send=send))


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
