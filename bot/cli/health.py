"""``status --health``: for containers and watchdogs, a sentence and an exit code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.app.building import database_url
from bot.app.lock import is_free
from bot.cli.lastgood import in_force
from bot.errors import ConfigError
from bot.model import Settings
from bot.store import opening, pulse


def _settings(config: Path, state: Path) -> Settings:
    """A broken edit is not the running bot's fault: it goes on with its last good configuration."""
    try:
        return in_force(config, state, say=lambda _: None)[0].settings
    except ConfigError:
        return Settings()


def _judged(file: Path, began: datetime) -> pulse.Pulse:
    """Ask the database without a word written to it: it is the running bot's."""
    engine = opening.connect(file, writer=False, variants={})
    try:
        with opening.explained(file), engine.begin() as conn:
            return pulse.judge(conn, datetime.now(UTC), began=began)
    finally:
        engine.dispose()


def _began(state: Path) -> datetime:
    """When the running instance took its lock."""
    return datetime.fromtimestamp((state / "lock").stat().st_mtime, UTC)


def check_health(config: Path, state: Path) -> int:
    """Return 0 when an instance runs and is well, else 1; a line for each trouble."""
    if is_free(state):
        print(f"not running: nobody holds {state / 'lock'}")
        return 1
    file = opening.database_file(database_url(_settings(config, state), state))
    if not file.exists():
        print(f"running, but {file} is not there")
        return 1
    found = _judged(file, _began(state))
    if found.ok:
        print("running")
        return 0
    for words in found.words:
        print(f"running, but {words}")
    return 1
