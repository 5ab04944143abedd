"""Story grouping held against labels: the production path on a recorded stream, and how well it did."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.backtest import entry_of
from bot.decide import Reader, assign
from bot.dedup import StoryIndex
from bot.errors import CommandError
from bot.model import Facts, Tables
from bot.text.figures import figures
from bot.text.tokens import tokens

_FORGET_EVERY = 2_000
_KEPT = timedelta(days=8)
"""A story closes after seven days; older ones only cost memory."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision and recall, and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean, 0 when both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """What became of one entry: its story after all merges, and whether it opened one when it arrived."""

    id: str
    story: str
    new: bool

    def as_line(self) -> dict[str, object]:
        """Return the prediction as a line of the output file."""
        return {"id": self.id, "story": self.story, "new": self.new}


@dataclass(frozen=True, slots=True)
class PairQuality:
    """Labelled pairs: same or different story. ``merged_wrongly``: different pairs put together."""

    count: int
    quality: Quality
    merged_wrongly: float
    by_note: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The pairs' note to (put in one story, all)."""


@dataclass(frozen=True, slots=True)
class StoryQuality:
    """What ``eval stories`` prints; the labelled figures are None where no line has a label."""

    predictions: tuple[Prediction, ...]
    entries: int
    stories: int
    labelled: int = 0
    pairwise: Quality | None = None
    bcubed: Quality | None = None
    first_swallowed: float | None = None
    """The share of labelled stories whose first entry opened no story: a missed or late alert."""
    told_again: float | None = None
    """Alerts beyond the first of each story, per entry that follows a first one."""
    pairs: PairQuality | None = None


def evaluate_stories(
    lines: Iterable[Mapping[str, object]],
    matcher: Reader | None,
    tables: Tables,
    *,
    pairs: Iterable[Mapping[str, object]] | None = None,
    window: timedelta = timedelta(days=3),
) -> StoryQuality:
    """Assign each line's entry online, in the order given, and hold the stories against the labels.

    ``matcher`` None stands for an empty watchlist. Raises CommandError naming the line that can't be read.
    """
    reader = matcher if matcher is not None else _TokensOnly(tables)
    predictions, labels = _assign_all(lines, reader, tables, window)
    found = {prediction.id: prediction.story for prediction in predictions}
    counted = [prediction for prediction in predictions if prediction.id in labels]
    swallowed, again = _alerts(counted, labels)
    return StoryQuality(
        predictions=tuple(predictions),
        entries=len(predictions),
        stories=len(set(found.values())),
        labelled=len(labels),
        pairwise=_pairwise(counted, labels) if counted else None,
        bcubed=_bcubed(counted, labels) if counted else None,
        first_swallowed=swallowed if counted else None,
        told_again=again if counted else None,
        pairs=_pairs(pairs, found) if pairs is not None else None,
    )


class _TokensOnly:
    """Facts without a watchlist: tokens and figures."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def facts(self, title: str, body: str = "", *, lang: str = "") -> Facts:
        return Facts(tokens=tokens(title, self._tables), figures=figures(title, "title"))


def _assign_all(
    lines: Iterable[Mapping[str, object]], reader: Reader, tables: Tables, window: timedelta
) -> tuple[list[Prediction], dict[str, str]]:
    index = StoryIndex(tables, window=window)
    story_of: dict[str, str] = {}
    new: dict[str, bool] = {}
    labels: dict[str, str] = {}
    ended: dict[str, str] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for number, line in enumerate(lines, 1):
        entry = entry_of(line, f"line {number}")
        if entry.id in story_of:
            raise CommandError(f"line {number}: the id {entry.id!r} stands on an earlier line too")
        assignment = assign(entry, reader, index)
        story_of[entry.id], new[entry.id] = assignment.story, assignment.new
        ended.update(dict.fromkeys(assignment.merged, assignment.story))
        if line.get("story") is not None:
            labels[entry.id] = str(line["story"])
        latest = max(latest, entry.time)
        if number % _FORGET_EVERY == 0:
            index.forget(latest - _KEPT)
    predictions = [Prediction(id_, _root(story, ended), new[id_]) for id_, story in story_of.items()]
    return predictions, labels


def _root(story: str, ended: Mapping[str, str]) -> str:
    while story in ended:
        story = ended[story]
    return story


def _pairwise(predictions: Sequence[Prediction], labels: Mapping[str, str]) -> Quality:
    both = _couples(Counter((prediction.story, labels[prediction.id]) for prediction in predictions))
    predicted = _couples(Counter(prediction.story for prediction in predictions))
    labelled = _couples(Counter(labels[prediction.id] for prediction in predictions))
    return Quality(_share(both, predicted), _share(both, labelled))


def _couples(sizes: Mapping[object, int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _bcubed(predictions: Sequence[Prediction], labels: Mapping[str, str]) -> Quality:
    both = Counter((prediction.story, labels[prediction.id]) for prediction in predictions)
    predicted = Counter(prediction.story for prediction in predictions)
    labelled = Counter(labels[prediction.id] for prediction in predictions)
    precision = sum(count * count / predicted[story] for (story, _), count in both.items())
    recall = sum(count * count / labelled[label] for (_, label), count in both.items())
    return Quality(precision / len(predictions), recall / len(predictions))


def _alerts(predictions: Sequence[Prediction], labels: Mapping[str, str]) -> tuple[float, float]:
    first: dict[str, Prediction] = {}
    for prediction in predictions:
        first.setdefault(labels[prediction.id], prediction)
    swallowed = sum(not prediction.new for prediction in first.values())
    alerts = sum(prediction.new for prediction in predictions)
    again = alerts - (len(first) - swallowed)
    return _share(swallowed, len(first)), _share(again, len(predictions) - len(first))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _pairs(pairs: Iterable[Mapping[str, object]], found: Mapping[str, str]) -> PairQuality:
    together: Counter[bool] = Counter()
    labelled: Counter[bool] = Counter()
    notes: defaultdict[str, list[bool]] = defaultdict(list)
    for same, label, note in _known_pairs(pairs, found):
        labelled[label] += 1
        together[label] += same
        if note:
            notes[note].append(same)
    precision = _share(together[True], together[True] + together[False])
    return PairQuality(
        count=labelled.total(),
        quality=Quality(precision, _share(together[True], labelled[True])),
        merged_wrongly=_share(together[False], labelled[False]),
        by_note={note: (sum(same), len(same)) for note, same in sorted(notes.items())},
    )


def _known_pairs(
    pairs: Iterable[Mapping[str, object]], found: Mapping[str, str]
) -> Iterator[tuple[bool, bool, str]]:
    for number, pair in enumerate(pairs, 1):
        one, other = str(pair.get("a")), str(pair.get("b"))
        missing = [id_ for id_ in (one, other) if id_ not in found]
        if missing:
            raise CommandError(f"pair {number}: no line has the id {missing[0]!r}")
        yield found[one] == found[other], bool(pair.get("label")), str(pair.get("note") or "")
