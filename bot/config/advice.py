"""What works in a watchlist and is likely not what was meant: common words, shared terms, one thing said twice.

Only what stands in the user's own file is looked at: the lines of the library are not theirs to mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bot.config.doubtful import CommonWords
from bot.config.faults import FaultList
from bot.config.library import merge, read_library
from bot.config.reading import UnreadableError, decode, read_bytes
from bot.config.schema_watchlist import WatchlistFile, WatchSection
from bot.config.tables import SHIPPED
from bot.config.tickers import TickerError, read_ticker
from bot.config.validate import validate
from bot.config.yaml_source import Path, Sheet
from bot.errors import Fault
from bot.model import Tables
from bot.text import fold

CERTAIN = ("name", "aliases", "products")
EARNED = ("likely", "weak")
_LISTS = ("aliases", "likely", "weak", "products", "people", "context", "exclude", "any", "none")
_LONGEST = 60
"""Longer terms are not searched for others inside them."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A term as it stands in the user's file."""

    watch: str
    kind: str
    text: str
    folded: str
    path: Path


@dataclass(slots=True)
class Advice:
    """A watchlist file with what is worth saying of it."""

    sheet: Sheet
    _paths: dict[tuple[str, str], Path] = field(default_factory=dict)
    _variants: Mapping[int, str] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """All warnings so far, by place."""
        return self.sheet.faults.warnings

    def warn(self, watch: str, text: str, message: str, hint: str) -> None:
        """Add a warning at a term of a watch, if it stands in this file."""
        path = self._paths.get((watch, fold(text, self._variants).strip()))
        if path is not None:
            self.sheet.complain(path, message, hint, warning=True)


def advise(folder: FilePath, tables: Tables, *, data: FilePath = SHIPPED) -> Advice | None:
    """Return what is worth saying of a folder's ``watchlist.yaml``; None where it can't be read."""
    path = folder / "watchlist.yaml"
    try:
        text = decode(read_bytes(path))
    except UnreadableError:
        return None
    found = validate(text, str(path), WatchlistFile, FaultList())
    if found is None:
        return None
    file, sheet = found
    return _Review(file, Sheet(sheet.name, sheet.root, FaultList()), tables, data).advice()


class _Review:
    """One look through a file."""

    def __init__(self, file: WatchlistFile, sheet: Sheet, tables: Tables, data: FilePath) -> None:
        self._file, self._sheet, self._tables = file, sheet, tables
        self._library = read_library(data)
        self._common = CommonWords(tables, self._library)
        self._merged = {key: self._with_library(own) for key, own in file.watches.items() if own.enabled}
        self._written = [
            term for key, own in file.watches.items() if own.enabled for term in self._terms(key, own)
        ]

    def advice(self) -> Advice:
        """Return everything worth saying."""
        self._same_company()
        self._said_twice()
        self._common_words()
        self._shared()
        self._inside_others()
        paths = {(term.watch, term.folded): term.path for term in reversed(self._written)}
        return Advice(self._sheet, paths, self._tables.variants)

    def _with_library(self, own: WatchSection) -> WatchSection:
        base = self._library.get(own.library) if own.library else None
        return merge(base, own) if base else own

    def _terms(self, watch: str, own: WatchSection) -> Iterator[Written]:
        at = ("watches", watch)
        if own.name:
            yield self._term(watch, "name", own.name, (*at, "name"))
        for kind in _LISTS:
            for number, text in enumerate(getattr(own, kind)):
                if text:
                    yield self._term(watch, kind, text, (*at, kind, number))
        for group, texts in enumerate(own.all):
            for number, text in enumerate(texts):
                if text:
                    yield self._term(watch, "all", text, (*at, "all", group, number))

    def _term(self, watch: str, kind: str, text: str, path: Path) -> Written:
        return Written(watch, kind, text, self._fold(text), path)

    def _fold(self, text: str) -> str:
        return fold(text, self._tables.variants).strip()

    def _warn(self, term: Written, message: str, hint: str) -> None:
        self._sheet.complain(term.path, message, hint, warning=True)

    def _is_company(self, watch: str) -> bool:
        section = self._merged[watch]
        return not (section.any or section.all)

    def _same_company(self) -> None:
        """Two watches that are the same company of the library."""
        first: dict[str, str] = {}
        for key, own in self._file.watches.items():
            if own.enabled and own.library:
                other = first.setdefault(own.library, key)
                if other != key:
                    message = f"'{key}' and '{other}' are both the library's '{own.library}'"
                    hint = "keep one: every story would match twice"
                    self._sheet.complain(("watches", key), message, hint, key=True, warning=True)

    def _said_twice(self) -> None:
        """The same term twice in a watch: in one list, or in lists of which only one can hold."""
        seen: dict[tuple[str, str], list[Written]] = {}
        for term in self._written:
            before = seen.setdefault((term.watch, term.folded), [])
            for other in before:
                if said := _contradiction(other, term):
                    self._warn(term, *said)
                    break
            before.append(term)

    def _common_words(self) -> None:
        for term in self._written:
            if term.kind not in CERTAIN or not self._is_company(term.watch):
                continue
            section = self._merged[term.watch]
            spared = {self._fold(text) for text in (*section.likely, *section.weak) if text}
            spared |= {self._fold(text) for text in section.case_sensitive if text}
            if term.folded not in spared and (what := self._common.what(term.text, term.folded)):
                hint = "put it under likely, or under weak with context; `watch suggest` helps"
                self._warn(
                    term, f"'{term.text[:40]}' is {what}, and under {term.kind} it always counts", hint
                )

    def _names(self) -> Iterator[tuple[str, str, str]]:
        """Yield (watch, term, folded) of everything that names a company, the library's lines too."""
        for key, section in self._merged.items():
            if self._is_company(key):
                texts = (
                    section.name,
                    *(text for kind in (*CERTAIN[1:], *EARNED) for text in getattr(section, kind)),
                )
                for text in texts:
                    if text:
                        yield key, text, self._fold(text)

    def _own_names(self) -> Iterator[Written]:
        for term in self._written:
            if term.kind in {*CERTAIN, *EARNED} and self._is_company(term.watch):
                yield term

    def _shared(self) -> None:
        holders: dict[str, list[str]] = {}
        for watch, _, folded in self._names():
            holders.setdefault(folded, []).append(watch)
        order = {watch: place for place, watch in enumerate(self._merged)}
        last: dict[str, int] = {}
        for term in self._own_names():
            last[term.folded] = max(last.get(term.folded, -1), order[term.watch])
        for term in self._own_names():
            # Of two lines of the user's the later one is told.
            if order[term.watch] < last[term.folded]:
                continue
            others = [watch for watch in dict.fromkeys(holders[term.folded]) if watch != term.watch]
            if others:
                self._share(term.path, term.text, others)
        codes: dict[object, list[str]] = {}
        for watch, section in self._merged.items():
            for _, code in _codes(section.tickers):
                codes.setdefault(code, []).append(watch)
        for key in self._merged:
            for number, code in _codes(self._file.watches[key].tickers):
                others = [watch for watch in dict.fromkeys(codes[code]) if watch != key]
                if others:
                    path = ("watches", key, "tickers", number)
                    self._share(path, str(self._file.watches[key].tickers[number]), others)

    def _share(self, path: Path, text: str, others: Iterable[str]) -> None:
        message = f"'{text[:40]}' is also a term of {_listed(others)}"
        self._sheet.complain(path, message, "keep it in one: such a story matches both", warning=True)

    def _inside_others(self) -> None:
        """A term of the user's inside a longer one of another watch, where only the longer one counts."""
        own: dict[str, dict[str, Written]] = {}
        for term in self._own_names():
            own.setdefault(term.folded, {}).setdefault(term.watch, term)
        sizes = sorted({len(folded) for folded in own})
        names = list(self._names())
        shared = {(watch, folded) for watch, _, folded in names}
        found: dict[Path, tuple[Written, list[tuple[str, str]]]] = {}
        for watch, text, folded in names:
            for part in _parts(folded[:_LONGEST], sizes):
                for term in own.get(part, {}).values():
                    if term.watch != watch and (watch, part) not in shared:
                        found.setdefault(tuple(term.path), (term, []))[1].append((watch, text))
        for term, longer in found.values():
            text = longer[0][1][:40]
            message = f"'{term.text[:40]}' lies inside '{text}' of {_listed(watch for watch, _ in longer)}"
            self._warn(term, message, "where the longer one stands, only that counts")


