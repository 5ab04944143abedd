"""Make the messages about sources from what holds when they are sent: what is over by then is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import render
from bot.errors import UNREACHED
from bot.model import Delivery, Message, Receiver, Watchlist
from bot.outbox import given_up, keeping, misread, refused
from bot.outbox.heartbeat import sign_of_life
from bot.render.advice import slower
from bot.render.health_views import (
    BackView,
    LostView,
    ManyTroubleView,
    OdditiesView,
    SourceRow,
    TroubleView,
)
from bot.route.troubles import Told
from bot.store import deliveries, health, notices, reaching
from bot.store.alerts import MessageRef
from bot.store.digests import HEARTBEAT

ONE_CAUSE = 4
"""Where at least every fourth source fails by the network, it is probably this machine's own."""
_Row = Mapping[str, object]
_OWN = {*keeping.ABOUT, misread.MISREAD, refused.REFUSED, given_up.GIVEN_UP, HEARTBEAT}


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about sources; ``troubled`` are those whose trouble it tells, ``under`` what it replies to or edits."""

    message: Message
    troubled: tuple[str, ...] = ()
    under: MessageRef | None = None


def notice(
    conn: Connection,
    delivery: Delivery,
    receiver: Receiver,
    watchlist: Watchlist,
    now: datetime,
    *,
    buttons: bool = False,
) -> Notice | None:
    """Return the message of a notice, or None when there is nothing left to say."""
    about, rows = delivery.payload.get("about"), delivery.payload.get("rows")
    assert isinstance(rows, list)
    if about in _OWN:
        own = _own(conn, delivery.payload, receiver, now, buttons=buttons)
        return None if own is None else Notice(own)
    if about in {"lost", "found"}:
        return _chat(conn, delivery.payload, receiver, now)
    if about == "over":
        return _over(conn, delivery.payload, rows[0], receiver, watchlist)
    resting = health.resting(conn, now)
    rows = [row for row in rows if row["source"] not in resting]
    if about == "trouble":
        lasting, total = _lasting(conn, rows), _number(delivery.payload, "total")
        said = _trouble(conn, lasting, receiver, watchlist, now, total, buttons=buttons)
        return None if said is None else Notice(said, tuple(str(row["source"]) for row in lasting))
    if about == "back":
        said = _back(conn, rows, receiver, now)
        return None if said is None else Notice(said, under=_told_in(conn, rows, receiver))
    if not rows:
        return None
    odd = tuple(_odd_row(row) for row in _by_source(rows))
    return Notice(render.sources_odd(OdditiesView(reader=receiver, now=now, rows=odd)))


def _own(
    conn: Connection, payload: Mapping[str, object], receiver: Receiver, now: datetime, *, buttons: bool
) -> Message | None:
    """What the bot says of itself: its memory, its files, its tokens, its messages, and that it lives."""
    about = payload["about"]
    if about == HEARTBEAT:
        return sign_of_life(conn, payload, receiver, now, buttons=buttons)
    if about == given_up.GIVEN_UP:
        return given_up.notice(conn, payload, receiver, now, buttons=buttons)
    if about == misread.MISREAD:
        return misread.notice(payload, receiver)
    if about == refused.REFUSED:
        return refused.notice(payload, receiver, now)
    return keeping.notice(payload, receiver, now)


def _chat(
    conn: Connection, payload: Mapping[str, object], receiver: Receiver, now: datetime
) -> Notice | None:
    """A receiver that can't be reached, or can be again; None where it came back before it was told."""
    name = str(payload["lost"])
    found = payload["about"] == "found"
    known = reaching.lost(conn).get(name)
    if not found and (known is None or known.back is not None):
        return None
    view = LostView(
        reader=receiver,
        now=now,
        name=name,
        why=str(payload["why"]),
        since=_moment(payload, "since"),
        back=_moment(payload, "back") if found else None,
        owed=sum(row.count for row in deliveries.owed(conn) if row.receiver == name),
        next_try=reaching.next_try(conn, name),
    )
    return Notice(render.chat_back(view) if found else render.chat_lost(view))


def _over(
    conn: Connection, payload: Mapping[str, object], row: _Row, receiver: Receiver, watchlist: Watchlist
) -> Notice:
    """The notice of a trouble as it stood when it was sent, marked as over."""
    sent_at = _moment(payload, "at")
    view = _one_view(conn, row, receiver, watchlist, sent_at)
    under = MessageRef(
        channel=receiver.via,
        chat=str(payload["chat"]),
        message_id=str(payload["message_id"]),
        sent_at=sent_at,
    )
    return Notice(render.source_trouble(replace(view, over=True)), under=under)


def _told_in(conn: Connection, rows: Sequence[_Row], receiver: Receiver) -> MessageRef | None:
    """The message that told of the trouble that is over; None where several end at once."""
    if len(rows) != 1:
        return None
    told = notices.latest(conn, str(rows[0]["source"]), receiver.id)
    here = told is not None and told.channel == receiver.via and told.chat == (receiver.chat or receiver.id)
    if told is None or not here or told.at < _moment(rows[0], "since"):
        return None
    return MessageRef(channel=told.channel, chat=told.chat, message_id=told.message_id, sent_at=told.at)


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
    *,
    buttons: bool,
) -> Message | None:
    if not rows:
        return None
    if len(rows) > 1:
        return render.sources_trouble(_many_view(rows, receiver, now, total))
    view = _one_view(conn, rows[0], receiver, watchlist, now)
    return render.source_trouble(replace(view, buttons=buttons))


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
