"""Queries: words plus ``watch:alibaba since:3d score>60 lang:zh event:earnings source:scmp-tech -gaming``.

A bare company name in either language is understood as its watch; keys and values may be Chinese, names may
have spaces (``source:SCMP Tech``), and full-width punctuation is as good as any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.commands.moments import parse_moment, parse_span
from bot.commands.vocabulary import Vocabulary, known_names, nearest, nearest_name
from bot.errors import CommandError
from bot.model import Level, Watchlist
from bot.render.typed import typed
from bot.render.words import EVENTS, event_word, listed, quoted, say
from bot.store.search import Filters

__all__ = ["Query", "known_names", "nearest_name", "parse_query", "parse_span"]

KEYS = {
    "watch": ("watch", "company", "关注", "公司"),
    "since": ("since", "起", "时间", "近", "最近"),
    "until": ("until", "止", "截至"),
    "lang": ("lang", "language", "语言"),
    "event": ("event", "events", "事件", "类型"),
    "source": ("source", "sources", "来源"),
    "score": ("score", "分数", "得分", "评分"),
}
NOTES = {
    "en": "QUERY is words, “a phrase”, -word, a company's name in either language, and\n"
    "since:3d until:1d score>60 event:earnings source:NAME lang:zh watch:ID.",
    "zh": "QUERY 可为词语、「短语」、-排除词、中英文公司名，以及\n"
    "since:3天 until:1天 score>60 event:财报 source:名称 lang:zh watch:ID。",
}
"""What ``/help`` says of queries."""
KEY_OF = {word: key for key, words in KEYS.items() for word in words}
_SETS = {"watch": "watches", "lang": "languages", "event": "events", "source": "sources"}
_LEVELS = {word: level for level in Level for word in (level.word, str(int(level)))} | {
    "紧急": Level.URGENT,
    "重要": Level.IMPORTANT,
    "关注": Level.NOTABLE,
    "提及": Level.PASSING,
}
_WIDE = str.maketrans("：－—–＞＜＝≥≤“”„「」『』＂\u3000，、；", '：---><=≥≤""""""""    ')
_SCORE = re.compile(rf"^(?:{'|'.join(KEYS['score'])})(>=|<=|≥|≤|>|<|[:：=])(\S+)$", re.IGNORECASE)
_SIGN = re.compile(rf"(?<!\S)({'|'.join(KEYS['score'])})\s*(>=|<=|≥|≤|>|<)\s*(?=\S)", re.IGNORECASE)
_TOKEN = re.compile(r'-?(?:[^\s":：]+[:：])?"[^"]*"?|\S+')
_MOST_WORDS = 5
"""Words of a name that may stand behind a key without quotation marks."""
_MOST_NAME = 4
_LONGEST_SAID = 40


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for: ``words`` are searched, ``filters`` hold; ``watch`` is the last company named."""

    words: str = ""
    filters: Filters = field(default_factory=Filters)
    span: timedelta | None = None
    watch: str = ""

    @property
    def empty(self) -> bool:
        """True when everything was asked for."""
        return not self.words and self.filters == Filters()


def parse_query(
    text: str,
    watchlist: Watchlist,
    variants: Mapping[int, str],
    now: datetime,
    *,
    vocabulary: Vocabulary | None = None,
    companies: bool = True,
) -> Query:
    """Return what a typed query means; CommandError says what to write instead.

    ``companies``: names among the words stand for their watches; otherwise they are words to look for.
    """
    speech = vocabulary or Vocabulary(watchlist=watchlist, variants=variants)
    names = known_names(watchlist, variants) if companies else {}
    whole = names.get(speech.folded(text))
    if whole:
        return Query(filters=Filters(watches=frozenset({whole})), watch=whole)
    tokens = _TOKEN.findall(_SIGN.sub(r"\1\2", text.translate(_WIDE)))
    query, words = _read(tokens, speech, now)
    return _with_companies(query, words, names, speech)


def _read(tokens: Sequence[str], speech: Vocabulary, now: datetime) -> tuple[Query, list[str]]:
    """Take the filters out of the tokens; what is left are words."""
    query, words, at = Query(), [], 0
    while at < len(tokens):
        taken = _filtered(query, tokens, at, speech, now)
        if taken is None:
            words.append(tokens[at])
            at += 1
        else:
            query, at = taken
    return query, words


def _filtered(
    query: Query, tokens: Sequence[str], at: int, speech: Vocabulary, now: datetime
) -> tuple[Query, int] | None:
    """Return the query with one more filter and the next place, or None when a word stands here.

    With a space after its colon (``Source: officials deny it``) it is a filter only if that makes sense.
    """
    if not tokens[at].endswith((":", "：")) or at + 1 == len(tokens):
        return _filter(query, tokens, at, speech, now)
    together = [*tokens[:at], tokens[at] + tokens[at + 1], *tokens[at + 2 :]]
    try:
        found = _filter(query, together, at, speech, now)
    except CommandError:
        return None
    return None if found is None else (found[0], found[1] + 1)


