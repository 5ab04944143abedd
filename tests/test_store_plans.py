"""What a start and every tick ask of the store never reads a large table from end to end, however much is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.app.rounds import LIFETIME
from bot.dedup import StoryIndex
from bot.model import Tables
from bot.pipeline.splitting import load_index
from bot.schedule.health import Rhythms
from bot.store import Store, deliveries, pulse, retention, sources
from tests.newsmaking import NOON as NOW
from tests.storing import open_store, owe, publish

LARGE = "entries|stories|deliveries|alerts|messages|seen|recent|matches|verdicts|verdict_history"
LEASE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


@pytest.fixture
def asked(store: Store) -> Iterator[list[tuple[str, object]]]:
    found: list[tuple[str, object]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            found.append((statement, parameters))

    engines = (store._writer, store._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_a_start_and_its_ticks_find_what_they_need_by_an_index(
    store: Store, asked: list[tuple[str, object]]
) -> None:
    with store.begin() as conn:
        publish(conn, ("a", "S1", "Tencent buys a studio"), minutes=-20_000)
        owe(conn, "long due", due=NOW - LIFETIME)
    with store.begin() as conn:
        deliveries.foreign_to_ambiguous(conn, "me", NOW)
        deliveries.cancel_others(conn, ["desk"], NOW)
        deliveries.claim(conn, NOW, owner="me", lease=LEASE, limit=9, receivers=["other"])
        sources.claim_due(conn, NOW, owner="me", lease=LEASE, limit=9)
        retention(conn, NOW - LIFETIME, NOW, limit=1)
    with store.snapshot() as conn:
        load_index(conn, StoryIndex(Tables()), NOW - LIFETIME)
        Rhythms().learn(conn, NOW)
        pulse.judge(conn, NOW, pulse.Beat(at=NOW, started=NOW - LIFETIME))
    statements = list(asked)
    assert len(statements) > 20
    with store.snapshot() as conn:
        read_whole = {statement for statement, values in statements if _reads_whole(conn, statement, values)}
    assert read_whole == set()


def _reads_whole(conn: Connection, statement: str, values: object) -> bool:
    plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
    return any(re.match(rf"SCAN ({LARGE})\b(?!.*USING)", row[3]) for row in plan)
