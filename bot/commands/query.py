"""Queries: words plus ``watch:alibaba since:3d score>60 lang:zh event:earnings source:scmp-tech -gaming``.

A bare company name in either language is understood as its watch.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rapidfuzz import process

from bot.errors import CommandError
from bot.model import Watchlist
from bot.store.search import Filters
from bot.text import fold

_SPAN = re.compile(r"^(\d{1,4})([mhdw])$")
_SCORE = re.compile(r"^score(>=|<=|>|<|[:=])(\d{1,3})$", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_KEYS = ("watch", "since", "until", "lang", "event", "source", "score")


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for: ``words`` are searched, ``filters`` hold; ``watch`` is the last company named."""

    words: str = ""
    filters: Filters = field(default_factory=Filters)
    span: timedelta | None = None
    watch: str = ""

    @property
    def empty(self) -> bool:
        """True when everything was asked for."""
        return not self.words and self.filters == Filters()


def parse_query(text: str, watchlist: Watchlist, variants: Mapping[int, str], now: datetime) -> Query:
    """Return what a typed query means; CommandError says what to write instead."""
    names = known_names(watchlist, variants)
    whole = names.get(fold(text.strip(), variants))
    if whole:
        return Query(filters=Filters(watches=frozenset({whole})), watch=whole)
    query = Query()
    words: list[str] = []
    for token in _split(text):
        found = _filter(query, token, watchlist, now)
        if found is None:
            words.append(token)
        else:
            query = found
    return _with_companies(query, words, names, variants)


def parse_span(text: str) -> timedelta:
    """Return the length of ``3d``, ``90m``, ``2w``; CommandError otherwise."""
    found = _SPAN.match(text.strip().lower())
    if not found:
        raise CommandError(f"“{text}” is not a time: write 30m, 12h, 3d or 2w")
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def known_names(watchlist: Watchlist, variants: Mapping[int, str]) -> dict[str, str]:
    """Return every name that stands for a watch, folded, to the watch's id."""
    names: dict[str, str] = {}
    for watch in watchlist.watches.values():
        terms = (watch.id, watch.name, *watch.aliases, *watch.likely, *watch.weak, *watch.products)
        for term in terms:
            names.setdefault(fold(term, variants), watch.id)
    return names


def nearest_name(text: str, watchlist: Watchlist, variants: Mapping[int, str]) -> str | None:
    """Return the watch whose name is most like a mistyped one, or None."""
    names = known_names(watchlist, variants)
    found = process.extractOne(fold(text.strip(), variants), list(names), score_cutoff=72)
    return names[found[0]] if found else None


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text.replace("“", '"').replace("”", '"'), posix=False)
    except ValueError:
        return text.split()


def _filter(query: Query, token: str, watchlist: Watchlist, now: datetime) -> Query | None:
    """Return the query with one more filter, or None when the token is a word to look for."""
    filters = query.filters
    score = _SCORE.match(token)
    if score:
        return replace(query, filters=_scored(filters, score.group(1), int(score.group(2))))
    key, colon, value = token.replace("：", ":").partition(":")
    key = key.lower()
    if not colon or not value or key not in _KEYS:
        return None
    if key == "watch":
        return replace(
            query, filters=replace(filters, watches=filters.watches | {_watch(value, watchlist)}), watch=value
        )
    if key == "since":
        span = parse_span(value)
        return replace(query, filters=replace(filters, since=now - span), span=span)
    if key == "until":
        return replace(query, filters=replace(filters, until=now - parse_span(value)))
    plural = {"lang": "languages", "event": "events", "source": "sources"}.get(key)
    if plural is None:
        raise CommandError("A score is asked for as score>60 or score<40")
    return replace(query, filters=replace(filters, **{plural: getattr(filters, plural) | {value}}))


def _scored(filters: Filters, sign: str, score: int) -> Filters:
    if sign.startswith("<"):
        return replace(filters, max_score=score if sign == "<=" else score - 1)
    return replace(filters, min_score=score + 1 if sign == ">" else score)


def _watch(value: str, watchlist: Watchlist) -> str:
    if value in watchlist.watches:
        return value
    near = process.extractOne(value, list(watchlist.watches), score_cutoff=60)
    hint = f" Did you mean watch:{near[0]}?" if near else " watchlist.yaml names them all."
    raise CommandError(f"There is no watch “{value}”.{hint}")


def _with_companies(
    query: Query, words: list[str], names: Mapping[str, str], variants: Mapping[int, str]
) -> Query:
    """Take the longest runs of words that name a company out of the words."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(4, len(words) - at), 0, -1):
            watch = names.get(fold(" ".join(words[at : at + length]), variants))
            if watch:
                query = replace(
                    query,
                    filters=replace(query.filters, watches=query.filters.watches | {watch}),
                    watch=watch,
                )
                at += length
                break
        else:
            kept.append(words[at])
            at += 1
    return replace(query, words=" ".join(kept))
