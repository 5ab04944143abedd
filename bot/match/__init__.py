"""Mentions of watched names: what one entry says about the companies and topics of a watchlist.

``Matcher.facts`` is the contract: one pass over title and body finds every term, and rules that a person can
follow decide which hits count, which don't and why, and what the entry is about.
"""

from __future__ import annotations

from bot.events import EventWords, event_hits
from bot.match.clauses import clause_starts
from bot.match.judge import Judged, judge
from bot.match.kinds import settled
from bot.match.scan import Scan, Scanner
from bot.match.subjects import lists_items, subjects_of
from bot.model import EventHit, Facts, Tables, Watchlist
from bot.text import fold
from bot.text.figures import figures
from bot.text.tokens import lead_tokens, tokens

__all__ = ["Matcher"]


LONGEST = 100_000
"""Characters of a text that are read; no article is longer."""
LONGEST_TITLE = 10_000
_NOTHING = Facts()
_NO_BODY = Scan("body", "", "")


class Matcher:
    """A watchlist, ready to read entries with. Building takes about a second for fifty thousand terms."""

    def __init__(self, watchlist: Watchlist, tables: Tables) -> None:
        self.watchlist = watchlist
        self._tables = tables
        self._scanner = Scanner(watchlist, tables, EventWords(tables.events))
        self._topics = frozenset(watch.id for watch in watchlist.watches.values() if watch.topic)

    def facts(self, title: str, body: str = "", *, lang: str = "") -> Facts:
        """Return what one entry says. Spans are exact: ``title[start:end] == mention.text``, ``body`` alike.

        ``lang`` (``en`` or ``zh``) is a hint for later readers; both languages are looked for in every text.
        Of a title ``LONGEST_TITLE`` characters are read, of a body ``LONGEST``.
        """
        title, body = title[:LONGEST_TITLE], body[:LONGEST]
        scans = self._scans(title, body)
        seen = self._seen(scans)
        return Facts(
            mentions=seen.mentions,
            refused=seen.refused,
            subjects=seen.subjects,
            events=seen.events or _title_events(scans[0]),
            figures=(*figures(title, "title"), *figures(body, "body")),
            tokens=tokens(title, self._tables),
            body_tokens=lead_tokens(body, self._tables),
            digest=_is_digest(scans[0]),
            clauses=seen.clauses,
        )

    def sightings(self, title: str, body: str = "") -> Facts:
        """Return what one entry says of the watchlist, several times as fast as all of its facts.

        Mentions, refusals and subjects are those of ``facts``, and so are events and ``digest`` where a watch is
        mentioned; where none is they are left out, as are figures and tokens always.
        """
        return self._seen(self._scans(title[:LONGEST_TITLE], body[:LONGEST]))

    def _scans(self, title: str, body: str) -> tuple[Scan, Scan]:
        variants = self._tables.variants
        return (
            self._scanner.scan("title", title, fold(title, variants)),
            self._scanner.scan("body", body, fold(body, variants)) if body else _NO_BODY,
        )

    def _seen(self, scans: tuple[Scan, Scan]) -> Facts:
        title, body = scans
        if not (title.candidates or body.candidates or title.topics or body.topics):
            return _NOTHING
        judged = judge((title,) if body is _NO_BODY else scans, self.watchlist)
        if not judged.accepted:
            return Facts(refused=judged.refusals)
        digest, events = _is_digest(title), _title_events(title)
        subjects = subjects_of(
            title.folded,
            body.folded,
            judged.accepted,
            digest=digest,
            eventful=any(hit.kind != "product" for hit in events),
            topics=self._topics,
        )
        return Facts(
            mentions=judged.mentions,
            refused=judged.refusals,
            subjects=subjects,
            events=(*events, *_body_events(body, judged)),
            digest=digest,
            clauses=clause_starts(title.folded, judged.accepted),
        )


def _is_digest(title: Scan) -> bool:
    return title.round_up or lists_items(title.folded)


def _title_events(title: Scan) -> tuple[EventHit, ...]:
    return settled(title.folded, event_hits(title.text, "title", title.event_parts, None))


def _body_events(body: Scan, judged: Judged) -> tuple[EventHit, ...]:
    """Events in the sentences of the body that mention a watch."""
    near = [(hit.start, hit.end) for hit in judged.accepted if hit.field == "body"]
    return event_hits(body.text, "body", body.event_parts, near) if near else ()
