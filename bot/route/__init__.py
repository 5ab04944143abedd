"""Who hears, when, or why not: every match gets a named verdict for every receiver that has a route for it.

Order of the questions, for one story and one receiver:

1. Which routes fit (watches, tags, sources, languages, events)? None: ``no_route``.
2. Does a match clear a route's threshold? ``below_threshold``, ``not_subject``.
3. Is all of it old: only a baseline, or dated long before we could have missed it? ``baseline``, ``too_old``.
4. Is it muted? ``muted``.
5. Does only a route's threshold keep it silent, and is there far more news of its watch than usual? Then it
   rings all the same (``spike``; the rule and its limits stand in ``spike.py``).
6. Was it told before? Then it is an edit (``more_sources``), a reply (``development``) or nothing.
7. At once, or for the digest (``in_digest``)? At once, unless ``over_budget`` (into the digest) or
   ``quiet_hours`` (due when they end).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Judgement, Match, Order, Reason, Story, Told, Verdict, Waiting
from bot.route.chances import Circumstances, chances
from bot.route.ruling import Ruling
from bot.route.silence import held_until, is_muted, quiet_until
from bot.route.spike import Volumes

__all__ = ["Circumstances", "Volumes", "held_until", "is_muted", "quiet_until", "route_story"]


def route_story(story: Story, matches: Sequence[Match], around: Circumstances) -> Judgement:
    """Return the verdicts on one story for every receiver, and what they make owed."""
    verdicts: list[Verdict] = []
    orders: list[Order] = []
    told: list[Told] = []
    waiting: list[Waiting] = []
    for name in sorted(around.receivers):
        found = chances(story, matches, name, around)
        if not found:
            verdicts += [_unrouted(story, match, name) for match in matches]
            continue
        ruling = Ruling(story, around.receivers[name], found, around).judge()
        verdicts += ruling.verdicts
        orders += ruling.orders
        told += ruling.told
        waiting += ruling.waiting
    return Judgement(
        matches=tuple(matches),
        verdicts=tuple(verdicts),
        orders=tuple(orders),
        told=tuple(told),
        waiting=tuple(waiting),
    )


def _unrouted(story: Story, match: Match, receiver: str) -> Verdict:
    return Verdict(
        story=story.id,
        watch=match.watch,
        receiver=receiver,
        reason=Reason.NO_ROUTE,
        told=False,
        score=match.score,
    )
