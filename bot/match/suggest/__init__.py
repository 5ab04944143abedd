"""Help for people who write a watch: from headlines, what to exclude and what speaks for the company.

``Study`` reads an archive once, entry by entry, and remembers a bounded part of it; ``suggest`` says how often
each doubtful term stands there, which longer words and phrases hold it in another sense, which words stand
beside it when the company is meant, and what the suggested lines would change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.match import Matcher
from bot.match.suggest.context import ContextWord, context_words
from bot.match.suggest.headlines import (
    Headline,
    Place,
    doubtful_terms,
    folded_terms,
    pattern_of,
    place_of,
    probing,
)
from bot.match.suggest.measure import Background
from bot.match.suggest.phrases import Phrase, chinese_phrases, english_phrases
from bot.model import Tables, Watch, Watchlist
from bot.text import bigrams, fold, is_cjk, stem
from bot.text.tokens import strip_publisher

__all__ = ["ContextWord", "Phrase", "Study", "Suggestions", "TermFigures", "doubtful_terms"]

WEIGHED = 3_000
"""Different headlines weighed of each term: the first ones read."""
MOST_EXCLUDES = 12
MOST_CONTEXT = 8
_COMMON = 0.0035
"""A word in so large a share of general news speaks for no company."""
_UNSUPPORTED = "needs_support"
_TITLE = 300
_TEXT = 20_000
"""Characters of a text in which terms are counted."""
_KEPT = 1_500
"""Characters of a text that are weighed with its headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFigures:
    """How often one term stands in the archive, and how it fares there."""

    term: str
    kind: str
    """likely, weak, name, alias or product; "" for a word of no watch."""
    entries: int
    """Entries that hold it in headline or text."""
    headlines: int
    weighed: int
    """Different ones among the headlines; the figures below are of these."""
    counted: int
    refused: tuple[tuple[str, int], ...]
    """Reasons why the rest doesn't count, most frequent first."""
    excludes: tuple[Phrase, ...] = ()
    lost: int = 0
    """Headlines that would no longer count with the suggested lines."""
    gained: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What an archive says about the terms of a watch; the most frequent term first."""

    entries: int
    terms: tuple[TermFigures, ...]
    context: tuple[ContextWord, ...]

    @property
    def excludes(self) -> tuple[str, ...]:
        """The phrases to exclude, each once."""
        return self._texts(doubtful=False)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The phrases that somebody should look at before excluding them."""
        return self._texts(doubtful=True)

    def _texts(self, *, doubtful: bool) -> tuple[str, ...]:
        phrases = (phrase for term in self.terms for phrase in term.excludes)
        chosen = (phrase for phrase in phrases if phrase.doubtful is doubtful)
        return tuple(dict.fromkeys(text for phrase in chosen for text in (phrase.text, *phrase.also)))


