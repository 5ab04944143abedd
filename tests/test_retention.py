"""What is forgotten with time makes room and nothing else: old news never becomes new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.store import alerts, buttons, requests, retention, updates
from bot.store.schema import alerts as alert_rows
from bot.store.schema import buttons as button_rows
from bot.store.schema import entries, seen, stories, verdict_history, verdicts
from bot.store.schema import handled_updates as update_rows
from bot.store.schema import messages as message_rows
from bot.store.schema import requests as request_rows
from tests.deskwork import PROFIT
from tests.newsmaking import NOON
from tests.storing import open_store, publish
from tests.surviving import Survivor, reader

YEAR, HALF = timedelta(days=365), timedelta(days=180)
SUED = "Globex sued over brake patents in Texas court"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Survivor]:
    opened = Survivor(tmp_path, receiver=reader())
    opened.read("harbour", "harbour opens")
    yield opened
    opened.close()


def count(desk: Survivor, table: object) -> int:
    with desk.store.snapshot() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar() or 0  # type: ignore[arg-type]


async def test_an_entry_that_is_listed_for_a_year_rings_once(desk: Survivor) -> None:
    for title in (PROFIT, SUED):
        desk.read("harbour", title)
        await desk.deliver()
    assert len(desk.chat.posts) == 2
    keys, told = count(desk, seen), count(desk, alert_rows)
    desk.now += YEAR
    with desk.store.begin() as conn:
        taken = retention(conn, desk.now - HALF, desk.now)
    assert (taken.stories, taken.entries, taken.deliveries) == (3, 3, 2)
    assert (count(desk, stories), count(desk, entries)) == (0, 0)
    assert (count(desk, seen), count(desk, alert_rows)) == (keys, told)
    since = desk.now
    desk.poll("harbour")
    await desk.deliver()
    desk.restart()
    desk.poll("harbour")
    await desk.deliver()
    assert desk.owed_since(("alert", "edit", "reply", "correction", "digest"), since) == []
    assert len(desk.chat.posts) == 2


async def test_a_message_still_leads_to_its_story_while_the_story_is_kept(desk: Survivor) -> None:
    story = desk.read("harbour", PROFIT)
    await desk.deliver()
    desk.now += timedelta(days=170)
    with desk.store.begin() as conn:
        retention(conn, desk.now - HALF, desk.now)
        assert alerts.by_message(conn, "chat", "1", "1") == story


async def test_which_messages_told_of_a_story_is_forgotten_with_it_and_not_before(desk: Survivor) -> None:
    desk.read("harbour", PROFIT)
    await desk.deliver()
    with desk.store.begin() as conn:  # as an earlier version left it: the message of a story that is gone
        alerts.link_message(conn, "k7f2", "desk", channel="chat", chat="1", message_id="old")
        retention(conn, desk.now - HALF, desk.now)
    assert count(desk, message_rows) == 1

    with desk.store.begin() as conn:
        retention(conn, desk.now + timedelta(days=1), desk.now + HALF)
    assert count(desk, message_rows) == 0


def test_of_a_story_that_goes_on_for_ever_old_verdicts_are_forgotten(desk: Survivor) -> None:
    story = desk.read("harbour", PROFIT)
    decided = count(desk, verdict_history)
    assert decided
    with desk.store.begin() as conn:
        conn.execute(update(stories).where(stories.c.id == story).values(latest=desk.now + YEAR))
        retention(conn, desk.now - timedelta(days=1), desk.now)
    assert count(desk, verdict_history) == decided

    with desk.store.begin() as conn:
        retention(conn, desk.now + HALF, desk.now + YEAR)
    assert (count(desk, verdict_history), count(desk, verdicts) > 0) == (0, True)


def test_buttons_updates_and_answered_requests_are_kept_for_two_weeks(desk: Survivor) -> None:
    now = desk.now
    with desk.store.begin() as conn:
        for number, days in enumerate((1, 13, 15, 100)):
            at = now - timedelta(days=days)
            buttons.offer(conn, f"n{number}", {}, at)
            updates.first_time(conn, "telegram", number, at)
            requests.finish(conn, requests.add(conn, "poll", {}, at))
        requests.add(conn, "poll", {}, now - timedelta(days=100))
        retention(conn, now - HALF, now)
    assert [count(desk, table) for table in (button_rows, update_rows, request_rows)] == [2, 2, 3]


def test_the_room_of_what_was_forgotten_is_used_again(tmp_path: Path) -> None:
    text = "Tencent wins approval for a new line of games in Shenzhen. " * 30
    with closing(open_store(tmp_path)) as store:
        sizes = []
        for month in range(5):
            with store.begin() as conn:
                made = ((f"s{month}{n:03}", f"e{month}{n:03}", f"Item {n} of {month}") for n in range(120))
                publish(conn, *made, minutes=month * 43_200, summary=text)
            now = NOON + timedelta(days=30 * (month + 1))
            with store.begin() as conn:
                retention(conn, now - timedelta(days=30), now)
                sizes.append(int(conn.exec_driver_sql("PRAGMA page_count").scalar() or 0))
    assert sizes[-1] <= sizes[1] * 1.25, sizes
