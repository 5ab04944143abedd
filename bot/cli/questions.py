"""The verbs of the terminal that chats know as well: each asks the bot, and prints what a chat would show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from bot.cli.options import (
    WORDS_MAY_BEGIN_WITH_A_DASH,
    AsJson,
    ConfigFolder,
    Folders,
    StateFolder,
    Words,
    ask_bot,
    choose,
)

questions = typer.Typer()


def add_questions(terminal: typer.Typer) -> None:
    """Add these verbs, in the order in which they stand here."""
    terminal.registered_commands += questions.registered_commands


Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Stories to list.")]


@questions.command(
    short_help="Newest stories that matched: words, watch:ID, since:3d, ...",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def recent(
    query: Words = None,
    limit: Limit = 10,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Newest stories that matched: words, watch:alibaba since:3d score>60 lang:zh event:earnings -gaming."""
    choose(config, state)
    ask_bot("recent", query, as_json=as_json, limit=limit)


@questions.command(context_settings=WORDS_MAY_BEGIN_WITH_A_DASH)
def search(
    query: Words = None,
    limit: Limit = 10,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Search the whole archive, matched or not."""
    choose(config, state)
    ask_bot("search", query, as_json=as_json, limit=limit)


@questions.command(short_help="A story and why each entry joined; split takes one out.")
def story(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID | split ID ENTRY", help="The story; ENTRY by number, address or id."),
    ] = None,
    tell: Annotated[bool, typer.Option("--tell", help="With split: tell the new story too.")] = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """A story with its entries and why each joined; split ID ENTRY takes an entry out of it for good."""
    choose(config, state)
    ask_bot("story", [*(words or []), *(["--tell"] if tell else [])], as_json=as_json)


@questions.command(short_help="The full trace of a story: told or not, and why.")
def why(
    words: Words = None, config: ConfigFolder = None, state: StateFolder = None, as_json: AsJson = False
) -> None:
    """The full trace of a story id or an address: told or not, and why."""
    choose(config, state)
    ask_bot("why", words, as_json=as_json)


@questions.command(
    short_help="Suggest what to exclude, and what speaks for a name.",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def watch(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="suggest NAME", help="A watch, or any word.")
    ] = None,
    recorded: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--in", help="A recorded stream instead of the archive, as in plan; - for standard input."
        ),
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """suggest NAME: lines for exclude and context, from how its doubtful names stand in the archive.

    NAME is the id of a watch, or any word. Nothing is written: the lines are for you to paste.
    """
    choose(config, state)
    from bot.cli.suggesting import suggest

    raise typer.Exit(suggest(words or [], recorded, Folders.config, Folders.state, as_json=as_json))


@questions.command()
def status(
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
    health: Annotated[bool, typer.Option("--health", help="Exit 1 unless the bot runs and polls.")] = False,
) -> None:
    """What runs, what is owed, what is wrong."""
    choose(config, state)
    if health:
        from bot.cli.health import check_health

        raise typer.Exit(check_health(Folders.config, Folders.state))
    ask_bot("status", None, as_json=as_json)


@questions.command()
def digest(config: ConfigFolder = None, state: StateFolder = None, as_json: AsJson = False) -> None:
    """Make the digests of what waits now, and deliver them."""
    choose(config, state)
    from bot.cli.watching import digest_now

    raise typer.Exit(digest_now(Folders.config, Folders.state, as_json=as_json))
