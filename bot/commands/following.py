"""``watch``: what is followed, and every change of it, from one function for chats and the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from rapidfuzz import process

from bot.commands.asking import Answer, Asked, Desk, concerns, is_guest, sees
from bot.commands.muting import answer_mute, answer_unmute
from bot.commands.suggesting import answer_suggest
from bot.commands.watch_edits import answer_add, answer_remove, answer_terms, answer_undo, known_of
from bot.commands.watch_words import KEYS, VERB_OF, VERBS
from bot.config.library import read_library
from bot.config.watches import library_watch
from bot.edit.watchlist import read_watches
from bot.errors import CommandError, ConfigError, EditError
from bot.model import Route, Watch
from bot.render.following import (
    WatchRow,
    WatchView,
    change_said,
    lines_message,
    list_message,
    said,
    show_message,
)
from bot.render.lines import clean, shorten
from bot.render.people import shown_name
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import line, listed, quoted, say
from bot.store import audit, history, mutes, search
from bot.text import fold

LOOK_BACK = timedelta(days=7)
LOGGED = 10
LOOKED_AT = 200
"""Changes among which those are found that the asker may read."""
_LISTS = (
    "aliases", "likely", "weak", "products", "people", "tickers", "exclude", "context", "any", "all", "none",
    "case_sensitive", "tags",
)  # fmt: skip
_SHOWN = 40
_NEAR = 70


def answer_watch(asked: Asked, desk: Desk) -> Answer:
    """Answer ``watch VERB ...``; without a verb the list, with a watch's name that watch."""
    words = asked.words
    word, _, rest = words.strip().partition(" ")
    verb, glued = _verb(word)
    rest = f"{glued} {rest}".strip()
    if verb in KEYS:
        return answer_terms(asked, desk, verb, rest)
    if verb in _ANSWERS:
        return _ANSWERS[verb](asked, desk, rest)
    if not word:
        return answer_list(asked, desk, "")
    if known_of(asked, desk).whole(words) is not None:
        return answer_show(asked, desk, words)
    raise _unknown(asked, word, rest)


def _verb(word: str) -> tuple[str, str]:
    """The verb of a word, and what is glued to a Chinese one: ``添加月之暗面``."""
    folded = word.strip("：:").casefold()
    if folded in VERB_OF:
        return VERB_OF[folded], ""
    glued = [known for known in VERB_OF if not known.isascii() and word.startswith(known)]
    if not glued:
        return "", ""
    longest = max(glued, key=len)
    return VERB_OF[longest], word[len(longest) :].lstrip("：:")


def _unknown(asked: Asked, word: str, rest: str) -> CommandError:
    language, via = asked.reader.language, asked.reader.via
    shown = quoted(shorten(clean(word), _SHOWN), language)
    near = process.extractOne(word.casefold(), list(VERBS), score_cutoff=_NEAR)
    if near:
        meant = f"watch {near[0]} {rest}".strip()
        hint = say(language, "unknown_mean", command=typed(via, shorten(clean(meant), _SHOWN)))
        return CommandError(say(language, "watch_verb", word=shown, examples=hint), meant=meant)
    verbs = ("list", "show tencent", "add NAME", "alias tencent 鹅厂", "mute tencent 4h")
    examples = listed((typed(via, f"watch {verb}") for verb in verbs), language)
    usage = say(language, "watch_usage", examples=examples)
    return CommandError(say(language, "watch_verb", word=shown, examples=usage))


def answer_list(asked: Asked, desk: Desk, words: str) -> Answer:
    """Every watch, or those whose id, names or tags fit all words: alerts in seven days, and what is muted."""
    every = [_row(watch, asked, desk) for watch in desk.watchlist.watches.values()]
    alerts, silent = _alerts(asked, desk), _silent(asked, desk)
    wanted = [fold(word, desk.tables.variants) for word in words.split()]
    rows = [
        WatchRow(
            id=row.id,
            name=row.name,
            other=row.other,
            alerts=None if is_guest(asked) else alerts[row.id],
            muted_until=silent.get(row.id),
        )
        for row in every
        if _fits(desk.watchlist.watches[row.id], wanted, desk)
    ]
    message = list_message(asked.reader, desk.now, rows, words=words, total=len(every))
    return Answer(message, tuple(_json(row) for row in rows), failed=bool(words and not rows))


def answer_show(asked: Asked, desk: Desk, words: str) -> Answer:
    """Everything that one watch says, who hears of it, and what it brought in seven days."""
    if not words:
        raise CommandError(say(asked.reader.language, "usage_remove", examples=_typed(asked, "show tencent")))
    name, _ = known_of(asked, desk).find(words, rest=False)
    watch = desk.watchlist.watches[name]
    row = _row(watch, asked, desk)
    filters = search.Filters(watches=frozenset({name}), since=desk.now - LOOK_BACK, matched_only=True)
    terms = tuple((key, _terms(watch, key)) for key in _LISTS if getattr(watch, key))
    view = WatchView(
        reader=asked.reader,
        now=desk.now,
        row=WatchRow(
            id=row.id,
            name=row.name,
            other=row.other,
            alerts=None if is_guest(asked) else _alerts(asked, desk)[name],
            muted_until=_silent(asked, desk).get(name),
        ),
        origin=_origin(watch, desk),
        topic=watch.topic,
        terms=terms,
        min_score=watch.min_score,
        routes=None if is_guest(asked) else _routes(asked, desk, watch),
        here=not asked.admin,
        stories=search.count(desk.conn, filters),
    )
    known = {"origin": view.origin, "stories_7d": view.stories, "routes": list(view.routes or ())}
    return Answer(show_message(view), ({**_json(view.row), **dict(terms), **known},))


