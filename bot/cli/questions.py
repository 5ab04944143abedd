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
    short_help="What happened to a company, by day: WATCH since:30d.",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def timeline(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WATCH [since:30d]", help="A company, and how far back.")
    ] = None,
    limit: Limit = 30,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """What happened to a company, by day, the newest day first; each day's best stories first."""
    choose(config, state)
    ask_bot("timeline", words, as_json=as_json, limit=limit)


@questions.command(
    short_help="Stories over time, as a picture: [WATCH] [since:30d].",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def chart(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WATCH] [since:30d]", help="A company, and how far back.")
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The PNG file to write, or a folder for it.", show_default="the current folder"),
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Stories a day, by company, or for one company by kind of event: saved as PNG.

    Words, event:earnings, lang:zh, score>60 narrow it down, as in recent. --json prints the numbers, and saves
    the picture only with --out.
    """
    choose(config, state)
    ask_bot("chart", words, as_json=as_json, out=out)


@questions.command(
    short_help="The watchlist: list, show, add, remove, alias, mute, undo.",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def watch(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="list | show | add | remove | alias | mute | undo | log | suggest ..."),
    ] = None,
    recorded: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--in",
            help="With suggest: a recorded stream instead of the archive, as in plan; - for standard input.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Make the change without being asked.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change, write nothing.")] = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """What is watched, and changes of it: each shows its lines and what it would have told, then asks.

    list [WORDS], show WATCH, add NAME, ALIAS, remove WATCH, alias WATCH TERM, -TERM (likewise people, products,
    likely, weak, exclude, context, tickers), mute WATCH 4h, unmute WATCH, undo, log, suggest NAME (lines for
    exclude and context, from how doubtful names stand in the archive). WATCH is an id or any name of it.
    """
    choose(config, state)
    from bot.cli.following import follow

    mode = "show" if dry_run else "write" if yes else "ask"
    raise typer.Exit(follow(words or [], recorded, Folders.config, Folders.state, as_json=as_json, mode=mode))


@questions.command(short_help="What the votes under alerts say, and how much was told.")
def stats(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WATCH] [since:30d]", help="A company, and how far back.")
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """How many of the votes liked what each company, name, source and event brought; who was told how much."""
    choose(config, state)
    ask_bot("stats", words, as_json=as_json)


@questions.command(
    short_help="Stories with their evidence, as CSV or JSON lines.",
    context_settings=WORDS_MAY_BEGIN_WITH_A_DASH,
)
def export(
    query: Words = None,
    style: Annotated[str, typer.Option("--format", help="csv or jsonl.", show_default="csv")] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write to this file.", show_default="standard output"),
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Stories that matched, with their evidence: QUERY as in recent. --json is --format jsonl."""
    choose(config, state)
    from bot.cli.exporting import export_stories

    chosen = ["--format", style] if style else ["--format", "jsonl"] if as_json else []
    raise typer.Exit(export_stories([*(query or []), *chosen], out, Folders.config, Folders.state))


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


@questions.command(short_help="Try again what was given up: a story's ID, a receiver, or all.")
def retry(
    words: Annotated[list[str] | None, typer.Argument(metavar="ID | RECEIVER | all")] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Owe again, at once, what was given up; status lists it."""
    choose(config, state)
    ask_bot("retry", words, as_json=as_json)


@questions.command()
def digest(config: ConfigFolder = None, state: StateFolder = None, as_json: AsJson = False) -> None:
    """Make the digests of what waits now, and deliver them."""
    choose(config, state)
    from bot.cli.watching import digest_now

    raise typer.Exit(digest_now(Folders.config, Folders.state, as_json=as_json))
