"""What ``watch suggest`` answers: figures of every doubtful term, what to exclude, what speaks for the company."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.match.suggest import Phrase, Suggestions, TermFigures
from bot.model import Block, Line, Message, Receiver, Span, Watch
from bot.render.lines import clean, message, shorten, text
from bot.render.typed import typed
from bot.render.words import colon, comma, listed, quoted

MOST_TERMS = 8
"""Terms with a line of their own; phrases are shown of all."""
_SHOWN = 100
_PLAIN = re.compile(r"[^\W\d_](?:[\w .&+/'-]*[\w+])?")
"""A term that YAML takes without quotes, unless it is one of the words below."""
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_REASONS = {
    "needs_support": ("nothing speaks for it", "缺少佐证"),
    "excluded": ("excluded", "已排除"),
    "inside_longer": ("part of a longer word", "在更长的词中"),
    "lower_case": ("in small letters", "小写"),
    "vetoed": ("cancelled by a word under none", "被 none 取消"),
    "bare_ticker": ("a bare stock code", "仅代码"),
    "not_looked_for": ("in a link or glued to a word", "在链接或词中"),
}


class Origin(Enum):
    """Where the lines go."""

    OWN = "a watch with lines of its own"
    LIBRARY = "a watch that is the library's"
    NEW_LIBRARY = "a company of the library that is not watched yet"
    WORD = "a word"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestView:
    """What was found for whom."""

    reader: Receiver
    watch: Watch
    origin: Origin
    found: Suggestions
    more: bool = False
    """True when only the newest entries were read."""


def suggestions(view: SuggestView) -> Message:
    """Return figures, phrases with examples, context, lines to paste, and what they would change."""
    language = view.reader.language
    terms = sorted(
        (term for term in view.found.terms if term.entries), key=lambda term: (-term.headlines, -term.entries)
    )
    shown = [term for at, term in enumerate(terms) if term.headlines and (at < MOST_TERMS or term.excludes)]
    blocks = [Block((_head(view),))]
    plain = (line for term in shown if not term.excludes for line in _term(term, language))
    blocks += [Block(tuple(_term(term, language))) for term in shown if term.excludes]
    blocks.append(Block(tuple(plain)))
    blocks.append(Block(tuple(_rest(view, terms))))
    if view.found.context:
        blocks.append(Block(tuple(_context(view))))
    return message((*blocks, *_to_paste(view)), language)


def nothing_suggested(view: SuggestView, meant: str) -> Message:
    """Return that nothing is stored, or that nothing of it holds the word; ``meant`` is the nearest watch."""
    language, reader = view.reader.language, view.reader
    zh = language == "zh"
    if not view.found.entries:
        words = (
            "存档为空：先运行一次，或用 --in 指定录制的数据流。"
            if zh
            else "The archive is empty: let the bot poll first, or give a recorded stream with --in."
        )
        return message((Block((text(words),)),), language)
    names = listed((quoted(clean(term.term), language) for term in view.found.terms[:5]), language)
    nowhere = (
        f"{names} 在 {view.found.entries:,} 篇中从未出现。"
        if zh
        else f"{names} {'stand' if len(view.found.terms) > 1 else 'stands'} nowhere in "
        f"{view.found.entries:,} {'entry' if view.found.entries == 1 else 'entries'}."
    )
    command = typed(reader.via, f"watch suggest {meant}")
    nearest = (f"是否指 {command}？" if zh else f"Did you mean {command}?") if meant else ""
    return message((Block((text(nowhere), text(nearest))),), language)


def usage(reader: Receiver) -> str:
    """Return what to type."""
    watch, word = typed(reader.via, "watch suggest li-auto"), typed(reader.via, "watch suggest 理想")
    if reader.language == "zh":
        return f"请写出关注项或任意词：{watch} 或 {word}"
    return f"Name a watch, or any word: {watch} or {word}"


def yaml_lines(view: SuggestView) -> tuple[str, ...]:
    """Return the lines for ``watchlist.yaml``, indented as under ``watches:``; none where nothing is offered."""
    found = view.found
    if not (found.excludes or found.doubtful or found.context) and view.origin is not Origin.WORD:
        return ()
    lines = [f"  {quoted_term(view.watch.id)}:"] if view.origin is not Origin.OWN else []
    if view.origin in {Origin.LIBRARY, Origin.NEW_LIBRARY}:
        lines.append(f"    library: {quoted_term(view.watch.id)}")
    if view.origin is Origin.WORD:
        lines += [f"    name: {quoted_term(view.watch.name)}", *_list("weak", view.watch.weak)]
    lines += _list("exclude", found.excludes, found.doubtful)
    lines += _list("context", [word.text for word in found.context])
    return tuple(lines)


def quoted_term(term: str) -> str:
    """Return a term as it stands in YAML, in double quotes where it would be read as something else."""
    plain = _PLAIN.fullmatch(term) and term.casefold() not in _NOT_TEXT
    return term if plain else json.dumps(term, ensure_ascii=False)


def _list(key: str, terms: Sequence[str], doubtful: Sequence[str] = ()) -> list[str]:
    if not terms and not doubtful:
        return []
    head = f"    {key}:" if terms else f"    # {key}:"
    return [
        head,
        *(f"      - {quoted_term(term)}" for term in terms),
        *(f"      # - {quoted_term(term)}" for term in doubtful),
    ]


def _head(view: SuggestView) -> Line:
    name, count = clean(view.watch.shown(view.reader.language)), view.found.entries
    if view.reader.language == "zh":
        which = "最新 " if view.more else ""
        return (Span(name, bold=True), Span(f"：存档{which}{count:,} 篇"))
    entries = f"{count:,} {'entry' if count == 1 else 'entries'}"
    return (Span(name, bold=True), Span(f" in {'the newest ' if view.more else ''}{entries}"))


def _term(term: TermFigures, language: str) -> Iterator[Line]:
    zh = language == "zh"
    kind = f" ({term.kind})" if term.kind else ""
    figures = (
        f"{colon(language)}{term.entries:,} 篇，{term.headlines:,} 个标题"
        if zh
        else f"{kind}: in {_many(term.entries, 'entry')}, {_many(term.headlines, 'headline')}"
    )
    of = f"，其中 {term.weighed:,} 个不同" if zh else f", {term.weighed:,} of them different"
    different = of if term.weighed < term.headlines else ""
    counts = f"；{term.counted:,} 个计入" if zh else f"; {term.counted:,} count"
    yield (Span(clean(term.term), bold=True), Span(f"{kind if zh else ''}{figures}{different}{counts}"))
    if term.refused:
        said = (f"{_reason(reason, language)} {count:,}" for reason, count in term.refused)
        yield text(("   不计入：" if zh else "   not counted: ") + listed(said, language))
    for phrase in term.excludes:
        yield from _phrase(phrase, language)


def _reason(reason: str, language: str) -> str:
    words = _REASONS.get(reason)
    return words[language == "zh"] if words else reason.replace("_", " ")


def _phrase(phrase: Phrase, language: str) -> Iterator[Line]:
    zh = language == "zh"
    many = f" · {phrase.headlines} 个标题" if zh else f" · {_many(phrase.headlines, 'headline')}"
    counted = (
        (f"，{phrase.counted} 个计入" if zh else f", {phrase.counted} count now") if phrase.counted else ""
    )
    doubt = ("，请先核对" if zh else ", read them first") if phrase.doubtful else ""
    yield (Span("   – "), Span(clean(phrase.text), bold=True), Span(f"{many}{counted}{doubt}"))
    for example in phrase.examples:
        yield text(f"        {shorten(clean(example), _SHOWN * 2)}")


def _rest(view: SuggestView, terms: Sequence[TermFigures]) -> Iterator[Line]:
    """Terms without a line of their own."""
    language = view.reader.language
    zh = language == "zh"
    others = [term for term in terms[MOST_TERMS:] if term.headlines and not term.excludes]
    if others:
        said = (f"{clean(term.term)} {term.counted}/{term.weighed}" for term in others)
        yield text(
            ("其他（计入/标题）：" if zh else "Others, counted of headlines: ") + listed(said, language)
        )
    bodies = [f"{clean(term.term)} {term.entries}" for term in terms if not term.headlines]
    if bodies:
        yield text(("只在正文中：" if zh else "Only in texts: ") + listed(bodies, language))
    nowhere = [clean(term.term) for term in view.found.terms if not term.entries]
    if nowhere:
        yield text(("未出现：" if zh else "Nowhere: ") + listed(nowhere, language))


def _context(view: SuggestView) -> Iterator[Line]:
    zh = view.reader.language == "zh"
    yield text(
        "说到该公司时常见、其他时候少见的词："
        if zh
        else "Words that stand beside it when the company is meant:"
    )
    for word in view.found.context:
        others = (
            f"（其余 {word.of_others} 个中 {word.elsewhere} 个）"
            if zh
            else f" of {word.of} headlines ({word.elsewhere} of the {word.of_others} others)"
        )
        count = f" · {word.of} 个标题中 {word.beside} 个" if zh else f" · {word.beside}"
        yield (Span("   + "), Span(clean(word.text), bold=True), Span(f"{count}{others}"))


def _to_paste(view: SuggestView) -> Iterator[Block]:
    language = view.reader.language
    zh = language == "zh"
    lines = yaml_lines(view)
    if not lines or not (view.found.excludes or view.found.doubtful or view.found.context):
        words = "没有可建议的行。" if zh else "Nothing to suggest from these entries."
        yield Block((text(words),))
        return
    yield Block((text(_where(view, zh=zh)),))
    yield Block(tuple((Span(line, code=True),) for line in lines), tight=True)
    yield Block(tuple(text(line) for line in _effects(view)))


def _where(view: SuggestView, *, zh: bool) -> str:
    name = clean(view.watch.id)
    if view.origin is Origin.LIBRARY:
        return (
            f"写入 watchlist.yaml，替换“{name}: library”一行："
            if zh
            else f"For watchlist.yaml, in place of the line “{name}: library”:"
        )
    if view.origin is Origin.OWN:
        return (
            f"写入 watchlist.yaml 的 {name} 之下（已有同名列表时并入）："
            if zh
            else f"For watchlist.yaml, under {name} (where such a list stands already, add to it):"
        )
    return (
        "写入 watchlist.yaml 的 watches 之下（先删去确指该公司的行）："
        if zh
        else "A new watch for watchlist.yaml (leave out what is the company itself):"
    )


def _effects(view: SuggestView) -> Iterator[str]:
    language = view.reader.language
    zh = language == "zh"
    for term in view.found.terms:
        if not term.lost and not term.gained:
            continue
        parts = []
        if term.lost:
            parts.append(f"{term.lost} 个不再计入" if zh else f"{term.lost:,} would no longer count")
        if term.gained:
            parts.append(f"{term.gained} 个将计入" if zh else f"{term.gained:,} more would count")
        name = quoted(clean(term.term), language)
        of = f"{term.weighed} 个含{name}的标题中，" if zh else f"Of {term.weighed:,} headlines with {name}, "
        yield of + comma(language).join(parts) + ("。" if zh else ".")
    if not any(term.lost or term.gained for term in view.found.terms):
        yield (
            "对现有标题没有影响，仅防日后误报。"
            if zh
            else ("No headline read so far would change; the lines guard against the next one.")
        )
    yield "未做任何修改。" if zh else "Nothing was changed."


def _many(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
