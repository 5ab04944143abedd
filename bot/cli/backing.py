"""``backup`` and ``restore``: a copy of the database while the bot runs, and back while it doesn't."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.app.building import database_url
from bot.app.lock import hold
from bot.app.logs import write_logs
from bot.cli.sourcelist import agreed
from bot.config import load
from bot.errors import CommandError
from bot.render.keeping import age
from bot.store import Store, backups, keeping, opening, restoring


def back_up(target: Path | None, config: Path, state: Path, *, as_json: bool) -> int:
    """Copy the database, to its place among the nightly ones or to ``target``; print where, size and seconds."""
    write_logs(logging.ERROR)
    file = _database(config, state)
    if not file.exists():
        raise CommandError(f"{file}: there is no database yet; the bot makes it when it first runs")
    now = datetime.now(UTC)
    if target is not None and target.exists() and target.samefile(file):
        raise CommandError(f"{target} is the database itself: name another file")
    made = backups.back_up(file, target or backups.default_place(file, now), now)
    if target is None:
        store = Store.open(f"sqlite:///{file}")
        with closing(store), store.begin() as conn:
            keeping.note_backup(conn, now)
        backups.thin_out(made.file.parent)
    if as_json:
        row = {"file": str(made.file), "bytes": made.size, "seconds": round(made.seconds, 3)}
        print(json.dumps(row, ensure_ascii=False))
    else:
        print(f"{made.file}: {made.size / 1e6:,.1f} MB, checked, in {made.seconds:.1f} s")
    return 0


def restore(copy: Path, config: Path, state: Path, *, yes: bool) -> int:
    """Put a copy in the place of the database, which is kept; return 1 where nothing was done."""
    write_logs(logging.ERROR)
    file, now = _database(config, state), datetime.now(UTC)
    if file.exists() and copy.exists() and copy.samefile(file):
        raise CommandError(f"{copy} is the database itself: name a copy of it")
    backups.revision_of(copy)
    with hold(state):
        print(_described(copy, now))
        if not yes and not agreed("Put it in the place of the database?"):
            print("Nothing was changed.")
            return 1
        opening.make_folder(file)
        # Marked before it counts: whoever made the copy, the next start knows that it is one.
        restoring.prepare(copy, file, backups.when_made(copy) or _changed(copy))
        aside = restoring.complete(file, now)
    if aside:
        print(f"The database of before is kept in {aside}")
    print(
        f"{file} is restored. At the next start every source is read anew and rings for nobody once, "
        "so that nothing is told twice."
    )
    return 0


def _database(config: Path, state: Path) -> Path:
    return opening.database_file(database_url(load(config, environ=os.environ).settings, state))


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _described(copy: Path, now: datetime) -> str:
    made = backups.when_made(copy) or _changed(copy)
    with closing(sqlite3.connect(copy)) as body:
        counts = [
            body.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  names of ours
            for table in ("entries", "alerts")
        ]
    return (
        f"{copy}: made {made.astimezone().strftime('%Y-%m-%d %H:%M')}, {age(now - made)} ago; "
        f"{counts[0]:,} entries, {counts[1]:,} alerts"
    )
