"""The names that a query may use: watches, sources, events, languages, in both languages; and what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from bot.commands.asking import Asked, Desk
from bot.model import Watchlist
from bot.render.words import EVENTS
from bot.store import sources
from bot.text import fold, has_cjk

LANGUAGES = {
    "en": ("en", "english", "英文", "英语", "en-us", "en-gb"),
    "zh": ("zh", "chinese", "中文", "汉语", "zh-cn", "zh-tw", "zh-hk", "cn"),
}
_NEAR = 60
_NEAR_CHINESE = 50
"""One of two characters."""
_NEAR_NAME = 70
_MOST_LISTED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What can be named, each folded name with the id it stands for, and how the asker speaks."""

    watchlist: Watchlist
    variants: Mapping[int, str] = field(default_factory=dict)
    language: str = "en"
    zone: str = "UTC"
    via: str = "console"
    sources: Mapping[str, str] | None = None
    """Id to name, of all that are or ever were read; None: nobody knows, so every id is taken as it is."""
    events: Iterable[str] | None = None
    """The kinds of event; None: nobody knows."""

    def folded(self, text: str) -> str:
        """Return a name in the one spelling in which names are compared."""
        return " ".join(fold(text, self.variants).split())

    def known(self, key: str) -> dict[str, str] | None:
        """Return the folded names of one kind (watch, source, event, lang) with their ids; None for any."""
        if key == "watch":
            return known_names(self.watchlist, self.variants)
        if key == "lang":
            return {self.folded(name): lang for lang, names in LANGUAGES.items() for name in names}
        if key == "source":
            return self._sources()
        return self._events()

    def _sources(self) -> dict[str, str] | None:
        if self.sources is None:
            return None
        named = {self.folded(name): source for source, name in self.sources.items()}
        return named | {self.folded(source): source for source in self.sources}

    def _events(self) -> dict[str, str] | None:
        if self.events is None:
            return None
        kinds = set(self.events)
        said = {self.folded(word): kind for kind in kinds & EVENTS.keys() for word in EVENTS[kind]}
        return said | {self.folded(kind): kind for kind in kinds}

    def ids(self, key: str) -> list[str]:
        """Return some values that may stand behind a key: of events those that are known best."""
        every: Iterable[str] = self.watchlist.watches if key == "watch" else (self.known(key) or {}).values()
        if key == "event":
            usual = list(EVENTS)
            every = sorted(every, key=lambda kind: usual.index(kind) if kind in usual else len(usual))
        return list(dict.fromkeys(every))[:_MOST_LISTED]


def vocabulary_of(asked: Asked, desk: Desk, text: str | None = None) -> Vocabulary:
    """Return what can be named in a text (the asker's words): removed sources too, whose stories are still there."""
    said = (asked.words if text is None else text).lower()
    named = any(word in said for word in ("source", "来源"))
    read = {source: source for source in sources.states(desk.conn)} if named else {}
    return Vocabulary(
        watchlist=desk.watchlist,
        variants=desk.tables.variants,
        language=asked.reader.language,
        zone=asked.reader.timezone,
        via=asked.reader.via,
        sources=read | {source.id: source.name for source in desk.sources.values()},
        events=frozenset(desk.tables.events) | frozenset(EVENTS),
    )


def known_names(watchlist: Watchlist, variants: Mapping[int, str]) -> dict[str, str]:
    """Return every name that stands for a watch, folded, to the watch's id."""
    names: dict[str, str] = {}
    for watch in watchlist.watches.values():
        shown = (watch.id, watch.name, *watch.names.values())
        for term in (*shown, *watch.aliases, *watch.likely, *watch.weak, *watch.products):
            names.setdefault(fold(term, variants), watch.id)
    return names


def nearest_name(text: str, watchlist: Watchlist, variants: Mapping[int, str]) -> str | None:
    """Return the watch whose name is most like a mistyped one, or None."""
    names = known_names(watchlist, variants)
    return nearest_of(fold(text.strip(), variants), names)


def nearest_of(text: str, names: Mapping[str, str]) -> str | None:
    """Return the id whose whole name is most like a folded text, or None: a part that is alike is not enough."""
    found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR_NAME)
    return names[found[0]] if found else None


def nearest(text: str, names: Mapping[str, str]) -> str:
    """Return the id whose name is most like a folded text; "" where none is near."""
    near = _NEAR_CHINESE if has_cjk(text) else _NEAR
    long_enough = [name for name in names if 2 * len(name) >= len(text)]
    found = process.extractOne(text, long_enough, score_cutoff=near)
    return names[found[0]] if found else ""
