"""Mentions of watched names: what one entry says about the companies and topics of a watchlist.

``Matcher.facts`` is the contract: one pass over title and body finds every term, and rules that a person can
follow decide which hits count, which don't and why, and what the entry is about.
"""

from __future__ import annotations

from bot.events import EventWords, event_hits
from bot.match.judge import Judged, judge
from bot.match.scan import Scan, Scanner
from bot.match.subjects import lists_items, subjects_of
from bot.model import EventHit, Facts, Tables, Watchlist
from bot.text import fold
from bot.text.figures import figures
from bot.text.tokens import lead_tokens, tokens

__all__ = ["Matcher"]


class Matcher:
    """A watchlist, ready to read entries with. Building takes about a second for five thousand watches."""

    def __init__(self, watchlist: Watchlist, tables: Tables) -> None:
        self.watchlist = watchlist
        self._tables = tables
        self._scanner = Scanner(watchlist, tables, EventWords(tables.events))
        self._topics = frozenset(watch.id for watch in watchlist.watches.values() if watch.topic)

    def facts(self, title: str, body: str = "", *, lang: str = "") -> Facts:
        """Return what one entry says. Spans are exact: ``title[start:end] == mention.text``, ``body`` alike.

        ``lang`` (``en`` or ``zh``) is a hint for later readers; both languages are looked for in every text.
        """
        scans = self._scans(title, body)
        judged = judge(scans, self.watchlist)
        digest = scans[0].round_up or lists_items(scans[0].folded)
        return Facts(
            mentions=judged.mentions,
            refused=judged.refusals,
            subjects=subjects_of(
                scans[0].folded, scans[1].folded, judged.accepted, digest=digest, topics=self._topics
            ),
            events=_events(scans, judged),
            figures=(*figures(title, "title"), *figures(body, "body")),
            tokens=tokens(title, self._tables),
            body_tokens=lead_tokens(body, self._tables),
            digest=digest,
        )

    def _scans(self, title: str, body: str) -> tuple[Scan, Scan]:
        variants = self._tables.variants
        return (
            self._scanner.scan("title", title, fold(title, variants)),
            self._scanner.scan("body", body, fold(body, variants)),
        )


def _events(scans: tuple[Scan, Scan], judged: Judged) -> tuple[EventHit, ...]:
    """Events of the whole title, and of the sentences of the body that mention a watch."""
    title, body = scans
    near = [(hit.start, hit.end) for hit in judged.accepted if hit.field == "body"]
    return (
        *event_hits(title.text, "title", title.event_parts, None),
        *(event_hits(body.text, "body", body.event_parts, near) if near else ()),
    )
