"""``recent``, ``search``, ``story``, ``why``, ``sources``, ``status``, whether the bot runs or not."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console as RichConsole

from bot.app.building import database_url, desk_of
from bot.app.lock import is_free
from bot.app.logs import write_logs
from bot.channels import Address
from bot.channels.console import Console
from bot.commands import Asked, Desk, answer, answer_finished
from bot.config import Configuration, load
from bot.model import Receiver
from bot.store import Connection, Store, meta


def ask(verb: str, words: str, config: Path, state: Path, *, as_json: bool, limit: int) -> int:
    """Answer one question on standard output; exit 1 when there is no answer."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    settings = configuration.settings
    reader = next(
        (receiver for receiver in settings.receivers.values() if receiver.via == "console"),
        Receiver(id="", via="console", timezone=settings.timezone),
    )
    store = Store.open(database_url(settings, state), variants=configuration.tables.variants)
    now = datetime.now(UTC)
    try:
        asked = Asked(verb=verb, words=words, reader=reader, limit=limit, admin=True, by="terminal")
        with store.snapshot() as conn:
            given = answer(asked, replace(_desk(conn, configuration, now), running=not is_free(state)))
        if given.wanted is not None:
            from bot.cli.changing import carry_out

            done = carry_out(given.wanted, configuration, store, state)
            if done is not None:
                with store.snapshot() as conn:
                    given = answer_finished(asked, _desk(conn, configuration, now), done)
    finally:
        store.close()
    if as_json:
        for row in given.rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        if verb == "status" and is_free(state):
            print("Not running: this is how the last round left it.\n")
        asyncio.run(Console(RichConsole(highlight=False)).send(Address("terminal"), given.message))
    if given.misunderstood:
        return 2
    return 1 if given.failed else 0


def _desk(conn: Connection, configuration: Configuration, now: datetime) -> Desk:
    faults = meta.get(conn, "faults") or ""
    return desk_of(
        conn,
        configuration,
        configuration.settings,
        now=now,
        started=now,
        faults=tuple(faults.splitlines()),
    )
