"""The watchlist changed from a chat: the effect first, then the button, then every other byte as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.commands.foreseeing import foresee
from bot.model import Watchlist
from tests.following import SETTINGS, WATCHES, Room

RING = "Titan Motors recalls 40,000 cars over brakes"
PROFIT = "Globex profit jumps 34% on cloud demand"
SUED = "Acme sued over brake patents in Texas court"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(tmp_path) as opened:
        yield opened


async def test_the_lines_and_the_effect_are_shown_before_anything_is_written(room: Room) -> None:
    room.publish(PROFIT, RING, SUED)

    shown = await room.ask("watch alias acme Titan Motors, 艾克米")

    said = shown.message.plain
    assert "Acme · aliases: + Titan Motors, + 艾克米" in said
    assert "-   acme: {name: Acme}\n+   acme: {name: Acme, aliases: [Titan Motors, 艾克米]}" in said
    assert "Would have told 1 more in 7 days" in said
    assert f"{RING} · desk · " in said
    assert PROFIT not in said
    assert [button.label for button in shown.message.buttons[0]] == ["Do it", "Cancel"]
    assert room.text == WATCHES


async def test_what_would_no_longer_be_told_is_shown_with_the_reason(room: Room) -> None:
    room.publish(PROFIT, SUED)

    shown = await room.ask("watch exclude acme Acme sued")

    assert "Would have told 1 fewer in 7 days" in shown.message.plain
    assert f"− 🟠 {SUED} · desk · " in shown.message.plain
    assert "no watch matched" in shown.message.plain


async def test_other_edits_of_the_week_do_not_show_in_the_effect(room: Room) -> None:
    room.publish(PROFIT, SUED, RING)
    room.file.write_text(WATCHES.replace("  acme: {name: Acme}\n", ""), encoding="utf-8")
    await room.app.reload()

    shown = await room.ask("watch people globex Mara Lind")

    assert "Would have told nothing else in 7 days (3 entries)." in shown.message.plain


async def test_do_it_writes_reloads_and_says_since_when(room: Room) -> None:
    shown = await room.ask("watch alias acme 艾克米")

    done = await room.press(shown)

    assert room.text == WATCHES.replace("{name: Acme}", "{name: Acme, aliases: [艾克米]}")
    assert room.app.configuration.watchlist.watches["acme"].aliases == ("艾克米",)
    assert "Done: watch alias acme 艾克米 (Mei)" in done.message.plain
    assert "Live since 12:00:00. /watch undo takes it back." in done.message.plain
    assert done.instead
    (noted,) = room.noted()
    assert (noted.who, noted.what, noted.detail["name"]) == ("chat:7", "watch alias acme 艾克米", "Mei")
    assert noted.detail["removed"] == "  acme: {name: Acme}\n"


async def test_the_next_headline_with_the_new_name_rings(room: Room) -> None:
    await room.make("watch alias acme Titan Motors")

    room.publish(RING)

    listed = await room.ask("watch list acme")
    assert [row["alerts_7d"] for row in listed.rows] == [1]


async def test_a_button_works_once_and_for_its_asker_alone(room: Room) -> None:
    shown = await room.ask("watch alias acme 艾克米")

    assert (await room.press(shown, by="chat:8")).failed
    assert (await room.press(shown, admin=False)).failed
    assert room.text == WATCHES
    assert not (await room.press(shown)).failed
    assert (await room.press(shown)).failed
    assert len(room.noted()) == 1


async def test_cancel_changes_nothing(room: Room) -> None:
    shown = await room.ask("watch remove acme")

    assert "Cancelled by Mei" in (await room.press(shown, cancel=True)).message.plain
    assert (await room.press(shown)).failed
    assert room.text == WATCHES


async def test_a_non_admin_is_told_who_may_and_their_own_id(room: Room) -> None:
    for words in ("add Initech", "remove acme", "alias acme 艾克米", "weak acme Acme", "undo"):
        refused = await room.ask(f"watch {words}", admin=False, by="chat:8")
        assert refused.failed, words
        assert "8" in refused.message.plain
        assert not refused.offers


async def test_an_edit_on_disk_in_between_is_refused_and_kept(room: Room) -> None:
    shown = await room.ask("watch alias acme 艾克米")
    theirs = WATCHES + "  initech: {name: Initech}\n"
    room.file.write_text(theirs, encoding="utf-8")

    refused = await room.press(shown)

    assert refused.failed
    assert "watchlist.yaml was edited since this was shown" in refused.message.plain
    assert refused.message.buttons[0][0].action == "run:watch alias acme 艾克米"
    assert room.text == theirs
    assert not room.noted()


async def test_a_company_of_the_library_is_one_line_and_found_by_any_of_its_names(room: Room) -> None:
    await room.make("关注 添加 月之暗面")

    assert room.text == WATCHES + "  moonshot: library\n"
    assert "moonshot" in room.watched
    again = await room.ask("watch add Moonshot AI", language="zh")
    assert again.failed
    assert "“Moonshot AI”" not in again.message.plain
    assert "「Moonshot AI」已在关注中" in again.message.plain


async def test_another_name_becomes_a_watch_of_its_own_with_its_aliases(room: Room) -> None:
    await room.make("watch add 青鸟机器人 Bluebird Robotics, BBR")

    found = room.app.configuration.watchlist.watches["青鸟机器人"]
    assert (found.name, found.aliases) == ("青鸟机器人", ("Bluebird Robotics", "BBR"))


async def test_a_watch_of_the_library_gets_lines_of_its_own(room: Room) -> None:
    await room.make("watch exclude 腾讯 腾讯大道、腾讯街")

    assert "  tencent: {library: tencent, exclude: [腾讯大道, 腾讯街]}\n" in room.text
    assert {"腾讯大道", "腾讯街"} <= set(room.app.configuration.watchlist.watches["tencent"].exclude)


async def test_a_term_is_taken_away_with_a_minus_whatever_its_case(room: Room) -> None:
    await room.make("watch weak globex -kestrel, Orion")

    assert "    weak: [Orion]\n" in room.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("alias acme A", "“A” is one character"),
        ("alias acme ！？", "has no letter and no digit"),
        ("alias globex Acme", "“Acme” is a name of acme already"),
        ("alias globex 格洛贝克斯", "“格洛贝克斯” stands in globex already, in aliases"),
        ("alias globex Kestrel", "“Kestrel” stands in globex already, in weak"),
        ("alias tencent -腾讯", "“腾讯” comes from the library"),
        ("alias acme -Titan", "“Titan” does not stand in aliases of acme"),
        ("alias acmee 艾克米", "Did you mean acme?"),
        ("tickers acme 0700", "is not a ticker"),
        ("alias acme 0700.HK", "“0700.HK” is a stock code. /watch tickers acme 0700.HK"),
        ("add Initech, NYSE:INIT", "/watch tickers initech NYSE:INIT"),
        ("alias acme", "Name a watch and its terms"),
        ("add Globex", "is watched already, as globex"),
        ("add", "Name a company"),
        ("remove nobody at all", "There is no watch"),
        ("lst", "/watch list"),
    ],
)
async def test_what_can_not_be_is_said_before_anything_is_offered(room: Room, words: str, said: str) -> None:
    refused = await room.ask(f"watch {words}")

    assert refused.failed
    assert said in refused.message.plain
    assert not refused.offers


async def test_a_watch_that_a_route_names_stays_and_the_route_is_named(tmp_path: Path) -> None:
    settings = SETTINGS + "  - {name: brakes, watches: [acme], to: [night]}\n"
    async with Room(tmp_path, settings=settings) as room:
        refused = await room.ask("watch remove acme")

        assert "wirewatch.yaml:4: there is no watch 'acme'" in refused.message.plain
        assert str(tmp_path) not in refused.message.plain


async def test_a_configuration_that_is_broken_already_is_to_be_mended_first(room: Room) -> None:
    (room.folder / "sources.yaml").write_text("sources: [", encoding="utf-8")

    refused = await room.ask("watch alias acme 艾克米")

    assert "Mend that first" in refused.message.plain
    assert "sources.yaml" in refused.message.plain


async def test_what_somebody_wrote_by_hand_meanwhile_is_not_said_to_be_done_here(room: Room) -> None:
    shown = await room.ask("watch alias acme 艾克米")
    theirs = WATCHES.replace("{name: Acme}", "{name: Acme, aliases: [艾克米]}")
    room.file.write_text(theirs, encoding="utf-8")

    done = await room.press(shown)

    assert done.failed
    assert "was edited since this was shown" in done.message.plain
    assert room.text == theirs
    assert room.noted() == []


async def test_windows_line_ends_a_byte_order_mark_and_comments_stay(tmp_path: Path) -> None:
    text = "\ufeff" + WATCHES.replace("\n", "\r\n")
    async with Room(tmp_path, watches=text) as room:
        await room.make("watch alias globex Globex Corp")

        assert room.text == text.replace("[格洛贝克斯]", "[格洛贝克斯, Globex Corp]")


async def test_a_store_too_large_for_seven_days_is_looked_at_for_fewer_and_that_is_said(room: Room) -> None:
    for at in range(25):
        room.publish(f"{PROFIT} in region {at}", minutes=4 * 60)
    room.publish(RING)
    with room.app.store.snapshot() as conn:
        desk = room.app._desk(conn)
        other = replace(desk.watchlist.watches["acme"], aliases=("Titan Motors",))
        watchlist = Watchlist(watches={**desk.watchlist.watches, "acme": other})

        whole = foresee(desk, watchlist, "acme")
        short = foresee(desk, watchlist, "acme", patience=1e-6, look=0)

    assert (whole.span, whole.entries) == (timedelta(days=7), 26)
    assert (short.span, short.entries) == (timedelta(hours=1), 2)
    assert [seen.title for seen in short.more] == [seen.title for seen in whole.more] == [RING]


PIECES = (
    "add", "remove", "alias", "mute", "unmute", "show", "list", "undo", "log", "weak", "acme", "globex", "腾讯",
    "添加", "静音", '"', "“", "」", "-", "—", ",", "，", "、", ":", "：", "4h", "99999d", "for:", "<b>", "@everyone",
    "x" * 300, "\u202e", "\x00", "\n", "#", "&x", "{", "]", "null", "1e3", "阿里", "😀", "\\", "%d", "{name}", "\ud800",
)  # fmt: skip


async def test_whatever_is_typed_is_answered_and_writes_nothing_by_itself(room: Room) -> None:
    random = Random(11)
    for _ in range(80):
        glue = random.choice(["", " ", " "])
        words = glue.join(random.choice(PIECES) for _ in range(random.randint(1, 6)))
        given = await room.ask(f"watch {words}", language=random.choice(["en", "zh"]))
        assert given.message.plain, words
    assert room.text == WATCHES


async def test_a_fault_that_came_up_in_between_is_told_without_the_folders_path(tmp_path: Path) -> None:
    async with Room(tmp_path) as room:
        shown = await room.ask("watch remove acme")
        routes = SETTINGS + "  - {name: brakes, watches: [acme], to: [night]}\n"
        (room.folder / "wirewatch.yaml").write_text(routes, encoding="utf-8")

        refused = await room.press(shown)

        assert "no watch 'acme'" in refused.message.plain
        assert str(tmp_path) not in refused.message.plain
        assert room.text == WATCHES
