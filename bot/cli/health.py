"""``status --health``: for containers and watchdogs, a sentence and an exit code."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.building import database_url
from bot.app.lock import is_free
from bot.config import load
from bot.errors import ConfigError
from bot.model import Settings
from bot.store import Store, sources

PATIENCE = timedelta(minutes=15)


def _settings(config: Path) -> Settings:
    """A broken edit is not the running bot's fault: it goes on with its last good configuration."""
    try:
        return load(config, environ=os.environ).settings
    except ConfigError:
        return Settings()


def check_health(config: Path, state: Path) -> int:
    """Return 0 when an instance runs and claimed what was due in the last 15 minutes, else 1."""
    if is_free(state):
        print(f"not running: nobody holds {state / 'lock'}")
        return 1
    store = Store.open(database_url(_settings(config), state))
    try:
        with store.snapshot() as conn:
            due = sources.next_due(conn)
    finally:
        store.close()
    overdue = datetime.now(UTC) - due if due else timedelta(0)
    if overdue > PATIENCE:
        print(f"running, but a source has been due for {int(overdue.total_seconds() // 60)} minutes")
        return 1
    print("running")
    return 0
