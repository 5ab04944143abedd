"""``sources``: is every source read, where, how often, and what is wrong with those that are not?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from bot import render
from bot.commands.asking import Answer, Asked, Desk
from bot.commands.new_sources import CHANGES, answer_change
from bot.errors import CommandError
from bot.links import host
from bot.model import Source
from bot.render.health_views import SourceRow, SourcesView
from bot.render.lines import clean, shorten
from bot.render.typed import typed
from bot.render.words import quoted, say
from bot.route.troubles import Condition, Kind, Told, Trouble, has_moved, trouble_of
from bot.store import entries, health

DAY = timedelta(days=1)
LISTED = 30
LISTED_IN_TERMINAL = 100
_LATE = timedelta(minutes=1)
_NEAR = 70
"""Of 100: a word that is so like a verb was meant to be one."""
_SHOWN = 60
_IN_TERMINAL = frozenset({*CHANGES, "import", "export"})
"""Where the reader is the terminal these words are its own commands: here they come only by mistake."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A configured source, what is known of it, and how many entries it had in the last 24 hours."""

    source: Source
    now: Condition | None
    today: int

    @property
    def trouble(self) -> Trouble | None:
        return trouble_now(self.now) if self.now is not None and self.source.enabled else None


def answer_sources(asked: Asked, desk: Desk) -> Answer:
    """The health of every source, or of those whose id, name, tag or host fits the words; or a change of them."""
    verb, _, rest = asked.words.partition(" ")
    if verb.lower() in CHANGES and asked.reader.via != "console":
        return answer_change(asked, desk, verb.lower(), rest)
    query = _query(asked)
    every = _all(desk)
    found = [each for each in every if _fits(each, query)]
    if not found and asked.admin and asked.reader.via != "console" and rest:
        _refuse_mistyped(asked, verb, rest)
    found.sort(key=lambda each: (each.trouble is None, each.source.name.casefold()))
    view = SourcesView(
        reader=asked.reader,
        now=desk.now,
        rows=tuple(_row(each, desk) for each in found),
        limit=_limit(asked, len(found)),
        query=query,
        total=len(every),
    )
    return Answer(
        render.sources(view), tuple(_json(each) for each in found), failed=bool(query and not found)
    )


def source_rows(desk: Desk) -> list[tuple[Source, SourceRow]]:
    """Return every configured source with what is known of it, in the order of the file."""
    return [(each.source, _row(each, desk)) for each in _all(desk)]


def _all(desk: Desk) -> list[_Listed]:
    known = health.conditions(desk.conn)
    volume = entries.volume(desk.conn, desk.now - DAY)
    return [_Listed(each, known.get(each.id), volume.get(each.id, 0)) for each in desk.sources.values()]


