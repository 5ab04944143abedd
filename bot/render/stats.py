"""``/stats``: how many of the votes liked what was told, and how much was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from bot.model import Block, Line, Message, Receiver, Rows
from bot.render.following import file_lines
from bot.render.lines import clean, message, shorten, text
from bot.render.speeds import SpeedsView, speeds
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import comma, event_in_passing, event_word, line, quoted, say, semicolon

LEAST = 3
"""Votes from which a count says something."""
_BEST, _WORST = 4, 3
_LONGEST_NAME = 48
_A_BLOCK = 20
"""Receivers that stand together: a chat splits between blocks."""
_IN = "   "
_SURE = 1.96
"""Standard deviations within which 95 of 100 lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The votes for one thing: a watch, a source, an event, a term."""

    key: str
    up: int
    down: int
    name: str = ""
    """How it is shown; ``key`` where it has no other name."""
    watch: str = ""
    """The watch whose term it is, as shown."""
    kind: str = ""

    @property
    def count(self) -> int:
        """All votes."""
        return self.up + self.down

    @property
    def share(self) -> float:
        """How much of it was liked, from 0 to 1."""
        return self.up / self.count

    @property
    def between(self) -> tuple[float, float]:
        """Where the share lies in 95 of 100 cases (Wilson), each from 0 to 1."""
        spread = _SURE**2 / self.count
        middle = (self.share + spread / 2) / (1 + spread)
        half = sqrt(self.share * (1 - self.share) / self.count + spread / (4 * self.count)) * _SURE
        half /= 1 + spread
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """How much a receiver was told."""

    receiver: str
    alerts: int
    digests: int
    muted: int
    late: int
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change would have done, in stories: one that two receivers were told of counts twice."""

    fewer_told: int
    fewer_listed: int
    """Those that stood in a digest only."""
    more_told: int
    wanted: int
    """How many of ``more_told`` somebody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A change that votes speak for, and what it would have done in the last days."""

    key: str
    """The phrase that says what it is, of ``values`` and the watch's ``name``."""
    values: Mapping[str, str]
    name: str
    votes: int
    voters: frozenset[str]
    """The receivers in whose chats they were cast."""
    receiver: str
    """The one that is asked about; "" for all."""
    span: timedelta
    more: bool
    """True where people asked for more."""
    effect: Effect
    here: Effect
    """Of the receiver that is asked about."""
    file: str
    line: int
    removed: str
    added: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsView:
    """The votes of a span; each list best first, with all that was voted on."""

    reader: Receiver
    now: datetime
    span: timedelta
    watch: str = ""
    """The company that was asked about, as shown."""
    up: int = 0
    down: int = 0
    watches: tuple[Tally, ...] = ()
    terms: tuple[Tally, ...] = ()
    sources: tuple[Tally, ...] = ()
    events: tuple[Tally, ...] = ()
    loudness: tuple[Loudness, ...] = ()
    speeds: SpeedsView | None = None
    proposal: ProposalView | None = None
    rows: Rows = ()
    """The buttons that make the proposed change, or leave it."""


def stats(view: StatsView) -> Message:
    """Return the counts that say something, and how much every receiver was told."""
    language = view.reader.language
    listed = tuple(_sections(view))
    told = tuple(
        Block(tuple(part for one in view.loudness[at : at + _A_BLOCK] for part in _told(one, language)))
        for at in range(0, len(view.loudness), _A_BLOCK)
    )
    quick = tuple(speeds(view.speeds, Clock.of(view.reader, view.now))) if view.speeds else ()
    offered = (_proposal(view.proposal, view),) if view.proposal else ()
    blocks = (Block(_head(view, few=not listed)), *listed, *told, *quick, *offered)
    return message(blocks, language, buttons=view.rows)


def term_name(tally: Tally, language: str) -> str:
    """Return a term with its watch and, where it counts only sometimes, its kind: ``Kimi (Moonshot AI, weak)``."""
    term, watch = _name(tally), shorten(clean(tally.watch), _LONGEST_NAME)
    if term == watch:
        return term
    key = "stats_term_kind" if tally.kind in {"likely", "weak"} else "stats_term"
    return say(language, key, term=term, watch=watch, kind=tally.kind)


def _head(view: StatsView, *, few: bool) -> tuple[Line, ...]:
    language = view.reader.language
    span = Clock.of(view.reader, view.now).span(view.span)
    count = view.up + view.down
    key = ("stats_head" if count else "stats_none") + ("_watch" if view.watch else "")
    name = shorten(clean(view.watch), _LONGEST_NAME)
    head = line(language, key, name=name, span=span, count=count, up=view.up, down=view.down)
    if not few:
        return (head,)
    hint = say(language, "stats_few", least=LEAST) if count else say(language, "stats_how")
    return (head, text(hint))


