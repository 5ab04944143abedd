"""Longer words and phrases that hold a term and mean something else: 荣耀时刻, target price, Kimi Antonelli."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.match.suggest.headlines import Headline, Place, different
from bot.match.suggest.measure import SURE, Background, bits, contrast, surprise
from bot.text import is_cjk

LEAST, LEAST_TRUSTED = 3, 5
"""Different headlines that a phrase must stand in, and where the term is trusted."""
TOLERATED = 8
"""One headline in so many may be about the company after all."""
_WIDE, _NARROW, _GROWN = 6, 2, 2
_SHOWN = 90
_BY_CHANCE = 0.05
_DOMINANT = 0.8
_COVERED = 0.6
_PARTICLES = frozenset("的了在是和与及等对将被把为从向以于也都还就而或这那我你他她它们")
_AFTER_ANY = _PARTICLES | frozenset("后前中上下内外里称说")
"""Characters that go with any word: alone beside a term they make no word of it."""
_BEFORE = re.compile(r"([a-z][a-z0-9&]*(?:['-][a-z0-9]+)*)[ -]$")
_AFTER = re.compile(r"[ -]([a-z][a-z0-9&]*(?:-[a-z0-9]+)*)")
Part = tuple[int, int]
"""How many neighbours before and after the term belong to a phrase."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to exclude: in how many headlines it stands, how many of them count today, and two of them."""

    text: str
    headlines: int
    counted: int
    bits: float
    """How much more often than by chance, as a power of two."""
    examples: tuple[str, ...]
    also: tuple[str, ...] = ()
    """The same phrase in other writings, each to be excluded as well: Price-Target."""
    doubtful: bool = False
    """True where the term counts unless something speaks against it: somebody should read the examples."""


@dataclass(frozen=True, slots=True)
class Window:
    """A term in a headline with its neighbours, the nearest first."""

    headline: Headline
    place: Place
    before: Sequence[str]
    after: Sequence[str]


Key = tuple[Part, tuple[str, ...], tuple[str, ...]]
Groups = dict[Key, list[Window]]


def chinese_phrases(
    found: Iterable[tuple[Headline, Place]], background: Background, *, trusted: bool
) -> list[Phrase]:
    """Return the Chinese words that hold the term, most useful first.

    Of a ``trusted`` term, which counts unless something speaks against it, a phrase must differ from the rest
    of its headlines: that nothing speaks for the company is not enough.
    """
    windows = [Window(one, at, *_characters(one.folded, at)) for one, at in found]
    return _phrases(windows, background, _makes_chinese_word, grown=True, trusted=trusted)


def english_phrases(
    found: Iterable[tuple[Headline, Place]],
    background: Background,
    stop_words: Collection[str],
    *,
    trusted: bool,
) -> list[Phrase]:
    """Return the Latin phrases that hold the term, most useful first; ``trusted`` as above."""
    windows = [Window(one, at, *_neighbours(one.folded, at)) for one, at in found]

    def makes_phrase(before: Sequence[str], after: Sequence[str]) -> bool:
        outer = [*before[-1:], *after[-1:]]
        return all(len(word) > 2 and word not in stop_words for word in outer)

    return _phrases(windows, background, makes_phrase, grown=False, trusted=trusted)


def _characters(folded: str, at: Place) -> tuple[list[str], list[str]]:
    before = list(_run(reversed(folded[max(0, at.start - _WIDE) : at.start])))
    return before, list(_run(folded[at.end : at.end + _WIDE]))


def _run(characters: Iterable[str]) -> Iterator[str]:
    for character in characters:
        if not is_cjk(character):
            return
        yield character


def _neighbours(folded: str, at: Place) -> tuple[list[str], list[str]]:
    before: list[str] = []
    after: list[str] = []
    start, end = at.start, at.end
    while len(before) < _NARROW and (found := _BEFORE.search(folded, max(0, start - 40), start)):
        before.append(found[1])
        start = found.start(1)
    while len(after) < _NARROW and (following := _AFTER.match(folded, end)):
        after.append(following[1])
        end = following.end()
    return before, after


def _makes_chinese_word(before: Sequence[str], after: Sequence[str]) -> bool:
    """One particle beside a term makes no word; 的 before it never does: 的理想 stands in 的理想汽车 too."""
    if before and before[-1] in _PARTICLES:
        return False
    return not (len(after) == 1 and after[0] in _AFTER_ANY)


