"""Find stories: by words in either language, and by what is known of them.

SQLite's full-text index holds text as words that are made here: folded, Latin words in the singular, Chinese
as pairs of neighbouring characters and the last character of a run once more alone. So a name of two
characters is one word, and a single character begins one. Questions are cut the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)

from bot.store.alerts import receivers_told
from bot.store.columns import among
from bot.store.schema import entries, matches, stories
from bot.text import bigrams, fold, words

LONGEST = 20_000
"""Characters of a text that can be found; what stands behind them can't."""

_PIECE = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')
_LATIN = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_RANKED = """
    SELECT rowid AS seq, bm25(entries_fts, 4.0, 1.0) AS rank FROM entries_fts WHERE entries_fts MATCH :wanted
"""
_FOUND = "SELECT rowid FROM entries_fts WHERE entries_fts MATCH :expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What stories must be like; an empty field asks for nothing. Scores are inclusive."""

    watches: frozenset[str] = frozenset()
    since: datetime | None = None
    """The story was opened at or after this."""
    until: datetime | None = None
    """The story was opened before this."""
    min_score: int | None = None
    max_score: int | None = None
    languages: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    matched_only: bool = False
    """Only stories that matched a watch; watches and scores imply it."""


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Hit:
    """A story found, its entry that fits best, and when it was opened; the lower the rank, the better."""

    story_id: str
    entry_id: str
    rank: float
    time: datetime


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in a list: its best score (0: nothing matched), its watches, the best first, who was told."""

    story_id: str
    score: int
    watches: tuple[str, ...]
    time: datetime
    told: tuple[str, ...]


def search(
    conn: Connection,
    question: str,
    *,
    filters: Filters = EVERYTHING,
    limit: int = 20,
    offset: int = 0,
    best_first: bool = False,
) -> list[Hit]:
    """Return the stories with an entry that holds every word of ``question``; the newest first, or the best.

    ``"a phrase"`` stands as it is written, ``-word`` excludes stories that hold it. A question without
    a single word to look for finds nothing.
    """
    wanted, unwanted = _expressions(conn, question)
    if not wanted:
        return []
    hits = _ranked(wanted)
    newest = (stories.c.opened.desc(), stories.c.serial.desc())
    found = (
        # The bare entry id is that of the row with the lowest rank: SQLite promises so beside min().
        select(stories.c.id, entries.c.id, func.min(hits.c.rank).label("best"), stories.c.opened)
        .select_from(hits)
        .join(entries, entries.c.seq == hits.c.seq)
        .join(stories, stories.c.id == entries.c.story)
        .where(*_conditions(filters), *_without(unwanted))
        .group_by(stories.c.id)
        .order_by(*((literal_column("best"), *newest) if best_first else newest))
        .limit(limit)
        .offset(offset)
    )
    return [Hit(*row) for row in conn.execute(found)]


def recent(
    conn: Connection, filters: Filters, limit: int = 20, offset: int = 0, *, question: str = ""
) -> list[StoryRow]:
    """Return the newest stories that the filters let pass and that fit ``question``, where it holds words."""
    found = _chosen(conn, filters, question, stories.c.id, stories.c.opened)
    if found is None:
        return []
    page = found.order_by(stories.c.opened.desc(), stories.c.serial.desc()).limit(limit).offset(offset)
    rows = conn.execute(page).all()
    ids = [row.id for row in rows]
    matched, told = _matched(conn, ids), receivers_told(conn, ids)
    return [
        StoryRow(
            row.id,
            max((score for _, score in matched.get(row.id, [])), default=0),
            tuple(watch for watch, _ in matched.get(row.id, [])),
            row.opened,
            told.get(row.id, ()),
        )
        for row in rows
    ]


def count(conn: Connection, filters: Filters, *, question: str = "") -> int:
    """Return how many stories ``recent`` would list in all."""
    found = _chosen(conn, filters, question, func.count())
    return 0 if found is None else int(conn.execute(found).scalar_one())


def chosen(conn: Connection, filters: Filters, question: str = "") -> Select[Any] | None:
    """Return the ids of the stories that ``recent`` would list in all, as a part of another question to the store."""
    return _chosen(conn, filters, question, stories.c.id)


def add(conn: Connection, texts: Sequence[tuple[int, str, str]]) -> None:
    """Make entries findable: (seq, title, text) of each."""
    variants = _variants(conn)
    statement = text("INSERT INTO entries_fts (rowid, title, text) VALUES (:seq, :title, :text)")
    rows = [
        {"seq": seq, "title": _indexed(title, variants), "text": _indexed(body[:LONGEST], variants)}
        for seq, title, body in texts
    ]
    if rows:
        conn.execute(statement, rows)


def remove(conn: Connection, seqs: Sequence[int]) -> None:
    """Make entries unfindable."""
    if seqs:
        conn.execute(text("DELETE FROM entries_fts WHERE rowid = :seq"), [{"seq": seq} for seq in seqs])


def rebuild(conn: Connection) -> None:
    """Make the full-text index anew from the texts it keeps; what stories say is not touched."""
    conn.execute(text("INSERT INTO entries_fts(entries_fts) VALUES ('rebuild')"))


def _variants(conn: Connection) -> Mapping[int, str]:
    found: Mapping[int, str] = conn.get_execution_options().get("variants", {})
    return found


def _indexed(body: str, variants: Mapping[int, str]) -> str:
    return " ".join(_tokens(fold(body, variants)))


def _tokens(folded: str) -> Iterator[str]:
    for run, _, _ in words(folded):
        if run.isascii():
            yield from map(_singular, _LATIN.findall(run))
        else:
            yield from bigrams(run)
            if len(run) > 1:
                yield run[-1]


def _singular(word: str) -> str:
    """Take an English plural ending off; only that, so that different words stay apart."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def _phrase(folded: str) -> str | None:
    """Return a piece of a question as an expression of the index: its words, one after the other."""
    tokens = list(_tokens(folded))
    if not tokens:
        return None
    last = tokens[-1]
    if len(last) > 1 or last.isascii():
        return f'"{" ".join(tokens)}"'
    if len(tokens) > 1 and len(tokens[-2]) == 2 and not tokens[-2].isascii():
        return f'"{" ".join(tokens[:-1])}"'  # the end of a run: it may go on in the text
    return f'"{" ".join(tokens)}" *'  # a single character: the first of a pair, or the last of a run


