"""``story split``: which entry leaves which story, asked for in a chat or in the terminal, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import render
from bot.commands.asking import Answer, Asked, Desk, Wanted
from bot.errors import CommandError
from bot.links import canonical
from bot.model import Receiver, Report, Story
from bot.render.people import id_of
from bot.render.typed import typed
from bot.render.views import Headline, SplitView
from bot.render.words import listed, say
from bot.store import requests, stories
from bot.store.requests import Request
from bot.store.shown import line_of

SPLIT = "split"
_TELL = frozenset({"--tell", "—tell", "–tell"})
"""Phones make one dash of two."""
_SHORTEST = 4
_MOST_NUMBERS = 10


def answer_split(asked: Asked, desk: Desk) -> Answer:
    """Ask for an entry to be taken out of its story; CommandError says what is wrong and what to type."""
    language = asked.reader.language
    if not asked.admin:
        who = id_of(asked.by)
        raise CommandError(say(language, "split_admins", who=who))
    given = [word.strip("<>") for word in asked.words.split()[1:]]
    words = [word for word in given if word.lower() not in _TELL]
    if len(words) == 1 and asked.story:  # a reply to an alert names the story
        words.insert(0, asked.story)
    if len(words) != 2:
        raise CommandError(_usage(asked.reader))
    story = story_to_split(words[0].lower(), asked.reader, desk)
    report = report_meant(words[1], story, asked.reader, desk)
    payload: dict[str, object] = {
        "story": story.id,
        "entry": report.entry.id,
        "told": not _TELL & {word.lower() for word in given},
        "by": asked.by or "terminal",
    }
    return Answer(
        render.split_pending(asked.reader.via, language, story.id),
        ({"asked": SPLIT, **payload},),
        wanted=Wanted(requests.SPLIT, payload),
    )


def answer_split_done(asked: Asked, desk: Desk, request: Request) -> Answer:
    """Say what came of a split that was carried out."""
    result: Mapping[str, Any] = request.result
    if not result["done"]:
        return _failed(asked.reader, request)
    told, language = bool(result["told"]), asked.reader.language
    view = SplitView(
        reader=asked.reader,
        now=desk.now,
        story=result["story"],
        new=result["new"],
        taken=_line(result["new"], language, desk),
        left=_line(result["story"], language, desk),
        count=result["left"],
        told=told,
        edits=tuple(result["edits"]),
        rings=tuple(result["rings"]),
        waits=tuple(result["waits"]),
    )
    return Answer(render.split_done(view), (result,), instead=asked.pressed is not None)


def short_id(entry: str, others: Sequence[str]) -> str:
    """Return the shortest beginning of an entry's id that no other has, of four characters or more."""
    rest = [other for other in others if other != entry]
    sizes = range(_SHORTEST, len(entry))
    return next(
        (entry[:size] for size in sizes if not any(other.startswith(entry[:size]) for other in rest)), entry
    )


def story_to_split(name: str, reader: Receiver, desk: Desk) -> Story:
    """Return a story that can be taken apart; CommandError where there is none of this name."""
    language = reader.language
    root = stories.root_of(desk.conn, name)
    story = stories.get(desk.conn, root) if root else None
    if root is None or story is None:
        command = typed(reader.via, "recent")
        raise CommandError(say(language, "split_unknown", story=name, command=command))
    if root != name:
        command = typed(reader.via, f"story {root}")
        raise CommandError(say(language, "split_ended", story=name, into=root, command=command))
    if len(story.reports) == 1:
        raise CommandError(say(language, "split_only", story=name))
    return story


def report_meant(name: str, story: Story, reader: Receiver, desk: Desk) -> Report:
    """Return the report meant by a number, an address, or the beginning of an id; CommandError for any other."""
    language = reader.language
    found = [number for number, report in enumerate(story.reports, 1) if _is_meant(name, number, report)]
    if len(found) > 1:
        numbers = listed(map(str, found[:_MOST_NUMBERS]), language)
        raise CommandError(say(language, "split_many", entry=name, story=story.id, numbers=numbers))
    if found:
        return story.reports[found[0] - 1]
    other = stories.of_entry(desk.conn, name)
    if other is not None:
        command = typed(reader.via, f"story {other}")
        raise CommandError(say(language, "split_moved", other=other, story=story.id, command=command))
    command = typed(reader.via, f"story {story.id}")
    count = len(story.reports)
    raise CommandError(
        say(language, "split_no_entry", story=story.id, entry=name, count=count, command=command)
    )


def _is_meant(name: str, number: int, report: Report) -> bool:
    entry = report.entry
    if "://" in name:
        return name in {entry.url, entry.uid} or canonical(name) == (entry.link or canonical(entry.url))
    if name.isdecimal():
        return int(name) == number
    return entry.id.lower().startswith(name.lower())


def _usage(reader: Receiver) -> str:
    command = typed(reader.via, "story split k7f2 2")
    listing = typed(reader.via, "story k7f2")
    return say(reader.language, "split_usage", command=command, listing=listing)


def _line(story_id: str, language: str, desk: Desk) -> Headline | None:
    story = stories.get(desk.conn, story_id)
    return None if story is None else line_of(desk.conn, story, language, desk.watchlist)


def _failed(reader: Receiver, request: Request) -> Answer:
    """What stood in the way when the time came; most of it is found out before."""
    result: Mapping[str, Any] = request.result
    story, other = str(request.payload["story"]), str(result.get("story") or "")
    words = say(
        reader.language,
        f"split_{result['reason']}",
        story=story,
        other=other,
        command=typed(reader.via, f"story {other or story}"),
        error=str(result.get("error", "")),
    )
    return Answer(render.error(words, reader), (result,), failed=True)