def _phrases(
    windows: Sequence[Window],
    background: Background,
    makes_word: Callable[[Sequence[str], Sequence[str]], bool],
    *,
    grown: bool,
    trusted: bool,
) -> list[Phrase]:
    found: dict[str, tuple[Part, list[Window]]] = {}
    groups = _groups(windows)
    least = LEAST_TRUSTED if trusted else LEAST
    for (part, _, _), group in groups.items():
        if not _is_frequent(group, least):
            continue
        whole, holding = _grow(part, group) if grown else (part, group)
        before, after = holding[0].before[: whole[0]], holding[0].after[: whole[1]]
        if not makes_word(before, after) or not _means_other(holding, part, groups):
            continue
        if _is_sure(holding, part, windows, background) and not (trusted and not _differs(holding, windows)):
            found.setdefault(_folded(holding[0], whole), (whole, holding))
    kept = _without_copies(_without_repeats({text: group for text, (_, group) in found.items()}))
    parts = {text: part for text, (part, _) in found.items()}
    return sorted(
        (
            replace(_phrase(group, parts[text], len(windows), background), doubtful=trusted)
            for text, group in kept.items()
        ),
        key=lambda one: (-one.counted, -one.headlines, one.text),
    )


def _groups(windows: Sequence[Window]) -> Groups:
    """Return the windows that share their nearest neighbours, for one or two on either side or both."""
    groups: Groups = {}
    for before in range(_NARROW + 1):
        for after in range(_NARROW + 1 - before):
            for window in windows if before + after else ():
                if len(window.before) >= before and len(window.after) >= after:
                    groups.setdefault(_key(window, (before, after)), []).append(window)
    return groups


def _key(window: Window, part: Part) -> Key:
    return part, tuple(window.before[: part[0]]), tuple(window.after[: part[1]])


def _grow(part: Part, group: list[Window]) -> tuple[Part, list[Window]]:
    """Take in the next characters while nearly all windows have the same: 理想与现 becomes 理想与现实.

    Returns what the phrase holds then, and the windows that hold it.
    """
    before, after = part
    for _ in range(_GROWN):
        if following := _next([window.after for window in group], after):
            group = [window for window in group if window.after[after : after + 1] == [following]]
            after += 1
    for _ in range(_GROWN):
        following = _next([window.before for window in group], before)
        if following and following not in _PARTICLES:
            group = [window for window in group if window.before[before : before + 1] == [following]]
            before += 1
    return (before, after), group


def _next(sides: Sequence[Sequence[str]], at: int) -> str:
    """Return the character that stands at this distance in nearly all of them; "" if there is none."""
    most = Counter(side[at] for side in sides if len(side) > at).most_common(1)
    return most[0][0] if most and most[0][1] >= max(LEAST, _DOMINANT * len(sides)) else ""


def _is_frequent(group: Sequence[Window], least: int = LEAST) -> bool:
    return len(group) >= least and different(map(_rest, group), least) >= least


def _rest(window: Window) -> str:
    """A headline without the term."""
    folded = window.headline.folded
    return f"{folded[: window.place.start]} {folded[window.place.end :]}"


def _means_other(group: Sequence[Window], part: Part, groups: Groups) -> bool:
    """Tell whether nearly none of them is about the company, and not for want of headlines.

    中国平安人 in four headlines is no other sense where 中国平安 is the company in every third one.
    """
    if not _is_seldom_meant(group):
        return False
    for smaller in ((part[0] - 1, part[1]), (part[0], part[1] - 1)):
        if min(smaller) >= 0 and any(smaller):
            around = groups[_key(group[0], smaller)]
            if not _is_seldom_meant(around) and (1 - _meant(around)) ** len(group) > _BY_CHANCE:
                return False
    return True


def _is_seldom_meant(group: Sequence[Window]) -> bool:
    """In one of eight at the most; where hardly one names the company, in one of three: context errs."""
    named = sum(window.place.named for window in group)
    share = _meant(group)
    return share * TOLERATED <= 1 or (named * TOLERATED * 2 <= len(group) and share * 3 <= 1)


def _meant(group: Sequence[Window]) -> float:
    return sum(window.place.meant for window in group) / len(group)


