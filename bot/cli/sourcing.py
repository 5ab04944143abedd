"""``sources``: how every source fares, and the words that change the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from bot.cli.options import AsJson, ConfigFolder, Folders, StateFolder, Words, ask_bot, choose


class _ListsByDefault(TyperGroup):
    """``sources huxiu`` is ``sources list huxiu``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take words that are no verb for a query."""
        named = args if args and args[0] in self.commands else ["list", *args]
        return super().resolve_command(ctx, named)


sources = typer.Typer(
    cls=_ListsByDefault,
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"ignore_unknown_options": False},
)

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="For the source_tags of routes; repeat it."),
]
Text = Optional[str]  # noqa: UP045
Selector = Annotated[Text, typer.Option(help="A CSS selector (kind page) or a path (kind json).")]
AsItem = Annotated[Text, typer.Option(help="As item.")]
Kind = Annotated[Text, typer.Option(help="auto, feed, jsonfeed, sitemap, page or json.", show_default="auto")]


@sources.callback()
def common(
    context: typer.Context, config: ConfigFolder = None, state: StateFolder = None, as_json: AsJson = False
) -> None:
    """How every source fares; add, remove, test, import and export change the list of them.

    Without a word, or with words that none of these verbs is, the list: of all sources, or of those that fit.
    """
    choose(config, state)
    context.obj = as_json
    if context.invoked_subcommand is None:
        ask_bot("sources", None, as_json=as_json)


@sources.command("list", short_help="The health of every source, or of those that fit.")
def list_sources(
    context: typer.Context,
    query: Words = None,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """The health of every source, or of those whose id, name, tag or host fits."""
    choose(config, state)
    ask_bot("sources", query, as_json=as_json or bool(context.obj))


def _given(**selectors: str | None) -> dict[str, str]:
    return {key: value for key, value in selectors.items() if value}


@sources.command(short_help="Look at an address, and add it.")
def add(
    url: Annotated[str, typer.Argument(help="A feed, or a site whose feed is looked for.")],
    name: Annotated[Text, typer.Option("--id", help="Its id.", show_default="from the address")] = None,
    title: Annotated[Text, typer.Option("--name", help="What alerts call it.")] = None,
    every: Annotated[Text, typer.Option(help="30s, 5m, 2h or auto.", show_default="from its dates")] = None,
    weight: Annotated[Optional[float], typer.Option(help="0.5 to 1.5: how far it is trusted.")] = None,  # noqa: UP045
    language: Annotated[Text, typer.Option(help="en or zh.", show_default="that of its headlines")] = None,
    tag: Tags = None,
    kind: Kind = None,
    item: Selector = None,
    item_title: Annotated[Text, typer.Option("--title", help="As item.")] = None,
    link: AsItem = None,
    time: AsItem = None,
    summary: AsItem = None,
    full_text: Annotated[bool, typer.Option("--full-text", help="Fetch the articles as well.")] = False,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the lines, write nothing.")] = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look at an address, show what the bot would read there, and add it to sources.yaml."""
    choose(config, state)
    from bot.app.new_sources import Wish
    from bot.cli.adding import add_source

    selectors = _given(item=item, title=item_title, link=link, time=time, summary=summary)
    wish = Wish(
        url=url,
        kind=kind or "auto",
        selectors=selectors,
        keys={
            "id": name,
            "name": title,
            "language": language,
            "weight": weight,
            "every": every,
            "tags": list(dict.fromkeys(tag or [])) or None,
            "full_text": full_text or None,
        },
    )
    mode = "show" if dry_run else "write" if yes else "ask"
    raise typer.Exit(add_source(wish, Folders.config, Folders.state, mode=mode, as_json=as_json))


@sources.command(short_help="Take a source out; the archive stays.")
def remove(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, or its address.")],
    yes: Yes = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
) -> None:
    """Take a source out of sources.yaml; what it published stays in the archive."""
    choose(config, state)
    from bot.cli.removing import remove_source

    raise typer.Exit(remove_source(name, Folders.config, Folders.state, yes=yes))


@sources.command("test", short_help="Fetch a source now, and show what is read; writes nothing.")
def try_out(
    place: Annotated[str, typer.Argument(metavar="URL | ID", help="An address, or a source's id.")],
    kind: Kind = None,
    item: Selector = None,
    item_title: Annotated[Text, typer.Option("--title", help="As item.")] = None,
    link: AsItem = None,
    time: AsItem = None,
    summary: AsItem = None,
    config: ConfigFolder = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a source now and show what the bot reads there; nothing is written. Exit 1 where it fails."""
    choose(config)
    from bot.cli.trying import try_source

    selectors = _given(item=item, title=item_title, link=link, time=time, summary=summary)
    raise typer.Exit(try_source(place, kind, selectors, Folders.config, as_json=as_json))


@sources.command("import", short_help="Add the feeds of an OPML file.")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    tag: Tags = None,
    yes: Yes = False,
    config: ConfigFolder = None,
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """Add the feeds of an OPML file; its folders become tags, what is there already is left out."""
    choose(config, state)
    from bot.cli.exchanging import import_file

    raise typer.Exit(import_file(file, tag or [], Folders.config, Folders.state, yes=yes, as_json=as_json))


@sources.command("export", short_help="Write the feeds as OPML.")
def export_opml(
    file: Annotated[Path | None, typer.Argument(help="A new file.", show_default="standard output")] = None,
    config: ConfigFolder = None,
) -> None:
    """Write the feeds as OPML 2.0, a folder for each first tag."""
    choose(config)
    from bot.cli.exchanging import export_file

    raise typer.Exit(export_file(file, Folders.config))
