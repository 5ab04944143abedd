"""Tell the operator what is wrong with sources: once when it begins, with what to do, and once when it is over.

What is new is owed in the transaction that notes it as told, so that no restart tells it twice. How a notice
looks is decided when it is sent: a trouble that is over by then is told to nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import Connection

from bot.errors import UNREACHED
from bot.model import Settings, Source
from bot.route.quiet import SHORTEST, Silence, next_silence
from bot.route.troubles import Condition, Kind, Step, Told, Trouble, next_step, trouble_of
from bot.schedule.noticing import Notices
from bot.schedule.reaching import owe_chat_notices
from bot.store import Store, health, meta

log = structlog.get_logger()

WARMING_UP = timedelta(minutes=10)
"""After a start at which every source fails, nothing is told for so long: the network may not be up yet."""
LATECOMERS = timedelta(hours=1)
"""A source that fails so soon after many did is one of them."""
MANY = 4
LEARNED_AT_ONCE = 100
"""Sources whose week is learned in one round: with thousands the first rounds stay short."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One source with something to do about it."""

    now: Condition
    told: Told | None
    trouble: Trouble | None
    step: Step


class Rhythms:
    """When each source's silence will be unusual, learned once per last entry and kept in memory."""

    def __init__(self, at_once: int = LEARNED_AT_ONCE) -> None:
        self._at_once = at_once
        self._next: dict[str, tuple[datetime, Silence | None]] = {}

    def learn(self, conn: Connection, now: datetime) -> dict[str, Silence]:
        """Return the silences that are unusual at ``now``, by source; the longest silent are learned first."""
        quiet = health.quiet(conn, now - SHORTEST)
        self._next = {name: known for name, known in self._next.items() if name in quiet}
        fresh = (name for name, (last, _) in quiet.items() if self._next.get(name, (None,))[0] != last)
        for name in islice(sorted(fresh, key=lambda name: quiet[name]), self._at_once):
            last, known_since = quiet[name]
            seen = health.seen_before(conn, name, last)
            self._next[name] = (last, next_silence(seen, known_since=known_since))
        return self._unusual(now)

    def _unusual(self, now: datetime) -> dict[str, Silence]:
        silences = ((name, silence) for name, (_, silence) in self._next.items())
        return {name: silence for name, silence in silences if silence and silence.unusual_at <= now}


async def look_after(
    store: Store, settings: Settings, sources: Mapping[str, Source], now: datetime, rhythms: Rhythms
) -> int:
    """Owe what is new about the health of the sources; return how many messages. The job of every minute."""
    silences = await store.read(lambda conn: rhythms.learn(conn, now))
    return await store.write(lambda conn: owe_health_notices(conn, settings, sources, now, silences=silences))


def owe_health_notices(
    conn: Connection,
    settings: Settings,
    sources: Mapping[str, Source],
    now: datetime,
    *,
    silences: Mapping[str, Silence] | None = None,
    patient: bool = True,
) -> int:
    """Owe the operator's receivers what is new about these sources; return how many messages are owed.

    ``silences`` are the unusual ones; without them they are learned here, which takes a while for thousands
    of sources. ``patient``: while every source fails just after a start, wait for the network to come up.
    Without an operator the news is logged and counts as told.
    """
    if silences is None:
        silences = Rhythms(sys.maxsize).learn(conn, now)
    known = health.ailing(conn, silences)
    polled = {name: source for name, source in sources.items() if source.enabled}
    health.forget(conn, [each.id for each in known if each.id not in polled and each.told])
    conditions = [each for each in known if each.id in polled]
    starting = patient and _starting(conn, now)
    resting = health.resting(conn, now)
    # A rest ends when its trouble may be told: what is dropped here would else never be told again.
    rested = frozenset() if starting else health.end_rests(conn, now)
    judged = (_judge(each, silences.get(each.id), now) for each in conditions)
    findings = [each for each in (_in_rest(one, resting, rested) for one in judged) if each is not None]
    if starting:
        findings = [each for each in findings if each.trouble is None or each.trouble.reason == "silent"]
    notices = Notices(conn, settings, polled, now, resting=resting)
    _tell(conn, findings, notices, now)
    _tell_back(conn, findings, notices, now)
    notices.oddities()
    return notices.owed + owe_chat_notices(conn, settings, now)


def _judge(condition: Condition, silence: Silence | None, now: datetime) -> _Finding:
    told = Told.of(condition.told)
    trouble = trouble_of(condition, silence)
    return _Finding(condition, told, trouble, next_step(told, condition.told_at, trouble, now))


