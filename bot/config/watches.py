"""From a checked ``watchlist.yaml`` to the watches that the matcher knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from pydantic import ValidationError

from bot.config.faults import FaultList, Place, one_of
from bot.config.library import merge
from bot.config.schema_watchlist import WatchlistFile, WatchSection
from bot.config.terms import check_case_sensitive, check_terms
from bot.config.tickers import TickerError, read_ticker
from bot.config.validate import known_words
from bot.config.wording import mend
from bot.config.yaml_source import Node, Path, Sheet, parse
from bot.model import Ticker, Watch, Watchlist
from bot.text import is_cjk

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Followed:
    """The watchlist, and the ids and tags of disabled watches too: routes may name those."""

    watchlist: Watchlist
    ids: frozenset[str]
    tags: frozenset[str]


def build_watchlist(
    file: WatchlistFile, sheet: Sheet, library: Mapping[str, WatchSection], variants: Mapping[int, str]
) -> Followed:
    """Return the watches with library and references written out; faults go to the sheet."""
    if not file.watches:
        sheet.complain(("watches",), "nothing is watched yet", "add 'alibaba: library'", warning=True)
    _find_twins(file, sheet)
    merged = {key: _merged(key, own, sheet, library) for key, own in file.watches.items()}
    for key, own in file.watches.items():
        check_terms(("watches", key), own, sheet, variants)
        if own.case_sensitive:
            check_case_sensitive(("watches", key), own, merged[key], sheet)
    references = _References(merged, library, sheet)
    watches = {key: _watch(key, section, references) for key, section in merged.items()}
    enabled = {key: watch for key, watch in watches.items() if watch.enabled}
    tags = frozenset(tag for watch in watches.values() for tag in watch.tags)
    return Followed(Watchlist(watches=enabled, version=_version(enabled.values())), frozenset(watches), tags)


def check_what_is_left(text: str, name: str, faults: FaultList, variants: Mapping[int, str]) -> None:
    """Add the faults of the terms of a file that doesn't fit its schema, so that one mistake hides no other.

    A watch with anything but texts in its lists is judged by its texts; one with other mistakes is left out.
    """
    words = known_words(WatchlistFile)
    root = parse(mend(text, name, FaultList(), words), name, FaultList())
    watches = root.value.get("watches") if root is not None and isinstance(root.value, dict) else None
    if root is None or not isinstance(watches, dict):
        return
    sheet = Sheet(name, root, faults)
    for key, value in watches.items():
        if isinstance(value, dict):
            try:
                section = WatchSection.model_validate(
                    {kind: _texts(kind, one) for kind, one in value.items()}
                )
            except ValidationError:
                continue
            check_terms(("watches", key), section, sheet, variants)


def _texts(kind: str, value: object) -> object:
    """A list with something that has no fault of its own in the place of what is no text."""
    if not isinstance(value, list):
        return value
    stand_in = "$A" if kind == "tickers" else None
    return [one if isinstance(one, str | list) else stand_in for one in value]


def library_watch(name: str, library: Mapping[str, WatchSection]) -> Watch | None:
    """Return a watch as the library has it, None where it has none of this id."""
    found = library.get(name)
    if found is None:
        return None
    sheet = Sheet("library", Node({}, Place()), FaultList())
    return _watch(name, found, _References({}, library, sheet))


def _find_twins(file: WatchlistFile, sheet: Sheet) -> None:
    seen: dict[str, str] = {}
    for key in file.watches:
        first = seen.setdefault(key.casefold(), key)
        if first != key:
            sheet.complain(
                ("watches", key), f"'{key}' and '{first}' differ only in case", "rename one", key=True
            )


def _merged(key: str, own: WatchSection, sheet: Sheet, library: Mapping[str, WatchSection]) -> WatchSection:
    if own.library is None:
        if not own.name:
            hint = "write name: and what it is called"
            if key in library:
                hint = f"write 'library: {key}' below the id, or only '{key}: library'"
            sheet.complain(("watches", key), f"the watch '{key}' has no name", hint, key=True)
        return own
    if base := library.get(own.library):
        return merge(base, own)
    hint = one_of(own.library, library)
    sheet.complain(("watches", key, "library"), f"'{own.library}' is not in the library", hint)
    return own


@dataclass(frozen=True, slots=True)
class _References:
    """Writes out ``@alibaba``: the names of another watch, or of one in the library."""

    watches: Mapping[str, WatchSection]
    library: Mapping[str, WatchSection]
    sheet: Sheet

    def expand(self, at: Path, terms: Iterable[str | None]) -> tuple[str, ...]:
        """Return the terms with references replaced, each once; ``at`` is the path of the list."""
        return _once(found for number, term in enumerate(terms) for found in self._terms((*at, number), term))

    def _terms(self, path: Path, term: str | None) -> tuple[str, ...]:
        if not term or not term.startswith("@"):
            return (term,) if term else ()
        watch = self.watches.get(term[1:]) or self.library.get(term[1:])
        if watch is None:
            self.sheet.complain(
                path, f"'{term}' is no watch", one_of(term[1:], {*self.watches, *self.library})
            )
            return ()
        if watch.any or watch.all:
            self.sheet.complain(path, f"'{term}' is a topic; only a company can stand for its names here")
            return ()
        return tuple(filter(None, (watch.name, *watch.aliases)))


def _watch(key: str, section: WatchSection, references: _References) -> Watch:
    at = ("watches", key)
    name = section.name or key
    aliases = _once(filter(None, section.aliases))
    groups = (references.expand((*at, "all", number), group) for number, group in enumerate(section.all))
    return Watch(
        id=key,
        name=name,
        names=_names(name, aliases),
        aliases=aliases,
        likely=_once(filter(None, section.likely)),
        weak=_once(filter(None, section.weak)),
        products=_once(filter(None, section.products)),
        people=_once(filter(None, section.people)),
        tickers=_once(_tickers(section.tickers)),
        context=references.expand((*at, "context"), section.context),
        exclude=_once(filter(None, section.exclude)),
        case_sensitive=frozenset(filter(None, section.case_sensitive)),
        any=references.expand((*at, "any"), section.any),
        all=tuple(group for group in groups if group),
        none=references.expand((*at, "none"), section.none),
        tags=frozenset(section.tags),
        min_score=section.min_score,
        enabled=section.enabled,
    )


def _once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))


def _tickers(texts: Iterable[str | None]) -> Iterator[Ticker]:
    for text in filter(None, texts):
        try:
            yield read_ticker(text)
        except TickerError:
            continue  # the fault was added by check_terms


def _names(name: str, aliases: Iterable[str]) -> dict[str, str]:
    """Return the name to show by language: the name itself in its own, the first alias in the other."""
    found: dict[str, str] = {}
    for text in (name, *aliases):
        found.setdefault("zh" if any(map(is_cjk, text)) else "en", text)
    return found


def _version(watches: Iterable[Watch]) -> str:
    """Return a short hash of what the watches say, whatever the order of sets."""
    digest = hashlib.sha256()
    for watch in watches:
        said = [(field.name, _ordered(getattr(watch, field.name))) for field in fields(watch)]
        digest.update(repr(said).encode())
    return digest.hexdigest()[:12]


def _ordered(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return sorted(value.items()) if isinstance(value, Mapping) else value
