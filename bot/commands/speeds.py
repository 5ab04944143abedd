"""How quick the bot was in the last days, from what was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.commands.asking import Desk
from bot.render.reports import name_of
from bot.render.speeds import Speed, SpeedsView, most_first
from bot.store import speeds

SPAN = timedelta(days=7)


def speeds_of(desk: Desk, language: str, receivers: Collection[str] | None = None) -> SpeedsView:
    """Return how quick the alerts of seven days were, to these receivers or to all, by company and source."""
    told = speeds.tellings(desk.conn, desk.now - SPAN, receivers)
    dated = [(one, one.since_published) for one in told]
    by_watch: dict[str, list[timedelta]] = defaultdict(list)
    by_source: dict[str, list[timedelta]] = defaultdict(list)
    for one, took in dated:
        if took is not None:
            by_source[one.source].append(took)
            for watch in one.watches:
                by_watch[watch].append(took)
    sources = {one.source: one.source_name for one in reversed(told)}
    watches = {watch: name_of(watch, desk.watchlist, language) for watch in by_watch}
    return SpeedsView(
        span=SPAN,
        published=Speed.of(took for _, took in dated if took is not None),
        read=Speed.of(one.since_read for one in told),
        watches=most_first(by_watch, watches),
        sources=most_first(by_source, sources),
    )


def speed_rows(view: SpeedsView) -> list[Mapping[str, object]]:
    """Return the same as rows for ``--json``, seconds as numbers."""
    alone = (("published", view.published), ("read", view.read))
    rows = [_row(of, "all", one) for of, one in alone if one is not None]
    rows += [_row("published", "watch", one) for one in view.watches]
    return rows + [_row("published", "source", one) for one in view.sources]


def _row(since: str, by: str, one: Speed) -> Mapping[str, object]:
    return {
        "kind": "speed",
        "from": since,
        "by": by,
        "name": one.name,
        "alerts": one.count,
        "median_seconds": round(one.median.total_seconds(), 3),
        "p90_seconds": round(one.most.total_seconds(), 3),
    }
