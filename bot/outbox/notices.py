"""Make the messages about sources from what holds when they are sent: what is over by then is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import render
from bot.errors import UNREACHED
from bot.model import Delivery, Message, Receiver, Watchlist
from bot.render.advice import slower
from bot.render.health_views import BackView, ManyTroubleView, OdditiesView, SourceRow, TroubleView
from bot.route.troubles import Told
from bot.store import health

ONE_CAUSE = 4
"""Where at least every fourth source fails by the network, it is probably this machine's own."""
_Row = Mapping[str, object]


def notice(
    conn: Connection, delivery: Delivery, receiver: Receiver, watchlist: Watchlist, now: datetime
) -> Message | None:
    """Return the message of a notice, or None when there is nothing left to say."""
    rows = delivery.payload.get("rows")
    assert isinstance(rows, list)
    about = delivery.payload.get("about")
    if about == "trouble":
        return _trouble(
            conn, _lasting(conn, rows), receiver, watchlist, now, _number(delivery.payload, "total")
        )
    if about == "back":
        return _back(conn, rows, receiver, now)
    return render.sources_odd(
        OdditiesView(reader=receiver, now=now, rows=tuple(_odd_row(row) for row in _by_source(rows)))
    )


def _lasting(conn: Connection, rows: Sequence[_Row]) -> list[_Row]:
    told = health.told_of(conn, [str(row["source"]) for row in rows])
    troubles = {name: Told.of(text) for name, text in told.items()}
    return [
        row for row in rows if (trouble := troubles.get(str(row["source"]))) is not None and trouble.aloud
    ]


def _trouble(
    conn: Connection,
    rows: Sequence[_Row],
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    total: int,
) -> Message | None:
    if not rows:
        return None
    if len(rows) > 1:
        return render.sources_trouble(_many_view(rows, receiver, now, total))
    return render.source_trouble(_one_view(conn, rows[0], receiver, watchlist, now))


def _one_view(
    conn: Connection, row: _Row, receiver: Receiver, watchlist: Watchlist, now: datetime
) -> TroubleView:
    source, since = str(row["source"]), _moment(row, "since")
    lean = [name for name in health.lean_on(conn, source, now) if name in watchlist.watches]
    return TroubleView(
        reader=receiver,
        now=now,
        source=source,
        name=str(row["name"]),
        reason=str(row["reason"]),
        since=since,
        url=str(row["url"]),
        status=_optional(row, "status"),
        tries=_number(row, "tries"),
        next_try=next_try if (next_try := _moment(row, "next_try")) > now else None,
        usual=_span(row, "usual"),
        same_items=_optional(row, "items"),
        same_since=since,
        usual_items=_optional(row, "usual_items"),
        scraped=bool(row.get("scraped")),
        companies=tuple(watchlist.watches[name].shown(receiver.language) for name in lean),
        slower=slower(_span(row, "every")),
        buttons=False,
    )


def _many_view(rows: Sequence[_Row], receiver: Receiver, now: datetime, total: int) -> ManyTroubleView:
    total = max(total, len(rows))
    reasons = [str(row["reason"]) for row in rows]
    network = all(reason in UNREACHED for reason in reasons) and ONE_CAUSE * len(rows) >= total
    common = max(set(reasons), key=lambda reason: (reasons.count(reason), reason))
    shared = common if len(set(reasons)) == 1 else "network"
    return ManyTroubleView(
        reader=receiver,
        now=now,
        count=len(rows),
        total=total,
        since=min(_moment(row, "since") for row in rows),
        cause=shared if network else "",
        rows=() if network else tuple(map(_list_row, rows)),
    )


def _list_row(row: _Row) -> SourceRow:
    return SourceRow(
        name=str(row["name"]),
        trouble=str(row["reason"]),
        status=_optional(row, "status"),
        since=_moment(row, "since"),
        scraped=bool(row.get("scraped")),
    )


def _back(conn: Connection, rows: Sequence[_Row], receiver: Receiver, now: datetime) -> Message | None:
    found = [health.caught_up(conn, str(row["source"]), _moment(row, "heard"), receiver.id) for row in rows]
    if not rows:
        return None
    return render.source_back(
        BackView(
            reader=receiver,
            now=now,
            name=str(rows[0]["name"]),
            count=len(rows),
            since=min(_moment(row, "since") for row in rows),
            caught_up=sum(each.entries for each in found),
            told=sum(each.told for each in found),
            in_digest=sum(each.in_digest for each in found),
        )
    )


def _by_source(rows: Sequence[_Row]) -> list[_Row]:
    """Bring what was added about a source while the notice waited to what stood there already."""
    found: dict[str, list[object]] = {}
    for row in rows:
        lines = row["lines"]
        assert isinstance(lines, list)
        found.setdefault(str(row["source"]), []).extend(lines)
    named = {str(row["source"]): row for row in rows}
    return [{**named[source], "lines": lines} for source, lines in found.items()]


def _odd_row(row: _Row) -> SourceRow:
    lines = row["lines"]
    assert isinstance(lines, list)
    return SourceRow(name=str(row["name"]), odd=tuple((str(what), str(line)) for what, line in lines))


def _moment(row: _Row, name: str) -> datetime:
    return datetime.fromisoformat(str(row[name]))


def _span(row: _Row, name: str) -> timedelta | None:
    seconds = _optional(row, name)
    return None if seconds is None else timedelta(seconds=seconds)


def _number(row: _Row, name: str) -> int:
    return _optional(row, name) or 0


def _optional(row: _Row, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None
