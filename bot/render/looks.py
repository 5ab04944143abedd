"""What stands at an address that is looked at: for chats as a message, for the terminal piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.links import showable
from bot.model import Block, Line, Message, Receiver, Rows, Span
from bot.render.advice import oddity, place
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import LONGEST_LISTED
from bot.render.times import Clock
from bot.render.words import NO_HEADLINE, PAID, comma, line, listed, say, trouble_words

IN_CHAT = 3
"""Headlines that a chat shows."""
MOST_WATCHES = 8
LONGEST_TITLE = 80
LONGEST_NAME = 40
LONGEST_ADDRESS = 200
_KINDS = {
    "rss": ("RSS", "RSS"),
    "atom": ("Atom", "Atom"),
    "rdf": ("RDF", "RDF"),
    "jsonfeed": ("JSON Feed", "JSON Feed"),
    "sitemap": ("sitemap", "网站地图"),
    "sitemapindex": ("index of sitemaps", "网站地图索引"),
    "page": ("page of headlines", "标题页面"),
    "json": ("JSON list", "JSON 列表"),
}
_LANGUAGES = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}
_OWN_WORDS = frozenset({"not_a_feed", "web_page", "empty", "unsupported", "host_rests"})
"""Reasons that are said otherwise of an address that was never a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """One of the newest entries; ``watches`` are the names of those that it is about."""

    title: str
    url: str
    time: datetime | None
    paid: bool
    watches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """What was found at an address, as ``of`` reads it from the JSON row of a look."""

    reader: Receiver
    now: datetime
    asked: str
    url: str
    moved: bool
    kind: str
    title: str
    language: str
    count: int
    entries: tuple[LookedAt, ...]
    watches: tuple[tuple[str, int], ...]
    proposed: bool
    each_day: float | None
    oddities: tuple[str, ...]
    cautions: tuple[tuple[str, Mapping[str, int]], ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, row: Mapping[str, Any], reader: Receiver, now: datetime) -> LookView:
        """Return the view of a row."""
        return cls(
            reader=reader,
            now=now,
            asked=row["asked"],
            url=row["url"],
            moved=bool(row["moved_to"]),
            kind=row["kind"],
            title=clean(row["title"]),
            language=row["language"] or "",
            count=row["count"],
            entries=tuple(map(_entry, row["entries"])),
            watches=tuple(sorted(row["watches"].items(), key=lambda pair: -pair[1])),
            proposed=row["proposed"],
            each_day=row["each_day"],
            oddities=tuple(row["oddities"]),
            cautions=tuple((key, values) for key, values in row["cautions"]),
            others=tuple(row["others"]),
        )


def _entry(row: Mapping[str, Any]) -> LookedAt:
    published = row["published"]
    return LookedAt(
        title=clean(row["title"]),
        url=row["url"],
        time=datetime.fromisoformat(published) if published else None,
        paid=row["paid"],
        watches=tuple(row["watches"]),
    )


def head(view: LookView) -> Line:
    """``Night Desk: RSS, 6 entries, English``."""
    language = view.reader.language
    count = say(language, "look_count", count=view.count)
    facts = [_one(_KINDS, view.kind, language), count, _one(_LANGUAGES, view.language, language)]
    title = Span(shorten(view.title, LONGEST_TITLE) or place(view.url, LONGEST_TITLE), bold=True)
    return line(language, "look_head", title=title, facts=comma(language).join(filter(None, facts)))


def where(view: LookView) -> str:
    """``Found at https://...``; "" where it is the address that was typed."""
    if view.url == view.asked:
        return ""
    return say(view.reader.language, "look_moved" if view.moved else "look_found", url=clean(view.url))


def time_of(entry: LookedAt, view: LookView) -> str:
    """When an entry was published, or that nobody says."""
    clock = Clock.of(view.reader, view.now)
    return clock.moment(entry.time) if entry.time else say(view.reader.language, "look_no_date")


def title_of(entry: LookedAt, view: LookView) -> str:
    """The headline, or that there is none."""
    return entry.title or NO_HEADLINE[view.reader.language == "zh"]


def found_by_watches(view: LookView) -> str:
    """Which watches the entries name, and how often."""
    language = view.reader.language
    if not view.watches:
        return say(language, "look_no_watch") if view.count else ""
    shown = [
        say(language, "look_watch", name=name, count=count) for name, count in view.watches[:MOST_WATCHES]
    ]
    rest = len(view.watches) - len(shown)
    more = say(language, "look_watches_more", count=rest) if rest else ""
    return say(language, "look_watches", names=listed(shown, language), more=more)


