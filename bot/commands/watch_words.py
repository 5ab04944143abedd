"""The words of ``watch``: which watch is meant, and the terms that follow, in either language.

watch, rest = known.find("Moonshot AI 月暗，-Kimi")    # ("moonshot", "月暗，-Kimi")
terms_of(rest)                                          # Terms(add=("月暗",), drop=("Kimi",))
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.errors import CommandError
from bot.model import Receiver
from bot.render.lines import clean, shorten
from bot.render.typed import typed
from bot.render.words import quoted, say
from bot.text import fold, is_cjk

VERBS: dict[str, tuple[str, ...]] = {
    "list": ("列表", "全部", "清单"),
    "show": ("查看", "显示", "详情"),
    "add": ("添加", "新增", "加"),
    "remove": ("rm", "delete", "删除", "移除", "取消"),
    "alias": ("aliases", "别名"),
    "people": ("person", "人物"),
    "products": ("product", "产品"),
    "likely": ("可能",),
    "weak": ("弱", "存疑"),
    "exclude": ("排除",),
    "context": ("佐证", "语境"),
    "tickers": ("ticker", "股票代码", "代码"),
    "mute": ("静音", "暂停"),
    "unmute": ("取消静音", "恢复"),
    "undo": ("撤销",),
    "log": ("记录", "历史"),
    "suggest": ("建议",),
}
VERB_OF = {word: verb for verb, words in VERBS.items() for word in (verb, *words)}
KEYS = {"alias": "aliases"} | {key: key for key in VERBS if key in
        {"people", "products", "likely", "weak", "exclude", "context", "tickers"}}  # fmt: skip
"""The verbs that change a list of terms, and which."""
MOST_TERMS = 50
LONGEST_TERM = 200
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』"}
_ANY_LENGTH = frozenset({"exclude", "context"})
_LONGEST_SHOWN = 40
_NEAR = 70
_MOST_WORDS = 10
_SPACE = re.compile(r"[\s:：]+")
_CODE = re.compile(r"[A-Za-z]{2,6}:[A-Za-z0-9.]{1,6}|\d{3,6}\.[A-Za-z]{2}")
"""A stock code: among names it would be looked for letter by letter."""
_SCRIPTS = re.compile(r"(?<=\S)\s+(?=\S)")
_PART = re.compile(
    r"""\s*(?P<minus>[-－−–—])?\s*
    (?: "(?P<ascii>[^"]*)" | “(?P<curly>[^”]*)” | 「(?P<corner>[^」]*)」 | 『(?P<double>[^』]*)』
      | (?P<plain>(?: (?!\s["“「『]|\s[-－−–—]\S) [^,，、;；\n] )+) )
    \s*[,，、;；\n]?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that come and terms that go, each once, as they were typed."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The names by which watches are known, folded, with their ids; and how the asker speaks."""

    names: Mapping[str, str]
    variants: Mapping[int, str]
    reader: Receiver

    def find(self, text: str, *, rest: bool = True) -> tuple[str, str]:
        """Return (id, the rest) of words that begin with a watch's id or name; CommandError with the nearest.

        With ``rest`` something must follow, so that of ``Moonshot AI`` the name may be ``Moonshot`` alone.
        """
        text = text.strip()
        found = [(self.names[name], left) for name, left in self._splits(text) if name in self.names]
        fitting = [pair for pair in found if bool(pair[1]) == rest] or found
        if fitting:
            return fitting[0]
        raise CommandError(self._unknown(text, rest=rest))

    def whole(self, text: str) -> str | None:
        """Return the id of a watch of exactly this name, None where there is none."""
        return self.names.get(self._folded(text))

    def _splits(self, text: str) -> list[tuple[str, str]]:
        """Every way to part a name from what follows, the longest name first."""
        if text[:1] in _QUOTES:
            inside, _, left = text[1:].partition(_QUOTES[text[0]])
            return [(self._folded(inside), left.strip(" :："))]
        places = [found.span() for found in _SPACE.finditer(text)][:_MOST_WORDS]
        parts = [(text, ""), *((text[:start], text[end:]) for start, end in reversed(places))]
        return [(self._folded(name), left.strip()) for name, left in parts if name]

    def _folded(self, text: str) -> str:
        return " ".join(fold(text, self.variants).split())

    def _unknown(self, text: str, *, rest: bool) -> str:
        language = self.reader.language
        name = text if not rest else _SPACE.split(text, maxsplit=1)[0]
        folded = self._folded(name)
        near = process.extractOne(folded, list(self.names), scorer=fuzz.ratio, score_cutoff=_NEAR)
        shown = quoted(shorten(clean(name), _LONGEST_SHOWN), language)
        if near:
            return say(language, "watch_unknown_near", name=shown, meant=self.names[near[0]])
        return say(language, "watch_unknown", name=shown, command=typed(self.reader.via, "watch list"))


def terms_of(text: str) -> Terms:
    """Return the terms of a typed list, apart by commas of either width; text in quotes is one term."""
    add: dict[str, None] = {}
    drop: dict[str, None] = {}
    for term, gone in _parts(text):
        (drop if gone else add)[term] = None
    return Terms(tuple(add), tuple(drop))


def name_and_aliases(text: str) -> tuple[str, tuple[str, ...]]:
    """Return (name, aliases) of ``Bluebird Robotics 青鸟机器人, BBR``: a name is written in one script."""
    parts = [term for term, _ in _parts(text)]
    if not parts:
        return "", ()
    first, *others = parts
    if text.lstrip()[:1] in _QUOTES:
        return first, tuple(dict.fromkeys(others))
    for gap in _SCRIPTS.finditer(first):
        before, after = first[: gap.start()], first[gap.end() :]
        if is_cjk(before[-1]) != is_cjk(after[0]):
            return before, tuple(dict.fromkeys([after, *others]))
    return first, tuple(dict.fromkeys(others))


def check_terms(
    terms: tuple[str, ...], key: str, watch: str, reader: Receiver, variants: Mapping[int, str]
) -> None:
    """Raise CommandError for a term that can't be looked for in this list of a watch, in the reader's language."""
    language = reader.language
    if len(terms) > MOST_TERMS:
        raise CommandError(say(language, "terms_many", count=MOST_TERMS))
    for term in terms:
        shown = quoted(shorten(clean(term), _LONGEST_SHOWN), language)
        if len(term) > LONGEST_TERM:
            raise CommandError(say(language, "term_long", term=shown, count=LONGEST_TERM))
        if not any(map(str.isalnum, fold(term, variants))):
            raise CommandError(say(language, "term_empty", term=shown))
        if key != "tickers" and _CODE.fullmatch(term):
            command = typed(reader.via, f"watch tickers {watch} {term}")
            raise CommandError(say(language, "term_code", term=shown, command=command))
        if len(term) == 1 and key not in _ANY_LENGTH:
            raise CommandError(say(language, "term_short", term=shown))


def _parts(text: str) -> list[tuple[str, bool]]:
    """The parts of a list, and whether each has a minus before it."""
    found = []
    for part in _PART.finditer(text.replace("＂", '"')):
        term = next(filter(None, part.group("plain", "ascii", "curly", "corner", "double")), "")
        if term := " ".join(term.split()):
            found.append((term, bool(part["minus"])))
    return found