def _contradiction(first: Written, second: Written) -> tuple[str, str] | None:
    """What is wrong with one term at two places of a watch; None where both may be meant."""
    kinds = {first.kind, second.kind}
    text = second.text[:40]
    if first.kind == second.kind:
        if first.kind == "all":
            return None
        as_well = f", first as '{first.text[:40]}'" if first.text != second.text else ""
        return f"'{text}' stands twice in {first.kind}{as_well}", "remove one of them"
    if "exclude" in kinds and kinds & {*CERTAIN, *EARNED}:
        other = min(kinds - {"exclude"})
        return (
            f"'{text}' stands in {second.kind}, and in {first.kind} as '{first.text[:40]}': it never counts",
            f"capitals make no difference to exclude; remove it from exclude or from {other}",
        )
    certain, earned = kinds & {"aliases", "products"}, kinds & set(EARNED)
    if certain and earned:
        where, doubtful = min(certain), min(earned)
        return (
            f"'{text}' stands in {where} and in {doubtful}: as one of {where} it always counts",
            f"remove it from {where} if it is doubtful, from {doubtful} if it isn't",
        )
    if len(earned) == 2:
        return f"'{text}' stands in likely and in weak: as likely it counts", "remove it from one of them"
    if "context" in kinds and earned:
        return (
            f"'{text}' is its own context: in a text that holds it twice it would speak for itself",
            "remove it from context",
        )
    return None


def _codes(tickers: Iterable[str | None]) -> Iterator[tuple[int, object]]:
    for number, text in enumerate(tickers):
        try:
            yield number, read_ticker(text or "")
        except TickerError:
            continue


def _parts(folded: str, sizes: Iterable[int]) -> Iterator[str]:
    """Yield the shorter runs inside a term that stand free: Latin ones between words, Chinese ones anywhere."""
    for size in sizes:
        if size >= len(folded):
            return
        for at in range(len(folded) - size + 1):
            if _is_free(folded, at, at) and _is_free(folded, at + size, at + size - 1):
                yield folded[at : at + size]


def _is_free(folded: str, cut: int, inner: int) -> bool:
    """Tell whether a cut lies between two words, or beside a Chinese character."""
    if cut in {0, len(folded)} or not folded[inner].isascii():
        return True
    before, after = folded[cut - 1], folded[cut]
    return not (before.isalnum() and after.isalnum() and before.isascii() and after.isascii())


def _listed(watches: Iterable[str]) -> str:
    names = list(dict.fromkeys(watches))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:_NAMED]) + more