def _filter(
    query: Query, tokens: Sequence[str], at: int, speech: Vocabulary, now: datetime
) -> tuple[Query, int] | None:
    score = _SCORE.match(tokens[at])
    if score:
        return replace(query, filters=_scored(query.filters, *score.groups(), speech=speech)), at + 1
    name, colon, value = tokens[at].replace("：", ":", 1).partition(":")
    key = KEY_OF.get(name.lower().removeprefix("-"))
    if not colon or key is None or value.startswith("//"):
        return None
    if name.startswith("-"):
        raise CommandError(say(speech.language, "query_minus", key=key))
    if key in _SETS:
        return _named(query, key, value, tokens, at, speech)
    if key == "score":
        raise CommandError(say(speech.language, "query_score", value=quoted(value, speech.language)))
    return _timed(query, key, value.strip('"'), speech, now), at + 1


def _timed(query: Query, key: str, value: str, speech: Vocabulary, now: datetime) -> Query:
    moment = parse_moment(value, now, speech.zone, speech.language)
    if key == "until":
        return replace(query, filters=replace(query.filters, until=moment))
    return replace(query, filters=replace(query.filters, since=moment), span=now - moment)


def _named(
    query: Query, key: str, value: str, tokens: Sequence[str], at: int, speech: Vocabulary
) -> tuple[Query, int]:
    """Read the longest name that is known; ``event:earnings,merger`` names two."""
    known = speech.known(key)
    if value.startswith('"') or known is None:
        length = 1
    else:
        runs = range(min(_MOST_WORDS, len(tokens) - at), 0, -1)
        length = next((run for run in runs if speech.folded(_run(value, tokens, at, run)) in known), 1)
    said = _run(value, tokens, at, length).strip('"')
    whole = known is None or speech.folded(said) in known
    found = [_meant(key, part, known, speech) for part in ([said] if whole else _parts(said))]
    filters = replace(query.filters, **{_SETS[key]: getattr(query.filters, _SETS[key]) | set(found)})
    return replace(query, filters=filters, watch=found[-1] if key == "watch" else query.watch), at + length


def _run(value: str, tokens: Sequence[str], at: int, length: int) -> str:
    return " ".join((value, *tokens[at + 1 : at + length]))


def _parts(said: str) -> list[str]:
    return [part for part in re.split(r"[,|]", said) if part] or [said]


def _meant(key: str, said: str, known: Mapping[str, str] | None, speech: Vocabulary) -> str:
    """Return the id that a value stands for; CommandError names the nearest one, or some."""
    if known is None:
        return said
    folded = speech.folded(said)
    if folded in known:
        return known[folded]
    language = speech.language
    hint = ""
    if near := nearest(folded, known) if key != "lang" else "":
        hint = say(language, "query_mean", value=_typed(key, near, language))
    elif key == "source":
        hint = say(language, "query_sources", command=typed(speech.via, "sources"))
    elif values := [_typed(key, each, language) for each in speech.ids(key)]:
        hint = say(language, "query_such_as", values=listed(values, language))
    unknown = say(language, f"query_no_{key}", name=quoted(said[:_LONGEST_SAID], language))
    raise CommandError(f"{unknown}{'' if language == 'zh' else ' '}{hint}".strip())


def _typed(key: str, value: str, language: str) -> str:
    """Return a filter as its asker would type it."""
    known = key == "event" and language == "zh" and value in EVENTS
    word = event_word(value, language) if known else value
    return f'{key}:"{word}"' if " " in word else f"{key}:{word}"


def _scored(filters: Filters, sign: str, value: str, *, speech: Vocabulary) -> Filters:
    value = value.lower().removesuffix("+")
    score = int(_LEVELS[value]) if value in _LEVELS else int(value) if value.isdecimal() else -1
    if not 0 <= score <= 100:
        raise CommandError(say(speech.language, "query_score", value=quoted(value[:20], speech.language)))
    if sign in {"<", "<=", "≤"}:
        return replace(filters, max_score=score - 1 if sign == "<" else score)
    return replace(filters, min_score=score + 1 if sign == ">" else score)


def _with_companies(query: Query, words: list[str], names: Mapping[str, str], speech: Vocabulary) -> Query:
    """Take the longest runs of words that name a company out of the words."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        runs = range(min(_MOST_NAME, len(words) - at), 0, -1) if names else ()
        for length in runs:
            watch = names.get(speech.folded(" ".join(words[at : at + length]).strip('"')))
            if watch:
                watches = query.filters.watches | {watch}
                query = replace(query, filters=replace(query.filters, watches=watches), watch=watch)
                at += length
                break
        else:
            kept.append(words[at])
            at += 1
    return replace(query, words=" ".join(kept))
