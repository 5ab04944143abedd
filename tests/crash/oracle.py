"""What must hold after every kill, and what everybody must have heard in the end: items x rules x routes."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import load
from bot.errors import ConfigError
from bot.store import migrations
from tests.crash.world import DESK, NIGHT, READER, World

MARK = "(may be a repeat)"
SLACK_RECONCILES = True
"""True: Slack is asked what it took, so nothing is repeated there."""
_GREETING = "Wirewatch is connected"
_CHATS = {"desk": DESK, "night": NIGHT, "reader": READER}
_NUMBER = re.compile(r"\b\d{5,}\b")


@dataclass
class Tally:
    """What the chats of one world hold against what they ought to."""

    lost: list[str] = field(default_factory=list)
    repeats: Counter[str] = field(default_factory=Counter)
    """Receiver to the messages that told again what was told."""
    unmarked: list[str] = field(default_factory=list)
    """Those of them that don't say that they may be repeats."""
    marked: int = 0
    """Messages that say that they may be repeats, whether or not they are."""


def texts_of(world: World, receiver: str) -> list[str]:
    """Return the messages of a receiver, the oldest first, as a reader sees them now."""
    if receiver == "team":
        return [post.visible for post in world.slack.posts]
    return [one.text for one in world.telegram.messages if one.chat == _CHATS[receiver]]


def tally(world: World) -> Tally:
    """Hold every chat against what was published for it."""
    found = Tally()
    dead = _dead_letters(world)
    for receiver, wanted in world.expected.items():
        told: set[str] = set()
        for text in texts_of(world, receiver):
            # A greeting lists what was told lately, and is itself told once.
            numbers = {_GREETING} if _GREETING in text else wanted.intersection(_NUMBER.findall(text))
            found.marked += MARK in text
            if numbers & told:
                found.repeats[receiver] += 1
                if MARK not in text:
                    found.unmarked.append(f"{receiver}: {text}")
            told |= numbers
        missing = wanted - told - dead.get(receiver, set())
        found.lost += [f"{receiver}: {world.headlines[number]}" for number in sorted(missing)]
    return found


@contextmanager
def _copy(database: Path) -> Iterator[sqlite3.Connection]:
    """Lend a copy of the database as a kill left it: opening the file itself would mend what the bot must mend."""
    with tempfile.TemporaryDirectory(dir=database.parent.parent) as name:
        for part in ("", "-wal"):
            if (left := Path(f"{database}{part}")).exists():
                shutil.copyfile(left, Path(name) / left.name)
        with closing(sqlite3.connect(Path(name) / database.name)) as connection:
            yield connection


def after_kill(world: World) -> tuple[set[str], list[str]]:
    """Return the receivers to whom a message was on the wire, and all that is wrong with what was left."""
    faults = [*_config_faults(world), *_backup_faults(world)]
    if not world.database.exists():
        return set(), faults
    with _copy(world.database) as db:
        faults += [
            f"integrity_check: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"
        ]
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return set(), faults
        faults += _schema_faults(db)
        faults += _validator_faults(world, db)
        faults += _told_twice(db)
        wire = "SELECT DISTINCT receiver FROM deliveries WHERE state = 'sending' AND started_at IS NOT NULL"
        return {row[0] for row in db.execute(wire)}, faults


def mutes(world: World) -> int:
    """Return how often something was muted."""
    with _copy(world.database) as db:
        return int(db.execute("SELECT count(*) FROM audit WHERE what LIKE 'watch mute %'").fetchone()[0])


def owed(world: World) -> int:
    """Return how many messages are owed, or in flight."""
    with _copy(world.database) as db:
        waiting = "SELECT count(*) FROM deliveries WHERE state IN ('owed', 'sending')"
        return int(db.execute(waiting).fetchone()[0])


def _config_faults(world: World) -> Iterable[str]:
    try:
        load(world.config, environ={})
    except ConfigError as error:
        return [f"the configuration does not load: {error}"]
    return []


def _backup_faults(world: World) -> Iterator[str]:
    """A copy that has its name is whole."""
    for file in sorted(world.database.parent.glob("backups/*.db")):
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as db:
            if (said := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                yield f"the copy {file.name} is damaged: {said}"


def _schema_faults(db: sqlite3.Connection) -> list[str]:
    revision = [row[0] for row in db.execute("SELECT version_num FROM alembic_version")]
    return [] if revision == [migrations.REVISIONS[-1]] else [f"the schema stands at {revision}"]


def _validator_faults(world: World, db: sqlite3.Connection) -> Iterator[str]:
    """An ETag that is remembered stands for entries that are there."""
    for source, etag in db.execute("SELECT id, etag FROM sources WHERE etag IS NOT NULL"):
        kept = {row[0] for row in db.execute("SELECT url FROM entries WHERE source = ?", (source,))}
        if missing := world.shown.get((source, etag), frozenset()) - kept:
            yield f"{source}: the ETag {etag} stands for {len(missing)} entries that are not there"


def _told_twice(db: sqlite3.Connection) -> Iterator[str]:
    twice = (
        "SELECT receiver, story, count(*) FROM deliveries WHERE kind = 'alert' AND state != 'cancelled' "
        "GROUP BY receiver, story HAVING count(*) > 1"
    )
    for receiver, story, times in db.execute(twice):
        yield f"{receiver} is owed {story} {times} times"
    for story, entry, times in db.execute(
        "SELECT story, id, count(*) FROM entries GROUP BY source, url HAVING count(*) > 1"
    ):
        yield f"the entry {entry} of {story} is there {times} times"


def _dead_letters(world: World) -> dict[str, set[str]]:
    """Receiver to the numbers of what stands among its dead letters, each with a reason."""
    found: dict[str, set[str]] = {}
    dead = (
        "SELECT deliveries.receiver, entries.title FROM deliveries JOIN entries USING (story) "
        "WHERE deliveries.state = 'dead' AND deliveries.error != ''"
    )
    with _copy(world.database) as db:
        for receiver, title in db.execute(dead):
            found.setdefault(receiver, set()).update(_NUMBER.findall(title))
    return found
