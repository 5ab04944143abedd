"""Both stand-ins as a process of their own: prints their addresses as a line of JSON, serves until stopped.

    python -m tests.standins --telegram-chat 4242 --slack-chat C0123ABC

GET /_log shows what was accepted; POST /_fail {"how": "429", "n": 2} plans failures. Telegram's also takes
POST /_say {"chat", "person", "text"}, /_press {"chat", "person", "message_id", "data"} and /_move {"old", "new"}.
Slack's (at slack_control) takes POST /_say {"kind": "slash" or "mention", "chat", "person", "text"}, with "thread"
for a mention in one, or {"kind": "dm", "person", "text"}; /_press {"ts", "person", "action"}, the ts of a post or a
whisper in its log; and /_disconnect {"reason": "refresh_requested"}.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from tests.standins import SlackStandIn, TelegramStandIn


async def serve(given: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    telegram = TelegramStandIn(
        token=given.telegram_token, chats=given.telegram_chat or [4242], rates=not given.no_rates
    )
    slack = SlackStandIn(
        token=given.slack_token,
        app_token=given.slack_app_token,
        chats=given.slack_chat or ["C0123ABC"],
        rates=not given.no_rates,
    )
    async with telegram, slack:
        urls = {"telegram": telegram.url, "slack": slack.api_url, "slack_control": slack.url}
        print(json.dumps(urls), flush=True)
        await stop.wait()


def main() -> None:
    """Read the arguments and serve."""
    reader = argparse.ArgumentParser(description="Strict stand-ins for Telegram and Slack on 127.0.0.1")
    reader.add_argument("--telegram-token", default="123456:stand-in-token-for-tests")
    reader.add_argument("--telegram-chat", type=int, action="append", default=[])
    reader.add_argument("--slack-token", default="xoxb-stand-in-token-for-tests")
    reader.add_argument("--slack-app-token", default="xapp-stand-in-token-for-tests")
    reader.add_argument("--slack-chat", action="append", default=[])
    reader.add_argument("--no-rates", action="store_true")
    asyncio.run(serve(reader.parse_args()))


if __name__ == "__main__":
    main()
