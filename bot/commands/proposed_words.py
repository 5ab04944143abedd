"""Which words of a watch nobody liked: a phrase to exclude, a likely term that should be weak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bot.commands.asking import Desk
from bot.commands.judged import Judged, Proposal
from bot.commands.tallies import Term, report_of
from bot.edit.watchlist import FILE, Change, changed
from bot.match.suggest import doubtful_terms
from bot.match.suggest.headlines import pattern_of
from bot.text import fold, is_cjk

LEAST_STORIES = 2
"""Different stories in which an excluded phrase must stand: one headline is no pattern."""
_SHORTEST = 3


def excludes(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield phrases that hold a doubtful term, stand in headlines nobody liked, and in none that somebody liked."""
    for term in _disliked(desk, voted):
        bad = _phrases(desk, term, (one for one in voted if not one.liked))
        good = _phrases(desk, term, (one for one in voted if one.liked))
        for phrase, holding in bad.items():
            if phrase not in good and len({one.opinion.story.id for one in holding}) >= LEAST_STORIES:
                yield Proposal(
                    key="propose_exclude",
                    values={"term": phrase, "watch": term.watch},
                    file=FILE,
                    change=partial(
                        _in_turn, changes=(Change(watch=term.watch, key="exclude", add=(phrase,)),)
                    ),
                    for_it={one.heard: one.votes for one in holding},
                )


def weaker(desk: Desk, voted: Sequence[Judged]) -> Iterator[Proposal]:
    """Yield likely terms that bring what nobody likes: as weak ones they count where something speaks for them."""
    found: dict[Term, list[Judged]] = {}
    for one in voted:
        for term in one.opinion.terms if not one.liked else ():
            if term.kind == "likely":
                found.setdefault(term, []).append(one)
    for term, holding in found.items():
        drop = Change(watch=term.watch, key="likely", drop=(term.text,))
        add = Change(watch=term.watch, key="weak", add=(term.text,))
        yield Proposal(
            key="propose_weak",
            values={"term": term.text, "watch": term.watch},
            file=FILE,
            change=partial(_in_turn, changes=(drop, add)),
            for_it={one.heard: one.votes for one in holding},
        )


def _in_turn(text: str, changes: Iterable[Change]) -> str:
    for change in changes:
        text = changed(text, change)
    return text


def _disliked(desk: Desk, voted: Sequence[Judged]) -> list[Term]:
    """The terms that may mean something else and stand in what nobody liked."""
    found = dict.fromkeys(term for one in voted if not one.liked for term in one.opinion.terms)
    watches = {term.watch for term in found}
    doubtful = {watch: doubtful_terms(desk.watchlist.watches[watch]) for watch in watches}
    return [term for term in found if term.text in doubtful[term.watch]]


def _phrases(desk: Desk, term: Term, voted: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The phrases round a term in the headlines where it stands, each with the stories that hold it."""
    variants = desk.tables.variants
    watch = desk.watchlist.watches[term.watch]
    key = fold(term.text, variants).strip()
    names = (watch.name, *watch.aliases, *watch.likely, *watch.weak, *watch.products)
    own = {fold(name, variants).strip() for name in names} - {key}
    found: dict[str, list[Judged]] = {}
    for one in voted:
        if term not in one.opinion.terms:
            continue
        match = next(match for match in one.opinion.matches if match.watch == term.watch)
        title = fold(report_of(one.opinion.story, match).entry.title, variants)
        for phrase in dict.fromkeys(_around(key, title, desk.tables.stop_words)):
            if not any(name in phrase for name in own):
                found.setdefault(phrase, []).append(one)
    return found


def _around(key: str, title: str, stop_words: frozenset[str]) -> Iterator[str]:
    """The term with the word before it or behind it; Chinese has no spaces, so with one or two characters."""
    place = pattern_of(key).search(title)
    if place is None:
        return
    start, end = place.span()
    if is_cjk(key[0]):
        yield from _characters(key, title, start, end)
        return
    before, after = title[:start].rstrip().rpartition(" ")[2], title[end:].lstrip().partition(" ")[0]
    if title[start - 1 : start] == " " and _is_word(before, stop_words):
        yield f"{before} {key}"
    if title[end : end + 1] == " " and _is_word(after, stop_words):
        yield f"{key} {after}"


def _characters(key: str, title: str, start: int, end: int) -> Iterator[str]:
    for size in (2, 1):
        for part in (title[max(0, start - size) : end], title[start : end + size]):
            if len(part) == len(key) + size and all(map(is_cjk, part)):
                yield part


def _is_word(text: str, stop_words: frozenset[str]) -> bool:
    return len(text) >= _SHORTEST and text.isalnum() and text not in stop_words