def _is_sure(group: Sequence[Window], part: Part, windows: Sequence[Window], background: Background) -> bool:
    return surprise(len(group), len(windows), _chance(group[0], part, background)) >= SURE


def _chance(window: Window, part: Part, background: Background) -> float:
    sides = (list(reversed(window.before[: part[0]])), list(window.after[: part[1]]))
    found = 1.0
    for side in sides:
        if side and is_cjk(side[0]):
            found *= background.chance("".join(side))
        else:
            for word in side:
                found *= background.chance(word)
    return found


def _without_repeats(found: dict[str, list[Window]]) -> dict[str, list[Window]]:
    """Of phrases that hold each other keep the longer ones if they cover most of the shorter, else the shorter."""
    kept: dict[str, list[Window]] = {}
    for text in sorted(found, key=lambda one: (-len(one), one)):
        longer = [other for other in kept if text in other]
        covered = {id(window) for other in longer for window in kept[other]}
        if longer and len(covered) >= _COVERED * len(found[text]):
            continue
        for other in longer:
            del kept[other]
        kept[text] = found[text]
    return kept


def _without_copies(found: dict[str, list[Window]]) -> dict[str, list[Window]]:
    """Leave out phrases most of whose headlines hold a more frequent one: 韩国电 where 国电影 is excluded."""
    kept: dict[str, list[Window]] = {}
    covered: set[int] = set()
    for text in sorted(found, key=lambda one: (-len(found[one]), one)):
        new = [window for window in found[text] if id(window) not in covered]
        if 2 * len(new) >= len(found[text]) and _is_frequent(new):
            kept[text] = found[text]
            covered.update(map(id, new))
    return kept


def _differs(group: Sequence[Window], windows: Sequence[Window]) -> bool:
    """Tell whether the company is meant in far fewer of these headlines than in the rest of the term's."""
    meant = sum(window.place.meant for window in group)
    rest, rest_meant = len(windows) - len(group), sum(window.place.meant for window in windows) - meant
    return contrast(len(group) - meant, len(group), rest - rest_meant, rest) >= SURE


def _phrase(group: Sequence[Window], part: Part, of: int, background: Background) -> Phrase:
    writings: dict[str, Counter[str]] = {}
    for window in group:
        writings.setdefault(_folded(window, part), Counter()).update([_written(window, part)])
    ranked = sorted(writings.values(), key=lambda forms: -forms.total())
    text, *also = (forms.most_common(1)[0][0] for forms in ranked)
    return Phrase(
        text=text,
        also=tuple(also),
        headlines=len(group),
        counted=sum(window.place.here for window in group),
        bits=bits(len(group), of, _chance(group[0], part, background)),
        examples=_examples(group),
    )


def _examples(group: Sequence[Window]) -> tuple[str, ...]:
    """Two headlines, those first that count today and say nothing for the company."""
    ranked = sorted(group, key=lambda window: (window.place.meant, not window.place.here))
    shown = dict.fromkeys(_excerpt(window) for window in ranked[:20])
    return tuple(shown)[:2]


def _excerpt(window: Window) -> str:
    """A headline, cut round the term where it is long."""
    title, at = window.headline.title, window.place
    room = _SHOWN // 2 if is_cjk(title[at.start]) else _SHOWN
    start = max(0, at.start - room // 2) if len(title) > room else 0
    end = start + room if len(title) - start > room else len(title)
    return ("…" if start else "") + title[start:end].strip() + ("…" if end < len(title) else "")


def _folded(window: Window, part: Part) -> str:
    start, end = _span(window, part)
    return window.headline.folded[start:end]


def _written(window: Window, part: Part) -> str:
    start, end = _span(window, part)
    return window.headline.title[start:end]


def _span(window: Window, part: Part) -> tuple[int, int]:
    start = window.place.start - sum(map(len, window.before[: part[0]]))
    end = window.place.end + sum(map(len, window.after[: part[1]]))
    if _latin_neighbours(window, part):
        start, end = start - min(part[0], len(window.before)), end + min(part[1], len(window.after))
    return start, end


def _latin_neighbours(window: Window, part: Part) -> bool:
    nearest = [*window.before[:1], *window.after[:1]]
    return bool(nearest) and not is_cjk(nearest[0][0]) and any(part)
