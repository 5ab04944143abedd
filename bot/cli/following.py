"""``watch`` in the terminal: the answers of the chats; a change is shown, asked about, and carried out."""

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
from bot.cli.changing import carry_out
from bot.cli.reader import terminal_reader
from bot.cli.sourcelist import agreed
from bot.commands import Answer, Asked, Desk, Wanted, answer, answer_finished
from bot.commands.edits import EDIT
from bot.commands.watch_words import VERB_OF
from bot.config import Configuration, load
from bot.errors import CommandError
from bot.render.words import say
from bot.store import Connection, Store, meta


def follow(
    words: list[str], recorded: Path | None, config: Path, state: Path, *, as_json: bool, mode: str
) -> int:
    """Answer ``watch``; ``mode`` is ask, write or show (nothing is written then)."""
    if words and VERB_OF.get(words[0].casefold()) == "suggest":
        from bot.cli.suggesting import suggest

        return suggest(words, recorded, config, state, as_json=as_json)
    if recorded is not None:
        raise CommandError("--in goes with watch suggest; 'plan --in' tries a watchlist on a recorded stream")
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    store = Store.open(database_url(configuration.settings, state), variants=configuration.tables.variants)
    try:
        return _Asking(configuration, store, state, as_json=as_json).ask(_as_typed(words), mode)
    finally:
        store.close()


def _as_typed(words: list[str]) -> str:
    """What the shell took apart: a word with spaces was in quotes."""
    quoted = (f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words[1:])
    return " ".join((*words[:1], *quoted))


class _Asking:
    """One question at the terminal, and what it changes."""

    def __init__(self, configuration: Configuration, store: Store, state: Path, *, as_json: bool) -> None:
        self._configuration, self._store, self._state = configuration, store, state
        self._as_json = as_json
        self._reader = terminal_reader(configuration.settings)

    def ask(self, words: str, mode: str) -> int:
        """Print the answer, make what it changes, and return the exit code."""
        language = self._reader.language
        if self._as_json and mode == "ask":
            mode = "show"
        asked = Asked(verb="watch", words=words, reader=self._reader, admin=True, by="terminal", alone=True)
        with self._store.snapshot() as conn:
            given = answer(asked, self._desk(conn))
        if given.effect is not None:
            with self._store.begin() as conn:
                given = given.effect(conn)
        if mode == "write" and given.offers and self._as_json:
            given = self._carried_out(asked, given)
        elif not given.offers or mode == "show":
            return self._shown(given)
        else:
            self._shown(given)
            if mode == "ask" and not agreed(say(language, "edit_question"), language):
                print(say(language, "edit_left"))
                return 1
            given = self._carried_out(asked, given)
        return self._shown(given)

    def _carried_out(self, asked: Asked, given: Answer) -> Answer:
        wanted = Wanted(EDIT, given.offers[0].payload)
        done = carry_out(wanted, self._configuration, self._store, self._state)
        with self._store.snapshot() as conn:
            desk = self._desk(conn)
            if done is not None:
                return answer_finished(asked, desk, done)
        raise CommandError(say(asked.reader.language, "edit_asked", command="wirewatch watch log"))

    def _shown(self, given: Answer) -> int:
        if self._as_json:
            for row in given.rows:
                print(json.dumps(row, ensure_ascii=False))
        else:
            asyncio.run(Console(RichConsole(highlight=False)).send(Address("terminal"), given.message))
        return 2 if given.misunderstood else int(given.failed)

    def _desk(self, conn: Connection) -> Desk:
        now = datetime.now(UTC)
        desk = desk_of(
            conn,
            self._configuration,
            self._configuration.settings,
            now=now,
            started=now,
            faults=tuple((meta.get(conn, "faults") or "").splitlines()),
        )
        return replace(desk, running=not is_free(self._state))
