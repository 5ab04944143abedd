"""``why`` and ``story``: the full trace, told or not, and how a story came together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from rapidfuzz import fuzz, process

from bot import render
from bot.commands.asking import BUTTONED, Answer, Asked, Desk, concerns, is_guest
from bot.commands.splitting import SPLIT, answer_split
from bot.errors import CommandError
from bot.links import canonical
from bot.model import Button, Match, Message, Mute, Outcome, Point, Reason, Rows, Story, Verdict
from bot.render.buttons import share_buttons
from bot.render.people import named
from bot.render.typed import typed
from bot.render.views import Headline, StoryView, TraceView, UnsentView
from bot.render.words import label, say
from bot.store import alerts, entries, matches, mutes, reaching, search, stories
from bot.store.matches import StoredVerdict
from bot.store.shown import line_of, matches_for

_WAITS = frozenset({Reason.QUIET_HOURS, Reason.IN_DIGEST, Reason.OVER_BUDGET})
_RANK = {reason: rank for rank, reason in enumerate(Reason)}


def answer_story(asked: Asked, desk: Desk) -> Answer:
    """A story with its entries and why each joined; ``split`` takes one out."""
    if asked.words.split()[:1] == [SPLIT]:
        return answer_split(asked, desk)
    story = _story(asked, desk)
    language = asked.reader.language
    if story is None:
        command = typed(asked.reader.via, "recent")
        raise CommandError(say(language, "no_story", story=asked.words.strip(), command=command))
    view = StoryView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        story=story,
        matches=matches_for(desk.conn, story.id, None, desk.watchlist),
        doubt=desk.doubt,
        admin=asked.admin,
    )
    message = replace(render.story(view), buttons=_story_rows(asked, story))
    return Answer(message, tuple(_report_rows(story)))


def answer_why(asked: Asked, desk: Desk) -> Answer:
    """Why a story was told, or was not: to the chat's receiver, elsewhere to each; a guest learns of its score."""
    story = _story(asked, desk)
    if story is None:
        return _not_seen(asked, desk)
    messages = [render.why(view) for view in traces_of(asked, desk, story)]
    if asked.reader.via not in BUTTONED:  # where there are buttons, All steps says it
        messages += joinings_of(asked, desk, story)
    found = matches.of(desk.conn, story.id)
    unjudged = "" if is_guest(asked) or _is_served(asked, desk) else Reason.NO_ROUTE.value
    rows = _why_rows(story, found, _stored(asked, desk, story), unjudged if found else "no_match")
    return Answer(stacked(messages), tuple(rows))


def joinings_of(asked: Asked, desk: Desk, story: Story) -> list[Message]:
    """Return why the reports of a story are one, at length; nothing for a story of one report."""
    if len(story.reports) == 1:
        return []
    reader, now = asked.reader, desk.now
    view = StoryView(reader=reader, watchlist=desk.watchlist, now=now, story=story, doubt=desk.doubt)
    return [render.joinings(view)]


def traces_of(asked: Asked, desk: Desk, story: Story) -> list[TraceView]:
    """Return what is known of a story for the receiver asked about, or for each; never empty."""
    found = matches.of(desk.conn, story.id)
    deciding = _deciding(_stored(asked, desk, story))
    alone = asked.reader.via in BUTTONED and len(deciding) <= 1
    unjudged = found[0] if found and not deciding and not is_guest(asked) else None
    return [_trace(asked, desk, story, found, each, buttons=alone) for each in deciding] or [
        TraceView(
            reader=asked.reader,
            watchlist=desk.watchlist,
            now=desk.now,
            story=story,
            match=found[0] if found else None,
            verdict=_unrouted(asked, unjudged) if unjudged else None,
            before=unjudged is not None and _is_served(asked, desk),
            guest=is_guest(asked),
            buttons=alone,
        )
    ]


def _unrouted(asked: Asked, match: Match) -> Verdict:
    """What stands for the verdict on a receiver that no route served when the story was judged."""
    return Verdict(
        story=match.story,
        watch=match.watch,
        receiver=asked.receiver,
        reason=Reason.NO_ROUTE,
        told=False,
        score=match.score,
    )


