"""Long polling: Telegram's updates become questions, one chat at a time, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from itertools import groupby
from typing import Protocol

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.channels import Answer, Question
from bot.channels.telegram.wire import BotApiError
from bot.model import Outcome

_log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# A question that takes longer goes on in the background, and polling with it.
PATIENCE = 30.0
# The account that stands for administrators who write as the group: nobody in particular.
ANONYMOUS_ADMIN = 1087968824
_COMMAND = re.compile(r"/(?P<verb>\w{1,64})(?:@(?P<bot>\w+))?(?=\s|$)")


class _Bot(Protocol):
    """The part of python-telegram-bot's Bot that listening needs."""

    async def get_updates(
        self,
        offset: int | None = None,
        *,
        timeout: int,  # noqa: ASYNC109 - the long poll's, at the server
        allowed_updates: list[str],
    ) -> tuple[Update, ...]: ...


class Ear:
    """Polls for updates and hands questions on; a batch is confirmed when all its answers have returned."""

    def __init__(
        self,
        bot: _Bot,
        identify: Callable[[], Awaitable[str]],
        answer: Answer,
        *,
        poll_seconds: int,
        sleep: Callable[[float], Awaitable[object]],
        patience: float = PATIENCE,
    ) -> None:
        self._bot = bot
        self._identify = identify
        self._answer = answer
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._patience = patience
        self._offset: int | None = None
        self._pause = 0.0
        self._trouble = ""
        self._running: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Poll until cancelled; answers that still run are cancelled with it."""
        try:
            while True:
                await self._listen_once()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _listen_once(self) -> None:
        try:
            name = await self._identify()
            updates = await self._bot.get_updates(
                self._offset, timeout=self._poll_seconds, allowed_updates=["message", "callback_query"]
            )
        except BotApiError as fault:
            await self._back_off(_explained(fault), fault.retry_after)
        except Exception as error:  # noqa: BLE001 - an update that the library can't read must not end listening
            await self._back_off(f"an update can't be read ({type(error).__name__})", None)
        else:
            self._recovered()
            await self._answer_all(updates, name)

    async def _answer_all(self, updates: tuple[Update, ...], name: str) -> None:
        questions = [asked for update in updates if (asked := question(update, name)) is not None]
        questions.sort(key=lambda asked: asked.chat)  # stable: the order within a chat stays
        for _, group in groupby(questions, key=lambda asked: asked.chat):
            task = asyncio.create_task(self._answer_in_order(list(group)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if self._running and questions:
            await asyncio.wait(set(self._running), timeout=self._patience)
        if updates:
            self._offset = updates[-1].update_id + 1

    async def _answer_in_order(self, questions: Iterable[Question]) -> None:
        for asked in questions:
            try:
                await self._answer(asked)
            except Exception:  # noqa: BLE001 - one bad answer must not end listening
                _log.exception("the question %s of chat %s got no answer", asked.update_id, asked.chat)

    async def _back_off(self, trouble: str, asked_for: float | None) -> None:
        if trouble != self._trouble:
            _log.warning("not listening to Telegram for now: %s", trouble)
            self._trouble = trouble
        self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2))
        await self._sleep(max(self._pause, asked_for or 0.0))

    def _recovered(self) -> None:
        if self._trouble:
            _log.info("listening to Telegram again")
        self._trouble = ""
        self._pause = 0.0


def _explained(fault: BotApiError) -> str:
    if fault.code == 409 and fault.says("webhook"):
        return "a webhook is set for this bot, so it can't be polled; delete the webhook (deleteWebhook)"
    if fault.code == 409:
        return "another program polls this bot with the same token; stop it, or make a bot of its own for it"
    if fault.outcome is Outcome.UNAUTHORISED:
        return f"the token is refused ({fault.said}); put the one from @BotFather in TELEGRAM_BOT_TOKEN"
    return f"no connection ({fault.said})"


def question(update: Update, bot_name: str) -> Question | None:
    """Return what a person asked, or None.

    No question: edited messages, channel posts, administrators who write as their group, other bots and their
    commands, and talk in a group that is neither a command, nor addressed to the bot, nor a reply to it.
    """
    if update.message is not None:
        return _typed(update.update_id, update.message, bot_name)
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    return None


def _typed(update_id: int, message: Message, bot_name: str) -> Question | None:
    person = message.from_user
    if not message.text or person is None or message.sender_chat is not None or _nobody(person):
        return None
    private = message.chat.type == ChatType.PRIVATE
    replied = message.reply_to_message
    to_bot = replied is not None and replied.from_user is not None and replied.from_user.username == bot_name
    text = addressed(message.text, bot_name, listening=private or to_bot)
    if text is None:
        return None
    return Question(
        "telegram",
        str(message.chat.id),
        str(person.id),
        text,
        message.message_thread_id if message.is_topic_message else None,
        str(message.message_id),
        str(replied.message_id) if replied is not None else None,
        str(update_id),
        person_name=person.full_name,
        private=private,
    )


def _pressed(update_id: int, press: CallbackQuery) -> Question | None:
    if press.message is None or press.data is None or _nobody(press.from_user):
        return None
    message = press.message
    in_topic = isinstance(message, Message) and message.is_topic_message
    return Question(
        "telegram",
        str(message.chat.id),
        str(press.from_user.id),
        "",
        message.message_thread_id if isinstance(message, Message) and in_topic else None,
        str(message.message_id),
        None,
        str(update_id),
        callback=press.data,
        callback_id=press.id,
        person_name=press.from_user.full_name,
        private=message.chat.type == ChatType.PRIVATE,
    )


def _nobody(person: User) -> bool:
    return person.is_bot or person.id == ANONYMOUS_ADMIN


def addressed(text: str, bot_name: str, *, listening: bool) -> str | None:
    """Return the text without the bot's name, or None when it is not for this bot.

    ``listening`` is True where everything is for the bot: in private, and in replies to it.
    """
    text = text.strip()
    if command := _COMMAND.match(text):
        named = command["bot"]
        if named and named.lower() != bot_name.lower():
            return None
        return f"/{command['verb']}{text[command.end() :]}"
    mention = re.match(rf"@{re.escape(bot_name)}\b[\s,:，：]*", text, re.IGNORECASE)
    if mention:
        return text[mention.end() :] or None
    return text if listening and text else None
