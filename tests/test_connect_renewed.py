"""A token or key that is mended in ``.env`` is used at once: nothing waits for the end of a back-off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.app.renewing import renewed, services_of, try_again
from bot.config import Configuration, load
from bot.store import Store, sources
from bot.store.schema import sources as table
from tests.acceptance.living import CHAT, Outlet, eventually, make_bot
from tests.grouping import NOON, TABLES
from tests.loopback import Newsroom
from tests.standins import TelegramStandIn

KEYED = "  - {id: keyed, url: 'https://keyed.example/feed', headers_env: {X-Key: WIRE_KEY}}\n"
OPEN = "  - {id: open, url: 'https://open.example/feed'}\n"
SETTINGS = (
    f"receivers: {{desk: {{via: telegram, chat: {CHAT}}}}}\nroutes: [{{min_score: important, to: [desk]}}]\n"
)
EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"


def configured(folder: Path, **secrets: str) -> Configuration:
    """A folder with two sources, and its secrets in ``.env``."""
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(f"sources:\n{KEYED}{OPEN}")
    (folder / "watchlist.yaml").write_text("watches:\n  tencent: library\n")
    (folder / "wirewatch.yaml").write_text(SETTINGS)
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
    return load(folder, environ={})


def test_what_changed_is_told_by_name_alone(tmp_path: Path) -> None:
    before = configured(tmp_path / "c", WIRE_KEY="one", TELEGRAM_BOT_TOKEN="1:a")
    after = configured(tmp_path / "c", WIRE_KEY="two", TELEGRAM_BOT_TOKEN="1:a", SLACK_APP_TOKEN="xapp-1")

    assert renewed(before, before) == frozenset()
    assert renewed(before, after) == {"WIRE_KEY", "SLACK_APP_TOKEN"}
    assert services_of(renewed(before, after)) == {"slack"}


def test_a_source_that_failed_for_its_key_is_polled_at_once_and_no_other(tmp_path: Path) -> None:
    after = configured(tmp_path / "c", WIRE_KEY="two")
    store = Store.open(f"sqlite:///{tmp_path / 'w.db'}", variants=TABLES.variants)
    later = NOON + timedelta(hours=6)
    with store.begin() as conn:
        sources.sync(conn, after.sources, NOON)
        conn.execute(table.update().values(errors=3, due=later))
        assert try_again(conn, after, frozenset({"WIRE_KEY"}), NOON) == 1
        assert try_again(conn, after, frozenset(), NOON) == 0
        assert sources.states(conn)["keyed"].due == NOON
        assert sources.states(conn)["open"].due == later
    store.close()


async def test_a_token_that_is_mended_while_the_bot_runs_sends_what_waited(tmp_path: Path) -> None:
    async with Newsroom() as newsroom, TelegramStandIn(chats=[CHAT]) as telegram:
        outlet = Outlet(newsroom, "harbour")
        bot = make_bot(tmp_path, [outlet], SETTINGS, {"TELEGRAM_API_URL": telegram.url})
        bot.write(".env", "TELEGRAM_BOT_TOKEN=123456:revoked\n")
        async with bot.running():
            await eventually(lambda: newsroom.asked("/harbour.xml"))
            outlet.publish(EARNINGS)
            await eventually(lambda: [method for method, _ in telegram.refused if method == "sendMessage"])
            bot.write(".env", f"TELEGRAM_BOT_TOKEN={telegram.token}\n")
            await eventually(lambda: [each for each in telegram.messages if EARNINGS in each.text])
            before = len(telegram.messages)
            telegram.say(CHAT, 7, "/status")
            await eventually(lambda: len(telegram.messages) > before)

    assert len([each for each in telegram.messages if EARNINGS in each.text]) == 1