def _is_served(asked: Asked, desk: Desk) -> bool:
    return any(asked.receiver in route.to for route in desk.settings.routes)


def stacked(messages: Sequence[Message]) -> Message:
    """Return one answer of several; the first one's buttons stand under all of it."""
    blocks = tuple(block for message in messages for block in message.blocks)
    return replace(messages[0], blocks=blocks)


def _stored(asked: Asked, desk: Desk, story: Story) -> list[StoredVerdict]:
    return [
        each
        for each in matches.verdicts_of(desk.conn, story.id)
        if concerns(asked, each.verdict.receiver) and each.verdict.receiver in desk.settings.receivers
    ]


def _story_rows(asked: Asked, story: Story) -> Rows:
    """The row under a story: why it was told, and that it is not one."""
    language, via = asked.reader.language, asked.reader.via
    if via not in BUTTONED:
        return ()
    why = Button(label("why", language), f"why:{story.id}")
    split = (Button(label("split", language), f"split:{story.id}"),) if len(story.reports) > 1 else ()
    return ((why, *split, *share_buttons(f"story {story.id}", language, via=via)),)


def _trace(
    asked: Asked,
    desk: Desk,
    story: Story,
    found: Sequence[Match],
    stored: StoredVerdict,
    *,
    buttons: bool,
) -> TraceView:
    verdict = stored.verdict
    receiver = desk.settings.receivers[verdict.receiver]
    message = alerts.message_of(desk.conn, story.id, receiver.id)
    mute = _mute(desk, verdict, stored.at)
    return TraceView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        to=receiver.id,
        story=story,
        match=next((match for match in found if match.watch == verdict.watch), None),
        verdict=verdict,
        told_at=message.sent_at if message else None,
        developed_at=stored.at if message and verdict.reason is Reason.DEVELOPMENT else None,
        quiet_hours=receiver.quiet_hours,
        muted_until=mute.until if mute else None,
        muted_by=named(mute.by) if mute and mute.by else "",
        muted_story=bool(mute and mute.story),
        budget=receiver.at_most,
        unsent=None if message else _unsent(desk, verdict),
        buttons=buttons,
    )


def _unsent(desk: Desk, verdict: Verdict) -> UnsentView | None:
    """The alert that should be there and is not; what only waits for its hour has its verdict to say so."""
    alert = reaching.unsent_alert(desk.conn, verdict.story, verdict.receiver)
    if alert is None or not (alert.error or alert.given_up or verdict.reason not in _WAITS):
        return None
    gone = alert.error.startswith(reaching.GONE)
    lost = reaching.lost(desk.conn).get(verdict.receiver) if gone else None
    return UnsentView(
        lost_since=(lost.since if lost else alert.at) if gone else None,
        refused=alert.error.startswith(f"{Outcome.UNAUTHORISED.value}:"),
        next_try=alert.due if alert.error else None,
        given_up=alert.given_up,
        why=alert.error,
    )


def _mute(desk: Desk, verdict: Verdict, at: datetime) -> Mute | None:
    """Return what silenced a story when its verdict was reached: of several the one that held longest."""
    if verdict.reason is not Reason.MUTED:
        return None
    held = [
        mute
        for mute in mutes.held(desk.conn, at)
        if mute.receiver in {"", verdict.receiver}
        and mute.watch in {"", verdict.watch}
        and mute.story in {"", verdict.story}
    ]
    return max(held, key=lambda mute: mute.until, default=None)


def _deciding(stored: Sequence[StoredVerdict]) -> list[StoredVerdict]:
    """One verdict a receiver: the one that told it, else the one that came nearest."""
    best: dict[str, StoredVerdict] = {}
    for each in sorted(
        stored, key=lambda each: (not each.verdict.told, _RANK[each.verdict.reason], -each.verdict.score)
    ):
        best.setdefault(each.verdict.receiver, each)
    real = [each for each in best.values() if each.verdict.reason is not Reason.NO_ROUTE]
    return real or list(best.values())[:1]


