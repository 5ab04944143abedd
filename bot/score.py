"""Story x watch -> a score that a person can check: every point has a rule and the place that earned it.

The scale, with anchors (a source of neutral weight unless said otherwise):

* 90 urgent: a company's earnings in a headline of a trusted source (weight 1.5)
* 78 important: the same, reported by one neutral source
* 60 important: a company's product launch in the headlines of three sources
* 58 notable: the same in one headline, with the company in the text as well
* 55 notable: a company's name in a headline without an event
* 42 notable: only the company's product stands in the headline
* 34 passing: a company among the backers of somebody's funding
* 65 important: a part of a round-up's headline that tells a merger of the company
* 24 passing: any other part of a round-up

The figures are the project's own judgement, set on recorded days so that a quiet receiver is quiet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log2

from bot.model import EventHit, Facts, Match, Mention, Point, Report, Story, Watch, Watchlist

HEADLINE = 55
PRODUCT_HEADLINE = 42
PASSING_HEADLINE = 20
ROUND_UP_HEADLINE = 24
SEGMENT_HEADLINE = 43
"""A part of a round-up that would ring as a headline of its own: less, for most of it is known by then."""
SEGMENT_EVENT = 16
"""The least that the event of such a part is worth."""
MAIN_SUBJECT = 44
LEAD = 18
PASSING_TEXT = 8
TOPIC_HEADLINE = 52
TOPIC_TEXT = 30
MOST_FOR_TEXT = 1
_FILLS = 3
_TWO = 2
"""A second source may only repeat the first: it adds one point, and from the third on each doubling adds two."""
LEAD_CHARACTERS = 400
OPENING = 160
"""Characters of the text whose event may name the story, about two sentences."""
NEAR = 120
"""Characters between a mention and an event in the text for the event to be the company's."""

EVENT_POINTS = {
    "distress": 24,
    "earnings": 23,
    "ipo": 22,
    "merger": 22,
    "funding": 20,
    "regulation": 20,
    "outage": 18,
    "layoffs": 18,
    "lawsuit": 18,
    "recall": 18,
    "executive": 16,
    "contract": 2,
    "buyback": 2,
    "product": 2,
}
TRUST = 24
"""Points by which a source of weight 2 would be ahead of a neutral one; weights go from 0.5 to 1.5."""
MOST_TRUST = 4
"""Of these at most without an event of 8 points, one less without any: no source's word makes a headline ring."""
OTHER_EVENT = 8
"""For kinds that a user adds in events.yaml."""


def match_story(story: Story, watchlist: Watchlist) -> tuple[Match, ...]:
    """Return a match for every watch with an accepted mention anywhere in the story, best first.

    The best report counts, and further sources add to it: more reports never lower a score.
    """
    watches = {
        watch for report in story.reports for watch in report.facts.watches if watch in watchlist.watches
    }
    found = [_match(story, watchlist.watches[watch]) for watch in sorted(watches)]
    return tuple(sorted(found, key=lambda match: (-match.score, match.watch)))


def score_facts(facts: Facts, watch: Watch, *, weight: float = 1.0, entry: str = "") -> tuple[Point, ...]:
    """Return the points of one entry for one watch: where it stands, what happened, who says so."""
    mentions = [mention for mention in facts.mentions if mention.watch == watch.id]
    if not mentions:
        return ()
    place = _place(facts, watch, mentions, entry)
    full = place.rule in {"headline", "segment", "topic"} or (
        place.rule == "share" and watch.id in facts.subjects
    )
    events = _events(facts, mentions, entry, full=full)
    return (place, *_further(mentions, place, entry), *events, *_trust(weight, events))


def total(points: Iterable[Point]) -> int:
    """Return the score: the sum of the points, kept within 0 to 100."""
    return max(0, min(100, sum(point.points for point in points)))


def _match(story: Story, watch: Watch) -> Match:
    telling = [report for report in story.reports if watch.id in report.facts.watches]
    # A longer copy may name a company that the shorter original does not.
    own = [report for report in telling if not report.joining.copy_of] or telling
    scored = [(report, _report_points(report, watch)) for report in own]
    best, points = max(scored, key=lambda pair: (total(pair[1]), -pair[0].entry.time.timestamp()))
    points += _coverage(story, watch)
    subject = any(watch.id in report.facts.subjects for report in story.reports)
    return Match(
        story=story.id,
        watch=watch.id,
        score=total(points),
        points=points,
        subject=subject,
        events=tuple(dict.fromkeys(_kinds(best, watch, points))),
        entry=best.entry.id,
    )


def _report_points(report: Report, watch: Watch) -> tuple[Point, ...]:
    return score_facts(report.facts, watch, weight=report.entry.weight, entry=report.entry.id)


def _kinds(best: Report, watch: Watch, points: Iterable[Point]) -> Iterator[str]:
    """The kinds of event to name: what the headline or the first sentences say, the scored one first.

    A word further down earns its points, but it is not what the story is called after.
    """
    scored = (point for point in points if point.rule.startswith("event:"))
    yield from (
        point.rule.removeprefix("event:")
        for point in scored
        if point.field == "title" or point.start < OPENING
    )
    if watch.id in best.facts.subjects:
        own = [mention for mention in best.facts.mentions if mention.watch == watch.id]
        yield from (
            hit.kind
            for hit in best.facts.events
            if hit.field == "title" and not _somebody_elses(hit, best.facts, own)
        )


def _place(facts: Facts, watch: Watch, mentions: list[Mention], entry: str) -> Point:
    """Where the watch stands: the strongest place decides, so that another mention never weakens it."""
    in_title = [mention for mention in mentions if mention.field == "title"]
    in_text = [mention for mention in mentions if mention.field == "body"]
    places = [_title_place(facts, watch, in_title, entry)] if in_title else []
    places += [_text_place(facts, watch, in_text, entry)] if in_text else []
    return max(places, key=lambda place: place.points)


