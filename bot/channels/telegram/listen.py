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
from bot.channels.plain import tame, typed_text
from bot.channels.telegram.wire import BotApiError
from bot.model import Outcome

_log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# Between two polls where the server does not wait for updates as it was asked to.
BREATH = 0.5
# A question that takes longer goes on in the background, and polling with it: who presses a button meanwhile
# waits for a sign, and Telegram does not let a press be confirmed for long.
PATIENCE = 2.0
# Until it is answered a question is not confirmed, so that it comes again should the bot die; an answer that takes
# longer than this is confirmed all the same: Telegram hands out only so many updates at a time.
LONGEST_HELD = 60.0
# The account that stands for administrators who write as the group: nobody in particular.
ANONYMOUS_ADMIN = 1087968824
_AROUND_A_NAME = " \t\n/／,.:;!?，。：；！？、"
Moved = Callable[[str, str], Awaitable[None]]
_COMMAND = re.compile(r"[/／](?P<verb>\w{1,64})(?:@(?P<bot>\w+))?(?=[\s：]|$)")


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
    """Polls for updates and hands questions on; each is confirmed when it is answered, or has had its time."""

    def __init__(
        self,
        bot: _Bot,
        identify: Callable[[], Awaitable[str]],
        answer: Answer,
        *,
        poll_seconds: int,
        sleep: Callable[[float], Awaitable[object]],
        moved: Moved | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._bot = bot
        self._identify = identify
        self._answer = answer
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._moved = moved
        self._patience = patience
        self._offset: int | None = None
        self._taken: set[int] = set()
        self._unanswered: dict[int, float] = {}
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
        began = asyncio.get_running_loop().time()
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
            fresh = tuple(update for update in updates if update.update_id not in self._taken)
            await self._note_moves(fresh)
            await self._answer_all(fresh, name)
            self._confirm(updates)
            at_once = asyncio.get_running_loop().time() - began < BREATH / 10
            if (
                self._running and updates and not fresh
            ):  # unconfirmed ones keep Telegram from waiting for more
                await asyncio.wait(self._running, timeout=BREATH, return_when=asyncio.FIRST_COMPLETED)
            elif not updates and self._poll_seconds and at_once:
                await self._sleep(BREATH)

    async def _note_moves(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            if self._moved is not None and (move := move_of(update)) is not None:
                await self._moved(*move)

    async def _answer_all(self, updates: tuple[Update, ...], name: str) -> None:
        questions = [asked for update in updates if (asked := question(update, name)) is not None]
        questions.sort(key=_queue)  # stable: the order within a queue stays
        now = asyncio.get_running_loop().time()
        self._taken.update(update.update_id for update in updates)
        self._unanswered.update((int(asked.update_id), now) for asked in questions)
        for _, group in groupby(questions, key=_queue):
            task = asyncio.create_task(self._answer_in_order(list(group)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if self._running and questions:
            await asyncio.wait(set(self._running), timeout=self._patience)

    def _confirm(self, updates: tuple[Update, ...]) -> None:
        """Let the next poll confirm what was answered; nothing from the first question on that still waits."""
        if not updates:
            return
        began = asyncio.get_running_loop().time() - LONGEST_HELD
        waiting = [number for number, since in self._unanswered.items() if since > began]
        self._offset = min(waiting, default=updates[-1].update_id + 1)
        self._taken = {number for number in self._taken if number >= self._offset}

    async def _answer_in_order(self, questions: Iterable[Question]) -> None:
        for asked in questions:
            try:
                await self._answer(asked)
            except Exception:  # noqa: BLE001 - one bad answer must not end listening
                _log.exception("the question %s of chat %s got no answer", asked.update_id, asked.chat)
            finally:
                self._unanswered.pop(int(asked.update_id), None)

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


def _queue(asked: Question) -> tuple[str, str]:
    """Typed questions of a chat are answered one after the other; a person's presses wait for nobody else."""
    return asked.chat, asked.person if asked.callback is not None else ""


def _explained(fault: BotApiError) -> str:
    if fault.code == 409 and fault.says("webhook"):
        return "a webhook is set for this bot, so it can't be polled; delete the webhook (deleteWebhook)"
    if fault.code == 409:
        return "another program polls this bot with the same token; stop it, or make a bot of its own for it"
    if fault.outcome is Outcome.UNAUTHORISED:
        return f"the token is refused ({fault.said}); put the one from @BotFather in TELEGRAM_BOT_TOKEN"
    return f"no connection ({fault.said})"


def move_of(update: Update) -> tuple[str, str] | None:
    """Return the old and the new id of a group that became a supergroup, as a service message tells it."""
    message = update.message
    if message is None or message.chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
        return None
    if message.migrate_to_chat_id:
        return str(message.chat.id), str(message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return str(message.migrate_from_chat_id), str(message.chat.id)
    return None


def question(update: Update, bot_name: str) -> Question | None:
    """Return what a person asked, or None.

    No question: edited messages, channel posts, administrators who write as their group, other bots and their
    commands, what somebody else wrote (forwarded, or put in by another bot), and talk in a group that is neither
    a command, nor addressed to the bot, nor a reply to it.
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
    if message.forward_origin is not None or message.via_bot is not None:
        return None
    private = message.chat.type == ChatType.PRIVATE
    replied = _replied_to(message)
    to_bot = replied is not None and replied.from_user is not None and replied.from_user.username == bot_name
    text = addressed(typed_text(message.text), bot_name, listening=private or to_bot)
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
        person_name=tame(person.full_name),
        private=private,
        chat_name=message.chat.title or "",
    )


def _replied_to(message: Message) -> Message | None:
    """Return what a message replies to; in a topic everything seems to reply to the topic's beginning."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    opening = message.is_topic_message and replied.message_id == message.message_thread_id
    return None if opening else replied


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
        person_name=tame(press.from_user.full_name),
        private=message.chat.type == ChatType.PRIVATE,
    )


def _nobody(person: User) -> bool:
    return person.is_bot or person.id == ANONYMOUS_ADMIN


def addressed(text: str, bot_name: str, *, listening: bool) -> str | None:
    """Return the text without the bot's name, or None when it is not for this bot.

    What is said to the bot by its name becomes a command; the name alone asks for help. ``listening`` is True
    where everything is for the bot: in private, and in replies to it.
    """
    text = text.strip()
    if command := _COMMAND.match(text):
        named = command["bot"]
        if named and named.lower() != bot_name.lower():
            return None
        return f"/{command['verb']}{text[command.end() :]}"
    name = re.search(rf"(?<![\w@./])@{re.escape(bot_name)}\b", text, re.IGNORECASE)
    if name:
        behind, before = text[name.end() :], text[: name.start()]
        said = behind if re.search(r"\w", behind) else before
        return "/" + (said.strip(_AROUND_A_NAME) or "help")
    return text if listening and text else None
