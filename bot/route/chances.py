"""Which routes fit a match, and whether it would ring there, stand in the digest, or stay silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model import Entry, Match, Mute, Reason, Receiver, Route, Spike, Story, Told, Watchlist
from bot.route.spike import LOWEST, NO_VOLUMES, Volumes, is_notable

LATELY = timedelta(hours=36)
"""What was told within so many hours is not told again because a round-up repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What routing needs to know beside the story; plain values, the clock included."""

    now: datetime
    routes: Sequence[Route]
    receivers: Mapping[str, Receiver]
    watchlist: Watchlist
    told: Mapping[str, Told] = field(default_factory=dict)
    """Receiver to what it was told of this story."""
    used: Mapping[str, int] = field(default_factory=dict)
    """Receiver to the alerts told at once within its budget's period."""
    mutes: Sequence[Mute] = ()
    source_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    new_entries: frozenset[str] = frozenset()
    """The entries of the poll that led here; a told story is news again only through them."""
    volumes: Volumes = NO_VOLUMES
    """How much news there is of the story's watches, beside their habit."""
    lately: Sequence[Told] = ()
    """For a round-up: what was told at once, to whomever, within ``LATELY``."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One match on one route: would it ring, stand in the digest, or stay silent, and why?"""

    match: Match
    route: Route
    threshold: int | None
    refused: Reason | None
    spike: Spike | None = None
    """What lifted it above the route's threshold."""

    @property
    def at_once(self) -> bool:
        return self.refused is None and self.route.digest is None


def chances(story: Story, matches: Sequence[Match], receiver: str, around: Circumstances) -> list[Chance]:
    """Return every fitting pair of match and route, in the order of the routes; ``stop`` ends the search."""
    found: list[Chance] = []
    for match in matches:
        for route in around.routes:
            if not _fits(route, story, match, around):
                continue
            chance = _weigh(story, match, route, around)
            if chance.at_once and _repeats(story, match, receiver, around):
                chance = replace(chance, refused=Reason.ROUND_UP)
            if receiver in route.to:
                found.append(chance)
            if route.stop and chance.refused is None:
                break
    return found


def is_round_up(story: Story) -> bool:
    """Tell whether nothing but round-ups tell a story: most of what they say was news before."""
    return all(report.facts.digest for report in story.reports)


def _repeats(story: Story, match: Match, receiver: str, around: Circumstances) -> bool:
    """Tell whether the receiver heard lately what a round-up says again: this company with these events."""
    heard = any(
        told.receiver == receiver and match.watch in told.watches and told.events.issuperset(match.events)
        for told in around.lately
    )
    return heard and bool(match.events) and is_round_up(story)


def _fits(route: Route, story: Story, match: Match, around: Circumstances) -> bool:
    watch = around.watchlist.watches[match.watch]
    entries = [report.entry for report in story.reports]
    tags = frozenset().union(*(around.source_tags.get(entry.source, frozenset()) for entry in entries))
    return (
        (not (route.watches or route.tags) or match.watch in route.watches or bool(route.tags & watch.tags))
        and (not route.sources or any(entry.source in route.sources for entry in entries))
        and (not route.source_tags or bool(route.source_tags & tags))
        and (not route.languages or any(entry.lang in route.languages for entry in entries))
        and (not route.events or bool(route.events & set(match.events)))
    )


def _weigh(story: Story, match: Match, route: Route, around: Circumstances) -> Chance:
    watch = around.watchlist.watches[match.watch]
    threshold = max(
        (limit for limit in (route.min_score, watch.min_score) if limit is not None), default=None
    )
    refused: Reason | None = None
    if threshold is not None and match.score < threshold:
        refused = Reason.BELOW_THRESHOLD
    elif route.min_score is None and not match.subject:
        refused = Reason.NOT_SUBJECT
    elif all(report.entry.baseline for report in story.reports):
        refused = Reason.BASELINE
    elif route.digest is None and not any(_fresh(report.entry, route) for report in story.reports):
        refused = Reason.TOO_OLD
    return Chance(match=match, route=route, threshold=threshold, refused=refused)


def _fresh(entry: Entry, route: Route) -> bool:
    """Not older than we could have known: dated after the source's last successful poll less ``max_age``."""
    if entry.baseline:
        return False
    dated = entry.published if entry.published and entry.published <= entry.first_seen else entry.time
    return entry.polled_before is None or dated >= entry.polled_before - route.max_age


def lifted(chance: Chance, story: Story, spike: Spike, around: Circumstances) -> Chance | None:
    """Return the chance as a spike lifts it: one that only the route's own ``min_score`` keeps from ringing.

    None where anything else speaks against it, such as the watch's ``min_score`` or the story's age.
    """
    if chance.refused is not Reason.BELOW_THRESHOLD or not is_notable(chance.match):
        return None
    again = _weigh(story, chance.match, replace(chance.route, min_score=int(LOWEST)), around)
    return replace(chance, refused=None, spike=spike) if again.at_once else None


def watches(of: Sequence[Chance]) -> tuple[str, ...]:
    """Return the watches, most points first."""
    ordered = sorted(of, key=lambda chance: (-chance.match.score, chance.match.watch))
    return tuple(dict.fromkeys(chance.match.watch for chance in ordered))


def best_per_watch(of: Sequence[Chance]) -> list[Chance]:
    """Return one chance a watch: the route that came nearest to ringing stands for its watch."""
    best: dict[str, Chance] = {}
    for chance in sorted(
        of, key=lambda chance: (chance.refused is not None, not chance.at_once, chance.threshold or 0)
    ):
        best.setdefault(chance.match.watch, chance)
    return list(best.values())
