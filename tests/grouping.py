"""A small newsroom for tests of story grouping: shipped tables, made-up companies, a clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.config import load_tables
from bot.dedup import StoryIndex
from bot.match import Matcher
from bot.model import Assignment, Entry, Facts, Watch, Watchlist

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
TABLES = load_tables()
WATCHLIST = Watchlist(
    watches={
        "globex": Watch(id="globex", name="Globex", aliases=("格洛贝克斯", "Globex Cloud")),
        "acme": Watch(id="acme", name="Acme", aliases=("艾克米",)),
        "initech": Watch(id="initech", name="Initech", aliases=("英尼泰克",)),
    }
)
MATCHER = Matcher(WATCHLIST, TABLES)
_EARLIER = (
    "Central bank keeps interest rates on hold",
    "Storm closes ports along the northern coast",
    "City council approves new tram line",
    "央行维持利率不变",
    "北方沿海港口因风暴关闭",
    "Film festival opens with a silent comedy",
    "Wheat harvest expected to be the best in ten years",
    "新电车线路获市议会批准",
    "Museum returns bronze statues after long dispute",
    "Football club signs goalkeeper from rival",
)


def entry(
    title: str,
    *,
    after: timedelta | float = 0.0,
    source: str = "",
    body: str = "",
    link: str = "",
    uid: str = "",
) -> Entry:
    """Return an entry so many hours after noon; its id is made from what it says unless ``uid`` is given."""
    time = NOON + (after if isinstance(after, timedelta) else timedelta(hours=after))
    name = uid or f"{source}|{title}|{time.isoformat()}"
    return Entry(
        id=name,
        source=source,
        source_name=source,
        title=title,
        body=body,
        link=link,
        first_seen=time,
        time=time,
    )


def facts(item: Entry) -> Facts:
    """Return what the real matcher reads in an entry."""
    return MATCHER.facts(item.title, item.text, lang=item.lang)


class Desk:
    """An index with a day of other news in it, and a short way to assign."""

    def __init__(self) -> None:
        self.index = StoryIndex(TABLES, window=timedelta(days=3))
        for at, title in enumerate(_EARLIER):
            self.read(title, after=-at - 1, source=f"earlier{at}")

    def read(
        self,
        title: str,
        *,
        after: timedelta | float = 0.0,
        source: str = "",
        body: str = "",
        link: str = "",
        uid: str = "",
    ) -> Assignment:
        """Assign an entry with this title."""
        item = entry(title, after=after, source=source, body=body, link=link, uid=uid)
        return self.index.assign(item, facts(item))
