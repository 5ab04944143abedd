"""The configuration that was last in force, kept in the state folder for a start or a question on a broken one.

It holds the YAML as it was read and, of ``.env`` and the environment, names alone: secrets are looked up anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.config import build
from bot.config.configuration import Configuration
from bot.config.faults import SECRET
from bot.config.reading import UnreadableError, read_bytes
from bot.config.secrets import SLACK, TELEGRAM
from bot.config.tables import SHIPPED
from bot.errors import ConfigError, Fault

KEPT = "last_good.json"
_MOST_BYTES = 16 * 1024 * 1024


def keep(configuration: Configuration, state: Path) -> bool:
    """Keep what is in force; False where that is kept already, or where the folder can't be written now.

    After a crash the file is the old one or the new one.
    """
    texts = {name: SECRET.sub("hidden", text) for name, text in configuration.texts.items()}
    row = {
        "folder": str(configuration.folder.resolve()),
        "version": configuration.version,
        "files": texts,
        "secrets": list(configuration.secrets.names),
    }
    body = json.dumps(row, ensure_ascii=False).encode("utf-8")
    target = state / KEPT
    try:
        if _read(target) == body:
            return False
        new = target.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError:
        with suppress(OSError):
            target.with_suffix(".new").unlink(missing_ok=True)
        return False
    return True


def load_kept(
    folder: Path, state: Path, *, environ: Mapping[str, str], data: Path = SHIPPED
) -> Configuration | None:
    """Return what was last in force of this folder, None where that isn't known or does not hold any more.

    A broken secret stands against it as it does against any other configuration.
    """
    try:
        row = json.loads(_read(state / KEPT))
        if row["folder"] != str(folder.resolve()):
            return None
        texts = {str(name): str(text) for name, text in row["files"].items()}
        return build.load(folder, environ=environ, data=data, texts=texts)
    except (ValueError, KeyError, TypeError, AttributeError, ConfigError, OSError):
        return None


def lost_tokens(configuration: Configuration, state: Path) -> tuple[Fault, ...]:
    """Return a fault for each chat's token that was there when this folder was last in force, and is not now.

    Without it the terminal would take what its chats are owed, and nobody there would ever hear of it.
    """
    try:
        row = json.loads(_read(state / KEPT))
        had = set(row["secrets"]) if row["folder"] == str(configuration.folder.resolve()) else set()
    except (ValueError, KeyError, TypeError):
        return ()
    used = {receiver.via for receiver in configuration.settings.receivers.values()}
    needed = {name for via, name in {"telegram": TELEGRAM, "slack": SLACK}.items() if via in used}
    hint = f"is .env there? To go on without it on purpose, delete {state / KEPT}"
    return tuple(
        Fault("environment", 0, 0, f"{name} was set when the bot last ran and is missing now", hint)
        for name in sorted((had & needed) - set(configuration.secrets.names))
    )


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, _MOST_BYTES)
    except UnreadableError:
        return b""
