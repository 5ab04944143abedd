"""Labelled mentions -> predictions and precision, recall and F1, by source and in all (``eval matches``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.match import Matcher
from bot.model import Facts

ALL = "ALL"
"""The name of the row that counts every source."""

Score = Callable[[str, str, Facts], Mapping[str, int]]
"""(title, body, facts) -> watch id to score, 0 to 100."""

EVENT_LABELS: Mapping[str, str] = {
    "股份回购": "buyback",
    "质押": "buyback",
    "解除质押": "buyback",
    "股东增持": "buyback",
    "股东减持": "buyback",
    "亏损": "earnings",
    "企业收购": "merger",
    "企业融资": "funding",
    "公司上市": "ipo",
    "高管变动": "executive",
    "企业破产": "distress",
    "被约谈": "regulation",
    "中标": "contract",
}
"""Event labels of the DuEE-fin set and the kinds that they are."""
_EVENT_SOURCE = "duee-fin"


@dataclass(slots=True)
class Tally:
    """Hits right, hits wrong and hits missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the predictions that are right; 1 where nothing was predicted."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what there was that was found; 1 where there was nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall or 1.0)

    def add(self, predicted: frozenset[str], true: frozenset[str], false: frozenset[str]) -> None:
        """Count one item: what is neither ``true`` nor ``false`` isn't scored."""
        self.right += len(predicted & true)
        self.wrong += len(predicted & false)
        self.missed += len(true - predicted)


@dataclass(frozen=True, slots=True)
class MatchQuality:
    """The predictions in the order of the lines, and the tallies by source, ``ALL`` among them."""

    predictions: Sequence[Mapping[str, object]]
    mentions: Mapping[str, Tally] = field(default_factory=dict)
    subjects: Mapping[str, Tally] = field(default_factory=dict)
    events: Tally | None = None
    """Kinds of event in titles of DuEE-fin; None without such lines."""

    def rows(self) -> Iterator[tuple[str, str, Tally]]:
        """Yield (what, source, tally): mentions, then subjects, then events; ``ALL`` last of each."""
        for what, tallies in (("mentions", self.mentions), ("subjects", self.subjects)):
            for source in sorted(tallies, key=lambda source: (source == ALL, source)):
                yield what, source, tallies[source]
        if self.events:
            yield "events", _EVENT_SOURCE, self.events


def evaluate_matches(lines: Iterable[Mapping[str, object]], matcher: Matcher, score: Score) -> MatchQuality:
    """Read labelled lines ``{"id", "lang", "source", "title", "body"?, "watched"?, "mentioned"?, ...}``.

    A mention is wrong when its watch is in ``neg``; a subject also when its watch is mentioned but not
    watched. Ids in ``skip`` and, where ``scope`` is given, ids outside it aren't scored. Subjects are scored
    for sources that label them. Lines without labels only give predictions.
    """
    items = list(lines)
    labelled = {_text(item, "source") for item in items if item.get("watched")}
    mentions: dict[str, Tally] = defaultdict(Tally)
    subjects: dict[str, Tally] = defaultdict(Tally)
    events: Tally | None = None
    predictions = []
    for item in items:
        title, body, source = _text(item, "title"), _text(item, "body"), _text(item, "source")
        facts = matcher.facts(title, body, lang=_text(item, "lang"))
        predictions.append(_prediction(item, facts, score(title, body, facts)))
        if "mentioned" in item or "neg" in item:
            _add_mentions((mentions[source], mentions[ALL]), item, facts)
        if "watched" in item and (source in labelled or "scope" in item):
            _add_subjects((subjects[source], subjects[ALL]), item, facts)
        if source == _EVENT_SOURCE and item.get("event"):
            events = events or Tally()
            _add_events(events, item, facts)
    return MatchQuality(predictions, dict(mentions), dict(subjects), events)


def _prediction(item: Mapping[str, object], facts: Facts, scores: Mapping[str, int]) -> dict[str, object]:
    return {"id": item.get("id", ""), "matches": list(matches_of(facts, scores))}


def matches_of(facts: Facts, scores: Mapping[str, int]) -> Iterator[dict[str, object]]:
    """Yield every watch with an accepted mention as printed: watch, score, subject and its mentions."""
    for watch in dict.fromkeys(mention.watch for mention in facts.mentions):
        found = [mention for mention in facts.mentions if mention.watch == watch]
        yield {
            "watch": watch,
            "score": scores.get(watch, 0),
            "subject": watch in facts.subjects,
            "mentions": [
                {
                    "field": mention.field,
                    "start": mention.start,
                    "end": mention.end,
                    "text": mention.text,
                    "kind": mention.kind,
                }
                for mention in found
            ],
        }


def _add_mentions(tallies: Iterable[Tally], item: Mapping[str, object], facts: Facts) -> None:
    predicted, skip = _scored(facts.watches, item), _ids(item, "skip")
    for tally in tallies:
        tally.add(predicted, _ids(item, "mentioned") - skip, _ids(item, "neg") - skip)


def _add_subjects(tallies: Iterable[Tally], item: Mapping[str, object], facts: Facts) -> None:
    predicted, skip = _scored(facts.subjects, item), _ids(item, "skip")
    true = _ids(item, "watched") - skip
    false = (_ids(item, "neg") | _ids(item, "mentioned")) - true - skip
    for tally in tallies:
        tally.add(predicted, true, false)


def _add_events(tally: Tally, item: Mapping[str, object], facts: Facts) -> None:
    """Kinds that the set labels, in the title; kinds that it doesn't know aren't scored."""
    true = frozenset(EVENT_LABELS[label] for label in _ids(item, "event") if label in EVENT_LABELS)
    predicted = frozenset(hit.kind for hit in facts.events if hit.field == "title")
    tally.add(predicted, true, frozenset(EVENT_LABELS.values()) - true)


def _scored(predicted: frozenset[str], item: Mapping[str, object]) -> frozenset[str]:
    scope = _ids(item, "scope")
    return (predicted & scope if scope else predicted) - _ids(item, "skip")


def _ids(item: Mapping[str, object], key: str) -> frozenset[str]:
    found = item.get(key) or ()
    return frozenset(map(str, found)) if isinstance(found, list | tuple | set | frozenset) else frozenset()


def _text(item: Mapping[str, object], key: str) -> str:
    return str(item.get(key) or "")
