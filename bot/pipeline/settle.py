"""Decide and save one poll in one transaction: entries, stories, matches, verdicts, deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bot import decide
from bot.crashpoints import crashpoint
from bot.dedup import StoryIndex
from bot.links import canonical
from bot.match import Matcher
from bot.model import (
    Assignment,
    Document,
    Entry,
    Judgement,
    ParsedDocument,
    ParsedEntry,
    Settings,
    Source,
    Story,
    Tables,
    Watchlist,
)
from bot.pipeline.articles import with_article
from bot.pipeline.corrections import correct
from bot.pipeline.identity import Identity, all_keys, identify, recognise, renamed
from bot.pipeline.owing import keep
from bot.pipeline.volumes import volumes_around
from bot.route import Circumstances
from bot.route.chances import LATELY, is_round_up
from bot.route.correction import is_edited
from bot.store import alerts, documents, entries, mutes, recent, sources, stories
from bot.store.entries import Known
from bot.store.sources import SourceState
from bot.text import has_cjk, language_of

LATE = timedelta(hours=24)
EARLIEST = timedelta(days=7)
LATEST = timedelta(minutes=10)
"""A published time is believed from 7 days before to 10 minutes after we first saw the entry."""


GAP = "nothing of the last poll was left: entries may have come and gone between; poll it more often"
_FED = frozenset({"rss", "atom", "rdf", "jsonfeed", "page", "json"})
_FEWEST = 5
_FEW_LETTERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """What deciding needs: the configuration in force, compiled, and the index of recent stories."""

    settings: Settings
    watchlist: Watchlist
    sources: Mapping[str, Source]
    matcher: Matcher
    tables: Tables
    index: StoryIndex
    source_tags: Mapping[str, frozenset[str]]
    """Source to its tags, for routes that name tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one poll changed."""

    source: str
    new: int = 0
    opened: int = 0
    """Stories that its entries opened."""
    edited: int = 0
    told: int = 0
    baseline: bool = False
    warnings: tuple[str, ...] = ()
    """What is odd about the source's guids and addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One successful fetch and parse, ready to be decided."""

    source: Source
    state: SourceState
    document: Document
    parsed: ParsedDocument
    now: datetime
    due: datetime
    place: str | None = None
    """The address of the feed that was found for a site, to be polled from now on."""
    children: Sequence[tuple[str, Document]] | None = None
    """The sitemaps of an index, by the addresses they were asked for at."""
    whole: bool = True
    """False when only a part of the source was read anew: its count says nothing."""
    articles: Mapping[int, ParsedEntry] = field(default_factory=dict)
    """The articles of new items, by their place in the document."""


def fresh_items(conn: Connection, items: Sequence[ParsedEntry], source: str) -> dict[int, ParsedEntry]:
    """Return the items of a document that would be new now, by their place."""
    found = _recognised(conn, items, source).found
    return {at: item for at, (item, entry) in enumerate(zip(items, found, strict=True)) if entry is None}


class _Recognised(NamedTuple):
    """The items of a document held against what is stored."""

    identities: list[Identity]
    known: dict[str, str]
    """Key to the id of its entry."""
    stored: dict[str, Known]
    found: list[str | None]
    """The id of the entry that each item is, None for a new one."""


def _recognised(conn: Connection, items: Sequence[ParsedEntry], source: str) -> _Recognised:
    identities = identify(items, source)
    known = entries.known(conn, all_keys(identities))
    stored = entries.headlines(conn, set(known.values()))
    return _Recognised(identities, known, stored, recognise(items, identities, known, stored))


def settle(conn: Connection, poll: Poll, newsroom: Newsroom) -> Settled:
    """Apply one poll on ``conn``; the caller commits and, where that fails, rolls the index back."""
    baseline = poll.state.baseline is None
    identities, known, stored, found = _recognised(conn, poll.parsed.entries, poll.source.id)
    assignments, keys = _assign(poll, newsroom, identities, found, known, baseline=baseline)
    crashpoint("decided")
    entries.save(conn, assignments, keys)
    _keep_recent(conn, newsroom.index, [assignment.entry.id for assignment in assignments])
    crashpoint("entries-saved")
    warnings = _remember_new_names(conn, poll.source.id, identities, found, known)
    _merge(conn, assignments, newsroom.index, poll.now)
    told = _judge(conn, assignments, newsroom, poll.now)
    crashpoint("alerts-owed")
    edited = _edit(conn, poll, newsroom, found, stored)
    warnings += _oddities(poll, found)
    if poll.children is not None:
        documents.keep(conn, poll.source.id, poll.children, poll.now)
    sources.succeeded(
        conn,
        poll.source.id,
        poll.now,
        due=poll.due,
        document=poll.document,
        count=poll.parsed.count if poll.whole else None,
        baseline=baseline,
        parsed_kind=poll.parsed.kind,
        oddities=(*poll.parsed.warnings, *warnings),
    )
    crashpoint("validators-saved")
    if poll.place is not None:
        sources.found_place(conn, poll.source.id, poll.place)
    return Settled(
        source=poll.source.id,
        new=len(assignments),
        opened=sum(one.new for one in assignments),
        edited=edited,
        told=sum(verdict.told for judgement in told for verdict in judgement.verdicts),
        baseline=baseline,
        warnings=warnings,
    )


