"""``status --health``: for containers and watchdogs, a sentence and an exit code."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from bot.app.building import database_url
from bot.app.lock import is_free
from bot.config import load
from bot.errors import ConfigError
from bot.model import Settings
from bot.store import Store, pulse


def _settings(config: Path) -> Settings:
    """A broken edit is not the running bot's fault: it goes on with its last good configuration."""
    try:
        return load(config, environ=os.environ).settings
    except ConfigError:
        return Settings()


def _began(state: Path) -> datetime:
    """When the running instance took its lock."""
    return datetime.fromtimestamp((state / "lock").stat().st_mtime, UTC)


def check_health(config: Path, state: Path) -> int:
    """Return 0 when an instance runs and is well, else 1; a line for each trouble."""
    if is_free(state):
        print(f"not running: nobody holds {state / 'lock'}")
        return 1
    store = Store.open(database_url(_settings(config), state))
    try:
        with store.snapshot() as conn:
            found = pulse.judge(conn, datetime.now(UTC), began=_began(state))
    finally:
        store.close()
    if found.ok:
        print("running")
        return 0
    for words in found.words:
        print(f"running, but {words}")
    return 1
