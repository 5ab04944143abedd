"""``match TEXT``: what the watchlist sees in it, and who would hear of it now. Nothing is sent or stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.commands.asking import Answer, Asked, Desk, sees
from bot.commands.vocabulary import Vocabulary, vocabulary_of
from bot.decide import judge
from bot.errors import CommandError
from bot.match import Matcher
from bot.model import (
    Entry,
    Facts,
    Joining,
    Judgement,
    Mute,
    Reason,
    Receiver,
    Report,
    Settings,
    Source,
    Story,
    Verdict,
    Watchlist,
)
from bot.render.hearing import Hearing, MatchView, matched
from bot.render.typed import typed
from bot.render.words import say
from bot.route import Circumstances
from bot.route.digests import next_moment, plans_of
from bot.store import alerts, mutes
from bot.text import language_of

INVENTED = "match"
LONGEST = 20_000
"""Characters of a text that are read."""
_SOURCE = re.compile(r'^(?:source|来源)[:：](?:"([^"\n]*)"|“([^”\n]*)”|(\S+))\s+', re.IGNORECASE)
_RANK = {reason: rank for rank, reason in enumerate(Reason)}


def answer_match(asked: Asked, desk: Desk) -> Answer:
    """What the watchlist sees in a text, and who would hear; the first line is the headline, the rest the text."""
    source, words = named_source(asked.words, vocabulary_of(asked, desk, ""), desk.sources)
    lines = words.strip()[:LONGEST].splitlines()
    if not lines:
        example = typed(asked.reader.via, say(asked.reader.language, "match_example"))
        raise CommandError(say(asked.reader.language, "match_what", command=example))
    title, body = lines[0].strip(), "\n".join(lines[1:]).strip()
    facts = Matcher(desk.watchlist, desk.tables).facts(title, body)
    story = invented(title, body, facts, source, desk.now)
    judgement = dry_run(story, desk.settings, desk.watchlist, desk.sources.values(), desk.now, desk.conn)
    heard = hearings(judgement, desk.settings, desk.now)
    shown = tuple(one for one in heard if sees(asked, one.receiver))
    view = MatchView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        story=story,
        matches=judgement.matches,
        hearings=shown,
    )
    return Answer(matched(view), (match_rows(judgement, shown),))


def named_source(text: str, speech: Vocabulary, sources: Mapping[str, Source]) -> tuple[Source | None, str]:
    """Return the source that a text begins with (``source:scmp-tech Alibaba rises``) and the text without it."""
    found = _SOURCE.match(text)
    if found is None:
        return None, text
    said = speech.folded(next(filter(None, found.groups()), ""))
    source = sources.get((speech.known("source") or {}).get(said, ""))
    return (source, text[found.end() :]) if source else (None, text)


def invented(title: str, body: str, facts: Facts, source: Source | None, now: datetime) -> Story:
    """Return a story of one entry that was read this moment, of a source that has been read before."""
    entry = Entry(
        id=INVENTED,
        source=source.id if source else "",
        source_name=source.name if source else "",
        weight=source.weight if source else 1.0,
        url="",
        title=title,
        body=body,
        first_seen=now,
        time=now,
        polled_before=now,
        lang=(source.language if source and source.language else "") or language_of(f"{title} {body[:200]}"),
    )
    return Story(id=INVENTED, reports=(Report(entry=entry, facts=facts, joining=Joining(rule="first")),))


def dry_run(
    story: Story,
    settings: Settings,
    watchlist: Watchlist,
    sources: Iterable[Source],
    now: datetime,
    conn: Connection | None = None,
) -> Judgement:
    """Return what an invented story would mean now; without a store nothing is muted and no budget is used."""
    active: tuple[Mute, ...] = tuple(mutes.active(conn, now)) if conn is not None else ()
    around = Circumstances(
        now=now,
        routes=settings.routes,
        receivers=settings.receivers,
        watchlist=watchlist,
        used=alerts.used(conn, settings.receivers, now) if conn is not None else {},
        mutes=active,
        source_tags={source.id: source.tags for source in sources if source.tags},
        new_entries=frozenset({INVENTED}),
    )
    return judge(story, around)


def hearings(judgement: Judgement, settings: Settings, now: datetime) -> tuple[Hearing, ...]:
    """Return what each receiver would hear: by the verdict that told it, else the one that came nearest."""
    deciding: dict[str, Verdict] = {}
    for verdict in sorted(judgement.verdicts, key=lambda one: (not one.told, _RANK[one.reason], -one.score)):
        deciding.setdefault(verdict.receiver, verdict)
    return tuple(
        _hearing(deciding[name], receiver, settings, now)
        for name, receiver in settings.receivers.items()
        if name in deciding
    )


def _hearing(verdict: Verdict, receiver: Receiver, settings: Settings, now: datetime) -> Hearing:
    digest = verdict.reason in {Reason.IN_DIGEST, Reason.OVER_BUDGET}
    return Hearing(
        receiver=receiver.id,
        reason=verdict.reason,
        at_once=verdict.told,
        due=_next_digest(verdict, receiver, settings, now) if digest else verdict.due,
        digest=digest,
        watch=verdict.watch,
        score=verdict.score,
        threshold=verdict.threshold,
        route=verdict.route,
        budget=receiver.at_most,
    )


def _next_digest(verdict: Verdict, receiver: Receiver, settings: Settings, now: datetime) -> datetime | None:
    """When the next digest is due: that of the route, or any of the receiver's."""
    plans = plans_of(receiver, settings)
    mine = {route.digest for route in settings.routes if route.name == verdict.route and route.digest}
    moments = (next_moment(plan, receiver.timezone, now) for plan in mine & plans or plans)
    return min((moment for moment in moments if moment), default=None)


def match_rows(judgement: Judgement, heard: Iterable[Hearing]) -> dict[str, object]:
    """Return the answer as JSON holds it."""
    return {
        "matches": [
            {
                "watch": match.watch,
                "score": match.score,
                "subject": match.subject,
                "events": list(match.events),
            }
            for match in judgement.matches
        ],
        "receivers": [hearing_row(one) for one in heard],
    }


def hearing_row(hearing: Hearing) -> dict[str, object]:
    """Return what a receiver would hear as a row of JSON."""
    when = "now" if hearing.at_once else "digest" if hearing.digest else "later" if hearing.due else "not"
    return {
        "receiver": hearing.receiver,
        "when": when,
        "due": hearing.due.isoformat() if hearing.due else None,
        "reason": hearing.reason.value,
        "route": hearing.route,
        "watch": hearing.watch,
        "score": hearing.score,
        "threshold": hearing.threshold,
    }