def _expressions(conn: Connection, question: str) -> tuple[str, str]:
    """Return (what must be there, what must not) as expressions of the index, empty where there is none."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, quoted, bare in _PIECE.findall(fold(question, _variants(conn))):
        phrase = _phrase(quoted or bare)
        if phrase is not None:
            (unwanted if minus else wanted).append(phrase)
    return " AND ".join(wanted), " OR ".join(unwanted)


def _ranked(expression: str) -> CTE:
    """Return (seq, rank) of what fits; a word in the title weighs four times one in the text."""
    found = text(_RANKED).bindparams(wanted=expression).columns(seq=Integer, rank=Float)
    return found.cte("hits").prefix_with("MATERIALIZED")


def _holding(expression: str) -> Select[Any]:
    """Return the stories with an entry that fits the expression."""
    # The name is made unique: one question may ask both for what must be there and for what must not.
    found = text(_FOUND).bindparams(bindparam("expression", expression, unique=True)).columns(rowid=Integer)
    return select(entries.c.story).where(entries.c.seq.in_(found))


def _without(unwanted: str) -> list[ColumnElement[bool]]:
    return [stories.c.id.not_in(_holding(unwanted))] if unwanted else []


def _chosen(conn: Connection, filters: Filters, question: str, *what: Any) -> Select[Any] | None:
    """Return the question for stories; None when it asks for words and holds none."""
    conditions = _conditions(filters)
    if question.strip():
        wanted, unwanted = _expressions(conn, question)
        if not wanted and not unwanted:
            return None
        if wanted:
            conditions.append(stories.c.id.in_(_holding(wanted)))
        conditions += _without(unwanted)
    return select(*what).select_from(stories).where(*conditions)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [stories.c.merged_into.is_(None)]
    if filters.since is not None:
        found.append(stories.c.opened >= filters.since)
    if filters.until is not None:
        found.append(stories.c.opened < filters.until)
    match = _match_conditions(filters)
    if match or filters.matched_only:
        found.append(select(matches.c.watch).where(matches.c.story == stories.c.id, *match).exists())
    return found + _entry_conditions(filters)


def _match_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.watches:
        found.append(among(matches.c.watch, filters.watches))
    if filters.min_score is not None:
        found.append(matches.c.score >= filters.min_score)
    if filters.max_score is not None:
        found.append(matches.c.score <= filters.max_score)
    return found


def _entry_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Each holds for some entry of the story, not all for the same one."""
    some = entries.alias("some")  # under another name than the entry that holds the words
    found: list[ColumnElement[bool]] = []
    if filters.languages:
        found.append(among(some.c.lang, filters.languages))
    if filters.sources:
        found.append(among(some.c.source, filters.sources))
    if filters.events:
        kinds = sorted(filters.events)
        found.append(or_(*(some.c.kinds.contains(f"|{kind}|", autoescape=True) for kind in kinds)))
    return [select(some.c.seq).where(some.c.story == stories.c.id, condition).exists() for condition in found]


def _matched(conn: Connection, ids: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    found = select(matches.c.story, matches.c.watch, matches.c.score).where(among(matches.c.story, ids))
    matched: dict[str, list[tuple[str, int]]] = {}
    for row in conn.execute(found.order_by(matches.c.score.desc(), matches.c.watch)):
        matched.setdefault(row.story, []).append((row.watch, row.score))
    return matched
