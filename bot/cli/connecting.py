"""``connect telegram``: a one-time code from a chat tells the chat's number, and the lines to paste."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from pathlib import Path

from bot.app.logs import write_logs
from bot.channels import Address, Question
from bot.config import load
from bot.errors import CommandError
from bot.model import Block, Message, Span

PATIENCE = 600.0
"""Seconds that a code is good for."""
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"


def connect_chat(service: str, config: Path) -> int:
    """Wait for the code from a chat; print the YAML that makes the chat a receiver and its sender an admin."""
    write_logs(logging.ERROR)
    if service != "telegram":
        raise CommandError(
            f"“{service}” can't be connected by a code yet: for Slack, copy the channel's id from its details"
        )
    configuration = load(config, environ=os.environ)
    token = configuration.secrets.get("TELEGRAM_BOT_TOKEN")
    if not token:
        raise CommandError(
            f"TELEGRAM_BOT_TOKEN is not set: put the token that @BotFather gave you into {config / '.env'}"
        )
    root = configuration.secrets.get("TELEGRAM_API_URL")
    return asyncio.run(_connect(token, root, config))


async def _connect(token: str, root: str | None, config: Path) -> int:
    from bot.channels.telegram import PUBLIC_API, Telegram

    telegram = Telegram(token, api_url=root or PUBLIC_API)
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    try:
        print(f"Connected as {await telegram.check()}.")
        print(
            f"Send this to the bot, or in the group it is in, within 10 minutes:\n\n  /connect {code}\n",
            flush=True,
        )
        question = await _wait_for(telegram, code)
        if question is None:
            print("No code came. Is the bot in the chat? In a group, commands reach it with the slash.")
            return 1
        await telegram.send(Address(question.chat, question.topic), _thanks())
        print(_lines(question, config))
        return 0
    finally:
        await telegram.close()


async def _wait_for(telegram: object, code: str) -> Question | None:
    from bot.channels import Listener

    assert isinstance(telegram, Listener)
    found: asyncio.Future[Question] = asyncio.get_running_loop().create_future()

    async def hear(question: Question) -> None:
        if code in question.text.split() and not found.done():
            found.set_result(question)

    listening = asyncio.create_task(telegram.listen(hear))
    try:
        question = await asyncio.wait_for(found, PATIENCE)
        await asyncio.sleep(1.5)  # the next request tells Telegram that this message was heard
    except TimeoutError:
        return None
    else:
        return question
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def _thanks() -> Message:
    line = (Span("Connected. Add the lines that the terminal shows, and this chat hears from Wirewatch."),)
    return Message(blocks=(Block((line,)),), notification="Connected")


def _lines(question: Question, config: Path) -> str:
    topic = f", topic: {question.topic}" if question.topic is not None else ""
    return (
        f"In {config / 'wirewatch.yaml'}, put this below the line `receivers:`\n\n"
        f"  desk: {{via: telegram, chat: {question.chat}{topic}}}\n\n"
        "and this below the line `routes:`\n\n"
        "  - {name: desk, min_score: important, to: [desk]}\n"
        '  - {name: desk-digest, min_score: 40, to: [desk], digest: {at: "08:30"}}\n\n'
        "You may ask the bot anywhere, not only in that chat, with this line of its own:\n\n"
        f"access: {{telegram: {{admins: [{question.person}]}}}}\n"
    )