def notes(view: LookView) -> tuple[str, ...]:
    """What is worth knowing before it is added, a sentence each."""
    language = view.reader.language
    odd = [each if language == "en" else oddity("line", each, language) for each in view.oddities]
    return (*odd, *(caution(key, values, language) for key, values in view.cautions))


def caution(key: str, values: Mapping[str, int], language: str) -> str:
    """Return one thing that is worth knowing in words."""
    return say(language, key, **values)


def rhythm(view: LookView, every: timedelta | None) -> str:
    """How much is published, and how often it would be polled; "" where nothing is known."""
    language = view.reader.language
    parts = []
    if view.each_day is not None:
        many = view.each_day >= 1
        count = round(view.each_day) if many else max(1, round(7 * view.each_day))
        parts.append(say(language, "look_each_day" if many else "look_each_week", count=count))
    if every is not None:
        span = Clock.of(view.reader, view.now).span(every)
        parts.append(say(language, "look_polled", span=span))
    return comma(language).join(parts)


def look(
    view: LookView,
    *,
    every: timedelta | None = None,
    lines: Sequence[Line] = (),
    rows: Rows = (),
) -> Message:
    """Return what a chat shows; ``lines`` are those of the file as they would be, ``rows`` the buttons."""
    language = view.reader.language
    top = [head(view), text(shorten(where(view), LONGEST_ADDRESS))]
    if view.proposed:
        top.append(text(say(language, "look_proposed")))
    news = [part for entry in view.entries[:IN_CHAT] for part in _in_chat(entry, view)]
    facts = [found_by_watches(view), rhythm(view, every)]
    said = [say(language, "look_note", words=note) for note in notes(view)]
    blocks = [Block(tuple(top)), Block(tuple(news)), Block(tuple(map(text, (*facts, *said))), grey=True)]
    if lines:
        foot = text(say(language, "look_baseline"))
        blocks += [Block(tuple(lines)), Block((foot,), grey=True)]
    return message(blocks, language, buttons=rows)


def _in_chat(entry: LookedAt, view: LookView) -> tuple[Line, Line]:
    title = shorten(title_of(entry, view), LONGEST_LISTED)
    paid = f" {PAID}" if entry.paid else ""
    about = f" → {listed(entry.watches, view.reader.language)}" if entry.watches else ""
    return (
        (Span(title, link=showable(entry.url)), Span(paid)),
        text(f"   {time_of(entry, view)}{about}"),
    )


def look_failed(asked: str, reason: str, status: int | None, reader: Receiver) -> Message:
    """Return why an address can't be a source, in a sentence, and what to do."""
    language = reader.language
    if reason in _OWN_WORDS:
        what = say(language, f"look_{reason}")
    elif reason == "slow":
        what = say(language, "look_slow")
    else:
        what = trouble_words(reason, status, language)
    sentence = line(language, "look_failed", url=Span(place(asked, LONGEST_ADDRESS), bold=True), what=what)
    hint = text(say(language, "look_web_page_hint")) if reason in {"web_page", "not_a_feed"} else ()
    return message((Block((sentence, hint)),), language)


def source_goes(
    name: str,
    reader: Receiver,
    *,
    leaned: tuple[int, int, int],
    days: int,
    lines: Sequence[Line],
    rows: Rows,
) -> Message:
    """Return what goes with a source: (stories it told, those nobody else told, alerts that it was in)."""
    language = reader.language
    stories, alone, alerts = leaned
    top: list[Line] = [
        line(language, "source_goes", name=Span(shorten(clean(name), LONGEST_NAME), bold=True))
    ]
    if stories:
        top.append(
            text(say(language, "source_leaned", days=days, stories=stories, alone=alone, alerts=alerts))
        )
    else:
        top.append(text(say(language, "source_leaned_none", days=days)))
    foot = text(say(language, "source_archive_stays"))
    return message(
        (Block(tuple(top)), Block(tuple(lines)), Block((foot,), grey=True)), language, buttons=rows
    )


def _one(words: Mapping[str, tuple[str, str]], key: str, language: str) -> str:
    return words[key][language == "zh"] if key in words else clean(key)
