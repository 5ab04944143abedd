"""A database that is damaged, gone, or an older copy of itself: how that is known, and what takes its place.

Who holds the state folder calls ``signs`` before the store is opened, and ``put_back`` where there are any; what
happened is noted in the store, and ``aftermath`` lets nothing be told twice for it.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store import backups, meta

DAMAGED, GONE, CUT, COPY = "damaged", "gone", "cut", "copy"
"""Why memory was lost: the file was damaged, was not there, its log was; or it is an older copy, put there by hand."""
RESTORED = "restored"
"""The key in ``meta`` of what happened, until the first transaction of a start has seen to it."""
_LIFE, _LIFE_BEFORE = "life", "life before"
_SIDES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened to the memory: ``kind`` as above, ``why`` in words, when it was found out."""

    kind: str
    why: str
    found: str
    """ISO 8601, as the next."""
    copied: str = ""
    """When the copy that took its place was made; "" where a new, empty database did."""
    aside: str = ""
    """The folder that holds the damaged file."""


def suspect(file: Path, kind: str, why: str) -> None:
    """Leave word beside the database for the next start."""
    with suppress(OSError):
        _mark_of(file).write_text(json.dumps({"kind": kind, "why": why[:300]}), encoding="utf-8")


def signs(file: Path, now: datetime) -> Loss | None:
    """Return what is known to be wrong before the file is opened, None when nothing is."""
    if (left := _left_word(file)) is not None:
        return Loss(left[0], left[1], now.isoformat())
    there = file.exists()
    if (there and file.stat().st_size) or not was_used(file):
        return None
    return Loss(GONE, "it is empty" if there else "it is not there", now.isoformat())


def was_used(file: Path) -> bool:
    """Tell whether a bot has lived with this database: its last life is written down beside it, or there are copies."""
    return bool(_last_life(file)) or bool(backups.listed(backups.folder_of(file)))


def insist_that_it_is_there(file: Path) -> None:
    """StoreError for a database that a bot has used and that is gone: a question must not put an empty one there."""
    if file.exists() or not was_used(file):
        return
    copies = backups.listed(backups.folder_of(file))
    puts = f"puts the copy of {copies[0].at:%Y-%m-%d %H:%M} UTC in its place" if copies else "begins anew"
    raise StoreError(
        f"The database {file} is gone: the next start of the bot (wirewatch run, or once) {puts}"
    )


def is_blank(conn: Connection, file: Path) -> bool:
    """Tell whether an empty database stands where another one has lived."""
    if not _last_life(file) or meta.get(conn, _LIFE) is not None:
        return False
    return not conn.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM entries), EXISTS (SELECT 1 FROM alerts)"
    ).one()[0]


def is_ours(file: Path) -> bool:
    """Tell whether a file that can't be read was a database of ours: another's is never moved away."""
    if backups.listed(backups.folder_of(file)):
        return True
    try:
        with file.open("rb") as body:
            return b"alembic_version" in body.read(64 * 1024 * 1024)
    except OSError:
        return False


def put_back(file: Path, loss: Loss) -> Loss:
    """Move a damaged file aside and put the last good copy in its place, or nothing where there is none.

    StoreError where the disk doesn't let us; whatever happens, the damaged file is never deleted.
    """
    if loss.kind == CUT:
        return loss
    aside = set_aside(file, "damaged", datetime.fromisoformat(loss.found))
    for each in backups.listed(backups.folder_of(file)):
        try:
            backups.revision_of(each.file)
        except StoreError:
            continue
        put_in_place(each.file, file)
        made = backups.when_made(each.file) or each.at
        return Loss(loss.kind, loss.why, loss.found, made.isoformat(), aside)
    return Loss(loss.kind, loss.why, loss.found, "", aside)


def set_aside(file: Path, name: str, now: datetime) -> str:
    """Move a database and what is beside it to a folder ``name/DATE`` of its own; return that, "" for no file."""
    there = [side for side in _SIDES if file.with_name(f"{file.name}{side}").exists()]
    if not there:
        return ""
    folder = file.parent / name / now.strftime("%Y-%m-%d-%H%M%S")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The database last: until then the next start finds it, and begins here again.
        for side in reversed(there):
            file.with_name(f"{file.name}{side}").replace(folder / f"{file.name}{side}")
    except OSError as error:
        raise StoreError(
            f"The database {file} can't be moved to {folder} ({error.strerror}): move it away yourself, with the "
            "files beside it (-wal, -shm), and start again"
        ) from error
    return str(folder)


