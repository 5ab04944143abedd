"""``match`` and ``read``: what the watchlist sees in a text, what the bot reads in a document."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app.building import sources_by_id
from bot.app.logs import write_logs
from bot.channels.plain import tame
from bot.cli.archive import stored
from bot.cli.options import Folders
from bot.cli.reader import terminal_reader
from bot.commands.matching import dry_run, hearing_row, hearings, invented, named_source
from bot.commands.vocabulary import Vocabulary
from bot.config import Configuration, load, load_tables, load_watchlist
from bot.errors import CommandError, ConfigError, FetchError, ParseError, StoreError
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import (
    Facts,
    Level,
    ParsedDocument,
    Point,
    Polling,
    Source,
    Story,
    Tables,
    Watchlist,
)
from bot.parsers.clean import visible
from bot.render.hearing import Hearing, hearing_words
from bot.render.times import Clock
from bot.render.words import say
from bot.sandbox import Sandbox
from bot.score import score_facts, total


def match_text(text: str, config: Path, watchlist: Path | None, *, as_json: bool) -> int:
    """Show every mention in a text and every term that did not count."""
    lines = text.strip().splitlines()
    if not lines:
        raise CommandError("There is no text: give a headline, or pipe an article in")
    configuration, tables, watches = _watchlist(config, watchlist)
    source, words = _named_source(text.strip(), configuration, watches)
    lines = words.splitlines()
    title, body = lines[0].strip(), "\n".join(lines[1:]).strip()
    facts = Matcher(watches, tables).facts(title, body)
    heard = _hearings(invented(title, body, facts, source, datetime.now(UTC)), configuration, watches)
    if as_json:
        row = match_row("", facts, watches) | {"refused": _refused(facts)}
        print(json.dumps(row | {"receivers": [hearing_row(one) for one in heard]}, ensure_ascii=False))
        return 0
    _show(title, facts, watches)
    _show_hearings(heard, configuration)
    return 0


def _named_source(
    text: str, configuration: Configuration | None, watches: Watchlist
) -> tuple[Source | None, str]:
    """Return the source that a text begins with, ``source:scmp-tech``, where it is a configured one."""
    known = sources_by_id(configuration) if configuration else {}
    speech = Vocabulary(watchlist=watches, sources={source.id: source.name for source in known.values()})
    return named_source(text, speech, known)


def _hearings(story: Story, configuration: Configuration | None, watches: Watchlist) -> tuple[Hearing, ...]:
    """Who would hear of a story now, with the mutes and the used budgets of the store where there is one."""
    if configuration is None:
        return ()
    settings, now = configuration.settings, story.root.entry.first_seen
    sources = configuration.sources
    try:
        with stored(configuration, Folders.state, "") as conn:
            judgement = dry_run(story, settings, watches, sources, now, conn)
    except (CommandError, StoreError):
        judgement = dry_run(story, settings, watches, sources, now)
    return hearings(judgement, settings, now)


def match_row(name: str, facts: Facts, watchlist: Watchlist) -> dict[str, object]:
    """Return the row of ``eval matches`` for one entry: every watch with an accepted mention."""
    found = []
    for watch in sorted(facts.watches):
        points = score_facts(facts, watchlist.watches[watch])
        mentions = [
            {"field": each.field, "start": each.start, "end": each.end, "text": each.text, "kind": each.kind}
            for each in facts.mentions
            if each.watch == watch
        ]
        found.append(
            {
                "watch": watch,
                "score": total(points),
                "subject": watch in facts.subjects,
                "mentions": mentions,
            }
        )
    found.sort(key=lambda row: -int(str(row["score"])))
    return {"id": name, "matches": found}


def read_places(places: list[str], config: Path, *, as_json: bool) -> int:
    """Read files and addresses through the sandbox, and print what is in them."""
    write_logs(logging.ERROR)
    return asyncio.run(_read_all(places, _polling(config), as_json=as_json))


async def _read_all(places: list[str], polling: Polling, *, as_json: bool) -> int:
    fetcher, sandbox = Fetcher(polling), Sandbox()
    failed = False
    try:
        for place in places:
            parsed, error = await _read(place, fetcher, sandbox)
            failed = failed or parsed is None
            (_print_rows if as_json else _print_table)(place, parsed, error)
    finally:
        await fetcher.close()
        await sandbox.close()
    return 1 if failed else 0


async def _read(place: str, fetcher: Fetcher, sandbox: Sandbox) -> tuple[ParsedDocument | None, str]:
    try:
        if "://" in place:
            document = await fetcher.fetch(place)
            body, kind, url = document.body or b"", document.content_type, document.url
        else:
            path = Path(place)
            body, kind, url = await asyncio.to_thread(path.read_bytes), "", ""
        return await sandbox.parse(body, content_type=kind, url=url, kind="auto", selectors={}), ""
    except OSError as error:
        return None, f"{place}: {(error.strerror or str(error)).lower()}"
    except (FetchError, ParseError) as error:
        return None, str(error)


def _print_rows(place: str, parsed: ParsedDocument | None, error: str) -> None:
    for entry in parsed.entries if parsed else ():
        row = {
            "document": place,
            "uid": entry.uid,
            "url": entry.url,
            "title": entry.title,
            "published": entry.published.isoformat() if entry.published else None,
            "summary": entry.summary,
        }
        print(json.dumps(row, ensure_ascii=False))
    last = {
        "document": place,
        "kind": parsed.kind if parsed else None,
        "count": parsed.count if parsed else 0,
        "error": error or None,
    }
    print(json.dumps(last, ensure_ascii=False))


def _print_table(place: str, parsed: ParsedDocument | None, error: str) -> None:
    out = Console(highlight=False)
    if parsed is None:
        print(f"{place}: {error}", file=sys.stderr)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for entry in parsed.entries:
        when = entry.published.strftime("%Y-%m-%d %H:%M") if entry.published else "no date"
        table.add_row(
            when, Text(entry.title or "(no headline)", style=f"link {entry.url}" if entry.url else "")
        )
    out.print(Text(f"{parsed.title or place}: {parsed.kind}, {parsed.count} entries", style="bold"))
    for warning in parsed.warnings:
        out.print(Text(f"  {warning}", style="yellow"))
    out.print(table)


def _polling(config: Path) -> Polling:
    """The configuration's way of polling where there is one; ``read`` works without."""
    if not (config / "sources.yaml").exists():
        return Polling()
    return load(config, environ=os.environ).settings.polling