def _story(asked: Asked, desk: Desk) -> Story | None:
    """Find the story meant: by its id, an entry's id, an address, or the alert replied to."""
    words = asked.words.strip().strip("<>")
    if not words:
        if asked.story:
            return stories.get(desk.conn, asked.story)
        command = typed(asked.reader.via, f"{asked.verb or 'why'} k7f2")
        raise CommandError(say(asked.reader.language, "which_story", command=command))
    if "://" in words:
        found = entries.by_link(desk.conn, canonical(words))
        story = stories.of_entry(desk.conn, found[0]) if found else None
        return stories.get(desk.conn, story) if story else None
    return stories.get(desk.conn, words.lower()) or _by_entry(desk, words)


def _by_entry(desk: Desk, words: str) -> Story | None:
    story = stories.of_entry(desk.conn, words)
    return stories.get(desk.conn, story) if story else None


def _not_seen(asked: Asked, desk: Desk) -> Answer:
    nearest = _nearest(asked, desk)
    told = alerts.message_of(desk.conn, nearest.story, asked.receiver) if nearest and asked.receiver else None
    view = TraceView(
        reader=asked.reader,
        watchlist=desk.watchlist,
        now=desk.now,
        asked=asked.words.strip(),
        nearest=nearest,
        nearest_told_at=told.sent_at if told else None,
        buttons=asked.reader.via in BUTTONED,
    )
    return Answer(render.why(view), ({"asked": asked.words.strip(), "reason": "not_seen"},), failed=True)


def _nearest(asked: Asked, desk: Desk) -> Headline | None:
    """The recent story whose headline shares most with the words of an address."""
    words = " ".join(part for part in canonical(asked.words).replace("-", " ").replace("/", " ").split()[1:])
    recent = search.recent(desk.conn, search.Filters(), limit=200)
    found = stories.many(desk.conn, [row.story_id for row in recent])
    titles = {story.id: story.root.entry.title for story in found.values()}
    best = process.extractOne(words, titles, scorer=fuzz.token_set_ratio, score_cutoff=60) if words else None
    if best is None:
        return None
    story = found[best[2]]
    return line_of(desk.conn, story, asked.reader.language, desk.watchlist)


def _report_rows(story: Story) -> list[dict[str, object]]:
    return [
        {
            "story": story.id,
            "entry": report.entry.id,
            "source": report.entry.source,
            "title": report.entry.title,
            "url": report.entry.url,
            "time": report.entry.time.isoformat(),
            "rule": report.joining.rule,
            "joined_to": report.joining.other,
            "margin": round(report.joining.margin, 3),
            "features": dict(report.joining.features),
            "shared": list(report.joining.shared),
            "copy_of": report.joining.copy_of,
        }
        for report in story.reports
    ]


def _why_rows(
    story: Story, found: Sequence[Match], stored: Sequence[StoredVerdict], unmatched: str
) -> list[dict[str, object]]:
    """The verdicts, or one row with the reason why there is none."""
    points = {match.watch: [_point_row(point) for point in match.points] for match in found}
    joined = _report_rows(story)
    rows: list[dict[str, object]] = [
        {
            "story": story.id,
            "receiver": each.verdict.receiver,
            "watch": each.verdict.watch,
            "reason": each.verdict.reason.value,
            "told": each.verdict.told,
            "score": each.verdict.score,
            "threshold": each.verdict.threshold,
            "route": each.verdict.route,
            "at": each.at.isoformat(),
            "points": points.get(each.verdict.watch, []),
            "entries": joined,
        }
        for each in stored
    ]
    return rows or [
        {
            "story": story.id,
            "reason": unmatched,
            "points": points.get(found[0].watch, []) if found else [],
            "refused": _refused_rows(story),
            "entries": joined,
        }
    ]


def _point_row(point: Point) -> dict[str, object]:
    return asdict(point)


def _refused_rows(story: Story) -> list[dict[str, object]]:
    return [
        {"watch": refusal.watch, "text": refusal.text, "reason": refusal.reason, "by": refusal.by}
        for report in story.reports
        for refusal in report.facts.refused
    ]