def answer_log(asked: Asked, desk: Desk, words: str) -> Answer:
    """The last changes of files, and of the mutes that concern the asker: what, when, who."""
    del words
    if is_guest(asked):
        raise CommandError(say(asked.reader.language, "log_nobody"))
    language, clock = asked.reader.language, Clock.of(asked.reader, desk.now)
    found = [one for one in audit.steps(desk.conn, LOOKED_AT) if _may_read(one, asked)][:LOGGED]
    if not found:
        return Answer(said(asked.reader, line(language, "log_empty")))
    undone = {change.detail.get("undoes") for change in audit.edits(desk.conn)}
    lines = [
        say(
            language,
            "log_line",
            time=clock.moment(one.at),
            what=shorten(change_said(one.what, language), 200)
            + (say(language, "log_undone") if one.id in undone else ""),
            who=shown_name(one.who, str(one.detail.get("name") or "")),
        )
        for one in found
    ]
    rows = tuple({"at": one.at.isoformat(), "who": one.who, "what": one.what} for one in found)
    return Answer(lines_message(asked.reader, "log_head", lines), rows)


def _may_read(change: audit.Change, asked: Asked) -> bool:
    """A change of a file is everybody's to read; a mute, of whom it silences (``receiver``, ``receivers``)."""
    detail = change.detail
    if "file" in detail:
        return True
    receivers = detail.get("receivers") or [detail.get("receiver") or ""]
    return any(not name or sees(asked, name) for name in receivers)


def _row(watch: Watch, asked: Asked, desk: Desk) -> WatchRow:
    del desk
    shown = watch.shown(asked.reader.language)
    others = [watch.names[lang] for lang in ("en", "zh") if watch.names.get(lang, shown) != shown]
    return WatchRow(id=watch.id, name=shown, other=others[0] if others else "")


def _fits(watch: Watch, wanted: list[str], desk: Desk) -> bool:
    terms = (watch.id, watch.name, *watch.aliases, *watch.tags)
    haystack = fold(" ".join(terms), desk.tables.variants)
    return all(word in haystack for word in wanted)


def _alerts(asked: Asked, desk: Desk) -> Counter[str]:
    """How many stories were told at once in seven days, by watch: here, where the asker is in a receiver's chat."""
    told = history.told_since(desk.conn, desk.now - LOOK_BACK)
    stories = {
        (watch, one.story)
        for one in told
        if not one.digest and concerns(asked, one.receiver)
        for watch in one.watches
    }
    return Counter(watch for watch, _ in stories)


def _silent(asked: Asked, desk: Desk) -> Mapping[str, datetime]:
    """Until when each watch is muted here; what ends last counts."""
    return {
        mute.watch: mute.until
        for mute in mutes.active(desk.conn, desk.now)
        if mute.watch and not mute.story and concerns(asked, mute.receiver)
    }


def _origin(watch: Watch, desk: Desk) -> str:
    """``library``, ``own`` or ``both``: as the file says it, or where it can't be read, as the watch looks."""
    section = None
    if desk.folder is not None:
        try:
            section = read_watches(desk.folder).sections.get(watch.id)
        except (EditError, ConfigError):
            section = None
    if section is None:
        return "library" if library_watch(watch.id, read_library()) == watch else "own"
    if section.library is None:
        return "own"
    return "library" if section.model_fields_set == {"library"} else "both"


def _terms(watch: Watch, key: str) -> tuple[str, ...]:
    if key == "tickers":
        return tuple(f"{ticker.exchange}:{ticker.code}" for ticker in watch.tickers)
    if key == "all":
        return tuple("(" + " | ".join(group) + ")" for group in watch.all)
    found = getattr(watch, key)
    return tuple(sorted(found)) if isinstance(found, frozenset) else tuple(found)


def _tells(route: Route, watch: Watch) -> bool:
    named = not route.watches or watch.id in route.watches
    return named and (not route.tags or bool(route.tags & watch.tags))


def _routes(asked: Asked, desk: Desk, watch: Watch) -> tuple[str, ...]:
    """The routes that tell of a watch, each with those of its receivers that the asker may read of."""
    telling = (route for route in desk.settings.routes if _tells(route, watch))
    known = ((route, [name for name in route.to if sees(asked, name)]) for route in telling)
    return tuple(_route(route, to) for route, to in known if to)


def _route(route: Route, to: Sequence[str]) -> str:
    return f"{route.name} → {', '.join(to)}" + (f" (≥ {route.min_score})" if route.min_score else "")


def _json(row: WatchRow) -> dict[str, object]:
    until = row.muted_until.isoformat() if row.muted_until else None
    names = {"watch": row.id, "name": row.name, "other_name": row.other}
    return {**names, "alerts_7d": row.alerts, "muted_until": until}


def _typed(asked: Asked, words: str) -> str:
    return typed(asked.reader.via, f"watch {words}")


_ANSWERS: dict[str, Callable[[Asked, Desk, str], Answer]] = {
    "list": answer_list,
    "show": answer_show,
    "add": answer_add,
    "remove": answer_remove,
    "mute": answer_mute,
    "unmute": answer_unmute,
    "undo": lambda asked, desk, _: answer_undo(asked, desk),
    "log": answer_log,
    "suggest": answer_suggest,
}