def _watchlist(config: Path, given: Path | None) -> tuple[Configuration | None, Tables, Watchlist]:
    """The configuration, where there is one; another watchlist is tried without as well."""
    if given is None:
        configuration = load(config, environ=os.environ)
        return configuration, configuration.tables, configuration.watchlist
    try:
        whole = load(config, environ=os.environ)
    except ConfigError:
        whole = None
    tables = whole.tables if whole else load_tables(config / "events.yaml")
    return whole, tables, load_watchlist(given, tables=tables)


def _refused(facts: Facts) -> list[dict[str, object]]:
    return [
        {
            "watch": each.watch,
            "field": each.field,
            "start": each.start,
            "end": each.end,
            "text": each.text,
            "kind": each.kind,
            "reason": each.reason,
            "by": each.by,
        }
        for each in facts.refused
    ]


DOTS: Mapping[Level, str] = {
    Level.URGENT: "🔴",
    Level.IMPORTANT: "🟠",
    Level.NOTABLE: "🔵",
    Level.PASSING: "⚪",
}


def _about(found: Mapping[str, object], points: Iterable[Point]) -> str:
    if found["subject"]:
        return "subject"
    return "part of a round-up" if any(point.rule == "segment" for point in points) else "passing mention"


def _show(title: str, facts: Facts, watchlist: Watchlist) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(Text(visible(title), style="bold"))
    row = match_row("", facts, watchlist)
    matches = row["matches"]
    assert isinstance(matches, list)
    if not matches:
        out.print("No watch matched.")
    for found in matches:
        watch = watchlist.watches[found["watch"]]
        level = Level.of(found["score"])
        points = score_facts(facts, watch)
        out.print(
            Text(f"\n{DOTS[level]} {watch.name}  {found['score']} {level.word}, {_about(found, points)}")
        )
        for point in points:
            out.print(
                Text(
                    f"   {point.points:+d}  {point.rule}" + (f": “{point.text}”" if point.text else ""),
                    style="dim",
                )
            )
        for each in found["mentions"]:
            place = f"{each['field']} {each['start']}-{each['end']}"
            out.print(Text(f"   {each['kind']:<8} “{each['text']}”  {place}", style="dim"))
    if facts.refused:
        out.print("\nFound, and not counted:")
    for refusal in facts.refused:
        by = f" by “{refusal.by}”" if refusal.by else ""
        why = f"{refusal.reason.replace('_', ' ')}{by}"
        out.print(Text(f"   “{refusal.text}” ({watchlist.watches[refusal.watch].name}): {why}", style="dim"))


def _show_hearings(heard: Iterable[Hearing], configuration: Configuration | None) -> None:
    """Who would hear, a line each, in the language of whoever sits at the terminal."""
    if configuration is None or not heard:
        return
    reader = terminal_reader(configuration.settings)
    clock = Clock.of(reader, datetime.now(UTC))
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"\n{say(reader.language, 'match_hearing')}:")
    for one in heard:
        route = say(reader.language, "hears_route", route=tame(one.route)) if one.route else ""
        out.print(Text(f"   {tame(one.receiver)}  {hearing_words(one, clock)}{route}"))
