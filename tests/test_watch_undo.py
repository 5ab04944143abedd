"""Changes taken back one by one, and the list of what was changed by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.edit import read
from bot.edit.folder import Edit
from bot.store import audit, requests
from tests.following import WATCHES, Room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(tmp_path) as opened:
        yield opened


async def test_undo_shows_the_lines_and_puts_every_byte_back_one_change_after_the_other(room: Room) -> None:
    await room.make("watch alias acme 艾克米")
    first = room.text
    await room.make("watch remove globex")

    shown = await room.ask("watch undo")
    assert "Take back: watch remove globex (Mei, 12:00)" in shown.message.plain
    assert "+   globex:" in shown.message.plain
    assert room.text != first
    done = await room.press(shown)

    assert "Done: undo: watch remove globex (Mei)" in done.message.plain
    assert room.text == first
    assert "globex" in room.watched
    await room.make("watch undo")
    assert room.text == WATCHES
    assert "nothing to take back" in (await room.ask("watch undo")).message.plain


async def test_undo_goes_past_a_change_made_after_an_earlier_undo(room: Room) -> None:
    await room.make("watch alias acme 艾克米")
    await room.make("watch undo")
    await room.make("watch weak acme Akme")

    await room.make("watch undo")

    assert room.text == WATCHES
    assert "nothing to take back" in (await room.ask("watch undo")).message.plain


async def test_undo_of_a_line_that_was_edited_since_is_refused_with_its_line(room: Room) -> None:
    await room.make("watch alias acme 艾克米")
    theirs = room.text.replace("[艾克米]", "[艾克米, Acme Corp]")
    room.file.write_text(theirs, encoding="utf-8")

    refused = await room.ask("watch undo")

    assert refused.failed
    assert "watchlist.yaml was edited since, line 8" in refused.message.plain
    assert room.text == theirs


async def test_undo_of_a_file_that_was_edited_elsewhere_takes_its_own_lines_back_where_they_stand(
    room: Room,
) -> None:
    await room.make("watch alias acme 艾克米")
    room.file.write_text(room.text.replace("watches:", "# read me\nwatches:"), encoding="utf-8")

    shown = await room.ask("watch undo")
    assert "watchlist.yaml, line 9" in shown.message.plain
    await room.press(shown)

    assert room.text == WATCHES.replace("watches:", "# read me\nwatches:")
    assert "nothing to take back" in (await room.ask("watch undo")).message.plain


async def test_undo_of_lines_that_stand_twice_or_nowhere_is_refused_with_what_to_type(room: Room) -> None:
    await room.make("watch add UBTECH, 优必选")
    theirs = room.text.replace("  ubtech: library", "  ubtech: {library: ubtech, weak: [Walker]}")
    room.file.write_text(theirs, encoding="utf-8")
    await room.restart()

    refused = await room.ask("watch undo")

    assert refused.failed
    assert refused.message.plain.endswith("Type instead: /watch remove ubtech")
    await room.make("watch remove ubtech")
    await room.make("watch weak acme Akme")
    room.file.write_text(room.text.replace("name: Acme", "name: ACME"), encoding="utf-8")
    await room.restart()
    assert (await room.ask("watch undo")).message.plain.endswith("/watch weak acme -Akme")


async def test_undo_never_takes_the_same_lines_from_two_entries() -> None:
    before = "watches:\n  acme:\n    name: Acme\n  globex:\n    name: Globex\n"
    after = before.replace("Acme\n", "Acme\n    weak: [Kite]\n")
    back = Edit.between("watchlist.yaml", "1", before, after).back()

    assert (moved := back.moved(f"# new\n{after}", "2")) is not None
    assert moved.applied(f"# new\n{after}") == f"# new\n{before}"
    assert back.moved(after.replace("Globex\n", "Globex\n    weak: [Kite]\n"), "2") is None, "twice"
    assert back.moved(after.replace("    weak: [Kite]\n", "    weak: [Kite] # mine\n"), "2") is None, (
        "no more"
    )
    assert back.back().moved(f"# new\n{before}", "2") is None, "nothing that tells where it was"


async def test_an_undo_that_was_shown_before_an_edit_on_disk_is_refused_as_well(room: Room) -> None:
    await room.make("watch alias acme 艾克米")
    shown = await room.ask("watch undo")
    theirs = room.text + "  initech: {name: Initech}\n"
    room.file.write_text(theirs, encoding="utf-8")

    refused = await room.press(shown)

    assert refused.message.buttons[0][0].action == "run:watch undo"
    assert "Ask again: /watch undo" in refused.message.plain
    assert room.text == theirs


async def test_a_change_of_another_file_of_the_same_form_is_taken_back_as_well(room: Room) -> None:
    path = room.folder / "sources.yaml"
    before, version = read(path)
    after = before + "  - {id: ledger, url: 'https://ledger.example/feed'}\n"
    path.write_text(after, encoding="utf-8")
    made = Edit.between("sources.yaml", version, before, after)
    with room.app.store.begin() as conn:
        audit.record(conn, "chat:7", "sources add ledger", made.row, room.now)

    await room.make("watch undo")

    assert path.read_text(encoding="utf-8") == before


async def test_the_log_lists_changes_and_mutes_with_who_and_when(room: Room) -> None:
    await room.make("watch alias acme 艾克米")
    await room.ask("watch mute acme 4h for:all")
    await room.make("watch undo")

    said = (await room.ask("watch log")).message.plain.splitlines()

    assert said[0] == "The last changes"
    assert [line for line in said[1:] if line] == [
        "12:00  undo: watch alias acme 艾克米 · Mei",
        "12:00  watch mute acme · Mei",
        "12:00  watch alias acme 艾克米 (taken back) · Mei",
    ]


async def test_a_change_asked_for_before_a_crash_is_made_by_the_next_start_once(room: Room) -> None:
    shown = await room.ask("watch alias acme 艾克米")
    with room.app.store.begin() as conn:
        number = requests.add(conn, "edit", {**shown.offers[0].payload}, room.now)
        requests.take(conn, ["edit"])  # an instance took it, and died

    await room.restart()
    await room.app._errands.tick()
    asked = None
    while asked is None or asked.state != requests.FINISHED:
        await asyncio.sleep(0.01)
        asked = await room.app.store.read(lambda conn: requests.get(conn, number))

    assert asked.result["done"]
    assert asked.result["live"]
    assert "艾克米" in room.text
    assert len(room.noted()) == 1


async def test_of_two_changes_shown_at_one_moment_one_is_made(room: Room) -> None:
    one = await room.ask("watch alias acme 艾克米")
    two = await room.ask("watch alias globex Globex Corp")

    done = [await room.press(shown) for shown in (one, two)]

    assert [each.failed for each in done] == [False, True]
    assert "艾克米" in room.text
    assert "Globex Corp" not in room.text