def _title_place(facts: Facts, watch: Watch, mentions: list[Mention], entry: str) -> Point:
    first = mentions[0]
    if watch.topic:
        return _point("topic", TOPIC_HEADLINE, first, entry)
    if facts.digest:
        segment = any(_worth(hit) >= SEGMENT_EVENT for hit in _of_its_clauses(facts, mentions))
        rule, points = ("segment", SEGMENT_HEADLINE) if segment else ("round_up", ROUND_UP_HEADLINE)
        return _point(rule, points, first, entry)
    if watch.id not in facts.subjects:
        return _point("passing", PASSING_HEADLINE, first, entry)
    named = next((mention for mention in mentions if mention.kind not in {"product", "person"}), None)
    shown = named or next((mention for mention in mentions if mention.kind != "person"), first)
    return _point("headline", HEADLINE if named else PRODUCT_HEADLINE, shown, entry)


def _text_place(facts: Facts, watch: Watch, mentions: list[Mention], entry: str) -> Point:
    first = mentions[0]
    if watch.topic:
        return _point("topic", TOPIC_TEXT, first, entry)
    if facts.digest:
        return _point("passing", PASSING_TEXT, first, entry)
    if watch.id in facts.subjects or _fills(facts, mentions):
        return _point("share", MAIN_SUBJECT, first, entry)
    lead = first.start < LEAD_CHARACTERS
    return _point("lead" if lead else "passing", LEAD if lead else PASSING_TEXT, first, entry)


def _fills(facts: Facts, mentions: list[Mention]) -> bool:
    """Tell whether a text is about a watch that its headline only mentions in passing: three places, 40 %."""
    named = sum(
        mention.field == "body" and mention.kind not in {"person", "topic"} for mention in facts.mentions
    )
    own = sum(mention.kind != "person" for mention in mentions)
    return own >= _FILLS and own >= 0.4 * named


def _further(mentions: list[Mention], place: Point, entry: str) -> list[Point]:
    at = (place.field, place.start)
    more = [
        mention for mention in mentions if mention.field == "body" and (mention.field, mention.start) != at
    ]
    return [_point("text", min(MOST_FOR_TEXT, len(more)), more[0], entry)] if more else []


def _events(facts: Facts, mentions: list[Mention], entry: str, *, full: bool) -> list[Point]:
    """The event that earns most: whole in a headline about the watch, less in passing, half in the text."""
    in_title = any(mention.field == "title" for mention in mentions)
    hits = [
        (_worth(hit) * (1.0 if full else 0.7), hit)
        for hit in facts.events
        if hit.field == "title" and in_title and not _somebody_elses(hit, facts, mentions)
    ]
    hits += [(_worth(hit) * 0.5, hit) for hit in facts.events if hit.field == "body" and _near(hit, mentions)]
    if facts.digest:
        told = _of_its_clauses(facts, mentions)
        hits = [(float(_worth(hit)), hit) for hit in told if _worth(hit) >= SEGMENT_EVENT]
    if not hits:
        return []
    worth, best = max(hits, key=lambda pair: (pair[0], -pair[1].start))
    return [_point(f"event:{best.kind}", round(worth), best, entry)]


def _of_its_clauses(facts: Facts, mentions: list[Mention]) -> list[EventHit]:
    """The title's events in the very clauses that name a watch: the parts of a round-up."""
    own = {_clause(facts, mention.start) for mention in mentions if mention.field == "title"}
    return [hit for hit in facts.events if hit.field == "title" and _clause(facts, hit.start) in own]


def _somebody_elses(hit: EventHit, facts: Facts, mentions: list[Mention]) -> bool:
    """Tell whether the clause of an event names other companies and not this one: "A buys B; C looks on"."""
    clause = _clause(facts, hit.start)
    named = [
        mention
        for mention in facts.mentions
        if mention.field == "title" and mention.kind != "topic" and _clause(facts, mention.start) == clause
    ]
    return bool(named) and not any(mention in mentions for mention in named)


def _clause(facts: Facts, at: int) -> int:
    return sum(start <= at for start in facts.clauses)


def _near(hit: EventHit, mentions: list[Mention]) -> bool:
    spots = (mention for mention in mentions if mention.field == "body")
    return any(hit.start - NEAR < mention.end and mention.start < hit.end + NEAR for mention in spots)


def _worth(hit: EventHit) -> int:
    return EVENT_POINTS.get(hit.kind, OTHER_EVENT)


def _trust(weight: float, events: list[Point]) -> list[Point]:
    """A trusted source lifts an event; a headline without one, or with a small one, hardly."""
    points = round((weight - 1.0) * TRUST)
    if points > 0 and not any(event.points >= OTHER_EVENT for event in events):
        points = min(round(points / 2), MOST_TRUST if events else MOST_TRUST - 1)
    return [Point(rule="trusted" if points > 0 else "doubtful", points=points)] if points else []


def _coverage(story: Story, watch: Watch) -> tuple[Point, ...]:
    """Sources that tell it on their own, copies of one wire report counted once."""
    telling = {
        report.entry.source
        for report in story.reports
        if watch.id in report.facts.watches and not report.joining.copy_of
    }
    more = round(2 * log2(len(telling))) if len(telling) > _TWO else max(0, len(telling) - 1)
    return (Point(rule="sources", points=more, text=str(len(telling))),) if more else ()


def _point(rule: str, points: int, at: Mention | EventHit, entry: str) -> Point:
    return Point(
        rule=rule, points=points, entry=entry, field=at.field, start=at.start, end=at.end, text=at.text
    )
