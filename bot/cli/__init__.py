"""The terminal: ``wirewatch VERB``. Heavy imports wait for the verb that needs them: ``--help`` is quick."""

from __future__ import annotations

import os
import sys
from copy import copy
from pathlib import Path
from typing import Annotated, Optional

import typer
from typer.models import CommandInfo

from bot import __version__
from bot.cli.options import (
    AsJson,
    ConfigFolder,
    Folders,
    StateFolder,
    UsualConfigFolder,
    UsualStateFolder,
    choose,
)
from bot.cli.questions import add_questions
from bot.cli.sourcing import sources

__all__ = ["Folders", "run_terminal", "terminal"]

terminal = typer.Typer(
    name="wirewatch",
    help="News about the companies you watch: once per story, within seconds, with the reason.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
evaluation = typer.Typer(help="Quality on labelled files.", no_args_is_help=True, rich_markup_mode=None)
terminal.add_typer(evaluation, name="eval")
terminal.add_typer(
    sources, name="sources", short_help="The health of every source; add, remove, test, import, export."
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wirewatch {__version__}")
        raise typer.Exit


@terminal.callback()
def common(
    config: UsualConfigFolder = None,
    state: UsualStateFolder = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """News about the companies you watch: once per story, within seconds, with the reason."""
    del version
    choose(config, state)


@terminal.command()
def run(config: ConfigFolder = None, state: StateFolder = None) -> None:
    """Poll on schedule until stopped."""
    choose(config, state)
    from bot.cli.watching import run_until_stopped

    raise typer.Exit(run_until_stopped(Folders.config, Folders.state))


@terminal.command(short_help="Poll every due source once, deliver what is due, exit (for cron).")
def once(config: ConfigFolder = None, state: StateFolder = None, as_json: AsJson = False) -> None:
    """Poll every due source once, deliver and edit all that is due, exit (for cron)."""
    choose(config, state)
    from bot.cli.watching import run_once

    raise typer.Exit(run_once(Folders.config, Folders.state, as_json=as_json))


@terminal.command()
def demo(
    fast: Annotated[bool, typer.Option("--fast", help="Without pauses between the steps.")] = False,
) -> None:
    """A first look in under a minute: no tokens, no network."""
    from bot.demo import run_demo

    raise typer.Exit(run_demo(fast=fast))


@terminal.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder for your configuration.")]) -> None:
    """Copy the starting configuration to a folder of your own."""
    from bot.app.calling import how_called
    from bot.config import init as write

    typer.echo(write(folder).replace("  wirewatch ", f"  {how_called()} "))


@terminal.command(short_help="Check the configuration: every fault with its line.")
def check(
    config: ConfigFolder = None,
    state: StateFolder = None,
    online: Annotated[bool, typer.Option("--online", help="Try tokens, chats and sources too.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Send a silent test message to every receiver too.")
    ] = False,
) -> None:
    """Check the configuration: every fault with file, line and column; exit 2 where there is one.

    With --online, tokens, chats and sources are tried: exit 1 where one of them fails.
    """
    choose(config, state)
    from bot.cli.checking import check_folder

    raise typer.Exit(check_folder(Folders.config, online=online or send, send=send, state=Folders.state))


@terminal.command(short_help="Make a chat a receiver, by a code sent from it.")
def connect(
    service: Annotated[str, typer.Argument(help="telegram or slack")],
    name: Annotated[
        str, typer.Option(help="The receiver's name.", show_default="from the chat's title")
    ] = "",
    language: Annotated[str, typer.Option(help="en or zh.", show_default="that of the chat's title")] = "",
    beside: Annotated[str, typer.Option(metavar="RECEIVER", help="Hear what this one hears.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the lines, write nothing.")] = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
) -> None:
    """Show a code: who sends it from a chat makes that chat a receiver, and themself an admin.

    The change of wirewatch.yaml is shown before it is written. The bot may run meanwhile.
    """
    choose(config, state)
    from bot.cli.connecting import connect_chat
    from bot.cli.joining import Wish

    mode = "show" if dry_run else "write" if yes else "ask"
    wish = Wish(name=name, language=language, beside=beside, mode=mode)
    raise typer.Exit(connect_chat(service, wish, Folders.config, Folders.state))


add_questions(terminal)


@terminal.command(short_help="A copy of the database, while the bot runs.")
def backup(
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(
            help="The copy to write.", show_default="a new one in the backups of the state folder"
        ),
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database as it is at this moment; the bot may run meanwhile. The copy is checked before it counts."""
    choose(config, state)
    from bot.cli.backing import back_up

    raise typer.Exit(back_up(file, Folders.config, Folders.state, as_json=as_json))


@terminal.command(short_help="Put a copy in the place of the database; the bot must not run.")
def restore(
    file: Annotated[Path, typer.Argument(help="The copy.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Without asking.")] = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
) -> None:
    """Put a copy in the place of the database, which is kept beside it.

    At the next start every source is read anew and rings for nobody once, so that nothing is told twice.
    """
    choose(config, state)
    from bot.cli.backing import restore as put_back

    raise typer.Exit(put_back(file, Folders.config, Folders.state, yes=yes))


@terminal.command(short_help="What the watchlist sees in a text, span by span.")
def match(
    text: Annotated[list[str] | None, typer.Argument(help="A headline; without one, standard input.")] = None,
    watchlist: Annotated[Optional[Path], typer.Option(help="Another watchlist.")] = None,  # noqa: UP045
    config: ConfigFolder = None,
    as_json: AsJson = False,
) -> None:
    """What the watchlist sees in a text, span by span; the first line is the title."""
    choose(config)
    from bot.cli.looking import match_text

    given = " ".join(text) if text else sys.stdin.read()
    raise typer.Exit(match_text(given, Folders.config, watchlist, as_json=as_json))


@terminal.command(short_help="What a watchlist would have told; nothing is sent.")
def plan(
    days: Annotated[
        int, typer.Option(min=1, max=3650, help="Days of the store to look back; not used with --in.")
    ] = 7,
    watchlist: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Another watchlist file.", show_default="the configured one"),
    ] = None,
    recorded: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--in",
            help='A recorded stream instead of the store: JSON lines with "id", "time", "title" and, where '
            'known, "source", "url", "lang", "body"; - for standard input.',
        ),
    ] = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """What a watchlist would have told, and when; nothing is sent or stored.

    Receivers, routes, quiet hours, budgets and digests are those of the configuration; the clock is that of
    the entries. Without --in, the store's last days are held against what was told of them: +14, -3, each
    with its reason ("change" in --json).
    """
    choose(config, state)
    from bot.cli.planning import plan_recorded, plan_stored

    if recorded is not None:
        raise typer.Exit(plan_recorded(recorded, Folders.config, watchlist, as_json=as_json))
    raise typer.Exit(plan_stored(days, Folders.config, Folders.state, watchlist, as_json=as_json))


@terminal.command()
def read(
    places: Annotated[list[str], typer.Argument(help="Files or addresses of feeds.")],
    config: ConfigFolder = None,
    as_json: AsJson = False,
) -> None:
    """What the bot reads in a file or at an address."""
    choose(config)
    from bot.cli.looking import read_places

    raise typer.Exit(read_places(places, Folders.config, as_json=as_json))


@evaluation.command("stories")
def eval_stories(
    entries: Annotated[Path, typer.Option("--in", help="Entries, a JSON line each, in time order.")],
    pairs: Annotated[Optional[Path], typer.Option(help="Labelled pairs.")] = None,  # noqa: UP045
    watchlist: Annotated[Optional[str], typer.Option(help="A watchlist file, or none.")] = None,  # noqa: UP045
    out: Annotated[Optional[Path], typer.Option(help="Write predictions here.")] = None,  # noqa: UP045
    config: ConfigFolder = None,
) -> None:
    """Group a labelled stream with the production path and print its quality."""
    choose(config)
    from bot.cli.evaluating import evaluate_stories_file

    raise typer.Exit(evaluate_stories_file(entries, pairs, watchlist, out, Folders.config))


@evaluation.command("matches")
def eval_matches(
    entries: Annotated[Path, typer.Option("--in", help="Labelled entries, a JSON line each.")],
    watchlist: Annotated[Path, typer.Option(help="The watchlist to match.")],
    out: Annotated[Optional[Path], typer.Option(help="Write predictions here.")] = None,  # noqa: UP045
) -> None:
    """Match a labelled file with the production path and print its quality."""
    from bot.cli.evaluating import evaluate_matches_file

    raise typer.Exit(evaluate_matches_file(entries, watchlist, out))


@evaluation.command("feeds", short_help="Read a folder of labelled feeds and articles.")
def eval_feeds(
    folder: Annotated[Path, typer.Argument(help="Feeds and articles, with what stands in them.")],
    out: Annotated[Optional[Path], typer.Option(help="Write a JSON line per document here.")] = None,  # noqa: UP045
) -> None:
    """Read a folder of labelled feeds and articles with the production path and print how much is right."""
    from bot.cli.evaluating import evaluate_feeds_folder

    raise typer.Exit(evaluate_feeds_folder(folder, out))


def _terminal_for(arguments: list[str]) -> typer.Typer:
    """Return the terminal with only the verb that is asked for: the options of all take a tenth of a second."""
    asked = [verb for verb in terminal.registered_commands if _name_of(verb) in arguments[:1]]
    if not asked:
        return terminal
    alone = copy(terminal)
    alone.registered_commands, alone.registered_groups = asked, []
    return alone


def _name_of(verb: CommandInfo) -> str:
    return verb.name or (verb.callback.__name__ if verb.callback else "")


def _from_verb_on(arguments: list[str]) -> list[str]:
    """Return the arguments from the verb on; nothing where something else than folders stands before it."""
    while arguments[:1] and arguments[0] in {"--config", "--state"}:
        arguments = arguments[2:]
    return arguments if arguments and not arguments[0].startswith("-") else []


def run_terminal() -> None:
    """Run a verb; every error that the bot raises on purpose is a sentence, not a traceback."""
    from bot.errors import CommandError, ConfigError, StoreRefused, WirewatchError

    try:
        _terminal_for(_from_verb_on(sys.argv[1:]))()
    except (ConfigError, CommandError, StoreRefused) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except WirewatchError as error:
        _complain(error)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output went away (head, less): that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def _complain(error: Exception) -> None:
    """Print what is wrong, without any secret that it may quote."""
    from bot.config.veil import masked

    print(masked(str(error)), file=sys.stderr)
