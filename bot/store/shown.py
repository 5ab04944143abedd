"""What a list or an alert shows of a story: its matches under the watchlist in force, and one line for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.model import Match, Story, Told, Watchlist
from bot.render import Headline, headline_of
from bot.route.telling import matches_told
from bot.store import matches, stories


def matches_for(conn: Connection, story: str, told: Told | None, watchlist: Watchlist) -> tuple[Match, ...]:
    """Return the matches to show, best first: of the watches that a receiver was told of, or of all."""
    return matches_told(matches.of(conn, story), told, watchlist)


def headlines(
    conn: Connection, ids: Sequence[str], language: str, watchlist: Watchlist
) -> tuple[Headline, ...]:
    """Return one line for each story, in the order given; stories that are gone are left out."""
    found = stories.many(conn, ids)
    return tuple(
        line_of(conn, found[story], language, watchlist) for story in dict.fromkeys(ids) if story in found
    )


def line_of(conn: Connection, story: Story, language: str, watchlist: Watchlist) -> Headline:
    """Return one line for a story, with the score of its best match."""
    known = matches_for(conn, story.id, None, watchlist)
    score = known[0].score if known else 0
    watches = tuple(match.watch for match in known)
    return headline_of(story, score, language, watches, best=known[0] if known else None)
