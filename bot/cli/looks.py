"""A look at an address as the terminal prints it, with a fetcher of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app.looking import Look, Wanted, look
from bot.fetch import Fetcher
from bot.model import Polling, Receiver
from bot.render import looks
from bot.render.looks import LookView
from bot.render.words import say
from bot.sandbox import Sandbox


def look_now(wanted: Wanted, polling: Polling) -> Look:
    """Fetch and read an address, find the feed of a site; raise FetchError or ParseError."""
    return asyncio.run(_look(wanted, polling))


async def _look(wanted: Wanted, polling: Polling) -> Look:
    fetcher, sandbox = Fetcher(polling), Sandbox(workers=1)
    try:
        return await look(wanted, fetcher, sandbox)
    finally:
        await fetcher.close()
        await sandbox.close()


def print_look(row: Mapping[str, Any], reader: Receiver, now: datetime, out: Console) -> LookView:
    """Print what was found: where, what, the newest headlines, and what is worth knowing; return it as a view."""
    view = LookView.of(row, reader, now)
    language = reader.language
    out.print(Text.assemble(*((span.text, "bold" if span.bold else "") for span in looks.head(view))))
    if at := looks.where(view):
        out.print(Text(at), soft_wrap=True)
    if view.proposed:
        out.print(say(language, "look_proposed"))
    _print_headlines(view, out)
    out.print(Text(looks.found_by_watches(view)))
    for note in looks.notes(view):
        out.print(Text(say(language, "look_note", words=note), style="yellow"))
    if view.others:
        out.print(Text(say(language, "look_others", urls=", ".join(view.others)), "dim"))
    return view


def _print_headlines(view: LookView, out: Console) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for entry in view.entries:
        title = Text(looks.title_of(entry, view), style=f"link {entry.url}" if entry.url else "")
        if entry.watches:
            title += Text(f"  → {', '.join(entry.watches)}", style="cyan")
        if entry.paid:
            title += Text(say(view.reader.language, "look_paid"), style="yellow")
        table.add_row("  " + looks.time_of(entry, view), title)
    out.print(table)
