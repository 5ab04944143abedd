"""Headlines and texts of the archive, newest first: what a watchlist is tried on without its stories."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, case, func, select

from bot.store.schema import entries


def newest(
    conn: Connection, *, most: int | None = None, length: int | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (headline, text) of the entries stored last, read as used; the text is the body, else the summary.

    ``most`` is how many entries at the most, ``length`` how many characters of each text.
    """
    text = case((entries.c.body != "", entries.c.body), else_=entries.c.summary)
    shown = func.substr(text, 1, length) if length is not None else text
    found = select(entries.c.title, shown).order_by(entries.c.seq.desc())
    if most is not None:
        found = found.limit(most)
    for title, body in conn.execute(found.execution_options(yield_per=1000)):
        yield str(title), str(body)


def count(conn: Connection) -> int:
    """Return how many entries are stored."""
    return int(conn.execute(select(func.count()).select_from(entries)).scalar_one())
