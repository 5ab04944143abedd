"""A folder of feeds and articles, with what stands in them -> how much of it the bot reads."""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.errors import CommandError, ParseError
from bot.model import ParsedDocument
from bot.sandbox import Sandbox

FEEDS, ARTICLES, PAGES = "feeds", "articles", "pages_trafilatura"
"""The parts of a folder: documents lie in a folder of this name, what stands in them in NAME_expected.json."""
TITLES, LINKS, DATES = "titles", "links", "dates"
WITH, WITHOUT = "with", "without"
_TAGS = re.compile(r"<[^>]*>")
_WORDS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")

_Fields = Mapping[str, str]
"""What is known of an entry, by field, in the form in which it is compared."""
_NOTHING: _Fields = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one document was read; ``checked`` and ``right`` count titles, links and dates, or strings of a page."""

    file: str
    part: str
    kind: str | None = None
    error: str = ""
    count: int = 0
    expected: int | None = None
    entries: int = 0
    """Expected entries that were compared."""
    right: Mapping[str, int] = field(default_factory=dict)
    checked: Mapping[str, int] = field(default_factory=dict)
    f1: float | None = None

    @property
    def exact(self) -> bool:
        """True when as many entries were read as there are."""
        return not self.error and self.count == self.expected

    def as_line(self) -> dict[str, object]:
        """Return the JSON line of ``--out``."""
        row: dict[str, object] = {"file": self.file, "kind": self.kind, "error": self.error or None}
        if self.part == ARTICLES:
            row["f1"] = None if self.f1 is None else round(self.f1, 4)
        if self.part == FEEDS:
            row |= {"count": self.count, "expected": self.expected}
        for what, checked in self.checked.items():
            row[what] = {"right": self.right.get(what, 0), "checked": checked}
        return row


@dataclass(frozen=True, slots=True)
class FeedQuality:
    """What was read of a folder; ``missing`` names the parts that it does not have."""

    outcomes: Sequence[Outcome]
    missing: Sequence[str]
    seconds: float

    def of(self, part: str) -> list[Outcome]:
        """Return the outcomes of one part of the folder."""
        return [outcome for outcome in self.outcomes if outcome.part == part]

    def tally(self, part: str, what: str) -> tuple[int, int]:
        """Return (right, checked) over all documents of a part."""
        found = self.of(part)
        right = sum(outcome.right.get(what, 0) for outcome in found)
        return right, sum(outcome.checked.get(what, 0) for outcome in found)


Judge = Callable[[ParsedDocument | None], Outcome]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled document: where it lies, what it is, and how what was read of it is judged."""

    path: Path
    part: str
    judge: Judge


def read_cases(folder: Path) -> tuple[list[Case], list[str]]:
    """Return the labelled documents of a folder, and the parts that it does not have.

    Raises CommandError when the folder has none of them, or expectations that can't be read.
    """
    if not folder.is_dir():
        raise CommandError(f"{folder}: there is no such folder")
    makers: Mapping[str, Callable[[Any], Iterator[tuple[str, Judge]]]] = {
        FEEDS: _feeds,
        ARTICLES: _articles,
        PAGES: _pages,
    }
    missing = [part for part in makers if not _expectations(folder, part).is_file()]
    if len(missing) == len(makers):
        raise CommandError(
            f"{folder}: nothing to measure: there is none of "
            + ", ".join(_expectations(folder, part).name for part in makers)
        )
    cases = []
    for part in (part for part in makers if part not in missing):
        path = _expectations(folder, part)
        try:
            named = list(makers[part](_load(path)))
        except (KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"{path}: not laid out as expected ({error!r})") from None
        cases += [Case(folder / file, part, judge) for file, judge in named]
    return cases, missing


def _expectations(folder: Path, part: str) -> Path:
    return folder / f"{part}_expected.json"


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise CommandError(f"{path}: not valid JSON ({error})") from None


def _feeds(expected: Any) -> Iterator[tuple[str, Judge]]:
    for row in expected:
        entries = [_expected(entry) for entry in row.get("entries") or ()]
        yield str(row["file"]), partial(judge_feed, str(row["file"]), row.get("count"), entries)


def _articles(expected: Any) -> Iterator[tuple[str, Judge]]:
    for name, row in expected.items():
        yield f"{ARTICLES}/{name}", partial(judge_article, f"{ARTICLES}/{name}", str(row["articleBody"]))


def _pages(expected: Any) -> Iterator[tuple[str, Judge]]:
    for name, row in expected.items():
        yield f"{PAGES}/{name}", partial(judge_page, f"{PAGES}/{name}", list(row[WITH]), list(row[WITHOUT]))


