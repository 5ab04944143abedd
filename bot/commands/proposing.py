"""What the votes speak for, tried on the last days and offered to admins: never done by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import edit
from bot.backtest import replay_stored
from bot.commands.asking import Asked, Desk, Offer
from bot.commands.edits import offered
from bot.commands.judged import Heard, Judged, Proposal, judged
from bot.commands.proposed_scores import SETTINGS, events_out, lower_scores, route_scores, watch_scores
from bot.commands.proposed_words import excludes, weaker
from bot.commands.tallies import opinions_since
from bot.edit.folder import Edit, tried
from bot.errors import EditError
from bot.model import DeliveryKind, Rows, Settings, Watchlist
from bot.render.stats import LEAST, Effect, ProposalView, proposed
from bot.store import feedback, history

SPANS = tuple(timedelta(days=days) for days in (30, 14, 7, 3, 1))
MOST_ENTRIES = 12_000
"""Entries that are replayed in about two seconds; a busier bot looks back over fewer days."""
MOST_TRIED = 3
"""Changes that one question replays: the first one that holds is offered."""
_KINDS = (excludes, weaker, events_out, watch_scores, route_scores, lower_scores)


@dataclass(frozen=True, slots=True)
class Offered:
    """A proposal as it is shown, its buttons, and what they stand for."""

    view: ProposalView
    rows: Rows = ()
    offers: tuple[Offer, ...] = ()


def proposals(desk: Desk, voted: Sequence[Judged]) -> list[Proposal]:
    """Return what three votes or more speak for: the narrowest change first, then the one with most votes."""
    found: list[Proposal] = []
    for kind in _KINDS:
        mine = [one for one in kind(desk, voted) if one.votes >= LEAST]
        found += sorted(mine, key=lambda one: (-one.votes, sorted(one.values.items())))
    return found


def offer_best(asked: Asked, desk: Desk, since: datetime, watch: str = "") -> Offered | None:
    """Offer the first change that loses nothing that somebody liked; None where the votes speak for none.

    Everybody's votes count, whoever asks: a change of the files is for all. With ``watch`` only changes that votes
    on that watch speak for.
    """
    voted = judged(desk, opinions_since(desk, since), feedback.muted(desk.conn, since))
    listed = [one for one in proposals(desk, voted) if not watch or _is_about(one, voted, watch)]
    if desk.folder is None or not listed:
        return None
    trial = _Trial(desk, voted, asked.reader.language, asked.receiver)
    tested = (trial.of(proposal) for proposal in listed[:MOST_TRIED])
    found = next((each for each in tested if each), None)
    if found is None or asked.reader.via == "console":
        return Offered(found[1]) if found else None
    change = proposed(found[1], asked.reader.language)
    return Offered(found[1], *offered(asked, desk, found[0], change, again=f"stats {watch}".strip()))


def _is_about(proposal: Proposal, voted: Sequence[Judged], watch: str) -> bool:
    about = (one.opinion.matches for one in voted if one.heard in proposal.for_it)
    return any(match.watch == watch for matches in about for match in matches)


Ranks = dict[Heard, int]
"""2 for what is told at once, 1 for what stands in a digest only."""


class _Trial:
    """The last days, as they would be told today and under a change."""

    def __init__(self, desk: Desk, voted: Sequence[Judged], language: str, receiver: str) -> None:
        self._desk = desk
        self._language = language
        self._receiver = receiver
        self._span = _span(desk)
        self._liked = {one.heard for one in voted if one.liked}
        self._disliked = {one.heard for one in voted if not one.liked}
        self._today: Ranks | None = None

    def of(self, proposal: Proposal) -> tuple[Edit, ProposalView] | None:
        """Return the change and what it would do; None where it can't be made or does not hold."""
        assert self._desk.folder is not None
        try:
            text, version = edit.read(self._desk.folder / proposal.file)
            after = proposal.change(text)
        except EditError:
            return None
        configuration, _ = tried(self._desk.folder, {proposal.file: after})
        if configuration is None:
            return None
        routes = configuration.settings.routes if proposal.file == SETTINGS else self._desk.settings.routes
        then = self._ranks(replace(self._desk.settings, routes=routes), configuration.watchlist)
        if self._today is None:
            self._today = self._ranks(self._desk.settings, self._desk.watchlist)
        lost, won = _beyond(self._today, then), _beyond(then, self._today)
        if not self._holds(proposal, lost, won):
            return None
        made = Edit.between(proposal.file, version, text, after)
        return made, self._view(proposal, made, text, lost, won)

    def _holds(self, proposal: Proposal, lost: set[Heard], won: set[Heard]) -> bool:
        """Tell whether nothing liked is lost, nothing disliked won, and three votes get what they ask for."""
        reached = won if proposal.more else lost
        votes = sum(count for heard, count in proposal.for_it.items() if heard in reached)
        return not lost & self._liked and not won & self._disliked and votes >= LEAST

    def _view(
        self, proposal: Proposal, made: Edit, text: str, lost: set[Heard], won: set[Heard]
    ) -> ProposalView:
        watch = self._desk.watchlist.watches.get(proposal.values.get("watch", ""))
        return ProposalView(
            key=proposal.key,
            values=proposal.values,
            name=watch.shown(self._language) if watch else "",
            votes=proposal.votes,
            voters=frozenset(receiver for _, receiver in proposal.for_it),
            receiver=self._receiver,
            span=self._span,
            more=proposal.more,
            effect=self._effect(lost, won),
            here=self._effect(self._heard_here(lost), self._heard_here(won)),
            file=made.file,
            line=made.line(text),
            removed=made.removed,
            added=made.added,
        )

    def _effect(self, lost: set[Heard], won: set[Heard]) -> Effect:
        assert self._today is not None
        at_once = sum(self._today[heard] > 1 for heard in lost)
        wanted = len(won & self._liked)
        return Effect(fewer_told=at_once, fewer_listed=len(lost) - at_once, more_told=len(won), wanted=wanted)

    def _heard_here(self, heard: set[Heard]) -> set[Heard]:
        return {one for one in heard if one[1] == self._receiver}

    def _ranks(self, settings: Settings, watchlist: Watchlist) -> Ranks:
        desk = self._desk
        preview = replay_stored(
            desk.conn,
            desk.now - self._span,
            settings=settings,
            watchlist=watchlist,
            tables=desk.tables,
            source_tags={source.id: source.tags for source in desk.sources.values() if source.tags},
        )
        ranks: Ranks = {}
        for message in preview.plan.messages:
            rank = {DeliveryKind.ALERT: 2, DeliveryKind.DIGEST: 1}.get(message.kind, 0)
            for line in (message.stories or (message.alone,)) if rank else ():
                heard = (line.story, message.receiver)
                ranks[heard] = max(rank, ranks.get(heard, 0))
        return ranks


def _beyond(these: Mapping[Heard, int], those: Mapping[Heard, int]) -> set[Heard]:
    """What is told here, and there not at all or only in a digest."""
    return {heard for heard, rank in these.items() if rank > those.get(heard, 0)}


def _span(desk: Desk) -> timedelta:
    """The longest time that is not too much to replay."""
    fitting = (
        span for span in SPANS if history.growth_since(desk.conn, desk.now - span).entries <= MOST_ENTRIES
    )
    return next(fitting, SPANS[-1])


def proposal_row(view: ProposalView) -> Iterator[tuple[str, object]]:
    """Yield the keys of a proposal as ``--json`` has them."""
    yield from {"kind": "proposal", "what": view.key.removeprefix("propose_"), **view.values}.items()
    yield from {"votes": view.votes, "days": view.span / timedelta(days=1)}.items()
    effect = view.effect
    yield from {"fewer": effect.fewer_told, "fewer_in_digests": effect.fewer_listed}.items()
    yield from {"more": effect.more_told, "file": view.file, "line": view.line}.items()
    yield from {"removed": view.removed, "added": view.added}.items()
