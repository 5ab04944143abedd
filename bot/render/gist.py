"""The gist: one or two whole sentences from the beginning of a report's own text, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.render.lines import clean
from bot.text import bigrams, is_cjk, language_of, words

LONGEST = {"en": 160, "zh": 80}
SHORTEST = 12
READ = 4_000
"""Characters of the text in which sentences are sought."""
REPEATED = 0.8
"""The share of a sentence's tokens in the headline from which it only repeats it."""

_END = re.compile(r"(?:[.!?]+[\"”’')\]]*(?=\s|$)|[。！？]+[”’」』）]*)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|Inc|Co|Corp|Ltd|Bros|No|Nos|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|approx|est|etc|Gen|Gov|Sen|Rep|Rev|Fig|e\.g|i\.e|a\.m|p\.m)|\b[A-Z](?:\.[A-Z])*)\.$"
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[\+\d+ chars\])\s*$")
_NOISE = re.compile(
    r"^(?:the post .* (?:appeared first|first appeared)|read more|continue reading|click here|subscribe"
    r"|sign up|advertisement|photo:|image:|点击|本文来自|原文|原标题|编注|编者按|题图|责任编辑"
    r"|(?:来源|编辑|作者|文|图)\s?[：:|丨｜/])",
    re.IGNORECASE,
)


def gist(text: str, headline: str, *, sentences: int = 2) -> str:
    """Return up to that many sentences of the text, at most 160 characters (80 Chinese); "" when none fits.

    Sentences that only repeat the headline are passed over; a first sentence that is too long is not cut.
    """
    limit = LONGEST[language_of(text[:READ])]
    said = _tokens(headline)
    found = ""
    for sentence in _sentences(text[:READ], whole=len(text) <= READ):
        if _repeats(sentence, said) or _NOISE.match(sentence):
            continue
        longer = f"{found}{_gap(found)}{sentence}"
        if len(longer) > limit:
            break
        found, sentences = longer, sentences - 1
        if not sentences:
            break
    return found


def _sentences(text: str, *, whole: bool) -> Iterator[str]:
    paragraphs = [clean(paragraph) for paragraph in _paragraphs(text)]
    for number, paragraph in enumerate(paragraphs):
        last = number == len(paragraphs) - 1
        yield from (
            sentence for sentence in _split(paragraph, open_end=last and whole) if len(sentence) >= SHORTEST
        )


def _paragraphs(text: str) -> Iterator[str]:
    """Lines are paragraphs, but a line that goes on in lower case belongs to the one above."""
    held = ""
    for part in re.split(r"[\r\n\u2028\u2029]+", text):
        if held and part.strip()[:1].islower():
            held = f"{held} {part}"
            continue
        if held.strip():
            yield held
        held = part
    if held.strip():
        yield held


def _split(paragraph: str, *, open_end: bool) -> Iterator[str]:
    """Yield whole sentences; what stands after the last end counts only as the uncut end of the text."""
    start = 0
    for found in _END.finditer(paragraph):
        if _ABBREVIATED.search(paragraph[start : found.end()]) or _CUT.search(paragraph[start : found.end()]):
            continue
        yield paragraph[start : found.end()].strip()
        start = found.end()
    rest = paragraph[start:].strip()
    if rest and open_end and not _CUT.search(rest):
        yield rest


def _repeats(sentence: str, said: set[str]) -> bool:
    tokens = _tokens(sentence)
    return not tokens or len(tokens & said) >= REPEATED * len(tokens)


def _tokens(text: str) -> set[str]:
    found: set[str] = set()
    for run, _, _ in words(text.casefold()):
        found.update(bigrams(run) if is_cjk(run[0]) else (run,))
    return found


def _gap(before: str) -> str:
    return " " if before and not is_cjk(before[-1]) and before[-1] not in "。！？”’」』）" else ""