def plain(title: str) -> str:
    """Return a title in the form in which titles are compared."""
    return " ".join(_TAGS.sub("", html.unescape(html.unescape(title))).split())


def _to_the_second(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _expected(entry: Mapping[str, str | None]) -> _Fields:
    title, link, date = entry.get("title"), entry.get("link"), entry.get("date")
    known = {TITLES: None if title is None else plain(title), LINKS: link, DATES: date}
    return {what: value for what, value in known.items() if value is not None}


def _read_fields(document: ParsedDocument | None) -> list[_Fields]:
    return [
        {TITLES: plain(entry.title), LINKS: entry.url, DATES: _to_the_second(entry.published)}
        for entry in (document.entries if document else ())
    ]


def _agreed(wanted: _Fields, found: _Fields) -> list[str]:
    return [what for what, value in wanted.items() if found.get(what) == value]


def _agreement(wanted: _Fields, found: _Fields) -> int:
    return len(_agreed(wanted, found))


def _pairs(wanted: Sequence[_Fields], found: Sequence[_Fields]) -> Iterator[tuple[_Fields, _Fields]]:
    """Pair what is expected with what was read: in order where the counts agree, else by best agreement."""
    if len(wanted) == len(found):
        yield from zip(wanted, found, strict=True)
        return
    free = list(found)
    for fields in wanted:
        best = max(free, key=partial(_agreement, fields), default=_NOTHING)
        if _agreed(fields, best):
            free.remove(best)
            yield fields, best
        else:
            yield fields, _NOTHING


def judge_feed(
    file: str, count: int | None, wanted: Sequence[_Fields], document: ParsedDocument | None
) -> Outcome:
    """Hold what was read of one feed against what is expected of it; what was not read at all is wrong."""
    right, checked = Counter[str](), Counter[str]({TITLES: 0, LINKS: 0, DATES: 0})
    for fields, found in _pairs(wanted, _read_fields(document)):
        checked.update(fields.keys())
        right.update(_agreed(fields, found))
    return Outcome(
        file=file,
        part=FEEDS,
        kind=document.kind if document else None,
        count=document.count if document else 0,
        expected=count,
        entries=len(wanted),
        right=right,
        checked=checked,
    )


def _text(document: ParsedDocument | None) -> str:
    return document.entries[0].body if document and document.entries else ""


def judge_article(file: str, text: str, document: ParsedDocument | None) -> Outcome:
    """Hold the text that was read against the text that people took from the page."""
    f1 = word_f1(_text(document), text)
    return Outcome(file=file, part=ARTICLES, kind=document.kind if document else None, f1=f1)


def judge_page(
    file: str, within: Sequence[str], without: Sequence[str], document: ParsedDocument | None
) -> Outcome:
    """Look in the text that was read for strings of the article, and for strings from around it."""
    text = _text(document)
    right = {WITH: sum(one in text for one in within), WITHOUT: sum(one not in text for one in without)}
    checked = {WITH: len(within), WITHOUT: len(without)}
    kind = document.kind if document else None
    return Outcome(file=file, part=PAGES, kind=kind, right=right, checked=checked)


def word_f1(text: str, wanted: str) -> float:
    """Return F1 over words, each counted as often as it stands there; a Chinese character is a word."""
    found, expected = Counter(_WORDS.findall(text.lower())), Counter(_WORDS.findall(wanted.lower()))
    together = found.total() + expected.total()
    return 2 * (found & expected).total() / together if together else 1.0


async def evaluate_feeds(
    cases: Sequence[Case],
    sandbox: Sandbox,
    *,
    missing: Sequence[str] = (),
    advance: Callable[[], object] = lambda: None,
) -> FeedQuality:
    """Read every document as the bot does and judge it; ``advance`` is called after each."""
    start = time.monotonic()
    outcomes = []
    for case in cases:
        outcomes.append(await _judged(case, sandbox))
        advance()
    return FeedQuality(outcomes, missing, time.monotonic() - start)


async def _judged(case: Case, sandbox: Sandbox) -> Outcome:
    document, problem = None, ""
    try:
        body = await asyncio.to_thread(_bytes, case.path)
        document = await sandbox.parse(body, kind="auto" if case.part == FEEDS else "article")
    except OSError as error:
        problem = f"{case.path}: {(error.strerror or str(error)).lower()}"
    except (ParseError, EOFError) as error:
        problem = str(error)
    outcome = case.judge(document)
    return replace(outcome, error=problem) if problem else outcome


def _bytes(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body
