"""The state folder of a real bot: copied while it runs, taken away from under it, refused to a second one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.acceptance.living import CHAT, Outlet, eventually, make_bot, telegram_environ
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

SETTINGS = f"""
receivers:
  desk: {{via: telegram, chat: {CHAT}}}
routes:
  - {{min_score: 40, to: [desk]}}
operator: {{to: [desk]}}
"""
EARNINGS = "Alibaba profit jumps 34% on cloud demand"


async def test_a_database_that_vanishes_under_a_running_bot_comes_back_from_its_backup_without_an_echo(
    tmp_path: Path,
) -> None:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT]) as telegram:
        harbour = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [harbour], SETTINGS, telegram_environ(telegram))
        database = tmp_path / "state" / "wirewatch.db"
        async with bot.running() as running:
            await eventually(lambda: newsroom.requests)
            [made] = await bot.rows("backup")
            assert Path(str(made["file"])).parent == tmp_path / "state" / "backups"
            harbour.publish(EARNINGS)
            await eventually(lambda: any(EARNINGS in each.text for each in telegram.messages))
            _, refused = await bot.do("run", code=1)
            assert f"process {running.process.pid} on " in refused
            _, refused = await bot.do("restore", str(made["file"]), "--yes", code=1)
            assert "already running" in refused
            database.unlink()
            assert await asyncio.wait_for(running.process.wait(), 15) == 1
            assert "is gone" in running.said
        before = len(telegram.messages)
        async with bot.running():
            await eventually(lambda: any("The database was gone" in each.text for each in telegram.messages))
            asked = len(newsroom.requests)
            await eventually(lambda: len(newsroom.requests) > asked + 1)
        rings = [each.text for each in telegram.messages[before:] if not each.silent]
        assert not any(EARNINGS in text for text in rings)
        [row] = await bot.rows("recent", "Alibaba")
        assert row["title"] == EARNINGS


async def test_restore_keeps_what_was_there_and_asks_for_nothing_that_is_no_copy(tmp_path: Path) -> None:
    async with Newsroom() as newsroom:
        harbour = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [harbour], "receivers: {terminal: {via: console}}\n", {})
        harbour.publish(EARNINGS)
        await bot.once()
        copy = tmp_path / "copy.db"
        said, _ = await bot.do("backup", str(copy))
        assert said.startswith(f"{copy}: ")
        said, _ = await bot.do("restore", str(copy), "--yes")
        assert "1 entries, 0 alerts" in said
        [kept] = (tmp_path / "state" / "replaced").iterdir()
        assert (kept / "wirewatch.db").exists()
        no_copy = tmp_path / "notes.txt"
        no_copy.write_text("nothing to see here " * 400)
        _, said = await bot.do("restore", str(no_copy), "--yes", code=1)
        assert "is not an SQLite database" in said
        _, said = await bot.do("restore", str(tmp_path / "none.db"), "--yes", code=2)
        assert "there is no such file" in said


async def test_a_start_that_can_not_use_its_folder_ends_with_2_and_a_hint(tmp_path: Path) -> None:
    async with Newsroom() as newsroom:
        bot = make_bot(tmp_path, [Outlet(newsroom, "harbour")], "", {})
        (tmp_path / "state").write_text("no folder")
        _, said = await bot.do("run", code=2)
    assert "--state" in said
    assert "Traceback" not in said