class Study:
    """Reads an archive for the doubtful terms of one watch; what it remembers is bounded."""

    def __init__(self, watch: Watch, terms: Mapping[str, str], watchlist: Watchlist, tables: Tables) -> None:
        """``terms`` are the ones to look at, each with its kind; ``watchlist`` may lack the watch."""
        self._watch, self._others, self._tables = watch, watchlist, tables
        self._terms = list(folded_terms(terms, tables.variants))
        self._kinds = dict(terms)
        self._patterns = [pattern_of(key) for _, key in self._terms]
        self._matcher, self._probe = self._matcher_of(watch), self._matcher_of(probing(watch, terms))
        self._background = Background()
        self._entries = 0
        self._entries_with: Counter[int] = Counter()
        self._headlines_with: Counter[int] = Counter()
        self._weighed: Counter[int] = Counter()
        self._kept: list[Headline] = []
        self._seen: set[str] = set()

    def _matcher_of(self, watch: Watch) -> Matcher:
        return Matcher(Watchlist(watches={**self._others.watches, watch.id: watch}), self._tables)

    def read(self, title: str, text: str = "") -> None:
        """Take in one entry. Call it with the newest first: only so many headlines are weighed."""
        self._entries += 1
        title = strip_publisher(title[:_TITLE])
        folded = fold(title, self._tables.variants)
        self._background.read(folded)
        spans = self._spans(folded)
        self._entries_with.update(spans.keys() | self._standing(text))
        self._headlines_with.update(spans.keys())
        if any(self._weighed[number] < WEIGHED for number in spans) and folded not in self._seen:
            self._weigh(Headline(title, folded, text[:_KEPT]), spans)

    def suggest(self) -> Suggestions:
        """Return what the entries read so far say."""
        terms = [self._figures(number) for number in range(len(self._terms))]
        offered, left = [], MOST_EXCLUDES
        for figures in sorted(terms, key=lambda one: -one.headlines):
            excludes = figures.excludes[:left]
            offered.append(replace(figures, excludes=excludes))
            left = max(left - len(excludes), 0)
        found = Suggestions(entries=self._entries, terms=tuple(offered), context=self._context())
        return self._with_effect(found)

    def _spans(self, folded: str) -> dict[int, tuple[int, int]]:
        found = {}
        for number, (_, key) in enumerate(self._terms):
            if key in folded and (at := self._patterns[number].search(folded)):
                found[number] = at.span()
        return found

    def _standing(self, text: str) -> set[int]:
        """The terms that stand in a text."""
        return set(self._spans(fold(text[:_TEXT], self._tables.variants))) if text else set()

    def _weigh(self, headline: Headline, spans: Mapping[int, tuple[int, int]]) -> None:
        now = self._matcher.facts(headline.title, headline.text)
        probed = self._probe.facts(headline.title, headline.text)
        for number, (start, end) in spans.items():
            if self._weighed[number] < WEIGHED:
                self._weighed[number] += 1
                headline.places[number] = place_of(self._watch.id, start, end, headline.title, now, probed)
        self._seen.add(headline.folded)
        self._kept.append(headline)

    def _figures(self, number: int) -> TermFigures:
        term, _ = self._terms[number]
        found = [(one, one.places[number]) for one in self._kept if number in one.places]
        refused = Counter(place.reason for _, place in found if not place.counted)
        return TermFigures(
            term=term,
            kind=self._kinds[term],
            entries=self._entries_with[number],
            headlines=self._headlines_with[number],
            weighed=len(found),
            counted=sum(place.counted for _, place in found),
            refused=tuple(refused.most_common()),
            excludes=tuple(self._excludes(term, found)),
        )

    def _excludes(self, term: str, found: Sequence[tuple[Headline, Place]]) -> Iterable[Phrase]:
        left = [(one, place) for one, place in found if place.open]
        trusted = self._kinds[term] not in {"weak", ""}
        if any(map(is_cjk, term)):
            phrases = chinese_phrases(left, self._background, trusted=trusted)
        else:
            stop_words = self._tables.stop_words
            phrases = english_phrases(left, self._background, stop_words, trusted=trusted)
        known = self._known(self._watch.exclude)
        own = self._own_terms() - {fold(term, self._tables.variants).strip()}
        for phrase in phrases:
            folded = fold(phrase.text, self._tables.variants)
            if folded not in known and not any(one in folded for one in own):
                yield phrase

    def _own_terms(self) -> set[str]:
        watch = self._watch
        return self._known((watch.name, *watch.aliases, *watch.likely, *watch.weak, *watch.products))

    def _context(self) -> tuple[ContextWord, ...]:
        """Words of the headlines that name the company for certain, or of those that count where none do.

        None where no term wants for support.
        """
        watch = self._watch
        named = [one for one in self._kept if any(place.named for place in one.places.values())]
        meant = [one for one in self._kept if any(place.meant for place in one.places.values())]
        others = [one for one in self._kept if not any(place.meant for place in one.places.values())]
        if not any(place.reason == _UNSUPPORTED for one in self._kept for place in one.places.values()):
            return ()
        known = self._own_terms() | self._known((*watch.people, *watch.context, *watch.exclude))
        known |= {key for _, key in self._terms}
        known |= {ticker.code.lower() for ticker in watch.tickers}
        known |= {*self._tables.business_words, *self._tables.stop_words}
        about = named if len(named) * 4 >= len(meant) else meant
        found = context_words(
            about,
            others,
            self._background,
            headlines=self._background.headlines,
            known=known,
            is_common=self._is_common,
        )
        return tuple(found[:MOST_CONTEXT])

    def _is_common(self, word: str) -> bool:
        """Tell a word of general news by the table that ships; of a long Chinese one by its rarest pair."""
        known = self._tables.frequencies
        pairs = bigrams(word) if is_cjk(word[0]) else [stem(word)]
        return min(known.get(pair, 0) for pair in pairs) > _COMMON * self._tables.documents

    def _known(self, terms: Iterable[str]) -> set[str]:
        return {fold(term, self._tables.variants).strip() for term in terms}

    def _with_effect(self, found: Suggestions) -> Suggestions:
        """Read the headlines kept once more, with the suggested lines."""
        watch = self._watch
        edited = replace(
            watch,
            exclude=(*watch.exclude, *found.excludes),
            context=(*watch.context, *(word.text for word in found.context)),
        )
        matcher = self._matcher_of(edited)
        numbers = {term: number for number, (term, _) in enumerate(self._terms)}
        changed: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
        for headline in self._kept if found.excludes or found.context else ():
            facts = matcher.facts(headline.title, headline.text)
            for number, place in headline.places.items():
                after = place_of(watch.id, place.start, place.end, headline.title, facts, facts).counted
                if after != place.counted:
                    changed[after][number] += 1
        terms = (
            replace(one, lost=changed[False][numbers[one.term]], gained=changed[True][numbers[one.term]])
            for one in found.terms
        )
        return replace(found, terms=tuple(terms))