def _sections(view: StatsView) -> Iterator[Block]:
    language = view.reader.language
    for key, tallies in (
        ("stats_watches", () if view.watch else view.watches),
        ("stats_terms", view.terms),
        ("stats_sources", view.sources),
        ("stats_events", view.events),
    ):
        counted = [tally for tally in tallies if tally.count >= LEAST]
        if counted:
            yield Block((line(language, key), *_liked(key, counted, language)))


def _liked(section: str, tallies: Sequence[Tally], language: str) -> Iterator[Line]:
    """The best and the worst; what lies between is a number."""
    hidden = len(tallies) - _BEST - _WORST
    for at, tally in enumerate(tallies):
        if hidden > 0 and at == _BEST:
            yield text(say(language, "stats_between", count=hidden))
        if hidden <= 0 or at < _BEST or at >= len(tallies) - _WORST:
            what = _shown(section, tally, language)
            yield text(say(language, "stats_liked", what=what, up=tally.up, count=tally.count))


def _shown(section: str, tally: Tally, language: str) -> str:
    if section == "stats_events":
        return event_word(tally.key, language) if tally.key else say(language, "stats_no_event")
    return term_name(tally, language) if section == "stats_terms" else _name(tally)


def _name(tally: Tally) -> str:
    return shorten(clean(tally.name or tally.key), _LONGEST_NAME)


def _told(one: Loudness, language: str) -> Iterator[Line]:
    name, rate = shorten(clean(one.receiver), _LONGEST_NAME), f"{one.alerts / one.days:.1f}"
    yield line(language, "stats_told", receiver=name, count=one.alerts, rate=rate)
    counts = (("stats_digest", one.digests), ("stats_muted", one.muted), ("stats_late", one.late))
    rest = [say(language, key, count=count) for key, count in counts if count]
    if rest:
        yield text(_IN + " · ".join(rest))


def proposed(proposal: ProposalView, language: str) -> str:
    """Return what a proposal would change: ``exclude “kimi antonelli” from Moonshot AI``."""
    values = {**proposal.values, "name": proposal.name}
    names = {name: shorten(clean(value), _LONGEST_NAME) for name, value in values.items()}
    if "event" in names:
        names["event"] = event_in_passing(names["event"], language)
    if "term" in names:
        names["term"] = quoted(names["term"], language)
    return say(language, proposal.key, **names)


def _proposal(proposal: ProposalView, view: StatsView) -> Block:
    language = view.reader.language
    votes = _votes(proposal, language)
    effect = say(
        language, "propose_effect", span=_spanned(proposal, view), effect=_effect(proposal, language)
    )
    lines = file_lines(proposal.file, proposal.line, proposal.removed, proposal.added, language)
    head = line(language, "propose_head", what=proposed(proposal, language))
    return Block((head, text(_sentences((votes, effect), language)), *lines))


def _spanned(proposal: ProposalView, view: StatsView) -> str:
    return Clock.of(view.reader, view.now).span(proposal.span)


def _votes(proposal: ProposalView, language: str) -> str:
    """Whose votes these are, where they are not this chat's alone."""
    chats = len(proposal.voters)
    elsewhere = bool(proposal.receiver) and proposal.receiver not in proposal.voters
    key = "propose_votes_chats" if chats > 1 else "propose_votes_other" if elsewhere else "propose_votes"
    return say(language, key, count=proposal.votes, chats=chats)


def _effect(proposal: ProposalView, language: str) -> str:
    """``here 1 fewer at once; in all chats 7 fewer at once, none of them liked``."""
    everywhere = _effect_of(proposal.effect, language)
    if not proposal.receiver or proposal.here == proposal.effect:
        return everywhere
    mine = _counted(proposal.here, language) or [say(language, "propose_none")]
    here = say(language, "propose_here", effect=comma(language).join(mine))
    return here + semicolon(language) + say(language, "propose_everywhere", effect=everywhere)


def _counted(effect: Effect, language: str) -> list[str]:
    more = say(language, "propose_more", count=effect.more_told, wanted=effect.wanted)
    return [*_fewer(effect, language), *([more] if effect.more_told else [])]


def _fewer(effect: Effect, language: str) -> list[str]:
    counts = (("propose_fewer", effect.fewer_told), ("propose_fewer_listed", effect.fewer_listed))
    return [say(language, key, count=count) for key, count in counts if count]


def _effect_of(effect: Effect, language: str) -> str:
    """``5 fewer at once, none of them liked``; ``4 more, 3 of them asked for``."""
    fewer, counted = _fewer(effect, language), _counted(effect, language)
    unliked = [say(language, "propose_unliked")] if fewer else []
    return comma(language).join([*fewer, *unliked, *counted[len(fewer) :]])


def _sentences(parts: Iterable[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(parts)


def stats_usage(reader: Receiver) -> str:
    """Return how ``stats`` is asked."""
    command = typed(reader.via, "stats alibaba since:30d")
    return say(reader.language, "stats_which", command=command)
