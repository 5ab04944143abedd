"""Check the terms of a watch: can they be looked for, and do they mean what was written?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from bot.config.faults import did_you_mean
from bot.config.schema_watchlist import WatchSection
from bot.config.tickers import TickerError, read_ticker
from bot.config.yaml_source import Path, Sheet
from bot.text import fold

_LONG = ("aliases", "likely", "weak", "products", "people", "any", "none")
_ANY_LENGTH = ("context", "exclude", "case_sensitive")
_NAMING = ("aliases", "likely", "weak", "products", "people", "any")
_PLAIN = ("aliases", "likely", "weak", "products", "people")
_LONGEST = 200
_SEPARATORS = "、，；"
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
"""Letters and marks by their class that no font shows."""


def check_terms(at: Path, own: WatchSection, sheet: Sheet, variants: Mapping[int, str]) -> None:
    """Add a fault for every term of a watch that can't be looked for; ``at`` is the path of the watch."""
    if own.name:
        _check((*at, "name"), own.name, sheet, variants, short=False)
    for kind in (*_LONG, *_ANY_LENGTH):
        _check_list((*at, kind), getattr(own, kind), sheet, variants, short=kind in _ANY_LENGTH)
    for number, group in enumerate(own.all):
        _check_list((*at, "all", number), group, sheet, variants, short=False)
        if not any(group):
            sheet.complain(
                (*at, "all", number), "an empty list in 'all': nothing would ever fit", "remove it"
            )
    _check_excludes(at, own, sheet)
    _check_tickers((*at, "tickers"), own.tickers, sheet)


def _check_list(
    at: Path, terms: list[str | None], sheet: Sheet, variants: Mapping[int, str], *, short: bool
) -> None:
    for number, term in enumerate(terms):
        if term:
            _check((*at, number), term, sheet, variants, short=short)
        else:
            hint = "remove it, or put the word null in quotes"
            sheet.complain((*at, number), "an empty entry in this list", hint, warning=True)


def _check(path: Path, term: str, sheet: Sheet, variants: Mapping[int, str], *, short: bool) -> None:
    if len(term) > _LONGEST:
        sheet.complain(path, f"the term '{term[:40]}...' has more than {_LONGEST} characters", "shorten it")
    elif hidden := next(filter(_is_invisible, term), ""):
        sheet.complain(
            path, _said_invisible(term, hidden), "delete it: with it the term would never be found"
        )
    elif len(unicodedata.normalize("NFC", term)) == 1 and not short:
        sheet.complain(
            path, f"the term '{term}' has one character, it would match everywhere", "write more of it"
        )
    elif not any(map(str.isalnum, fold(term, variants))):
        sheet.complain(path, f"the term '{term[:40]}' has no letter and no digit", "remove it")
    elif term.startswith("@") and path[-2] in _PLAIN:
        sheet.complain(
            path,
            f"'{term[:40]}' is looked for with its @ here",
            "only in any, all, none and context does @ID stand for a watch",
            warning=True,
        )
    elif any(mark in term for mark in _SEPARATORS) and sheet.root.at(path).plain:
        apart = term.translate(dict.fromkeys(map(ord, _SEPARATORS), ",")).replace(",", ", ")
        hint = f"write [{apart[:60]}], or put it in quotes"
        sheet.complain(path, f"'{term[:40]}' is one term with a full-width comma in it", hint)


def _is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cf", "Cc", "Co", "Cn"}
        or "\ufe00" <= character <= "\ufe0f"
        or character in _BLANK
    )


def _said_invisible(term: str, hidden: str) -> str:
    """Say which character it is and where: nobody can see it."""
    at = term.index(hidden)
    name = unicodedata.name(hidden, "").lower()
    where = f"after '{term[max(0, at - 10) : at]}'" if at else f"before '{term[1:11]}'"
    bare = "".join(character for character in term if not _is_invisible(character))
    called = f"U+{ord(hidden):04X}" + (f" {name}" if name else "")
    return f"the term '{bare[:40]}' holds an invisible character, {called}, {where}"


def _check_excludes(at: Path, own: WatchSection, sheet: Sheet) -> None:
    """What is excluded and looked for in one watch would never count."""
    looked_for = {own.name: "name"} if own.name else {}
    for kind in _NAMING:
        looked_for |= {term: kind for term in getattr(own, kind) if term}
    for number, term in enumerate(own.exclude):
        if term and (kind := looked_for.get(term, "")):
            hint = f"remove it from exclude, or from {kind}"
            message = (
                f"'{term[:40]}' is excluded and stands in {kind} of the same watch: it would never count"
            )
            sheet.complain((*at, "exclude", number), message, hint)


def _check_tickers(at: Path, tickers: list[str | None], sheet: Sheet) -> None:
    for number, text in enumerate(tickers):
        try:
            read_ticker(text or "")
        except TickerError as problem:
            sheet.complain((*at, number), f"'{(text or '')[:20]}' is not a ticker", str(problem))


def check_case_sensitive(at: Path, own: WatchSection, merged: WatchSection, sheet: Sheet) -> None:
    """Add a fault for every case-sensitive term that isn't a term of the watch, as it is written."""
    known = {term for kind in _NAMING for term in getattr(merged, kind) if term}
    known |= {term for group in merged.all for term in group if term} | {merged.name or ""}
    for number, term in enumerate(own.case_sensitive):
        if term and term not in known:
            hint = did_you_mean(term, known) or "add it to aliases, likely or weak first"
            sheet.complain((*at, "case_sensitive", number), f"'{term[:40]}' is no term of this watch", hint)
