"""A change typed in the terminal: the running bot makes it; where none runs, it is made here and now."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.app.building import newsroom_of
from bot.app.changing import make, note, was_made
from bot.app.lock import hold
from bot.commands import Wanted
from bot.commands.edits import EDIT
from bot.config import Configuration
from bot.config.veil import masked
from bot.dedup import StoryIndex
from bot.errors import AlreadyRunning
from bot.pipeline import Newsroom
from bot.pipeline.splitting import give_up, split_asked
from bot.store import Store, requests
from bot.store.requests import Request

log = structlog.get_logger()

PATIENCE = 15.0
"""Seconds to wait for a running bot; what takes longer is done all the same."""
_PAUSE = 0.1


def carry_out(wanted: Wanted, configuration: Configuration, store: Store, state: Path) -> Request | None:
    """Leave the request and return it once it was carried out; None when the running bot is busy for long.

    It is left first and only then made, so that a crash in between leaves it to whoever runs next.
    """
    with store.begin() as conn:
        number = requests.add(conn, wanted.kind, wanted.payload, datetime.now(UTC))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _make_here(configuration, store, state)
        with store.snapshot() as conn:
            request = requests.get(conn, number)
        if request is not None and request.state == requests.FINISHED:
            return request
        time.sleep(_PAUSE)
    return None


def _make_here(configuration: Configuration, store: Store, state: Path) -> None:
    """Make every change that was asked for, unless an instance runs: the next one reads them from the store."""
    try:
        with hold(state):
            _make_edits(configuration.folder, store)
            with store.snapshot() as conn:
                more = requests.waits(conn, requests.SPLIT)
            if more:
                index = StoryIndex(configuration.tables)
                newsroom = newsroom_of(configuration, configuration.settings, index)
            while more:
                more = _make_next(newsroom, store)
    except AlreadyRunning:
        return


def _make_edits(folder: Path, store: Store) -> None:
    with store.begin() as conn:
        requests.reopen(conn)  # whoever took one holds no lock any more
        taken = requests.take(conn, [EDIT])
    for request in taken:
        try:
            with store.snapshot() as conn:
                before = was_made(conn, request.payload)
            result = make(folder, request.payload, made_before=before)
        except Exception as error:
            log.exception("edit broke")
            result = {"done": False, "reason": "broken", "error": masked(str(error))}
        with store.begin() as conn:
            if result["done"]:
                note(conn, request.payload, datetime.now(UTC))
            requests.finish(conn, request.id, result)


def _make_next(newsroom: Newsroom, store: Store) -> bool:
    try:
        with store.begin() as conn:
            return split_asked(conn, newsroom, datetime.now(UTC))
    except Exception as error:
        log.exception("split broke")
        words = masked(str(error))
    with store.begin() as conn:
        give_up(conn, words)
    return True
