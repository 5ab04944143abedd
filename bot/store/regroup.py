"""Two stories that turn out to be one, and an entry that a person takes out of a story for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import alerts, digests, feedback, joined, matches, mutes, parting
from bot.store.columns import among
from bot.store.roots import root_of, root_or_self
from bot.store.schema import alerts as alert_rows
from bot.store.schema import digest_items, entries, stories
from bot.store.schema import splits as split_rows


def merge(conn: Connection, source_id: str, into_id: str, now: datetime) -> bool:
    """Let the story ``source_id`` end in ``into_id``: entries, what was told and what is owed follow.

    Receivers who had heard of both keep the older message. Returns False when either isn't stored or both are
    one already.
    """
    ended, into = root_of(conn, source_id), root_of(conn, into_id)
    if ended is None or into is None or ended == into:
        return False
    conn.execute(update(entries).where(entries.c.story == ended).values(story=into))
    alerts.follow(conn, ended, into)
    joined.follow(conn, ended, into, now)
    matches.follow(conn, ended, into)
    for noun in (digests, mutes, feedback):
        noun.follow(conn, ended, into)
    for told in alerts.told_of(conn, into).values():
        if not told.digest:  # heard at once of one of them: nothing of it is left for the digest
            digests.drop(conn, told.receiver, into)
        if not (told.digest or told.pending):  # nor for a first alert that quiet hours held back
            parting.withdraw_alert(
                conn, into, told.receiver, f"told already of {ended}, which is the same", now
            )
    # Every earlier merge points at the end of the chain, so that looking up a root is one step.
    conn.execute(update(stories).where(stories.c.merged_into == ended).values(merged_into=into))
    conn.execute(update(stories).where(stories.c.id == ended).values(merged_into=into, merged_at=now))
    _settle(conn, into)
    return True


def split(
    conn: Connection,
    story_id: str,
    entry_id: str,
    new_id: str,
    serial: int,
    now: datetime,
    by: str,
    *,
    told: bool = True,
) -> bool:
    """Take an entry out of its story into a new one, and remember that it never belongs there again.

    The new story counts as told to everyone who was told of the old one, unless ``told`` is False; to whom
    the old one is only owed, nothing was told of either. Matches and verdicts of both are to be judged again.
    Returns False when the entry isn't in it, or is all of it.
    """
    story = root_of(conn, story_id)
    held = select(entries.c.id, entries.c.time).where(entries.c.story == story)
    times = {row.id: row.time for row in conn.execute(held)}
    if story is None or entry_id not in times or len(times) == 1:
        return False
    opened = times[entry_id]
    conn.execute(insert(stories).values(id=new_id, serial=serial, opened=opened, latest=opened))
    conn.execute(
        update(entries)
        .where(entries.c.id == entry_id)
        .values(story=new_id, rule="split", margin=0.0, joining="{}")
    )
    row = {"entry": entry_id, "story": story, "new_story": new_id, "by": by, "at": now}
    again = {"new_story": new_id, "by": by, "at": now}
    conn.execute(
        upsert(split_rows).values(row).on_conflict_do_update(index_elements=["entry", "story"], set_=again)
    )
    _stand_alone(conn, story, entry_id)
    mutes.part(conn, story, new_id)
    if told:
        _count_as_told(conn, story, new_id)
    _settle(conn, story)
    return True


def splits(conn: Connection) -> list[tuple[str, str]]:
    """Return (entry, story) of every split: the entry must not join that story again."""
    found = select(split_rows.c.entry, split_rows.c.story).order_by(split_rows.c.at)
    return [(row.entry, row.story) for row in conn.execute(found)]


def left(conn: Connection) -> dict[str, tuple[str, int]]:
    """Return, by entry, the story (with its running number) that it was last split off from, as of today."""
    found = []
    for entry, story in splits(conn):
        root = root_of(conn, story)
        if root is not None:
            found.append((entry, root))
    numbers = {
        row.id: row.serial
        for row in conn.execute(
            select(stories.c.id, stories.c.serial).where(among(stories.c.id, {root for _, root in found}))
        )
    }
    return {entry: (root, numbers[root]) for entry, root in found}


def parted(conn: Connection, one: str, other: str) -> bool:
    """Tell whether a person split two stories, or what has merged into them since: they are never one again."""
    pair = {root_or_self(conn, one), root_or_self(conn, other)}
    now_in = func.coalesce(entries.c.story, split_rows.c.new_story)
    found = select(split_rows.c.story, split_rows.c.new_story, now_in).join_from(
        split_rows, entries, entries.c.id == split_rows.c.entry, isouter=True
    )
    return any(
        {root_or_self(conn, was), root_or_self(conn, became)} == pair
        for was, *both in conn.execute(found)
        for became in both
    )


def _settle(conn: Connection, story: str) -> None:
    """Bring a story's times to its entries, and let exactly its earliest entry be the first."""
    span = conn.execute(
        select(func.min(entries.c.time), func.max(entries.c.time), func.min(entries.c.seq)).where(
            entries.c.story == story
        )
    ).one()
    conn.execute(update(stories).where(stories.c.id == story).values(opened=span[0], latest=span[1]))
    root = entries.c.seq == span[2]
    first = conn.execute(select(entries.c.id).where(root)).scalar_one()
    others = (entries.c.story == story, entries.c.rule == "first", ~root)
    text = func.json_set(entries.c.joining, "$.other", first)
    conn.execute(update(entries).where(*others).values(rule="merged", joining=text))
    joined = (root, entries.c.rule.not_in(["first", "split"]))
    conn.execute(update(entries).where(*joined).values(rule="first", margin=0.0, joining="{}"))


def _stand_alone(conn: Connection, story: str, original: str) -> None:
    """Copies whose original was taken out are copies of the earliest of them, which counts as a source now."""
    copied = func.json_extract(entries.c.joining, "$.copy_of")
    copies = select(entries.c.id).where(entries.c.story == story, copied == original).order_by(entries.c.seq)
    first, *others = conn.execute(copies).scalars().all() or [""]
    alone = func.json_remove(entries.c.joining, "$.copy_of")
    conn.execute(update(entries).where(entries.c.id == first).values(joining=alone))
    follow = func.json_set(entries.c.joining, "$.copy_of", first)
    conn.execute(update(entries).where(among(entries.c.id, others)).values(joining=follow))


def _count_as_told(conn: Connection, story: str, new_id: str) -> None:
    """Copy what was told, without the messages: those tell of the old story. What is only owed was not told."""
    names = ["receiver", "at", "score", "events", "watches", "entries", "revision", "replies", "digest"]
    waits = select(digest_items.c.receiver).where(digest_items.c.story == story, digest_items.c.run.is_(None))
    owed = or_(alert_rows.c.pending, and_(alert_rows.c.digest, alert_rows.c.receiver.in_(waits)))
    told = select(literal(new_id), *(alert_rows.c[name] for name in names)).where(
        alert_rows.c.story == story, ~owed
    )
    conn.execute(insert(alert_rows).from_select(["story", *names], told))
