"""``recent``, ``search``, ``story``, ``why``, ``sources``, ``status``, whether the bot runs or not."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console as RichConsole

from bot.app.building import database_url, desk_of
from bot.app.lock import is_free
from bot.app.logs import write_logs
from bot.channels import Address
from bot.channels.console import Console, save
from bot.charts import Picture, attached, draw
from bot.cli.lastgood import in_force
from bot.cli.reader import terminal_reader
from bot.commands import Answer, Asked, Desk, answer, answer_finished
from bot.config import Configuration
from bot.errors import ChartError
from bot.render.words import say
from bot.store import Connection, Store, meta


def ask(
    verb: str, words: str, config: Path, state: Path, *, as_json: bool, limit: int, out: Path | None = None
) -> int:
    """Answer one question on standard output; exit 1 when there is no answer.

    ``out`` is the file or the folder for the answer's picture; without it the current folder takes it.
    """
    write_logs(logging.ERROR)
    configuration, faults = in_force(config, state)
    settings = configuration.settings
    reader = terminal_reader(settings)
    store = Store.open(database_url(settings, state), variants=configuration.tables.variants)
    now = datetime.now(UTC)
    try:
        asked = Asked(verb=verb, words=words, reader=reader, limit=limit, admin=True, by="terminal")
        with store.snapshot() as conn:
            desk = _desk(conn, configuration, now, faults)
            given = answer(asked, replace(desk, running=not is_free(state)))
        if given.wanted is not None:
            from bot.cli.changing import carry_out

            done = carry_out(given.wanted, configuration, store, state)
            if done is not None:
                with store.snapshot() as conn:
                    given = answer_finished(asked, _desk(conn, configuration, now, faults), done)
    finally:
        store.close()
    if given.picture is not None and (out or not as_json):
        given = _with_picture(given, given.picture)
    if as_json:
        for row in given.rows:
            print(json.dumps(row, ensure_ascii=False))
        if out and given.message.attachment:
            save(given.message.attachment, out)
    else:
        if verb == "status" and is_free(state):
            print(f"{say(reader.language, 'not_running')}\n")
        console = Console(RichConsole(highlight=False), pictures=out or Path())
        asyncio.run(console.send(Address("terminal"), given.message))
    if given.misunderstood:
        return 2
    return 1 if given.failed else 0


def _with_picture(given: Answer, picture: Picture) -> Answer:
    """Draw the picture of an answer; where that fails the words come alone, and the exit code tells."""
    try:
        return replace(given, message=attached(given.message, picture, draw(picture)))
    except ChartError as error:
        print(error, file=sys.stderr)
        return replace(given, failed=True)


def _desk(conn: Connection, configuration: Configuration, now: datetime, faults: tuple[str, ...]) -> Desk:
    said = meta.get(conn, "faults") or ""
    return desk_of(
        conn,
        configuration,
        configuration.settings,
        now=now,
        started=now,
        faults=faults or tuple(said.splitlines()),
    )
