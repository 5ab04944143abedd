"""What the verbs of the terminal share: their options, and where the folders are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

_CONFIG = "Folder with the YAML files."
_STATE = "Folder that the bot writes."
ConfigFolder = Annotated[
    Optional[Path],  # noqa: UP045  typer reads annotations at run time
    typer.Option("--config", help=_CONFIG, show_default="WIREWATCH_CONFIG, or config"),
]
StateFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--state", help=_STATE, show_default="WIREWATCH_STATE, or state"),
]
# Only the options before the verb look at the environment: after it they would overrule what was typed before it.
UsualConfigFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", envvar="WIREWATCH_CONFIG", help=_CONFIG, show_default="config"),
]
UsualStateFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--state", envvar="WIREWATCH_STATE", help=_STATE, show_default="state"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
Words = Annotated[Optional[list[str]], typer.Argument(help="The query, an id or an address.")]  # noqa: UP045

WORDS_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}
"""So that ``search chips -gaming`` excludes a word."""


class Folders:
    """Where the configuration and the state are; set by the options before the verb, or after it."""

    config = Path("config")
    state = Path("state")


def choose(config: Path | None, state: Path | None = None) -> None:
    """Take folders given after the verb."""
    Folders.config = config or Folders.config
    Folders.state = state or Folders.state


def ask_bot(
    verb: str, words: list[str] | None, *, as_json: bool, limit: int = 10, out: Path | None = None
) -> None:
    """Answer a question that chats may ask as well, and end with its exit code."""
    from bot.cli.asking import ask

    raise typer.Exit(
        ask(verb, " ".join(words or []), Folders.config, Folders.state, as_json=as_json, limit=limit, out=out)
    )