def _keep_recent(conn: Connection, index: StoryIndex, ids: Iterable[str]) -> None:
    """Keep what the index holds of entries, so that the next start need not read their facts."""
    packed = {name: index.packed(name) for name in ids}
    recent.keep(conn, {name: each for name, each in packed.items() if each}, index.form)


def _oddities(poll: Poll, found: Sequence[str | None]) -> tuple[str, ...]:
    """Tell when nothing of what a source showed at its last poll is left: what came between was not seen."""
    fed = poll.parsed.kind in _FED and poll.state.baseline is not None and (poll.state.last_count or 0) > 0
    gap = fed and poll.place is None and len(found) >= _FEWEST and not any(found)
    return (GAP,) if gap else ()


def entry_time(published: datetime | None, first_seen: datetime) -> datetime:
    """Return ``published`` where it can be believed, else the moment we first saw the entry."""
    if published is not None and first_seen - EARLIEST <= published <= first_seen + LATEST:
        return published
    return first_seen


def circumstances(
    conn: Connection, story: Story, newsroom: Newsroom, now: datetime, *, new_entries: Iterable[str] = ()
) -> Circumstances:
    """Gather what routing needs to know of a story from the store."""
    settings, new = newsroom.settings, frozenset(new_entries)
    return Circumstances(
        now=now,
        routes=settings.routes,
        receivers=settings.receivers,
        watchlist=newsroom.watchlist,
        told=alerts.told_of(conn, story.id),
        used=alerts.used(conn, settings.receivers, now),
        mutes=mutes.active(conn, now),
        source_tags=newsroom.source_tags,
        new_entries=new,
        volumes=volumes_around(conn, story, settings, now, new),
        lately=alerts.told_at_once(conn, now - LATELY) if is_round_up(story) else (),
    )


def _assign(
    poll: Poll,
    newsroom: Newsroom,
    identities: Sequence[Identity],
    found: Sequence[str | None],
    known: Mapping[str, str],
    *,
    baseline: bool,
) -> tuple[list[Assignment], dict[str, tuple[str, ...]]]:
    """Assign the new items, oldest first, each one seeing those before it."""
    fresh: dict[str, tuple[Entry, tuple[str, ...]]] = {}
    for at, (item, identity, recognised) in enumerate(
        zip(poll.parsed.entries, identities, found, strict=True)
    ):
        if recognised is None:
            whole = with_article(item, poll.articles.get(at))
            entry_id = identity.entry_id(known)
            entry = make_entry(entry_id, whole, identity, poll, baseline=baseline)
            fresh.setdefault(entry.id, (entry, identity.keys))
    ordered = sorted(fresh.values(), key=lambda pair: (pair[0].time, pair[0].id))
    assignments = [decide.assign(entry, newsroom.matcher, newsroom.index) for entry, _ in ordered]
    return assignments, {entry.id: keys for entry, keys in ordered}


def make_entry(entry_id: str, item: ParsedEntry, identity: Identity, poll: Poll, *, baseline: bool) -> Entry:
    """Return the entry of an item that is seen for the first time."""
    source, last = poll.source, poll.state.last_success
    time = entry_time(item.published, poll.now)
    dated = item.published if item.published is not None and item.published <= poll.now else time
    return Entry(
        id=entry_id,
        source=source.id,
        source_name=source.name,
        weight=source.weight,
        uid=item.uid,
        url=item.url,
        link=canonical(item.url) if identity.link_key else "",
        title=item.title,
        summary=item.summary,
        body=item.body,
        published=item.published,
        first_seen=poll.now,
        time=time,
        lang=_language(source, f"{item.title} {item.summary[:200]}"),
        paid=item.paid,
        baseline=baseline,
        late=dated < (last or poll.now) - LATE,
        polled_before=last,
    )


def _language(source: Source, text: str) -> str:
    """Return the language of an entry; a few Latin letters, such as a product's name, say nothing of it."""
    if source.language and len(text) < _FEW_LETTERS and not has_cjk(text):
        return source.language
    return language_of(text)


def _remember_new_names(
    conn: Connection,
    source: str,
    identities: Sequence[Identity],
    found: Sequence[str | None],
    known: Mapping[str, str],
) -> tuple[str, ...]:
    """An entry that came back under another guid or address is known by those too; return what is odd."""
    now = renamed(identities, found, known, sources.unsettled_keys(conn, source))
    for entry_id, keys in now.keys.items():
        entries.add_keys(conn, entry_id, keys)
    sources.set_unsettled_keys(conn, source, now.unsettled)
    return now.warnings