def _refuse_mistyped(asked: Asked, verb: str, rest: str) -> None:
    """CommandError where the first word is nearly one that changes the list: ``tst ADDRESS``."""
    known = [word for word in CHANGES if word.isascii()]
    near = process.extractOne(verb.lower(), known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near:
        language, meant = asked.reader.language, f"sources {near[0]} {rest.strip()}"
        query = quoted(shorten(clean(asked.words), _SHOWN), language)
        hint = say(language, "unknown_mean", command=typed(asked.reader.via, shorten(clean(meant), _SHOWN)))
        raise CommandError(say(language, "sources_none", query=query) + "\n" + hint, meant=meant)


def trouble_now(now: Condition) -> Trouble | None:
    """Return what is wrong with a source, also where it is too early to tell anybody."""
    since = now.began
    if now.errors and since is not None and not now.merged_into:
        kind = Kind.GONE if now.status == 410 else Kind.FAILING
        return Trouble(kind=kind, reason=now.reason, since=since, status=now.status)
    return trouble_of(now)


def _query(asked: Asked) -> str:
    """Return the words that are looked for; those that change the list are for the terminal alone."""
    words = asked.words.split()
    if words and words[0] == "list":
        words = words[1:]
    if words and words[0] in _IN_TERMINAL and (len(words) > 1 or asked.reader.via != "console"):
        command = typed("console", f"sources {words[0]}")
        raise CommandError(say(asked.reader.language, "sources_terminal", command=command))
    return " ".join(words)


def _fits(each: _Listed, query: str) -> bool:
    """Tell whether every word stands in the source's id, name, tags or hosts."""
    source, now = each.source, each.now
    hosts = (host(source.url), host(now.place) if now is not None and now.place else "")
    haystack = " ".join((source.id, source.name, *source.tags, *hosts)).casefold()
    return all(word in haystack for word in query.casefold().split())


def _limit(asked: Asked, count: int) -> int:
    roomy = asked.reader.via == "console" and count <= LISTED_IN_TERMINAL
    return LISTED_IN_TERMINAL if roomy else LISTED


def _row(each: _Listed, desk: Desk) -> SourceRow:
    source, now, trouble = each.source, each.now, each.trouble
    every = source.every or desk.settings.polling.every
    if now is None:
        return SourceRow(name=source.name, enabled=source.enabled, every=every)
    return SourceRow(
        name=source.name,
        enabled=source.enabled,
        read_at=now.last_success,
        every=(now.interval or every) if source.rhythm else every,
        entries=each.today,
        trouble=trouble.reason if trouble else "",
        status=trouble.status if trouble else None,
        since=trouble.since if trouble else None,
        next_try=_next_try(now, desk.now),
        rests_until=now.due if _rests(now, desk.now) else None,
        place=now.place or "",
        merged_into=_name(now.merged_into, desk.sources),
        odd=tuple(odd_now(now, source)),
        scraped=source.kind in {"page", "json"},
    )


def _next_try(now: Condition, moment: datetime) -> datetime | None:
    """When a source that fails is tried again; None for one that is gone for good."""
    return now.due if now.errors and moment < now.due < moment + 30 * DAY else None


def _rests(now: Condition, moment: datetime) -> bool:
    """Tell whether its host asked for a pause: it is due later than its own interval says."""
    if now.errors or now.last_success is None or now.interval is None or now.merged_into:
        return False
    return now.due > max(moment, now.last_success + now.interval + _LATE)


def odd_now(now: Condition, source: Source) -> Iterable[tuple[str, str]]:
    """Yield what is odd about a source that is read: what it is, and its detail."""
    for line in now.oddities:
        yield "line", line
    if has_moved(now.url, now.place, source.kind) and not now.merged_into:
        yield "moved", now.place or ""


def _name(source: str | None, sources: Mapping[str, Source]) -> str:
    if source is None:
        return ""
    return sources[source].name if source in sources else source


def _json(each: _Listed) -> dict[str, object]:
    source, now, trouble = each.source, each.now, each.trouble
    told = Told.of(now.told) if now else None
    row: dict[str, object] = {
        "source": source.id,
        "name": source.name,
        "url": source.url,
        "enabled": source.enabled,
        "tags": sorted(source.tags),
        "address": (now.place or now.url) if now else source.url,
        "entries_24h": each.today,
        "trouble": trouble.kind.value if trouble else "",
        "trouble_since": _iso(trouble.since if trouble else None),
        "silent_since": _iso(trouble.since if trouble and trouble.kind is Kind.SILENT else None),
        "reported": _iso(now.told_at if now and told and told.aloud else None),
    }
    return row | _known(now)


def _known(now: Condition | None) -> dict[str, object]:
    known: dict[str, object] = {
        "last_poll": _iso(now.last_poll if now else None),
        "last_success": _iso(now.last_success if now else None),
        "last_entry": _iso(now.last_entry if now else None),
        "due": _iso(now.due if now else None),
        "failing_since": _iso(now.failing_since if now else None),
        "errors": now.errors if now else 0,
        "reason": now.reason if now else "",
        "error": now.error if now else "",
        "shrunk": now.shrunk if now else 0,
        "oddities": list(now.oddities) if now else [],
        "kind": now.kind if now else "",
        "interval": now.interval.total_seconds() if now and now.interval else None,
    }
    for name in ("status", "place", "moved_to", "merged_into", "last_count", "usual_count"):
        known[name] = getattr(now, name) if now else None
    return known


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
