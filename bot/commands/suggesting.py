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
from bot.render.lines import clean, shorten
from bot.render.suggesting import Origin, SuggestView, nothing_suggested, suggestions, usage, yaml_lines
from bot.render.words import quoted, say
from bot.store import texts
from bot.text import fold, is_cjk

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


def answer_suggest(asked: Asked, desk: Desk, name: str) -> Answer:
    """Answer ``watch suggest NAME`` from the newest entries. CommandError says what to type instead."""
    subject = subject_of(name, desk.watchlist, desk.tables, asked.reader)
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
        return _of_watch(watchlist.watches[found], reader)
    folded = fold(name, tables.variants)
    for watch in watchlist.watches.values():
        if not watch.topic and (terms := _same(watch, folded, tables)):
            return Subject(watch, terms, _origin(watch))
    if listed := library_watch(name.casefold(), read_library()):
        return Subject(listed, doubtful_terms(listed), Origin.NEW_LIBRARY)
    _check_word(name, reader)
    return Subject(Watch(id=folded.replace(" ", "-"), name=name, weak=(name,)), {name: ""}, Origin.WORD)


def _of_watch(watch: Watch, reader: Receiver) -> Subject:
    name = shorten(clean(watch.shown(reader.language)), _LONGEST)
    if watch.topic:
        raise CommandError(say(reader.language, "suggest_topic", name=name))
    terms = doubtful_terms(watch)
    if not terms:
        raise CommandError(say(reader.language, "suggest_certain", name=name))
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


def _check_word(name: str, reader: Receiver) -> None:
    letters = [character for character in name if character.isalnum()]
    shown = quoted(clean(name[:_LONGEST]) + ("…" if len(name) > _LONGEST else ""), reader.language)
    if not letters:
        raise CommandError(say(reader.language, "suggest_empty", name=shown))
    if len(letters) == 1:
        key = "suggest_one_zh" if is_cjk(letters[0]) else "suggest_one"
        raise CommandError(say(reader.language, key, name=shown))
    if len(name) > _LONGEST:
        raise CommandError(say(reader.language, "suggest_long", name=shown, count=_LONGEST))


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
