"""Copy the starting configuration into a folder of the user's own."""

from __future__ import annotations

from pathlib import Path

from bot.config.tables import SHIPPED
from bot.errors import ConfigError, Fault

START = SHIPPED / "start"
GITIGNORE = "# Secrets stay on this machine.\n.env\n"
ENV_EXAMPLE = """\
# Copy this file to .env and fill in what you use. .env is never committed.
#TELEGRAM_BOT_TOKEN=
#SLACK_BOT_TOKEN=
#SLACK_APP_TOKEN=
"""


def starting_files(start: Path = START) -> dict[str, str]:
    """Return the text of each file of the starting configuration by its path in the folder."""
    paths = [*sorted(start.glob("*.yaml")), *sorted(start.glob("schema/*.json"))]
    files = {path.relative_to(start).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return {**files, ".gitignore": GITIGNORE, ".env.example": ENV_EXAMPLE}


def init(target: Path, *, start: Path = START) -> str:
    """Write the starting configuration into a folder and return what to do next, as text.

    Nothing is ever overwritten: raises ConfigError, and writes nothing, where one of the files exists.
    """
    files = starting_files(start)
    existing = [name for name in files if (target / name).exists() or (target / name).is_symlink()]
    if existing:
        hint = "choose another folder, or remove it yourself; nothing was changed"
        raise ConfigError([Fault(str(target / name), 0, 0, "exists already", hint) for name in existing])
    try:
        for name, text in files.items():
            _write_new(target / name, text)
    except OSError as error:
        problem = f"can't be written: {(error.strerror or 'unknown error').lower()}"
        raise ConfigError([Fault(str(error.filename or target), 0, 0, problem)]) from None
    return _next_steps(target)


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _next_steps(target: Path) -> str:
    option = f"--config {target}"
    return "\n".join(
        (
            f"The starting configuration is in {target}:",
            "  watchlist.yaml  what to look for",
            "  sources.yaml    what to poll",
            "  wirewatch.yaml  who hears, and when",
            "Next:",
            f"  wirewatch check {option}",
            f"  wirewatch run {option}",
            "To be told in a chat, put its token into .env and connect it:",
            f"  cp {target}/.env.example {target}/.env",
            f"  wirewatch connect telegram {option}",
        )
    )
