"""``watch suggest NAME``: what the archive says about the doubtful terms of a watch, or about any word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from rapidfuzz import fuzz, process

from bot.commands.asking import Answer, Asked, Desk
from bot.config.library import read_library
from bot.config.watches import library_watch
from bot.errors import CommandError
from bot.match.suggest import Study, Suggestions, doubtful_terms
from bot.model import Receiver, Tables, Watch, Watchlist
from bot.render.suggesting import Origin, SuggestView, nothing_suggested, suggestions, usage, yaml_lines
from bot.store import texts
from bot.text import fold, is_cjk

SUGGEST = "suggest"
MOST_IN_CHAT = 20_000
"""Entries read for an answer in a chat; the terminal reads all."""
READ_OF_TEXT = 20_000
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """What to look into: a watch and those of its terms that are doubtful, each with its kind."""

    watch: Watch
    terms: Mapping[str, str]
    origin: Origin


def answer_watch(asked: Asked, desk: Desk) -> Answer:
    """Answer ``watch suggest NAME`` from the newest entries. CommandError says what to type instead."""
    words = asked.words.split(maxsplit=1)
    if words[:1] != [SUGGEST]:
        raise CommandError(usage(asked.reader))
    subject = subject_of(words[1] if len(words) > 1 else "", desk.watchlist, desk.tables, asked.reader)
    rows = texts.newest(desk.conn, most=MOST_IN_CHAT, length=READ_OF_TEXT)
    more = texts.count(desk.conn) > MOST_IN_CHAT
    return answer_from(subject, rows, desk.watchlist, desk.tables, asked.reader, more=more)


def answer_from(
    subject: Subject,
    rows: Iterable[tuple[str, str]],
    watchlist: Watchlist,
    tables: Tables,
    reader: Receiver,
    *,
    more: bool = False,
) -> Answer:
    """Answer from (headline, text) of an archive, the newest first; with ``more`` it holds older ones too."""
    study = Study(subject.watch, subject.terms, watchlist, tables)
    for title, text in rows:
        study.read(title, text)
    found = study.suggest()
    view = SuggestView(reader=reader, watch=subject.watch, origin=subject.origin, found=found, more=more)
    if not any(term.entries for term in found.terms):
        meant = _nearest(subject, watchlist)
        message = nothing_suggested(view, meant)
        return Answer(message, ({"watch": subject.watch.id, "entries": found.entries},), failed=True)
    return Answer(suggestions(view), tuple(_rows(view)))


def subject_of(name: str, watchlist: Watchlist, tables: Tables, reader: Receiver) -> Subject:
    """Return what a name means: a watch, a term of one, a company of the library, or any word.

    CommandError where nothing can be looked for.
    """
    name = " ".join(name.split())
    if not name:
        raise CommandError(usage(reader))
    ids = {watch.casefold(): watch for watch in watchlist.watches}
    if found := ids.get(name.casefold()):
        return _of_watch(watchlist.watches[found])
    folded = fold(name, tables.variants)
    for watch in watchlist.watches.values():
        if not watch.topic and (terms := _same(watch, folded, tables)):
            return Subject(watch, terms, _origin(watch))
    if listed := library_watch(name.casefold(), read_library()):
        return Subject(listed, doubtful_terms(listed), Origin.NEW_LIBRARY)
    _check_word(name)
    return Subject(Watch(id=folded.replace(" ", "-"), name=name, weak=(name,)), {name: ""}, Origin.WORD)


def _of_watch(watch: Watch) -> Subject:
    if watch.topic:
        raise CommandError(
            f"{watch.name} is a topic: its words count together, and none of them is a company's name. "
            "Name a company, or any word"
        )
    terms = doubtful_terms(watch)
    if not terms:
        raise CommandError(
            f"{watch.name} has no doubtful term: nothing likely or weak, no name of two characters, "
            "none that is a common word. Name a word to look into it"
        )
    return Subject(watch, terms, _origin(watch))


def _same(watch: Watch, folded: str, tables: Tables) -> dict[str, str]:
    """The term of a watch that is the word asked about, with its kind."""
    kinds = {watch.name: "name"} | dict.fromkeys(watch.aliases, "alias")
    kinds |= dict.fromkeys(watch.products, "product")
    kinds |= dict.fromkeys(watch.likely, "likely") | dict.fromkeys(watch.weak, "weak")
    return {term: kind for term, kind in kinds.items() if fold(term, tables.variants).strip() == folded}


def _origin(watch: Watch) -> Origin:
    """Tell a watch that is the library's, as it is, from one with lines of its own."""
    listed = library_watch(watch.id, read_library())
    same = listed is not None and (listed.aliases, listed.weak, listed.exclude, listed.context) == (
        watch.aliases,
        watch.weak,
        watch.exclude,
        watch.context,
    )
    return Origin.LIBRARY if same else Origin.OWN


def _check_word(name: str) -> None:
    letters = [character for character in name if character.isalnum()]
    if not letters:
        raise CommandError(f"“{name[:_LONGEST]}” has no letter and no digit: name a watch, or a word")
    if len(letters) == 1:
        which = "many longer words" if is_cjk(letters[0]) else "no headline as a name"
        raise CommandError(f"“{name}” is one character, which stands in {which}: write a name of two or more")
    if len(name) > _LONGEST:
        raise CommandError(f"“{name[:_LONGEST]}…” is too long for a name: write up to {_LONGEST} characters")


def _nearest(subject: Subject, watchlist: Watchlist) -> str:
    """The watch whose id or name is nearest to a word that stands nowhere; "" where none is near."""
    if subject.origin is not Origin.WORD:
        return ""
    names = {watch.casefold(): watch for watch in watchlist.watches}
    names |= {watch.name.casefold(): watch.id for watch in watchlist.watches.values()}
    found = process.extractOne(subject.watch.name.casefold(), list(names), scorer=fuzz.ratio, score_cutoff=65)
    return names[found[0]] if found else ""


def _rows(view: SuggestView) -> Iterable[dict[str, object]]:
    for term in view.found.terms:
        row = asdict(term) | {"refused": dict(term.refused)}
        row["exclude"] = row.pop("excludes")
        yield {"watch": view.watch.id, **row}
    yield _whole(view, view.found)


def _whole(view: SuggestView, found: Suggestions) -> dict[str, object]:
    return {
        "watch": view.watch.id,
        "entries": found.entries,
        "exclude": list(found.excludes),
        "context": [asdict(word) for word in found.context],
        "yaml": "\n".join(yaml_lines(view)),
    }
