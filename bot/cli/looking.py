"""``match`` and ``read``: what the watchlist sees in a text, what the bot reads in a document."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app.logs import write_logs
from bot.config import load, load_tables, load_watchlist
from bot.errors import CommandError, FetchError, ParseError
from bot.fetch import Fetcher
from bot.match import Matcher
from bot.model import Facts, Level, ParsedDocument, Point, Polling, Tables, Watchlist
from bot.parsers.clean import visible
from bot.sandbox import Sandbox
from bot.score import score_facts, total


def match_text(text: str, config: Path, watchlist: Path | None, *, as_json: bool) -> int:
    """Show every mention in a text and every term that did not count."""
    lines = text.strip().splitlines()
    if not lines:
        raise CommandError("There is no text: give a headline, or pipe an article in")
    title, body = lines[0].strip(), "\n".join(lines[1:]).strip()
    tables, watches = _watchlist(config, watchlist)
    facts = Matcher(watches, tables).facts(title, body)
    if as_json:
        print(json.dumps(match_row("", facts, watches) | {"refused": _refused(facts)}, ensure_ascii=False))
        return 0
    _show(title, facts, watches)
    return 0


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


def _watchlist(config: Path, given: Path | None) -> tuple[Tables, Watchlist]:
    if given is not None:
        tables = load_tables(config / "events.yaml")
        return tables, load_watchlist(given, tables=tables)
    configuration = load(config, environ=os.environ)
    return configuration.tables, configuration.watchlist


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
