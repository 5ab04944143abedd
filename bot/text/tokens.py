"""Titles as tokens for grouping: folded, without the publisher's name, numbers at one scale, Chinese by twos."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Figure, Tables
from bot.text import bigrams, fold, is_cjk, stem
from bot.text.figures import figures

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff"
"""Vowel signs of scripts from Hebrew to Thai: they belong to the word in which they stand."""
_RUN = re.compile(rf"[a-z0-9]+(?:[.'&+][a-z0-9]+)*|[{_CJK}]+|(?:[^\W_a-z0-9{_CJK}]|[{_SIGNS}])+")
_PARTICLES = re.compile("[的了吗呢们]")
_SPACE_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_TAIL = re.compile(r"^(?P<text>.+?)(?P<mark>\s[-–—|·]\s|\s?\|\s?|_+)(?P<name>[^|_]{2,40})$", re.DOTALL)
_CREDIT = re.compile(
    r"^(?P<text>.+\S)\s+\((?P<name>[^()/]{2,40}/[^()]{2,40}|[A-Z][a-z]+(?: [A-Z][a-z]+)+)\)$", re.DOTALL
)
_AGENCIES = (
    r"Reuters|AFP|AP|UPI|DPA|PTI|TASS|Xinhua|Kyodo|Yonhap|Bloomberg|CNBC|Dow Jones|Caixin"
    r"|路透社?|彭博社?|法新社|美联社|新华社|中新社|中新网|财联社|央视新闻|共同社|韩联社|第一财经|财新"
)
_AGENCY = re.compile(rf"^(?P<text>.+\S)\s*[(（\[【](?:{_AGENCIES})[)）\]】]$", re.DOTALL)
_WIRE_LEAD = re.compile(
    r"^[【\[(（]?[^\d，,。：:]{2,12}?\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?(?:电|讯|消息|报道|获悉)?[】\])）]?\s?[，,丨|：:]\s?"
    r"|^[^\s，,]{2,8}(?:获悉|独家)\s?[，,：:丨]\s?|^[【\[][^】\]]{2,12}(?:讯|快讯|获悉|独家)[】\]]\s?"
)
_NOT_A_NAME = re.compile(r"[，。！？：、%]|\d(?:[年月日亿万元.]|$)")
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "&"})
_LEAD = 1_500
_LONGEST_TITLE = 2_000
"""Beyond this many characters a "title" is a text; its tokens would only cost time."""


def tokens(text: str, tables: Tables) -> tuple[str, ...]:
    """Return the tokens of a title in reading order, each once; empty when nothing is left to compare."""
    title = strip_publisher(text[:_LONGEST_TITLE])
    numbers = figures(title, "title")
    folded = list(fold(title, tables.variants))
    for figure in numbers:
        folded[figure.start : figure.end] = " " * (figure.end - figure.start)
    found = [*map(figure_token, numbers), *_words("".join(folded), tables.stop_words)]
    return tuple(dict.fromkeys(found))


def figure_token(figure: Figure) -> str:
    """Return a figure as a token that both languages share: ``34%``, ``usd:3.9e+09``, ``q:20253``."""
    value = f"{figure.value:.6g}"
    if figure.unit == "percent":
        return f"{value}%"
    return f"{figure.unit.lower()}:{value}"


def lead_tokens(text: str, tables: Tables) -> tuple[str, ...]:
    """Return the tokens of a text's beginning, which says what the rest is about."""
    return tokens(text[:_LEAD], tables) if text else ()


def normal_title(text: str, tables: Tables) -> str:
    """Return a title without publisher, case, punctuation and spacing: equal for copies, maybe empty."""
    folded = fold(strip_publisher(text[:_LONGEST_TITLE]), tables.variants)
    return _SPACE_BESIDE_CJK.sub("", " ".join(_RUN.findall(folded)))


def strip_publisher(title: str, source_name: str = "") -> str:
    """Take the publisher off a title ("- Reuters", "_新浪网", "| TechCrunch", "财联社5月22日电，").

    With ``source_name`` its own name goes whatever it looks like; others only where enough title is left.
    """
    bare = title.strip()
    for _ in range(2):
        cut = _TAIL.match(bare)
        if not cut or not _is_publisher(cut, source_name):
            break
        bare = cut["text"].rstrip()
    credit = _AGENCY.match(bare) or _CREDIT.match(bare)
    if credit and _enough(credit["text"]):
        bare = credit["text"]
    lead = _WIRE_LEAD.match(bare)
    return bare[lead.end() :] if lead and _enough(bare[lead.end() :]) else bare


def _is_publisher(cut: re.Match[str], source_name: str) -> bool:
    name = cut["name"].strip()
    if source_name and name.casefold() == source_name.strip().casefold():
        return True
    if not _enough(cut["text"]):
        return False
    if any(map(is_cjk, name)):
        return len(name) <= 10 and not _NOT_A_NAME.search(name)
    written = [word for word in name.split() if word.lower() not in _SMALL_WORDS]
    return 1 <= len(written) <= 4 and all(word[0].isupper() or "." in word[1:-1] for word in written)


def _enough(text: str) -> bool:
    return len(text.split()) >= 4 or sum(map(is_cjk, text)) >= 8


def _words(folded: str, stop_words: frozenset[str]) -> Iterator[str]:
    before = ""
    for run in _RUN.findall(folded):
        if is_cjk(run[0]):
            for part in _PARTICLES.split(run):
                yield from (pair for pair in bigrams(part) if len(pair) == 2 and pair not in stop_words)
        elif run not in stop_words:
            yield _latin(run)
            if before and _is_version(run):
                yield before + run
        before = run if run.isascii() and run.isalpha() and run not in stop_words else ""


def _latin(run: str) -> str:
    return stem(run.removesuffix("'s"))


def _is_version(run: str) -> bool:
    """Tell whether a number may belong to the name before it: Gemini 3.5, GPT-5, iPhone 17."""
    return len(run) <= 4 and run.replace(".", "", 1).isdigit()