def put_in_place(copy: Path, file: Path) -> None:
    """Make a copy the database: whole or not at all. StoreError where the disk doesn't let us."""
    half = file.with_name(f".{file.name}.part")
    try:
        shutil.copyfile(copy, half)
        half.chmod(0o600)
        with half.open("rb") as body:
            os.fsync(body.fileno())
        half.replace(file)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise StoreError(f"{copy} can't be put in the place of {file}: {error.strerror}") from error


def prepare(copy: Path, file: Path, made: datetime) -> None:
    """Lay a copy, marked as one, beside the database: once that is done a restore is meant, and ``complete`` ends it.

    Killed before, it leaves the database as it is. StoreError where the disk doesn't let us.
    """
    half = file.with_name(f".{file.name}.restoring")
    put_in_place(copy, half)
    backups.mark(half, made)
    half.replace(_prepared(file))


def complete(file: Path, now: datetime) -> str:
    """Put what ``prepare`` laid out in the place of the database, which is kept; return where, "" for no database.

    Also what a killed restore has left to do; nothing where none was meant. Only for who holds the state folder.
    """
    for left in (f".{file.name}.restoring", f"..{file.name}.restoring.part", f".{file.name}.part"):
        with suppress(OSError):
            file.with_name(left).unlink()
    prepared = _prepared(file)
    if not prepared.exists():
        return ""
    try:
        aside = set_aside(file, "replaced", now)
    except StoreError:
        with suppress(OSError):
            prepared.unlink()
        raise
    prepared.replace(file)
    noted(file)  # what was said of the one before does not hold for this one
    return aside


def note(conn: Connection, file: Path, loss: Loss | None, now: datetime) -> None:
    """Write down what happened, in the database that is now in use; also where it proves to be an older copy."""
    copied = meta.get(conn, backups.MARK)
    if loss is None and (copied is not None or _is_older(conn, file)):
        loss = Loss(COPY, "an older copy was put in its place", now.isoformat(), copied or "")
    if copied is not None:
        meta.forget(conn, backups.MARK)
    if loss is not None:
        meta.set(conn, RESTORED, json.dumps(asdict(loss)))


def noted(file: Path) -> None:
    """What happened is committed: the word that was left beside the database goes."""
    with suppress(OSError):
        _mark_of(file).unlink()


def begin_life(conn: Connection) -> str:
    """Give the database a new name for its present life; ``remember_life`` writes it down beside it once committed."""
    name = uuid.uuid4().hex
    meta.set(conn, _LIFE_BEFORE, meta.get(conn, _LIFE) or name)
    meta.set(conn, _LIFE, name)
    return name


def remember_life(file: Path, name: str) -> None:
    """Write down beside the database which life of it is the last: an older copy has another one."""
    half = file.with_name(f".{file.name}-life.part")
    with suppress(OSError):
        with half.open("w", encoding="utf-8") as body:
            body.write(name)
            body.flush()
            os.fsync(body.fileno())
        half.replace(file.with_name(f"{file.name}-life"))


def _is_older(conn: Connection, file: Path) -> bool:
    last = _last_life(file)
    known = {meta.get(conn, _LIFE), meta.get(conn, _LIFE_BEFORE)}
    return bool(last) and None not in known and last not in known


def _last_life(file: Path) -> str:
    try:
        last = file.with_name(f"{file.name}-life").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return last if len(last) == 32 else ""


def _prepared(file: Path) -> Path:
    return file.with_name(f".{file.name}.restored")


def _mark_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-suspect")


def _left_word(file: Path) -> tuple[str, str] | None:
    try:
        text = _mark_of(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    with suppress(ValueError, AttributeError, TypeError):
        left = json.loads(text)
        if left["kind"] == CUT:
            return CUT, str(left["why"])
        return DAMAGED, str(left["why"])
    return DAMAGED, "it was found damaged"
