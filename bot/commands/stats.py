"""``stats [WATCH] [since:30d]``: what the votes say of companies, names, sources and events; who was told how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.asking import Answer, Asked, Desk, concerns, is_guest
from bot.commands.moments import parse_moment
from bot.commands.proposing import offer_best, proposal_row
from bot.commands.speeds import speed_rows, speeds_of
from bot.commands.tallies import Opinion, Term, by_event, by_source, by_term, by_watch, opinions_since
from bot.commands.vocabulary import known_names, nearest_name
from bot.errors import CommandError
from bot.render.stats import LEAST, Loudness, StatsView, Tally, stats, stats_usage
from bot.render.words import say
from bot.store import feedback, volumes
from bot.text import fold

SPAN = timedelta(days=30)
LONGEST = 60
"""Characters of a name that is not known which the answer repeats."""


def answer_stats(asked: Asked, desk: Desk) -> Answer:
    """Count the votes of the last 30 days, or of ``since:``; in a chat only its own."""
    if is_guest(asked):
        raise CommandError(say(asked.reader.language, "stats_nobody"))
    watch, span = _asked_for(asked, desk)
    since = desk.now - span
    opinions = opinions_since(desk, since, asked.receiver, watch)
    language = asked.reader.language
    view = StatsView(
        reader=asked.reader,
        now=desk.now,
        span=span,
        watch=desk.watchlist.watches[watch].shown(language) if watch else "",
        up=sum(one.liked for one in opinions),
        down=sum(not one.liked for one in opinions),
        watches=_named(by_watch(opinions), desk, language),
        terms=tuple(_term(term, tally, desk, language) for term, tally in by_term(opinions)),
        sources=_sourced(by_source(opinions), opinions),
        events=tuple(by_event(opinions)),
        loudness=tuple(_loudness(desk, name, since, watch) for name in _receivers(asked, desk)),
        speeds=None if watch else speeds_of(desk, language, _receivers(asked, desk)),
    )
    best = offer_best(asked, desk, desk.now - SPAN, watch) if asked.admin else None
    if best is None:
        return Answer(stats(view), tuple(_rows(view)))
    shown = stats(replace(view, proposal=best.view, rows=best.rows))
    return Answer(shown, (*_rows(view), dict(proposal_row(best.view))), offers=best.offers)


def _asked_for(asked: Asked, desk: Desk) -> tuple[str, timedelta]:
    """The watch ("" for all) and the span; CommandError where the words are neither."""
    span, words = SPAN, []
    for word in asked.words.replace("：", ":").split():
        key, colon, value = word.partition(":")
        if colon and key.lower() == "since":
            since = parse_moment(value, desk.now, asked.reader.timezone, asked.reader.language)
            span = max(desk.now - since, timedelta(0))
        else:
            words.append(value if colon and key.lower() == "watch" else word)
    name = " ".join(words)
    if not name:
        return "", span
    variants = desk.tables.variants
    watch = known_names(desk.watchlist, variants).get(fold(name, variants).strip())
    if watch is None:
        raise _unknown(name, asked, desk)
    return watch, span


def _unknown(name: str, asked: Asked, desk: Desk) -> CommandError:
    near = nearest_name(name, desk.watchlist, desk.tables.variants)
    language = asked.reader.language
    if near is None:
        return CommandError(say(language, "stats_unknown", name=name[:LONGEST]) + stats_usage(asked.reader))
    meant = desk.watchlist.watches[near].shown(language)
    words = say(language, "stats_meant", name=name[:LONGEST], meant=meant)
    return CommandError(words, meant=f"stats {near}")


def _receivers(asked: Asked, desk: Desk) -> list[str]:
    return [name for name in desk.settings.receivers if concerns(asked, name)]


def _loudness(desk: Desk, receiver: str, since: datetime, watch: str) -> Loudness:
    began = volumes.archive_began(desk.conn) or desk.now
    told = [one for one in feedback.alerted(desk.conn, receiver, since) if not watch or watch in one.watches]
    kept = feedback.silenced(desk.conn, receiver, since)
    return Loudness(
        receiver=receiver,
        alerts=sum(not one.digest for one in told),
        digests=sum(one.digest for one in told),
        muted=sum(not watch or watch in watches for watches in kept.values()),
        late=sum(one.late for one in told),
        days=max((desk.now - max(since, began)) / timedelta(days=1), 1.0),
    )


def _named(tallies: Iterable[Tally], desk: Desk, language: str) -> tuple[Tally, ...]:
    return tuple(replace(one, name=desk.watchlist.watches[one.key].shown(language)) for one in tallies)


def _term(term: Term, tally: Tally, desk: Desk, language: str) -> Tally:
    shown = desk.watchlist.watches[term.watch].shown(language)
    return replace(tally, name=term.text, watch=shown, kind=term.kind)


def _sourced(tallies: Iterable[Tally], opinions: Sequence[Opinion]) -> tuple[Tally, ...]:
    names = {one.source: one.story.root.entry.source_name for one in opinions}
    return tuple(replace(one, name=names[one.key]) for one in tallies)


def _rows(view: StatsView) -> Iterator[dict[str, object]]:
    for kind, tallies in (
        ("watch", view.watches),
        ("term", view.terms),
        ("source", view.sources),
        ("event", view.events),
    ):
        for tally in tallies:
            yield _tally_row(kind, tally)
    for one in view.loudness:
        yield {
            "kind": "receiver",
            "receiver": one.receiver,
            "alerts": one.alerts,
            "alerts_a_day": round(one.alerts / one.days, 2),
            "in_digests": one.digests,
            "muted": one.muted,
            "late": one.late,
        }
    yield from map(dict, speed_rows(view.speeds) if view.speeds else ())


def _tally_row(kind: str, tally: Tally) -> dict[str, object]:
    """Precision only where there are votes enough to speak of one; with it where it lies in 95 of 100 cases."""
    says = tally.count >= LEAST
    named = {"name": tally.name} if tally.name else {}
    of_term = {"watch": tally.watch, "term": tally.name, "as": tally.kind}
    which = of_term if kind == "term" else {kind: tally.key, **named}
    return {
        "kind": kind,
        **which,
        "up": tally.up,
        "down": tally.down,
        "precision": round(tally.share, 3) if says else None,
        "between": [round(each, 3) for each in tally.between] if says else None,
    }
