"""The sitemaps that an index leads to: what of each was read last, so that unchanged ones are not read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.model import Document, Validators
from bot.store.schema import documents


def of(conn: Connection, source_id: str) -> dict[str, tuple[Validators, str, datetime | None]]:
    """Return validators, hash of the body and when a whole one was fetched, by address in their order."""
    found = select(documents).where(documents.c.source == source_id).order_by(documents.c.url)
    return {
        row.url: (Validators(row.etag, row.last_modified), row.body_hash, row.read_at)
        for row in conn.execute(found)
    }


def keep(conn: Connection, source_id: str, read: Iterable[tuple[str, Document]], now: datetime) -> None:
    """Store what was read (address as it was asked for, document); addresses that are not among them go."""
    rows = [
        {
            "source": source_id,
            "url": url,
            "etag": document.validators.etag,
            "last_modified": document.validators.last_modified,
            "body_hash": document.body_hash,
            "read_at": now if document.status == 200 else None,
        }
        for url, document in read
    ]
    others = delete(documents).where(documents.c.source == source_id)
    conn.execute(others.where(documents.c.url.not_in([row["url"] for row in rows])))
    if rows:
        statement = insert(documents)
        changed: dict[str, Any] = {
            name: statement.excluded[name] for name in ("etag", "last_modified", "body_hash")
        }
        changed["read_at"] = func.coalesce(statement.excluded.read_at, documents.c.read_at)
        conn.execute(statement.on_conflict_do_update(index_elements=["source", "url"], set_=changed), rows)


def forget(conn: Connection, source_id: str) -> None:
    """Forget all of a source: its address has changed."""
    conn.execute(delete(documents).where(documents.c.source == source_id))