def _in_rest(each: _Finding, resting: Collection[str], rested: Collection[str]) -> _Finding | None:
    """Nothing is told of a source that an admin put to rest; after its rest a trouble that lasts is told again."""
    if each.now.id in resting:
        return replace(each, step=Step.WELL) if each.step in {Step.BACK, Step.WELL} else None
    lasts = each.trouble is not None and each.told is not None and each.told.aloud
    return replace(each, step=Step.TELL) if each.now.id in rested and lasts else each


def _starting(conn: Connection, now: datetime) -> bool:
    """Tell whether the bot has just started and nothing can be read yet."""
    started = meta.get(conn, "started")
    if started is None or now - datetime.fromisoformat(started) >= WARMING_UP:
        return False
    polled = health.polled(conn)
    return polled.count == polled.failing


def _tell(conn: Connection, findings: Sequence[_Finding], notices: Notices, now: datetime) -> None:
    news = [each for each in findings if each.step is Step.TELL]
    late = _latecomers(findings, now)
    fresh = (
        [each for each in news if each.now.id not in late] if late else _with_companions(conn, news, findings)
    )
    for each in findings:
        if each.step is Step.HUSH and each.trouble is not None:
            health.mark(conn, each.now.id, str(Told(each.trouble.kind, each.trouble.since, aloud=False)), now)
    for each in (*fresh, *(each for each in news if each.now.id in late)):
        assert each.trouble is not None
        since = min(each.trouble.since, each.told.since) if each.told else each.trouble.since
        health.mark(conn, each.now.id, str(Told(each.trouble.kind, since)), now)
        _log(each, late=each.now.id in late)
    notices.troubles([(each.now, each.trouble) for each in fresh if each.trouble is not None])


def _latecomers(findings: Sequence[_Finding], now: datetime) -> frozenset[str]:
    """Those that begin to fail like the many of which the operator heard within the hour."""
    before = [
        each
        for each in findings
        if _fails_by_network(each) and each.told is not None and each.told.aloud and _told_lately(each, now)
    ]
    if len(before) < MANY:
        return frozenset()
    return frozenset(each.now.id for each in findings if each.step is Step.TELL and _fails_by_network(each))


def _told_lately(each: _Finding, now: datetime) -> bool:
    return each.now.told_at is not None and now - each.now.told_at < LATECOMERS


def _with_companions(
    conn: Connection, news: Sequence[_Finding], findings: Iterable[_Finding]
) -> list[_Finding]:
    """Where half of all sources fail by the network, those that did not fail often enough yet are told with them."""
    failing = [each for each in findings if each.now.errors and each.now.reason in UNREACHED]
    told = {each.now.id for each in news}
    led = any(_fails_by_network(each) for each in news)
    if not led or len(failing) < max(MANY, health.polled(conn).count / 2):
        return list(news)
    more = [
        replace(each, trouble=_network_trouble(each.now))
        for each in failing
        if each.now.id not in told and each.told is None
    ]
    return [*news, *(each for each in more if each.trouble is not None)]


def _network_trouble(now: Condition) -> Trouble | None:
    since = now.began
    return Trouble(kind=Kind.FAILING, reason=now.reason, since=since) if since else None


def _fails_by_network(each: _Finding) -> bool:
    return each.trouble is not None and each.now.reason in UNREACHED and each.now.errors > 0


def _tell_back(conn: Connection, findings: Sequence[_Finding], notices: Notices, now: datetime) -> None:
    over = [each for each in findings if each.step in {Step.BACK, Step.WELL}]
    for each in over:
        health.mark(conn, each.now.id, "", now)
    heard = [(each.now, each.told) for each in over if each.told is not None and each.told.aloud]
    notices.over(heard)
    back = [(each.now, each.told) for each in over if each.step is Step.BACK and each.told is not None]
    for condition, told in back:
        log.info("source is back", source=condition.id, trouble=told.kind.value, since=told.since.isoformat())
    companions = [each for each in findings if each.told is not None and each.told.aloud]
    more = any(each.step is Step.NOTHING for each in companions)
    notices.back(back, wait=more and len(companions) >= MANY)


def _log(each: _Finding, *, late: bool) -> None:
    assert each.trouble is not None
    log.warning(
        "source in trouble",
        source=each.now.id,
        trouble=each.trouble.kind.value,
        reason=each.trouble.reason,
        since=each.trouble.since.isoformat(),
        message=each.now.error,
        one_of_many=late,
    )
