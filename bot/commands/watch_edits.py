"""``watch add``, ``remove``, ``alias`` and its like, ``undo``: what would change is shown, then confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot import edit
from bot.commands.asking import Answer, Asked, Desk
from bot.commands.edits import check, folder_of, insist_admin, offered, read_file
from bot.commands.foreseeing import Foreseen, foresee
from bot.commands.vocabulary import known_names
from bot.commands.watch_words import KEYS, Known, Terms, check_terms, name_and_aliases, terms_of
from bot.config.library import read_library
from bot.config.schema_watchlist import WatchSection
from bot.config.watches import library_watch
from bot.edit.folder import Edit
from bot.edit.watchlist import FILE, LISTS, Change, Kind, Listed, changed, new_id, read_watches
from bot.errors import CommandError
from bot.model import Receiver, Watch, Watchlist
from bot.render.following import UNDO, ChangeView, change_message, file_lines, undo_message
from bot.render.lines import clean, shorten
from bot.render.people import id_of
from bot.render.typed import typed
from bot.render.words import listed as said_list
from bot.render.words import quoted, say
from bot.store import audit
from bot.text import fold

_CERTAIN = frozenset({"aliases", "products"})
"""Lists whose terms count wherever they stand: two watches with the same one would both ring."""
_KINDS = ("aliases", "products", "people", "likely", "weak", "exclude", "context")
_SHOWN = 60


def known_of(asked: Asked, desk: Desk, listed: Listed | None = None) -> Known:
    """Return the names by which watches are known; with the file, those of disabled ones as well."""
    variants = desk.tables.variants
    names = known_names(desk.watchlist, variants)
    for watch, section in (listed.sections if listed else {}).items():
        for name in filter(None, (watch, section.name)):
            names.setdefault(" ".join(fold(name, variants).split()), watch)
    return Known(names, variants, asked.reader)


def answer_add(asked: Asked, desk: Desk, words: str) -> Answer:
    """Offer one watch more: a company of the library, or any name with its aliases."""
    listed = _file(asked, desk)
    name, aliases = name_and_aliases(words)
    if not name:
        raise CommandError(
            _usage(asked.reader, "add", "add Moonshot AI", "add Bluebird Robotics, 青鸟机器人, BBR")
        )
    known = known_of(asked, desk, listed)
    if taken := known.whole(" ".join((name, *aliases))) or known.whole(name):
        raise CommandError(_there(name, taken, asked.reader))
    company = _library_company(name, asked.reader, desk)
    if company is not None and company.id in listed.sections:
        raise CommandError(_there(name, company.id, asked.reader))
    if company is not None:
        new = _further(company, aliases, desk)
        change = Change(kind=Kind.ADD, watch=company.id, add=new)
    else:
        change = Change(kind=Kind.ADD, watch=_id_for(name, asked, listed), name=name, add=aliases)
    _check_new((name, *aliases) if company is None else change.add, "aliases", change.watch, asked, desk)
    return _offer(asked, desk, listed, change, "watch add " + _as_typed((name, *aliases)))


def _there(name: str, watch: str, reader: Receiver) -> str:
    command = typed(reader.via, f"watch show {watch}")
    return say(reader.language, "watch_there", name=_quoted(name, reader), watch=watch, command=command)


def answer_remove(asked: Asked, desk: Desk, words: str) -> Answer:
    """Offer one watch less."""
    listed = _file(asked, desk)
    if not words:
        raise CommandError(_usage(asked.reader, "remove", "remove tencent"))
    watch, rest = known_of(asked, desk, listed).find(words, rest=False)
    if rest:
        raise CommandError(_usage(asked.reader, "remove", f"remove {watch}"))
    change = Change(kind=Kind.REMOVE, watch=watch)
    return _offer(asked, desk, listed, change, f"watch remove {watch}")


def answer_terms(asked: Asked, desk: Desk, verb: str, words: str) -> Answer:
    """Offer terms more or less in one list of a watch: ``alias moonshot 月暗, -Kimi``."""
    listed = _file(asked, desk)
    usage = _usage(asked.reader, verb, f"{verb} moonshot 月暗", f"{verb} moonshot -月暗")
    if not words:
        raise CommandError(usage)
    watch, rest = known_of(asked, desk, listed).find(words)
    terms = terms_of(rest)
    if not (terms.add or terms.drop):
        raise CommandError(usage)
    key = KEYS[verb]
    change = Change(watch=watch, key=key, add=terms.add, drop=terms.drop)
    change, there = _own_terms(change, listed, asked, desk)
    _check_new(change.add, key, watch, asked, desk)
    typed_terms = _as_typed((*change.add, *(f"-{term}" for term in terms.drop)))
    return _offer(asked, desk, listed, change, f"watch {verb} {watch} {typed_terms}", there)


def answer_undo(asked: Asked, desk: Desk) -> Answer:
    """Offer to take back the last change of a file that was made by a question and not taken back yet."""
    insist_admin(asked)
    folder, language = folder_of(asked, desk), asked.reader.language
    done = audit.edits(desk.conn)
    undone = {change.detail.get("undoes") for change in done}
    last = next((one for one in done if "undoes" not in one.detail and one.id not in undone), None)
    if last is None:
        raise CommandError(say(language, "undo_nothing"))
    made = Edit.of(last.detail)
    text, version = edit.read(folder / made.file)
    found = made.back() if version == made.version_after else made.back().moved(text, version)
    if found is None:
        raise CommandError(_edited_since(made, text, last.what, asked, desk))
    back = found
    check(desk, {made.file: back.applied(text)}, language)
    rows, offers = offered(asked, desk, back, f"{UNDO}{last.what}", undoes=last.id)
    lines = file_lines(back.file, back.line(text), back.removed, back.added, language)
    message = undo_message(asked.reader, desk.now, last.what, last.at, _by(last), lines, rows)
    row = {"undoes": last.what, "at": last.at.isoformat(), "removed": back.removed, "added": back.added}
    return Answer(message, ({**row, "file": back.file},), offers=offers)


def _edited_since(made: Edit, text: str, what: str, asked: Asked, desk: Desk) -> str:
    """Say which line: the first one of the change, where it reads otherwise now; and what to type instead."""
    reader, back = asked.reader, made.back()
    key = "undo_edited_else" if back.fits(text) else "undo_edited"
    said = say(reader.language, key, what=clean(what), file=made.file, line=back.line(text))
    command = _opposite(what, asked, desk)
    instead = typed(reader.via, shorten(clean(command), 200))
    more = (
        say(reader.language, "undo_instead", command=instead)
        if command
        else say(reader.language, "undo_hand")
    )
    return said + ("" if reader.language == "zh" else " ") + more


def _opposite(what: str, asked: Asked, desk: Desk) -> str:
    """The command that does the opposite of one, as it is typed; "" where there is none."""
    subject, verb, rest = [*what.split(" ", 2), "", ""][:3]
    if subject == "sources" and verb == "add" and rest in desk.sources:
        return f"sources remove {rest}"
    if subject != "watch":
        return ""
    known = known_of(asked, desk)
    if verb == "add":
        name, aliases = name_and_aliases(rest)
        watch = known.whole(name) or known.whole(" ".join((name, *aliases)))
        return f"watch remove {watch}" if watch else ""
    if verb == "remove":
        return f"watch add {rest}"
    watch, _, listed = rest.partition(" ")
    terms = terms_of(listed) if verb in KEYS and watch in desk.watchlist.watches else Terms()
    back = _as_typed((*terms.drop, *(f"-{term}" for term in terms.add)))
    return f"watch {verb} {watch} {back}" if back else ""


def _by(change: audit.Change) -> str:
    return str(change.detail.get("name") or id_of(change.who))


def _offer(
    asked: Asked, desk: Desk, listed: Listed, change: Change, command: str, notes: Sequence[str] = ()
) -> Answer:
    """Show what would change and what it would have told, with the buttons that make it."""
    language = asked.reader.language
    after = changed(listed.text, change)
    watchlist: Watchlist = check(desk, {FILE: after}, language).watchlist
    seen = foresee(desk, watchlist, change.watch)
    made = Edit.between(FILE, listed.version, listed.text, after)
    rows, offers = offered(asked, desk, made, command)
    watch = desk.watchlist.watches.get(change.watch) or watchlist.watches.get(change.watch)
    view = ChangeView(
        reader=asked.reader,
        now=desk.now,
        kind=change.kind.value,
        name=watch.shown(language) if watch else change.watch,
        library=change.kind is Kind.ADD and not change.name,
        key=change.key,
        add=change.add,
        drop=change.drop,
        notes=tuple(notes),
        lines=file_lines(FILE, made.line(listed.text), made.removed, made.added, language),
        more=seen.more,
        fewer=seen.fewer,
        span=seen.span,
        entries=seen.entries,
        rows=rows,
    )
    return Answer(change_message(view), (_row(command, made, seen),), offers=offers)


def _row(command: str, made: Edit, seen: Foreseen) -> dict[str, object]:
    return {
        "change": command,
        "file": made.file,
        "removed": made.removed,
        "added": made.added,
        "more": sum(told.at_once for told in seen.more),
        "fewer": sum(told.at_once for told in seen.fewer),
        "more_in_digests": sum(not told.at_once for told in seen.more),
        "fewer_in_digests": sum(not told.at_once for told in seen.fewer),
        "hours": seen.span.total_seconds() / 3600,
        "entries": seen.entries,
    }


def _file(asked: Asked, desk: Desk) -> Listed:
    insist_admin(asked)
    return read_file(asked, desk, read_watches)


def _library_company(name: str, reader: Receiver, desk: Desk) -> Watch | None:
    """The company of the library that has this id or name; CommandError where several have it."""
    library, variants = read_library(), desk.tables.variants
    if name.casefold() in library:
        return library_watch(name.casefold(), library)
    folded = fold(name, variants)
    found = []
    for watch in filter(None, (library_watch(one, library) for one in library.naming(name, folded))):
        terms = (watch.name, *watch.aliases, *watch.likely, *watch.weak)
        if not watch.topic and any(fold(term, variants) == folded for term in terms):
            found.append(watch)
    certain = [one for one in found if folded in {fold(term, variants) for term in (one.name, *one.aliases)}]
    found = certain or found
    if len(found) > 1:
        ids = said_list([one.id for one in found], reader.language)
        raise CommandError(say(reader.language, "library_several", name=_quoted(name, reader), ids=ids))
    return found[0] if found else None


def _further(company: Watch, aliases: tuple[str, ...], desk: Desk) -> tuple[str, ...]:
    """The aliases that the library does not have."""
    variants = desk.tables.variants
    has = {fold(term, variants) for term in (company.name, *company.aliases)}
    return tuple(term for term in aliases if fold(term, variants) not in has)


def _id_for(name: str, asked: Asked, listed: Listed) -> str:
    found = new_id(name, [*listed.sections, *read_library()])
    if not found:
        raise CommandError(say(asked.reader.language, "term_empty", term=_quoted(name, asked.reader)))
    return found


def _own_terms(change: Change, listed: Listed, asked: Asked, desk: Desk) -> tuple[Change, list[str]]:
    """The change with the terms that go as they stand in the file, and what is said of those that come and stand
    in the watch already: they are left out. CommandError where what goes does not stand there, or nothing is left.
    """
    own, watch = listed.sections[change.watch], desk.watchlist.watches.get(change.watch)
    variants, reader = desk.tables.variants, asked.reader
    mine = {fold(term, variants): term for term in filter(None, getattr(own, change.key))}
    drop = []
    for term in change.drop:
        if fold(term, variants) not in mine:
            raise CommandError(_not_own(term, change, watch, reader))
        drop.append(mine[fold(term, variants)])
    gone = {(change.key, term) for term in drop}
    there, places, add = [], _places(own, watch, variants), []
    for term in change.add:
        if key := _stands_in(fold(term, variants), change.key, places, gone):
            values = {"term": _quoted(term, reader), "watch": change.watch, "key": key}
            there.append(say(reader.language, "term_there", **values))
        else:
            add.append(term)
    if there and not (add or drop):
        raise CommandError("\n".join(there))
    return replace(change, add=tuple(add), drop=tuple(drop)), there


def _not_own(term: str, change: Change, watch: Watch | None, reader: Receiver) -> str:
    inherited = watch is not None and term in getattr(watch, change.key, ())
    return say(
        reader.language,
        "term_of_library" if inherited else "term_missing",
        term=_quoted(term, reader),
        watch=change.watch,
        key=change.key,
        command=typed(reader.via, f"watch weak {change.watch} {term}"),
    )


_Places = list[tuple[str, str, str, bool]]
"""(folded term, term, the list it stands in, whether it is the file's own)."""


def _places(own: WatchSection, watch: Watch | None, variants: Mapping[int, str]) -> _Places:
    """Where every term of a watch stands: in the file, and what the library adds."""
    found = [(fold(term, variants), term, key, True) for key in LISTS for term in getattr(own, key) if term]
    if watch is None:
        return found
    found.append((fold(watch.name, variants), watch.name, "name", True))
    inherited = ((key, term) for key in _KINDS for term in getattr(watch, key))
    return found + [(fold(term, variants), term, key, False) for key, term in inherited]


def _stands_in(folded: str, key: str, places: _Places, gone: set[tuple[str, str]]) -> str:
    """The list in which a term stands already, so that it can't be added; "" where it can.

    What the library puts into another list of names moves by being named anew.
    """
    for spelled, term, place, own in places:
        if spelled == folded and (place, term) not in gone and (own or place == key):
            return place
    return ""


def _check_new(terms: tuple[str, ...], key: str, watch: str, asked: Asked, desk: Desk) -> None:
    """New terms can be looked for, and no other watch is certain of them."""
    variants, reader = desk.tables.variants, asked.reader
    check_terms(terms, key, watch, reader, variants)
    if key not in _CERTAIN:
        return
    certain: dict[str, str] = {}
    for other in desk.watchlist.watches.values():
        if other.id != watch:
            for term in (other.name, *other.aliases, *other.products):
                certain.setdefault(fold(term, variants), other.id)
    for term in terms:
        if owner := certain.get(fold(term, variants)):
            raise CommandError(
                say(reader.language, "term_elsewhere", term=_quoted(term, reader), watch=owner)
            )


def _quoted(term: str, reader: Receiver) -> str:
    return quoted(shorten(clean(term), _SHOWN), reader.language)


def _as_typed(terms: Iterable[str]) -> str:
    """Terms as they may be typed again."""
    return ", ".join(f'"{term}"' if any(mark in term for mark in ',，、;；"') else term for term in terms)


def _usage(reader: Receiver, verb: str, *examples: str) -> str:
    shown = said_list((typed(reader.via, f"watch {example}") for example in examples), reader.language)
    key = f"usage_{verb}" if verb in {"add", "remove"} else "usage_terms"
    return say(reader.language, key, examples=shown)
