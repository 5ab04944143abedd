"""What votes are about: the watches told of, the terms that carried the match, the source, the event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands.asking import Desk
from bot.model import Match, Report, Story, Watch
from bot.render.stats import Tally
from bot.store import alerts, feedback, matches, stories
from bot.text import fold


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A term of a watch, as the watch writes it, and what it is there: name, alias, weak, ..."""

    watch: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One vote and what it is about; ``matches`` are those of the watches that the receiver was told of."""

    story: Story
    receiver: str
    who: str
    liked: bool
    told: bool
    """True when the receiver was told of the story at once."""
    matches: tuple[Match, ...]
    terms: tuple[Term, ...]
    event: str

    @property
    def source(self) -> str:
        """The source of the first report."""
        return self.story.root.entry.source


def opinions_since(desk: Desk, since: datetime, receiver: str = "", watch: str = "") -> list[Opinion]:
    """Return the votes since then on stories that are still kept, of one receiver or all, of one watch or all."""
    cast = feedback.cast(desk.conn, since, receiver)
    found = stories.many(desk.conn, {vote.story for vote in cast})
    opinions = [
        about(desk, found[vote.story], vote.receiver, who=vote.who, liked=vote.value > 0)
        for vote in cast
        if vote.story in found
    ]
    return [one for one in opinions if not watch or any(match.watch == watch for match in one.matches)]


def by_watch(opinions: Iterable[Opinion]) -> list[Tally]:
    """Return the votes of each watch, best first; ``key`` is its id."""
    return _tallied(opinions, lambda one: [match.watch for match in one.matches])


def by_source(opinions: Iterable[Opinion]) -> list[Tally]:
    """Return the votes of the sources that reported first, best first; ``key`` is the source's id."""
    return _tallied(opinions, lambda one: [one.source])


def by_event(opinions: Iterable[Opinion]) -> list[Tally]:
    """Return the votes of each kind of event, best first; ``key`` is "" for stories without one."""
    return _tallied(opinions, lambda one: [one.event])


def by_term(opinions: Sequence[Opinion]) -> list[tuple[Term, Tally]]:
    """Return the votes of each term that carried a match, best first."""
    terms = {str(term): term for one in opinions for term in one.terms}
    found = _tallied(opinions, lambda one: map(str, one.terms))
    return [(terms[tally.key], tally) for tally in found]


def _tallied(opinions: Iterable[Opinion], keys: Callable[[Opinion], Iterable[str]]) -> list[Tally]:
    counted: dict[str, list[int]] = {}
    for one in opinions:
        for key in dict.fromkeys(keys(one)):
            counted.setdefault(key, [0, 0])[not one.liked] += 1
    found = [Tally(key=key, up=up, down=down) for key, (up, down) in counted.items()]
    return sorted(found, key=lambda tally: (-tally.share, -tally.up, tally.down, tally.key))


def about(desk: Desk, story: Story, receiver: str, *, who: str, liked: bool) -> Opinion:
    """Return what somebody thinks of a story as a receiver has it: of the watches told, or of all that match."""
    told = alerts.told_of(desk.conn, story.id).get(receiver)
    known = [match for match in matches.of(desk.conn, story.id) if match.watch in desk.watchlist.watches]
    mine = tuple(match for match in known if told is None or match.watch in told.watches) or tuple(known)
    return Opinion(
        story=story,
        receiver=receiver,
        who=who,
        liked=liked,
        told=told is not None and not told.digest,
        matches=mine,
        terms=tuple(dict.fromkeys(term for match in mine for term in terms_of(story, match, desk))),
        event=next((kind for match in mine for kind in match.events), ""),
    )


def terms_of(story: Story, match: Match, desk: Desk) -> Iterator[Term]:
    """Yield the terms that carried a match: those of its report's headline, or of the text where none stands there."""
    report = report_of(story, match)
    own = [mention for mention in report.facts.mentions if mention.watch == match.watch]
    carrying = [mention for mention in own if mention.field == "title"] or own
    written = _written(desk.watchlist.watches[match.watch], desk)
    for mention in carrying:
        shown = written.get(fold(mention.text, desk.tables.variants).strip(), mention.text)
        yield Term(match.watch, shown, mention.kind)


def report_of(story: Story, match: Match) -> Report:
    """Return the report that scored best; the first one where it left the story."""
    found = (report for report in story.reports if report.entry.id == match.entry)
    return next(found, story.root)


def _written(watch: Watch, desk: Desk) -> dict[str, str]:
    """Terms, folded, to how the watch writes them: ALIBABA in a headline is its Alibaba."""
    lists = (watch.aliases, watch.likely, watch.weak, watch.products, watch.people)
    terms = (watch.name, *(term for terms in lists for term in terms))
    return {fold(term, desk.tables.variants).strip(): term for term in reversed(terms)}
