"""Which thresholds the votes speak against: those of a watch, of a route, and an event that nobody wants to hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from bot.commands.asking import Desk
from bot.commands.judged import Judged, Proposal
from bot.edit.thresholds import with_route_score, with_watch_score, without_route_event
from bot.edit.watchlist import FILE as WATCHLIST
from bot.model import Match, Reason, Route, Verdict

SETTINGS = "wirewatch.yaml"
STEP = 10
"""A threshold moves by so many points at most: votes say in which direction, not how far."""
MOST = 100

Scored = tuple[Judged, int, int]
"""A story, its score, and the threshold that it passed, or didn't."""


def events_out(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield events that a route names and nobody who hears of them there likes."""
    for at, route in enumerate(desk.settings.routes):
        for event in sorted(route.events) if len(route.events) > 1 else ():
            mine = [one for one, _, _ in _through(route, voted) if event == one.opinion.event]
            if not any(one.liked for one in mine):
                yield Proposal(
                    key="propose_event",
                    values={"event": event, "route": route.name},
                    file=SETTINGS,
                    change=partial(without_route_event, at=at, name=route.name, event=event),
                    for_it=_votes(mine),
                )


def watch_scores(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield a higher threshold for a watch whose low scores nobody likes."""
    for watch in sorted({match.watch for one in voted for match in one.opinion.matches}):
        score = _raised([scored for scored in _told(voted) if _best(scored[0]).watch == watch])
        if score is not None:
            yield Proposal(
                key="propose_watch_score",
                values={"watch": watch, "score": str(score)},
                file=WATCHLIST,
                change=partial(with_watch_score, watch=watch, score=score),
                for_it=_votes(
                    one
                    for one, mine, _ in _told(voted)
                    if _best(one).watch == watch and mine < score and not one.liked
                ),
            )


def route_scores(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield a higher threshold for a route that tells at once what nobody likes."""
    for at, route in enumerate(desk.settings.routes):
        mine = _through(route, voted)
        score = _raised(mine) if route.digest is None else None
        if score is not None:
            yield _of_route(at, route, score, (one for one, got, _ in mine if got < score and not one.liked))


def lower_scores(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield a lower threshold, of the route or of the watch that kept from a receiver what people want more of."""
    for at, route in enumerate(desk.settings.routes):
        if route.min_score is not None:
            mine = [scored for scored in _kept(voted, route.name) if scored[2] == route.min_score]
            score = _lowered(mine)
            if score is not None:
                liked = (one for one, got, _ in mine if got >= score and one.liked)
                yield _of_route(at, route, score, liked, more=True)
    for watch in desk.watchlist.watches.values():
        if watch.min_score is not None:
            mine = [
                scored
                for scored in _kept(voted)
                if scored[2] == watch.min_score and _best(scored[0]).watch == watch.id
            ]
            score = _lowered(mine)
            if score is not None:
                yield Proposal(
                    key="propose_watch_score",
                    values={"watch": watch.id, "score": str(score)},
                    file=WATCHLIST,
                    change=partial(with_watch_score, watch=watch.id, score=score),
                    for_it=_votes(one for one, got, _ in mine if got >= score and one.liked),
                    more=True,
                )


def _of_route(at: int, route: Route, score: int, votes: Iterable[Judged], *, more: bool = False) -> Proposal:
    return Proposal(
        key="propose_route_score",
        values={"route": route.name, "score": str(score)},
        file=SETTINGS,
        change=partial(with_route_score, at=at, name=route.name, score=score),
        for_it=_votes(votes),
        more=more,
    )


def _votes(voted: Iterable[Judged]) -> dict[tuple[str, str], int]:
    return {one.heard: one.votes for one in voted}


def _best(one: Judged) -> Match:
    """The match that carried it: the one with the highest score."""
    return max(one.opinion.matches, key=lambda match: match.score)


def _told(voted: Iterable[Judged]) -> Iterator[Scored]:
    """Yield what was told at once, with its score and the highest threshold that it passed."""
    for one in voted:
        if one.opinion.told and one.opinion.matches:
            verdict = one.verdicts.get(_best(one).watch)
            yield one, _best(one).score, (verdict.threshold if verdict else None) or 0


def _through(route: Route, voted: Iterable[Judged]) -> list[Scored]:
    """What one route told at once."""
    return [scored for scored in _told(voted) if _is(scored[0], lambda verdict: verdict.route == route.name)]


def _kept(voted: Iterable[Judged], route: str = "") -> Iterator[Scored]:
    """Yield what stayed silent only because its score is below a threshold."""
    for one in voted:
        if one.opinion.told or not one.opinion.matches:
            continue
        verdict = one.verdicts.get(_best(one).watch)
        if verdict is None or verdict.reason is not Reason.BELOW_THRESHOLD or verdict.threshold is None:
            continue
        if route in {"", verdict.route}:
            yield one, verdict.score, verdict.threshold


def _is(one: Judged, holds: Callable[[Verdict], bool]) -> bool:
    verdict = one.verdicts.get(_best(one).watch)
    return verdict is not None and holds(verdict)


def _raised(told: Iterable[Scored]) -> int | None:
    """A threshold above what nobody likes, below what somebody likes, and not far from today's; None for none."""
    scores: dict[bool, list[int]] = {True: [], False: []}
    today = 0
    for one, score, threshold in told:
        scores[one.liked].append(score)
        today = max(today, threshold)
    if not scores[False]:
        return None
    score = min([max(scores[False]) + 1, max(today, min(scores[False])) + STEP, MOST, *scores[True]])
    return score if score > max(today, min(scores[False])) else None


def _lowered(kept: Sequence[Scored]) -> int | None:
    """A threshold that lets in what people want more of, and nothing of what they don't; None for none."""
    wanted = [score for one, score, _ in kept if one.liked]
    if not wanted:
        return None
    unwanted = [score + 1 for one, score, _ in kept if not one.liked]
    return max([min(wanted), kept[0][2] - STEP, *unwanted])
