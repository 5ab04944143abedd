"""``sources import`` and ``export``: lists of feeds from other readers, and for them."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from bot import edit, links
from bot.app.logs import write_logs
from bot.cli.counting import counted
from bot.cli.sourcelist import agreed, save, when_taken
from bot.config import load
from bot.config.reading import UnreadableError, read_bytes
from bot.edit.opml import MOST_BYTES, Outline, read_opml, write_opml
from bot.edit.sources import SourceList, fault_of, read_list
from bot.edit.words import source_id
from bot.errors import EditError
from bot.fetch.guard import Guard
from bot.model import Source
from bot.render.lines import clean

LONGEST_NAME = 120
SHOWN = 20
_EXPORTED = frozenset({"auto", "feed", "jsonfeed"})


@dataclass(slots=True)
class _Sorted:
    """The outlines of a file, sorted into what is new, what is there, and what can't be polled."""

    new: list[dict[str, edit.Value]] = field(default_factory=list)
    twins: int = 0
    invalid: list[tuple[Outline, str]] = field(default_factory=list)


def import_file(
    file: Path, tags: Sequence[str], config: Path, state: Path, *, yes: bool, as_json: bool
) -> int:
    """Add the feeds of an OPML file in one edit; return 1 where nothing was written."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    listed = read_list(config)
    found = _sorted(_outlines(file), tags, listed, Guard(configuration.settings.polling.allow_private))
    if not as_json:
        _print_sorted(file, found)
    written = bool(found.new) and (yes or agreed(f"Add {counted(len(found.new), 'source', 'sources')}?"))
    if written:
        text = edit.append_items(listed.text, ("sources",), found.new)
        save(listed, text, f"sources import {clean(file.name)}", configuration, state)
    if as_json:
        print(json.dumps(_row(found, written=written), ensure_ascii=False))
    elif written:
        print(f"{listed.path}: {counted(len(found.new), 'source', 'sources')} added. {when_taken(state)}")
    elif found.new:
        print("Nothing was written.")
    return 0 if written or not (found.new or found.invalid) else 1


def _outlines(file: Path) -> list[Outline]:
    try:
        return read_opml(read_bytes(file, MOST_BYTES))
    except UnreadableError as problem:
        raise EditError(f"{file} {problem}") from None
    except EditError as error:
        raise EditError(f"{file}: {error}") from None


def _sorted(outlines: Sequence[Outline], tags: Sequence[str], listed: SourceList, guard: Guard) -> _Sorted:
    found = _Sorted()
    ids = set(listed.ids)
    known = {links.canonical(source.url) for source in listed.sources}
    for outline in outlines:
        place = links.canonical(outline.url)
        if place in known:
            found.twins += 1
            continue
        name = source_id(outline.url, outline.title, ids)
        keys: dict[str, edit.Value] = {
            "id": name,
            "name": outline.title[:LONGEST_NAME] or name,
            "url": outline.url,
        }
        if all_tags := list(dict.fromkeys((*tags, *outline.tags))):
            keys["tags"] = all_tags
        if fault := fault_of(keys) or _private(outline.url, guard):
            found.invalid.append((outline, fault))
            continue
        ids.add(name.casefold())
        known.add(place)
        found.new.append(keys)
    return found


def _private(url: str, guard: Guard) -> str:
    """Say that an address written in digits is a private one; names are held against it at every poll."""
    host = links.host(url)
    try:
        allowed = guard.allows(host, ip_address("127.0.0.1" if host == "localhost" else host))
    except ValueError:
        return ""
    return "" if allowed else "a private address that polling.allow_private does not name"


def _print_sorted(file: Path, found: _Sorted) -> None:
    there = f", {counted(found.twins, 'is', 'are')} there already" if found.twins else ""
    wrong = f", {len(found.invalid)} can't be polled" if found.invalid else ""
    print(f"{file}: {counted(len(found.new), 'new source', 'new sources')}{there}{wrong}")
    for keys in found.new[:SHOWN]:
        tags = keys.get("tags")
        shown = f"  [{', '.join(map(str, tags))}]" if isinstance(tags, list) else ""
        print(f"  {keys['id']}  {keys['name']}{shown}")
    if len(found.new) > SHOWN:
        print(f"  and {len(found.new) - SHOWN:,} more")
    for outline, fault in found.invalid[:SHOWN]:
        print(f"{file}:{outline.line}: {outline.title or outline.url[:60]}: {fault}", file=sys.stderr)
    if len(found.invalid) > SHOWN:
        print(f"{file}: and {len(found.invalid) - SHOWN:,} more that can't be polled", file=sys.stderr)


def _row(found: _Sorted, *, written: bool) -> dict[str, object]:
    return {
        "added": len(found.new) if written else 0,
        "duplicates": found.twins,
        "invalid": [
            {"line": outline.line, "title": outline.title, "reason": fault}
            for outline, fault in found.invalid
        ],
        "sources": [keys["id"] for keys in found.new] if written else [],
    }


def export_file(file: Path | None, config: Path) -> int:
    """Write the enabled feeds as OPML to a new file or to standard output; name the others on standard error."""
    listed = read_list(config)
    pairs = list(zip(listed.sources, listed.sections, strict=True))
    feeds = [
        (
            Outline(url=source.url, title=source.name, tags=tuple(section.tags)),
            {"language": source.language} if source.language else {},
        )
        for source, section in pairs
        if not _why_not(source)
    ]
    text = write_opml(feeds, "Wirewatch sources")
    if file is None:
        sys.stdout.write(text)
    else:
        _write_new(file, text)
    left = [f"{source.id} ({why})" for source, _ in pairs if (why := _why_not(source))]
    if left:
        print(f"left out: {', '.join(left)}", file=sys.stderr)
    if file is not None:
        print(f"{file}: {counted(len(feeds), 'feed', 'feeds')}")
    return 0


def _why_not(source: Source) -> str:
    if not source.enabled:
        return "switched off"
    return "" if source.kind in _EXPORTED and not source.selectors else f"kind {source.kind}"


def _write_new(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        raise EditError(f"{file} exists already; choose another name, or remove it yourself") from None
    except OSError as error:
        raise EditError(f"{file} can't be written: {(error.strerror or 'unknown error').lower()}") from None
