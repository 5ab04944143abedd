"""``check``: is the configuration sound, and with ``--online``, do tokens, chats and sources answer?"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from bot.app.building import connect, source_headers
from bot.app.logs import write_logs
from bot.channels.console import Console
from bot.config import Configuration, load
from bot.errors import ConfigError, FetchError, ParseError, SendError
from bot.fetch import Fetcher
from bot.model import Source
from bot.outbox import address_of
from bot.sandbox import Sandbox


def check_folder(folder: Path, *, online: bool) -> int:
    """Print every fault and warning; return 0, or 2 where there is a fault."""
    write_logs(logging.ERROR)
    try:
        configuration = load(folder, environ=os.environ)
    except ConfigError as error:
        for fault in error.faults:
            print(fault)
        count = sum(not fault.warning for fault in error.faults)
        print(f"{count} fault{'s' if count != 1 else ''}", file=sys.stderr)
        return 2
    for warning in configuration.warnings:
        print(warning)
    enabled = sum(source.enabled for source in configuration.sources)
    receivers = ", ".join(configuration.settings.receivers)
    watches = len(configuration.watchlist.watches)
    print(f"{folder}: {watches} watches, {enabled} sources, tells {receivers}. No faults.")
    return asyncio.run(_check_online(configuration)) if online else 0


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
    except (FetchError, ParseError) as error:
        return f"failed  {source.id}: {error}", False
    return f"ok      {source.id}: {parsed.kind}, {parsed.count} entries", True