def _merge(conn: Connection, assignments: Iterable[Assignment], index: StoryIndex, now: datetime) -> None:
    for assignment in assignments:
        for ended in assignment.merged:
            if stories.parted(conn, ended, assignment.story):
                _part_again(conn, ended, index)
            else:
                stories.merge(conn, ended, assignment.story, now)


def _part_again(conn: Connection, story_id: str, index: StoryIndex) -> None:
    """What a person took apart stays apart, also where stories merged since and the index no longer knows."""
    story = stories.get(conn, story_id)
    serial = stories.serials(conn, [story_id]).get(story_id)
    if story is not None and serial is not None:
        for report in story.reports:
            index.split(report.entry.id, story_id, serial)


def _judge(
    conn: Connection, assignments: Sequence[Assignment], newsroom: Newsroom, now: datetime
) -> list[Judgement]:
    """Judge every story that this poll touched, once, with all its new entries."""
    touched: dict[str, list[str]] = {}
    for assignment in _worth_judging(assignments):
        root = stories.root_of(conn, assignment.story) or assignment.story
        touched.setdefault(root, []).append(assignment.entry.id)
    found = stories.many(conn, list(touched))
    judgements = []
    for story_id, new in touched.items():
        judgements.append(_judge_story(conn, found[story_id], new, newsroom, now))
    return judgements


def _worth_judging(assignments: Sequence[Assignment]) -> Sequence[Assignment]:
    """Leave out stories that this poll opened and in which nobody watched is named: most of a large newsroom."""
    if any(assignment.merged for assignment in assignments):
        return assignments
    opened = {assignment.story for assignment in assignments if assignment.new}
    named = {assignment.story for assignment in assignments if assignment.facts.mentions}
    return [one for one in assignments if one.story in named or one.story not in opened]


def _judge_story(
    conn: Connection, story: Story, new: Sequence[str], newsroom: Newsroom, now: datetime
) -> Judgement:
    """Judge one story, of which these entries are new, and write it down; nothing watched is no judgement."""
    if not any(report.facts.mentions for report in story.reports):
        return Judgement()
    judgement = decide.judge(story, circumstances(conn, story, newsroom, now, new_entries=new))
    keep(conn, judgement, newsroom.watchlist.version, now)
    return judgement


def _judge_again(conn: Connection, entry: str, newsroom: Newsroom, now: datetime) -> None:
    """A headline that says something only after its edit is judged then, under the same rules of age."""
    story_id = stories.of_entry(conn, entry)
    story = stories.get(conn, story_id) if story_id else None
    if story is not None:
        _judge_story(conn, story, [entry], newsroom, now)


def _edit(
    conn: Connection,
    poll: Poll,
    newsroom: Newsroom,
    found: Sequence[str | None],
    stored: Mapping[str, Known],
) -> int:
    """An edited headline is an update of the same entry, never news; return how many there were."""
    edited: dict[str, ParsedEntry] = {}
    for item, entry_id in zip(poll.parsed.entries, found, strict=True):
        if entry_id is not None and entry_id in stored:
            edited.setdefault(entry_id, item)
    return sum(
        _edit_entry(conn, entry_id, item, newsroom, poll.now)
        for entry_id, item in edited.items()
        if is_edited(item.title, stored[entry_id].title)
    )


def _edit_entry(
    conn: Connection, entry_id: str, item: ParsedEntry, newsroom: Newsroom, now: datetime
) -> bool:
    report = entries.get(conn, entry_id)
    earlier = [edit.was_title for edit in entries.edits_of(conn, entry_id)]
    if report is None or not is_edited(item.title, report.entry.title, earlier):
        return False
    was = report.entry.title
    source = newsroom.sources.get(report.entry.source)
    # An article that was fetched stays: what the source itself gives is shorter.
    body = max(item.body, report.entry.body, key=len) if source and source.full_text else item.body
    entry = replace(report.entry, title=item.title, summary=item.summary, body=body)
    facts = newsroom.matcher.facts(entry.title, entry.text, lang=entry.lang)
    newsroom.index.update(entry, facts)
    entries.edit(conn, entry, facts, was, now)
    _keep_recent(conn, newsroom.index, [entry.id])
    told = correct(
        conn,
        entry,
        facts,
        report.facts,
        was,
        newsroom.watchlist,
        newsroom.settings.receivers,
        now,
        earlier=earlier,
    )
    if not told:
        _judge_again(conn, entry.id, newsroom, now)
    return True


__all__ = ["Newsroom", "Poll", "Settled", "circumstances", "entry_time", "make_entry", "settle"]
